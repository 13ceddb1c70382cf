"""The open panels (会签、评议) of a case: their tables of seats as a page shows them, and who could still sit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Act, Actor
from workflow_app.audit.models import AuditChain, AuditEvent
from workflow_app.cases.access import readable_case
from workflow_app.cases.models import Case, Seat, Task
from workflow_app.cases.places import known_place
from workflow_app.cases.progress import Progress
from workflow_app.cases.seats import seated
from workflow_app.cases.separation import barred
from workflow_app.cases.sitting import shortage_of
from workflow_app.cases.work import Work
from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.schema_fields import Label
from workflow_app.definitions.store import version
from workflow_app.definitions.version import ProcessVersion
from workflow_app.directory import people
from workflow_app.directory.holdings import people_with_position
from workflow_app.directory.organisations import names
from workflow_app.directory.people import PersonRef
from workflow_app.directory.positions import POSITIONS
from workflow_app.errors import NotFoundError
from workflow_app.policy.parameters import PolicyError
from workflow_app.text import Text

STATES: Mapping[str, Text] = {
    "open": Text("待提交"),
    "waiting": Text("待轮到"),
    "done": Text("已提交"),
    "recused": Text("已回避"),
    "removed": Text("已撤销"),
}
"""What each state of a seat is called while its task is open."""


@dataclass(frozen=True)
class SeatLine:
    """One seat of a table: who sits there, how it stands, and since when."""

    no: int
    organisation: str
    position: Label
    person: str  # named, has claimed it or has answered; empty while anyone of the position may
    state: Text
    since: datetime
    removable: bool


@dataclass(frozen=True)
class Panel:
    """The table of one open task. ``shortage`` says why it may not decide as it is, even if everyone has answered."""

    task_id: int
    case_id: int
    step: Label
    seats: tuple[SeatLine, ...]
    shortage: Text | None
    may_change: bool  # the reader is the handler


@dataclass(frozen=True)
class Candidate:
    """A person who may be given a seat."""

    id: int
    name: str
    organisation: str


def handler_of(case: Case, process: ProcessVersion) -> tuple[int, str] | None:
    """The organisation and position that handle a case: as its process says, else the place of the step that starts the
    clock, or, without a clock, of who starts the case.
    """
    head = process.head
    place = head.handler or (process.place_of(head.clock.starts) if head.clock else head.starts)
    return known_place(case.parties, place)


def is_handler(actor: Actor, case: Case, process: ProcessVersion) -> bool:
    """Whether the actor handles the case, so that its tables of seats are theirs to change."""
    handler = handler_of(case, process)
    return handler is not None and actor.holds(handler[1], handler[0])


def open_panels(session: Session, actor: Actor, case_id: int, now: datetime) -> tuple[Panel, ...]:
    """The tables of the open panels of a case, for readers inside the bureau. Where no panel is open it costs the case.

    Raises:
        NotFoundError: there is no such case, or it may not be seen.
    """
    case, access = readable_case(session, actor, case_id)
    process = version(session, case.version_id)
    elements = {element for _, element in Progress.from_json(case.progress).open if _is_panel(process, element)}
    if access != "internal" or not elements:
        return ()
    tables = _tables(session, case, elements)
    seats = [seat for table in tables.values() for seat in table]
    organisations = names(session, case.bureau_id, {s.organisation_id for s in seats})
    persons = people.names(session, case.bureau_id, {s.person_id for s in seats if s.person_id is not None})
    changed = _changes(session, case)
    work = Work.on(Act(session, actor, now), case, session.get_one(AuditChain, case.chain_id))
    return tuple(
        Panel(
            task_id=task.id,
            case_id=case.id,
            step=process.label_of(task.element),
            seats=tuple(_line(task, s, table, organisations, persons, changed) for s in table),
            shortage=_shortage(work, table, process.form(task.element)),
            may_change=is_handler(actor, case, process),
        )
        for task, table in tables.items()
    )


def open_panel(session: Session, actor: Actor, task_id: int, now: datetime) -> Panel:
    """The table of one open panel, for the handler who is about to change it.

    Raises:
        NotFoundError: there is no such panel, or this actor may not change it.
    """
    case_id = session.scalar(select(Task.case_id).where(Task.id == task_id, Task.bureau_id == actor.bureau_id))
    for panel in open_panels(session, actor, case_id, now) if case_id is not None else ():
        if panel.task_id == task_id and panel.may_change:
            return panel
    raise NotFoundError


def candidates(session: Session, actor: Actor, task_id: int, now: datetime) -> tuple[Candidate, ...]:
    """Who may be added to an open table: holders of its position who do not sit there, have not recused themselves, and
    are not barred by separation of duties.

    Raises:
        NotFoundError: there is no such panel, or this actor may not change it.
    """
    panel = open_panel(session, actor, task_id, now)
    act = Act(session, actor, now)
    case = session.get_one(Case, panel.case_id)
    task = session.get_one(Task, task_id)
    form = version(session, case.version_id).form(task.element)
    (table,) = _tables(session, case, {task.element}).values()
    found = people_with_position(session, case.bureau_id, seat_position(form, table), act.today)
    sitting = {s.person_id for s in seated(table)}
    free = [p for p in found if p.id not in sitting and unfit(case, form, table, p) is None]
    homes = names(session, case.bureau_id, {p.organisation_id for p in free})
    return tuple(Candidate(p.id, p.name, homes[p.organisation_id]) for p in free)


def unfit(case: Case, form: TaskForm, table: Sequence[Seat], person: PersonRef) -> Text | None:
    """Why a person who holds the position must not sit at this table all the same; None if they may."""
    if any(s.person_id == person.id and s.state == "recused" for s in table):
        return Text("{name}已申请回避，不能再列入席位。", name=person.name)
    as_actor = Actor(case.bureau_id, person.name, person_id=person.id, organisation_id=person.organisation_id)
    if barred(as_actor, case, form, Progress.from_json(case.progress)) is not None:
        return Text("{name}是申请方人员，或已办理本办件的前一环节，不能列入席位。", name=person.name)
    return None


def seat_position(form: TaskForm, table: Sequence[Seat]) -> str:
    """The position under which one sits at a table."""
    return (form.seats.position if form.seats else None) or table[0].position


def own_panel_seat(session: Session, actor: Actor, task_id: int) -> bool:
    """Whether an open seat of this task names the actor, so that they may recuse themselves from it."""
    query = select(Seat.id).where(
        Seat.bureau_id == actor.bureau_id,
        Seat.task_id == task_id,
        Seat.person_id == actor.person_id,
        Seat.is_named,
        Seat.state == "open",
    )
    return session.scalar(query) is not None


def seat_names(session: Session, case: Case, seat_ids: Iterable[int]) -> dict[int, str]:
    """Who seats were meant for, by the id of the seat: the person named, or else the place. No ids, no statement."""
    wanted = set(seat_ids)
    if not wanted:
        return {}
    seats = session.scalars(select(Seat).where(Seat.bureau_id == case.bureau_id, Seat.id.in_(wanted))).all()
    organisations = names(session, case.bureau_id, {s.organisation_id for s in seats})
    persons = people.names(session, case.bureau_id, {s.person_id for s in seats if s.person_id is not None})
    return {s.id: persons.get(s.person_id or 0) or organisations[s.organisation_id] for s in seats}


def _is_panel(process: ProcessVersion, element: str) -> bool:
    return element in process.tasks and process.tasks[element].seats is not None


def _tables(session: Session, case: Case, elements: Iterable[str]) -> dict[Task, list[Seat]]:
    rows = session.execute(
        select(Task, Seat)
        .join(Seat, Seat.task_id == Task.id)
        .where(
            Task.bureau_id == case.bureau_id,
            Task.case_id == case.id,
            Task.closed_at.is_(None),
            Task.element.in_(elements),
        )
        .order_by(Task.id, Seat.no)
    )
    tables: dict[Task, list[Seat]] = {}
    for task, seat in rows:
        tables.setdefault(task, []).append(seat)
    return tables


def _changes(session: Session, case: Case) -> dict[int, datetime]:
    """When each seat was last added, removed or given up, by its id."""
    kinds = ("seat_added", "seat_removed", "seat_recused")
    query = select(AuditEvent).where(AuditEvent.chain_id == case.chain_id, AuditEvent.kind.in_(kinds))
    return {event.body["seat_id"]: event.at for event in session.scalars(query.order_by(AuditEvent.seq))}


def _line(
    task: Task,
    seat: Seat,
    table: Sequence[Seat],
    organisations: Mapping[int, str],
    persons: Mapping[int, str],
    changed: Mapping[int, datetime],
) -> SeatLine:
    position = POSITIONS.get(seat.position)
    return SeatLine(
        no=seat.no,
        organisation=organisations.get(seat.organisation_id, ""),
        position=Label(zh=position.zh, en=position.en) if position else Label(zh=seat.position, en=seat.position),
        person=seat.done_by or persons.get(seat.person_id or 0, ""),
        state=STATES[seat.state],
        since=seat.done_at or changed.get(seat.id) or task.opened_at,
        removable=seat.state in {"open", "waiting"} and len(seated(table)) > 1,
    )


def _shortage(work: Work, table: Sequence[Seat], form: TaskForm) -> Text | None:
    try:
        return shortage_of(work, table, form)
    except PolicyError as lapsed:
        return lapsed.message
