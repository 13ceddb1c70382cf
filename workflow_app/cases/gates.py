"""Gates (卡点): what stops the open tasks of a case, who may lift it, lifting it with a reason (DESIGN, promise 6).

A gate exists while the checks of a form say so of somebody's answers. A refused submission stays behind as a draft, so
the drafts of an open task are what its gates are read from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app import notices
from workflow_app.act import Act, Actor
from workflow_app.audit.models import AuditChain
from workflow_app.cases.access import access_to, readable_case
from workflow_app.cases.acts import my_open_seat, needed_reason
from workflow_app.cases.answering import draft_findings, may_override
from workflow_app.cases.catalogue import GATES
from workflow_app.cases.models import Case, Draft, Task
from workflow_app.cases.places import known_place
from workflow_app.cases.progress import Progress
from workflow_app.cases.sitting import seats_of
from workflow_app.cases.work import Work, lock_task
from workflow_app.clock import local_date
from workflow_app.definitions.answers_shape import labelled
from workflow_app.definitions.schema_fields import Label
from workflow_app.directory.holdings import holders_of
from workflow_app.directory.models import Person
from workflow_app.directory.organisations import names
from workflow_app.errors import ForbiddenError, NotFoundError
from workflow_app.policy.finding import Finding
from workflow_app.policy.parameters import PolicyError
from workflow_app.text import Text


@dataclass(frozen=True)
class OpenGate:
    """A gate on an open task, for whoever may lift it. ``place`` is the position@party under which that is done."""

    task_id: int
    step: Label
    finding: Finding  # check, message, clause, figures
    place: str
    asked_by: tuple[str, ...]  # names of those whose answers it stops; nobody has answered yet where it is empty
    lifted_by: str | None
    reason: str | None


@dataclass(frozen=True)
class GateHolders:
    """Who may lift a gate, as the answerer's page says it, and whether that has been done."""

    organisation: str
    position: str  # code
    people: tuple[str, ...]
    mine: bool  # the reader may
    told: bool
    lifted_by: str | None
    reason: str | None


def open_gates(session: Session, actor: Actor, case_id: int, now: datetime) -> tuple[OpenGate, ...]:
    """The gates on open tasks of a case that this actor may lift or has seen lifted. It reads, and only where the actor
    holds a position that a check of an open task could name.

    Raises:
        NotFoundError: the actor holds such a position, but may not see this case.
    """
    mine = frozenset(check for check, position in GATES.items() if actor.holds(position))
    if not mine:
        return ()
    case, _ = readable_case(session, actor, case_id)
    if case.closed_at is not None:
        return ()
    work = Work.on(Act(session, actor, now), case, session.get_one(AuditChain, case.chain_id))
    elements = {element for _, element in work.progress.open if element in work.version.tasks}
    asked = [element for element in elements if mine.intersection(work.version.form(element).checks)]
    found: dict[tuple[int, str, str], OpenGate] = {}
    for task, answers, author in _drafts(work, asked) if asked else ():
        # A parameter that has lapsed is told to the answerer; the case must stay in sight of those who lift gates.
        with suppress(PolicyError):
            _collect(found, work, task, answers, author, mine)
    return tuple(found.values())


def _drafts(work: Work, elements: Collection[str]) -> list[tuple[Task, Mapping[str, Any], str | None]]:
    """The open tasks of these elements: once for each draft, with its author, or once with empty answers."""
    rows = work.act.session.execute(
        select(Task, Draft.answers, Person.name)
        .outerjoin(Draft, Draft.task_id == Task.id)
        .outerjoin(Person, Person.id == Draft.person_id)
        .where(
            Task.bureau_id == work.case.bureau_id,
            Task.case_id == work.case.id,
            Task.closed_at.is_(None),
            Task.element.in_(elements),
        )
        .order_by(Task.id, Draft.id)
    )
    return [(task, answers or {}, author) for task, answers, author in rows]


def _collect(
    found: dict[tuple[int, str, str], OpenGate],
    work: Work,
    task: Task,
    answers: Mapping[str, Any],
    author: str | None,
    checks: Collection[str],
) -> None:
    """Add the gates of one draft. What stops several drafts alike is one gate."""
    form = work.version.form(task.element)
    for finding, place in _gates(draft_findings(work, task.element, form, answers, only=checks)):
        at = known_place(work.case.parties, place)
        if at is None or not work.act.actor.holds(at[1], at[0]):
            continue
        key = (task.id, finding.check, str(finding.message))
        before = found[key].asked_by if key in found else ()
        lifted = work.progress.override_of(task.id, finding.check, place) or {}
        found[key] = OpenGate(
            task_id=task.id,
            step=work.version.label_of(task.element),
            finding=finding,
            place=place,
            asked_by=(*before, author) if author else before,
            lifted_by=lifted.get("by"),
            reason=lifted.get("reason"),
        )


