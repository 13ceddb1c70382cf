"""应办事项 as pages show them: one's own to hand in, and for the handling section those of everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.cases.checks import period_text
from workflow_app.cases.duty_plan import handling_places
from workflow_app.cases.models import Case, Duty
from workflow_app.cases.start import applicants
from workflow_app.definitions.schema_fields import Label
from workflow_app.definitions.store import published
from workflow_app.definitions.version import ProcessVersion
from workflow_app.directory.organisations import names
from workflow_app.directory.rights import organisations_of, sees_whole_bureau
from workflow_app.text import Text

LONGEST_LIST = 200
"""Rows on the page; what is open comes before what is done, the earliest due first."""

DutyState = Literal["open", "missed", "draft", "filed", "done"]
"""open: to be handed in · missed: not handed in by the last day · draft: begun · filed: handed in · done: accepted."""


@dataclass(frozen=True)
class DutyLine:
    """One duty: who owes what for which period until when, and how it stands."""

    id: int
    slug: str
    title: Label
    period: Text
    organisation: str
    subject: str | None
    due_on: date
    state: DutyState
    missed_on: date | None  # once the last day came without it, for good
    case_id: int | None
    mine: bool  # may be begun or gone on with by this person


def duties_of(session: Session, actor: Actor) -> tuple[DutyLine, ...]:
    """The duties that concern a person: those of their organisations, those that their section handles, and for
    leaders and auditors all of the bureau.
    """
    processes = {p.slug: p for _, p in published(session, actor.bureau_id)}
    concerned = [condition for p in processes.values() for condition in _concerned(session, actor, p)]
    rows = session.execute(
        select(Duty, Case)
        .outerjoin(Case, Case.id == Duty.case_id)
        .where(Duty.bureau_id == actor.bureau_id, or_(false(), *concerned))
        .order_by(Duty.fulfilled_at.is_not(None), Duty.due_on, Duty.id)
        .limit(LONGEST_LIST)
    ).all()
    ids = {i for duty, _ in rows for i in (duty.organisation_id, duty.subject_id) if i is not None}
    organisations = names(session, actor.bureau_id, ids)
    return tuple(_line(actor, processes[duty.slug], duty, case, organisations) for duty, case in rows)


def _concerned(session: Session, actor: Actor, process: ProcessVersion) -> list[ColumnElement[bool]]:
    """What of a process's duties a person may see, as conditions."""
    found: list[ColumnElement[bool]] = []
    if own := applicants(actor, process.head):
        found.append(and_(Duty.slug == process.slug, Duty.organisation_id.in_(own)))
    handling = handling_places(session, actor.bureau_id, process.head) if process.head.duty is not None else []
    sections = {organisation_id for organisation_id, _ in handling}
    if sees_whole_bureau(actor) or sections & organisations_of(actor):
        found.append(Duty.slug == process.slug)
    return found


def _line(
    actor: Actor, process: ProcessVersion, duty: Duty, case: Case | None, organisations: dict[int, str]
) -> DutyLine:
    return DutyLine(
        id=duty.id,
        slug=duty.slug,
        title=process.head.title,
        period=period_text(duty.period),
        organisation=organisations.get(duty.organisation_id, ""),
        subject=organisations.get(duty.subject_id) if duty.subject_id is not None else None,
        due_on=duty.due_on,
        state=_state(duty, case),
        missed_on=duty.missed_on,
        case_id=duty.case_id,
        mine=duty.fulfilled_at is None and duty.organisation_id in applicants(actor, process.head),
    )


def _state(duty: Duty, case: Case | None) -> DutyState:
    if duty.fulfilled_at is not None:
        return "done"
    if case is not None and case.filed_on is not None:
        return "filed"
    if duty.missed_on is not None:
        return "missed"
    return "draft" if case is not None else "open"


def open_duties(session: Session, actor: Actor) -> int:
    """How many duties a person still has to hand in, for the navigation."""
    return sum(1 for line in duties_of(session, actor) if line.mine and line.state in {"open", "missed", "draft"})
