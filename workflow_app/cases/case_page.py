"""The page of a case: where it is, with whom, since when, how long left, what next; its history and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.audit.models import AuditEvent
from workflow_app.calendar.working import WorkCalendar, load_calendar
from workflow_app.cases.access import Access, readable_case
from workflow_app.cases.due import clock_line, due_line
from workflow_app.cases.lists import case_line
from workflow_app.cases.models import Case, Deadline, Seat, Submission, Task
from workflow_app.cases.pages import CasePage, EarlierAnswers, WaitingFor
from workflow_app.cases.panels import seat_names
from workflow_app.cases.progress import Progress
from workflow_app.cases.separation import fits
from workflow_app.cases.terminating import may_terminate
from workflow_app.cases.timeline import timeline
from workflow_app.clock import local_date, start_of
from workflow_app.definitions.on_paper import as_answered
from workflow_app.definitions.store import version
from workflow_app.definitions.version import ProcessVersion
from workflow_app.directory.holdings import PersonRef, holders_of
from workflow_app.directory.organisations import names
from workflow_app.directory.positions import INVITED, POSITIONS, place_name
from workflow_app.text import Text


@dataclass(frozen=True)
class Reader:
    """Who reads a case, and with what sight."""

    actor: Actor
    access: Access

    def may_know(self, seat: Seat) -> bool:
        """Whether they may know who sits there: experts are not named to those whom they judge (行政许可法45条, E7)."""
        return self.access == "internal" or not seat.is_named or seat.person_id == self.actor.person_id


Holders = Mapping[tuple[int, str], Sequence[PersonRef]]


def case_page(session: Session, actor: Actor, case_id: int, now: datetime) -> CasePage:
    """Everything on a case's page, as far as this person may see it.

    Raises:
        NotFoundError: there is no such case, or it may not be seen.
    """
    case, access = readable_case(session, actor, case_id)
    process, today = version(session, case.version_id), local_date(now)
    calendar, progress = load_calendar(session, case.bureau_id), Progress.from_json(case.progress)
    submissions = _submissions(session, case)
    events = _events(session, case)
    waiting_rows = _open_seats(session, case)
    deadlines = _armed(session, case)
    organisations = names(
        session,
        case.bureau_id,
        {case.applicant_id, *(s.organisation_id for s in submissions), *(s.organisation_id for _, s in waiting_rows)},
    )
    reader = Reader(actor, access)
    waiting = _waiting(session, process, calendar, reader, waiting_rows, organisations, today)
    waiting += tuple(_period(process, calendar, d, today) for d in deadlines)
    open_elements = frozenset(element for _, element in progress.open)
    return CasePage(
        case_id=case.id,
        slug=case.slug,
        version_number=process.number,
        content_hash=process.content_hash,
        line=case_line(session, calendar, case, organisations.get(case.applicant_id, ""), today),
        access=access,
        clock=clock_line(calendar, process.head, case, today),
        waiting=waiting,
        next_steps=tuple(
            process.label_of(e)
            for e in process.next_elements([e for e in open_elements if e in process.tasks] or open_elements)
        ),
        timeline=timeline(process, access, submissions, events, organisations, _seats_told_of(session, case, events)),
        done_elements=process.graph.walked(progress.done) - open_elements,
        open_elements=open_elements,
        late_elements=frozenset(w.element for w in waiting if w.due is not None and w.due.colour == "late"),
        earlier=earlier_answers(process, access, actor, submissions),
        may_withdraw=_may_withdraw(process, case, progress, actor),
        may_terminate=may_terminate(actor, case, process, progress),
    )


def _submissions(session: Session, case: Case) -> list[Submission]:
    query = select(Submission).where(Submission.bureau_id == case.bureau_id, Submission.case_id == case.id)
    return list(session.scalars(query.order_by(Submission.id)))


def _events(session: Session, case: Case) -> list[AuditEvent]:
    return list(
        session.scalars(select(AuditEvent).where(AuditEvent.chain_id == case.chain_id).order_by(AuditEvent.seq))
    )


def _seats_told_of(session: Session, case: Case, events: Sequence[AuditEvent]) -> dict[int, str]:
    return seat_names(session, case, {e.body["seat_id"] for e in events if e.kind in {"seat_added", "seat_removed"}})


def _open_seats(session: Session, case: Case) -> list[tuple[Task, Seat]]:
    query = (
        select(Task, Seat)
        .join(Seat, Seat.task_id == Task.id)
        .where(Task.bureau_id == case.bureau_id, Task.case_id == case.id, Task.closed_at.is_(None))
        .order_by(Task.id, Seat.no)
    )
    return list(session.execute(query))


def _armed(session: Session, case: Case) -> list[Deadline]:
    query = select(Deadline).where(
        Deadline.bureau_id == case.bureau_id, Deadline.case_id == case.id, Deadline.state == "armed"
    )
    return list(session.scalars(query))


def _waiting(
    session: Session,
    process: ProcessVersion,
    calendar: WorkCalendar,
    reader: Reader,
    rows: Sequence[tuple[Task, Seat]],
    organisations: Mapping[int, str],
    today: date,
) -> tuple[WaitingFor, ...]:
    places = {(s.organisation_id, s.position) for _, s in rows}
    holders = holders_of(session, reader.actor.bureau_id, places, today) if places else {}
    by_task: dict[int, list[tuple[Task, Seat]]] = {}
    for task, seat in rows:
        by_task.setdefault(task.id, []).append((task, seat))
    return tuple(
        _step(process, calendar, reader, group[0][0], [s for _, s in group], holders, organisations, today)
        for group in by_task.values()
    )


def _step(
    process: ProcessVersion,
    calendar: WorkCalendar,
    reader: Reader,
    task: Task,
    seats: Sequence[Seat],
    holders: Holders,
    organisations: Mapping[int, str],
    today: date,
) -> WaitingFor:
    still = [s for s in seats if s.state in {"open", "waiting"}]
    actor = reader.actor
    mine = any(s.state == "open" and fits(actor, s) and s.person_id in {None, actor.person_id} for s in still)
    places = [_place(reader, s, organisations) for s in still]
    people = [(s, name) for s in still for name in _people(s, holders)]
    return WaitingFor(
        task_id=task.id if mine else None,
        element=task.element,
        step=process.label_of(task.element),
        stage=task.stage,
        places=tuple(dict.fromkeys(places)),
        people=tuple(dict.fromkeys(name for s, name in people if reader.may_know(s))),
        answered=tuple(s.done_by for s in seats if s.state == "done" and s.done_by and reader.may_know(s)),
        since=task.opened_at,
        due=due_line(calendar, local_date(task.opened_at), task.due_on, today),
        mine=mine,
        vacant=any(s.position != INVITED for s in still) and not people,
    )


def _place(reader: Reader, seat: Seat, organisations: Mapping[int, str]) -> Text:
    """Where a seat is; of a named one that the reader may not know, the position alone: the school tells the person."""
    if reader.may_know(seat):
        return place_name(organisations.get(seat.organisation_id, ""), seat.position)
    return POSITIONS[seat.position].name


def _people(seat: Seat, holders: Holders) -> list[str]:
    found = holders.get((seat.organisation_id, seat.position), ())
    return [p.name for p in found if seat.person_id is None or p.id == seat.person_id]


def _period(process: ProcessVersion, calendar: WorkCalendar, deadline: Deadline, today: date) -> WaitingFor:
    timer = process.timers[deadline.element]
    return WaitingFor(
        task_id=None,
        element=deadline.element,
        step=timer.label,
        stage=timer.stage,
        places=(),
        people=(),
        answered=(),
        since=start_of(deadline.starts_on),
        due=due_line(calendar, deadline.starts_on, deadline.due_on, today),
        mine=False,
    )


def _may_withdraw(process: ProcessVersion, case: Case, progress: Progress, actor: Actor) -> bool:
    rule = process.head.withdraw
    if rule is None or rule.message not in progress.awaits or case.closed_at is not None:
        return False
    position, _, party = rule.place.partition("@")
    return any(actor.holds(position, organisation_id) for organisation_id in case.parties.get(party, []))


def earlier_answers(
    process: ProcessVersion,
    access: Access,
    actor: Actor,
    submissions: Sequence[Submission],
    shows: Sequence[str] = (),
) -> tuple[EarlierAnswers, ...]:
    """The answers given so far, newest first, with their version; one's own are always among them.

    ``shows`` picks those of some steps. To an invited outsider it is all there is: nothing that it does not name.
    """
    found, rounds = [], dict[tuple[str, int | None], int]()
    for submission in submissions:
        form = as_answered(process.form(submission.element), submission.answers)
        root = form.revises or submission.element
        # The members of a panel each have their own first version.
        versioned = (root, submission.person_id if form.seats else None)
        rounds[versioned] = rounds.get(versioned, 0) + 1
        own = _is_own(submission, actor)
        if not (own or access == "internal" or not form.internal):
            continue
        if (shows or actor.kind == "invited") and root not in shows and submission.element not in shows:
            continue
        found.append(
            EarlierAnswers(
                element=submission.element,
                form=form,
                answers=submission.answers,
                findings=tuple(submission.findings) if access == "internal" or own else (),
                who=submission.person_name,
                at=submission.at,
                version=rounds[versioned],
            )
        )
    return tuple(reversed(found))


def _is_own(submission: Submission, actor: Actor) -> bool:
    if actor.kind == "invited":
        return submission.invitation_id is not None and submission.organisation_id == actor.organisation_id
    return submission.person_id is not None and submission.person_id == actor.person_id