def _gates(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    return ((f, f.override) for f in findings if f.level == "gate" and f.override)


def gate_holders(
    session: Session, actor: Actor, task_id: int, findings: Iterable[Finding], now: datetime
) -> dict[str, GateHolders]:
    """For the answerer's page: by check, who may lift the gates among these findings."""
    gates = {finding.check: place for finding, place in _gates(findings)}
    if not gates:
        return {}
    case = session.scalars(
        select(Case).join(Task, Task.case_id == Case.id).where(Task.id == task_id, Task.bureau_id == actor.bureau_id)
    ).one()
    progress = Progress.from_json(case.progress)
    known = {place: at for place in gates.values() if (at := known_place(case.parties, place)) is not None}
    organisations = names(session, case.bureau_id, {organisation_id for organisation_id, _ in known.values()})
    holders = holders_of(session, case.bureau_id, known.values(), local_date(now))
    found = {}
    for check, place in gates.items():
        at = known.get(place)
        lifted = progress.override_of(task_id, check, place) or {}
        found[check] = GateHolders(
            organisation=organisations[at[0]] if at else "",
            position=place.partition("@")[0],
            people=tuple(person.name for person in holders[at]) if at else (),
            mine=at is not None and actor.holds(at[1], at[0]),
            told=progress.is_told(task_id, check),
            lifted_by=lifted.get("by"),
            reason=lifted.get("reason"),
        )
    return found


def override_gate(act: Act, task_id: int, check: str, place: str, reason: str) -> None:
    """Lift a gate for one task, by the holder of the position that the finding names (promise 6). The answerer is told.

    Which gate the answers will meet is known only when they are given: then ``place`` must be the one that it names.
    Lifting it again changes nothing: the first reason stands.

    Raises:
        NotFoundError: the case may not be seen, or no such check stands on this open task.
        ForbiddenError: the actor does not hold that position, or gates of this check are another position's to lift.
        InvalidError: there is no reason, or none that can be kept.
    """
    reason = needed_reason(reason)
    work, task = lock_task(act, task_id)
    if access_to(act.session, act.actor, work.case) is None:
        raise NotFoundError
    if check not in work.version.form(task.element).checks or task.closed_at is not None:
        raise NotFoundError
    if GATES.get(check) != place.partition("@")[0] or not may_override(work, place):
        raise ForbiddenError("您所在的岗位无权放行该卡点。")
    if work.progress.override_of(task.id, check, place) is not None:
        return
    work.progress.override(task.id, check, place, act.actor.name, reason)
    work.log("gate_overridden", f"task:{task.id}", {"task_id": task.id, "check": check, "reason": reason})
    message = Text(
        "{name}已放行“{case}”的卡点，可以继续办理（{step}）。",
        name=act.actor.name,
        case=work.case.title,
        step=labelled(work.version.label_of(task.element)),
    )
    told = [ident for ident in _answerers(work, task) if ident != act.actor.person_id]
    notices.send(act, told, "gate_lifted", message, case_id=task.case_id, task_id=task.id)
    work.save()


def _answerers(work: Work, task: Task) -> list[int]:
    """Who was stopped: those with a draft among those who may answer; all of these if nobody has begun."""
    session, bureau_id = work.act.session, work.act.bureau_id
    seats = [seat for seat in seats_of(work, task) if seat.state == "open"]
    free = {(seat.organisation_id, seat.position) for seat in seats if seat.person_id is None}
    holders = holders_of(session, bureau_id, free, work.act.today)
    eligible = {seat.person_id for seat in seats if seat.person_id is not None}
    eligible |= {person.id for people in holders.values() for person in people}
    drafts = select(Draft.person_id).where(Draft.bureau_id == bureau_id, Draft.task_id == task.id)
    return sorted(eligible.intersection(session.scalars(drafts)) or eligible)


def tell_holders(act: Act, task_id: int, answers: Mapping[str, Any]) -> int:
    """After gates have stopped a submission: ask the holders of the positions that may lift them, once for each task
    and check; the number of gates that were told now.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: as for completing.
    """
    work, task, _ = my_open_seat(act, task_id)
    found = draft_findings(work, task.element, work.version.form(task.element), answers, only=GATES)
    new = {
        finding.check: (finding, at)
        for finding, place in _gates(found)
        if work.progress.override_of(task.id, finding.check, place) is None
        and not work.progress.is_told(task.id, finding.check)
        and (at := known_place(work.case.parties, place)) is not None
    }
    holders = holders_of(act.session, act.bureau_id, {at for _, at in new.values()}, act.today)
    told = 0
    for check, (finding, at) in new.items():
        people = [person.id for person in holders[at] if person.id != act.actor.person_id]
        message = Text(
            "“{case}”（{step}）遇到卡点，待您说明理由后放行：{finding}",
            case=work.case.title,
            step=labelled(work.version.label_of(task.element)),
            finding=finding.message,
        )
        # The task is not theirs to answer: the notice leads to the case, where the gate is lifted.
        if notices.send(act, people, "gate_stopped", message, case_id=task.case_id):
            work.progress.tell(task.id, check)
            told += 1
    work.save()
    return told
