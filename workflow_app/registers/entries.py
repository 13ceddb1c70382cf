"""What operations of every register do: rows are added with the event that vouches for them, and rest on a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow_app.act import Act
from workflow_app.definitions.case_view import OperationContext
from workflow_app.registers.proof import CaseEntry, enter


def add_entries(act: Act, *entries: CaseEntry) -> None:
    """Add new entries and let the audit log vouch for each of them, under the case that it names."""
    act.session.add_all(entries)
    act.session.flush()
    for entry in entries:
        enter(act, entry, entry.case_id)


def issued_in(context: OperationContext) -> Mapping[str, Any]:
    """The facts of the document that the element named by the argument ``issued_in`` has issued; empty without one."""
    return context.case.facts.get(str(context.args.get("issued_in", ""))) or {}


def record_in(context: OperationContext) -> int | None:
    """The id of that document."""
    return issued_in(context).get("record_id")
