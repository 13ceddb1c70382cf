"""Notices to people inside the application: sent in bulk, counted, read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from workflow_app.act import Act
from workflow_app.notices.models import Notice
from workflow_app.text import Text

COUNT_CAP = 100
"""Counting ends here; a page shows "99+" for it."""

# Built once: every page shows the number.
_UNREAD = select(func.count()).select_from(
    select(Notice.id)
    .where(Notice.bureau_id == bindparam("bureau"), Notice.person_id == bindparam("person"), Notice.read_at.is_(None))
    .limit(COUNT_CAP)
    .subquery()
)


@dataclass(frozen=True)
class NoticeLine:
    """One notice as a page shows it."""

    id: int
    kind: str
    message: Text
    case_id: int | None
    task_id: int | None
    at: datetime
    read_at: datetime | None


def send(
    act: Act,
    person_ids: Iterable[int],
    kind: str,
    message: Text,
    case_id: int | None = None,
    task_id: int | None = None,
) -> int:
    """Leave one notice for each person, once each, with one statement; the number left."""
    rows = [
        {
            "bureau_id": act.bureau_id,
            "person_id": person_id,
            "kind": kind,
            "message": message.to_json(),
            "case_id": case_id,
            "task_id": task_id,
            "at": act.now,
        }
        for person_id in dict.fromkeys(person_ids)
    ]
    if rows:
        act.session.execute(insert(Notice), rows)
    return len(rows)


def unread_count(session: Session, bureau_id: int, person_id: int) -> int:
    """How many notices a person has not read; counted up to :data:`COUNT_CAP`."""
    return session.scalar(_UNREAD, {"bureau": bureau_id, "person": person_id}) or 0


def latest(
    session: Session, bureau_id: int, person_id: int, *, limit: int = 50, before_id: int | None = None
) -> list[NoticeLine]:
    """A person's notices, newest first; ``before_id`` continues after the last one of the page before."""
    query = select(Notice).where(Notice.bureau_id == bureau_id, Notice.person_id == person_id)
    if before_id is not None:
        query = query.where(Notice.id < before_id)
    rows = session.scalars(query.order_by(Notice.id.desc()).limit(limit))
    return [NoticeLine(n.id, n.kind, Text.from_json(n.message), n.case_id, n.task_id, n.at, n.read_at) for n in rows]


def retire(act: Act, person_ids: Collection[int], task_ids: Collection[int]) -> None:
    """Mark what these people were told about these tasks as read: there is nothing left for them to do there."""
    if person_ids and task_ids:
        told = update(Notice).where(
            Notice.bureau_id == act.bureau_id, Notice.person_id.in_(person_ids), Notice.read_at.is_(None)
        )
        act.session.execute(told.where(Notice.task_id.in_(task_ids)).values(read_at=act.now))


def mark_read(act: Act, notice_ids: Sequence[int] | None = None) -> None:
    """Mark the actor's own notices as read: these, or all of them. Somebody else's are left alone."""
    if act.actor.person_id is None:
        return
    mine = update(Notice).where(
        Notice.bureau_id == act.bureau_id, Notice.person_id == act.actor.person_id, Notice.read_at.is_(None)
    )
    if notice_ids is not None:
        mine = mine.where(Notice.id.in_(notice_ids))
    act.session.execute(mine.values(read_at=act.now))
