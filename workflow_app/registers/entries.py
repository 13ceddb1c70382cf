"""What operations of every register do: rows are added with the event that vouches for them, and rest on a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from workflow_app.act import Act
from workflow_app.definitions.case_view import OperationContext
from workflow_app.directory.models import Organisation
from workflow_app.errors import ConflictError
from workflow_app.registers.proof import CaseEntry, enter
from workflow_app.text import Text


def add_entries(act: Act, *entries: CaseEntry) -> None:
    """Add new entries and let the audit log vouch for each of them, under the case that it names."""
    act.session.add_all(entries)
    act.session.flush()
    for entry in entries:
        enter(act, entry, entry.case_id)


def not_entered(why: Text) -> ConflictError:
    """The refusal of an entry, with the way out of a case that has been decided and cannot be carried out."""
    return ConflictError("{why}已提交而确实无法登记的办件，可由分管副局长或局长在办件页说明理由后终止办理。", why=why)


def queue_up(act: Act, *organisation_ids: int) -> None:
    """Let whoever enters something for one of these organisations wait until this transaction ends.

    They are locked in the order of their ids, so that two who name the same ones do not wait for each other. It is done
    before the register is read, for whoever has waited has to see what the other has entered.
    """
    rows = select(Organisation.id).where(
        Organisation.bureau_id == act.bureau_id, Organisation.id.in_(set(organisation_ids))
    )
    # Their ids stay, so that a new row which refers to one of them need not wait.
    act.session.execute(rows.order_by(Organisation.id).with_for_update(key_share=True)).all()


def issued_in(context: OperationContext) -> Mapping[str, Any]:
    """The facts of the document that the element named by the argument ``issued_in`` has issued; empty without one."""
    return context.case.facts.get(str(context.args.get("issued_in", ""))) or {}


def record_in(context: OperationContext) -> int | None:
    """The id of that document."""
    return issued_in(context).get("record_id")
