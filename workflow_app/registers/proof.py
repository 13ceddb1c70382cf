"""Every entry of a register leaves an event with its hash, so that a changed, lost or slipped-in row is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.audit.verify import ContentCheck, hashes_agree
from workflow_app.database import canonical_json, digest
from workflow_app.registers.models import CharterEntry, EducationGroup, MembershipEntry

Entry = EducationGroup | MembershipEntry | CharterEntry

_Entry = TypeVar("_Entry", EducationGroup, MembershipEntry, CharterEntry)


def enter(act: Act, entry: Entry, case_id: int | None) -> None:
    """Tell of an entry, in the chain of the registers. The entry has its id."""
    table = entry.__tablename__
    body = {"register": table, "entry": entry.id, "case_id": case_id, "content_hash": entry_hash(entry)}
    append(act, "registers", "register_entered", f"{table}:{entry.id}", body)


def entry_hash(entry: Entry) -> str:
    """The hash over every column of an entry but its id."""
    values = {column.key: getattr(entry, column.key) for column in entry.__table__.columns if column.key != "id"}
    return digest(canonical_json({k: v.astimezone(UTC) if isinstance(v, datetime) else v for k, v in values.items()}))


def _check(table: type[_Entry]) -> ContentCheck:
    def hashes(session: Session, ids: Sequence[int]) -> Mapping[int, str]:
        return {entry.id: entry_hash(entry) for entry in session.scalars(select(table).where(table.id.in_(ids)))}

    def ids(session: Session, bureau_id: int | None) -> list[int]:
        query = select(table.id) if bureau_id is None else select(table.id).where(table.bureau_id == bureau_id)
        return list(session.scalars(query.order_by(table.id)))

    only = {"register": table.__tablename__}
    return hashes_agree("register_entered", "entry", "content_hash", hashes, ids, only)


CONTENT_CHECKS: tuple[ContentCheck, ...] = (
    _check(CharterEntry),
    _check(EducationGroup),
    _check(MembershipEntry),
)
"""What the verification of the audit log compares the registers with."""
