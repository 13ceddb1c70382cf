"""Lists of cases: one's own, those of one's organisation, what one has done, and what one may start."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, defer

from workflow_app.act import Actor
from workflow_app.calendar.clocks import CaseClock
from workflow_app.calendar.working import WorkCalendar, load_calendar
from workflow_app.cases.access import newest, visible
from workflow_app.cases.due import due_line
from workflow_app.cases.models import Case, Seat, Task
from workflow_app.cases.pages import CaseLine
from workflow_app.cases.start import applicants
from workflow_app.clock import local_date
from workflow_app.definitions.schema_fields import Label
from workflow_app.definitions.store import published, version
from workflow_app.directory.models import Organisation

CaseTab = Literal["running", "closed", "all"]

_UNREAD = [defer(column, raiseload=True) for column in (Case.state, Case.facts, Case.progress, Case.parties)]
"""What a line of a list does not show and is not read for it: it is most of a case."""


@dataclass(frozen=True)
class CaseList:
    """One page of cases, newest first."""

    lines: tuple[CaseLine, ...]
    next_after: int | None


@dataclass(frozen=True)
class DoneRow:
    """One answer of mine."""

    case_id: int
    number: str
    title: str
    step: Label
    decision: Label | None
    at: datetime


@dataclass(frozen=True)
class DoneList:
    """One page of my answers."""

    rows: tuple[DoneRow, ...]
    next_after: int | None


@dataclass(frozen=True)
class Startable:
    """A process that I may start, and for which organisations."""

    slug: str
    title: Label
    summary: Label
    category: str
    applicants: tuple[tuple[int, str], ...]


def case_line(session: Session, calendar: WorkCalendar, case: Case, applicant: str, today: date) -> CaseLine:
    """A case as lists show it. The due date is shown while the clock runs: when it stands the day moves on."""
    process = version(session, case.version_id)
    outcome = process.outcome(case.outcome) if case.outcome else None
    clock = CaseClock.from_json(case.clock) if case.clock else None
    ticking = case.closed_at is None and not (clock and clock.ended)
    paused = ticking and clock is not None and clock.stands
    started = case.accepted_on or local_date(case.created_at)
    return CaseLine(
        case_id=case.id,
        number=case.number,
        title=case.title,
        applicant=applicant,
        process=process.head.title,
        stage=case.stage,
        outcome=outcome.label if outcome else None,
        filed_on=case.filed_on,
        created_at=case.created_at,
        closed_at=case.closed_at,
        due=due_line(calendar, started, case.due_on, today) if ticking and not paused else None,
        paused=paused,
    )


def my_cases(
    session: Session,
    actor: Actor,
    *,
    today: date,
    tab: CaseTab = "running",
    text: str | None = None,
    after: int | None = None,
    limit: int = 20,
) -> CaseList:
    """The cases that this person may see, newest first; ``after`` is the last id of the page before."""

    def only(case: type[Case]) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if tab != "all":
            conditions.append(case.closed_at.is_(None) if tab == "running" else case.closed_at.is_not(None))
        if text:
            conditions.append(case.title.contains(text, autoescape=True) | case.number.contains(text, autoescape=True))
        if after is not None:
            conditions.append(case.id < after)
        return conditions

    rows = session.execute(
        select(Case, Organisation.name)
        .options(*_UNREAD)
        .join(Organisation, Organisation.id == Case.applicant_id)
        .where(newest(actor, only, limit + 1))
        .order_by(Case.id.desc())
        .limit(limit + 1)
    ).all()
    calendar = load_calendar(session, actor.bureau_id)
    lines = tuple(case_line(session, calendar, case, name, today) for case, name in rows[:limit])
    return CaseList(lines, rows[limit - 1][0].id if len(rows) > limit else None)


def done_by_me(session: Session, actor: Actor, *, after: int | None = None, limit: int = 20) -> DoneList:
    """What this person has answered (已办), newest seat first; ``after`` is the ``next_after`` of the page before.

    Cases that may no longer be seen, because the position was given up since, are not listed.
    """
    query = (
        select(Seat, Task.element, Case)
        .options(*_UNREAD)
        .join(Task, Task.id == Seat.task_id)
        .join(Case, Case.id == Task.case_id)
        .where(Seat.bureau_id == actor.bureau_id, Seat.done_by_id == actor.person_id, Seat.state == "done")
        .where(visible(actor))
        .order_by(Seat.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(Seat.id < after)
    found = session.execute(query).all()
    rows = tuple(
        DoneRow(
            case.id,
            case.number,
            case.title,
            version(session, case.version_id).label_of(element),
            decision_label(session, case, element, seat.decision),
            seat.done_at or case.created_at,
        )
        for seat, element, case in found[:limit]
    )
    return DoneList(rows, found[limit - 1][0].id if len(found) > limit else None)


def decision_label(session: Session, case: Case, element: str, decision: str | None) -> Label | None:
    """The label of a decision, in the version that the case runs in."""
    process = version(session, case.version_id)
    offered = process.form(element).decisions if element in process.tasks else ()
    return next((d.label for d in offered if d.value == decision), None)


def startable(session: Session, actor: Actor) -> tuple[Startable, ...]:
    """The published processes that this person's positions may start; what is owed is opened from its duty instead."""
    found = []
    for _, process in published(session, actor.bureau_id):
        ids = applicants(actor, process.head)
        if not ids or process.head.duty is not None:
            continue
        rows = session.execute(
            select(Organisation.id, Organisation.name).where(
                Organisation.bureau_id == actor.bureau_id,
                Organisation.id.in_(ids),
                Organisation.kind.in_(process.head.applicant_kinds),
            )
        )
        names = tuple((ident, name) for ident, name in rows)
        if names:
            found.append(
                Startable(process.slug, process.head.title, process.head.summary, process.head.category, names)
            )
    return tuple(found)


def closed_tasks(session: Session, bureau_id: int, task_ids: Collection[int]) -> frozenset[int]:
    """Those of these tasks that are done or dropped: a notice of one leads to its case, not to its form."""
    query = select(Task.id).where(Task.bureau_id == bureau_id, Task.id.in_(task_ids), Task.closed_at.is_not(None))
    return frozenset(session.scalars(query)) if task_ids else frozenset()
