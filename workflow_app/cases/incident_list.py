"""The incidents that wait for somebody, and closing one with a reason. Opening them is the business of incidents.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow_app.act import Act, Actor
from workflow_app.audit import append
from workflow_app.cases.access import visible
from workflow_app.cases.acts import needed_reason
from workflow_app.cases.models import Case, Incident, Task
from workflow_app.cases.work import lock_case
from workflow_app.definitions.schema_fields import Label
from workflow_app.definitions.store import version
from workflow_app.directory.rights import has_right, require
from workflow_app.errors import NotFoundError

COUNT_CAP = 100
"""Counting ends here; a page shows "99+" for it."""


@dataclass(frozen=True)
class IncidentLine:
    """One open incident. The title of its case is None for who may not see that case; its number says which it is."""

    id: int
    kind: str
    step: Label | None
    detail: str
    opened_at: datetime
    case_id: int | None
    case_number: str | None
    case_title: str | None


def open_incidents(session: Session, actor: Actor, *, after: int | None = None, limit: int = 50) -> list[IncidentLine]:
    """The incidents that are open, the oldest first; ``after`` is the last id of the page before.

    Raises:
        ForbiddenError: the actor does not look after incidents.
    """
    require(actor, "handle_incidents")
    query = (
        select(Incident, Case, Task.element)
        .outerjoin(Case, Case.id == Incident.case_id)
        .outerjoin(Task, Task.id == Incident.task_id)
        .where(Incident.bureau_id == actor.bureau_id, Incident.closed_at.is_(None), Incident.id > (after or 0))
        .order_by(Incident.id)
        .limit(limit)
    )
    rows = session.execute(query).all()
    named = {case.id for _, case, _ in rows if case is not None}
    seen = set(session.scalars(select(Case.id).where(Case.id.in_(named), visible(actor)))) if named else set()
    return [_line(session, *row, is_seen=row[0].case_id in seen) for row in rows]


def open_count(session: Session, actor: Actor) -> int:
    """How many incidents wait for this person, up to :data:`COUNT_CAP`; 0 for who does not look after them."""
    if not has_right(actor, "handle_incidents"):
        return 0
    waiting = select(Incident.id).where(Incident.bureau_id == actor.bureau_id, Incident.closed_at.is_(None))
    return session.scalar(select(func.count()).select_from(waiting.limit(COUNT_CAP).subquery())) or 0


def close_incident(act: Act, incident_id: int, reason: str) -> None:
    """Close an incident: what was done about it is kept with the history. Closing it again changes nothing.

    If the cause is still there, the incident comes back the next time that it is found.

    Raises:
        ForbiddenError: the actor does not look after incidents.
        InvalidError: there is no reason, or none that can be kept.
        NotFoundError: there is no such incident.
    """
    require(act.actor, "handle_incidents")
    reason = needed_reason(reason)
    incident = act.session.scalars(
        select(Incident).where(Incident.bureau_id == act.bureau_id, Incident.id == incident_id)
    ).one_or_none()
    if incident is None:
        raise NotFoundError
    # Of two who close one at the same time the second waits here, and then finds it closed.
    work = lock_case(act, incident.case_id) if incident.case_id is not None else None
    act.session.refresh(incident, with_for_update=True)
    if incident.closed_at is not None:
        return
    incident.closed_at = act.now
    act.session.flush()
    subject, body = f"incident:{incident.id}", {"incident": incident.kind, "reason": reason}
    if work is not None:
        work.log("incident_closed", subject, body)
    else:
        append(act, "security", "incident_closed", subject, body)


def _line(
    session: Session, incident: Incident, case: Case | None, element: str | None, *, is_seen: bool
) -> IncidentLine:
    return IncidentLine(
        id=incident.id,
        kind=incident.kind,
        step=version(session, case.version_id).label_of(element) if case is not None and element else None,
        detail=incident.detail,
        opened_at=incident.opened_at,
        case_id=case.id if case is not None and is_seen else None,
        case_number=case.number if case is not None else None,
        case_title=case.title if case is not None and is_seen else None,
    )
