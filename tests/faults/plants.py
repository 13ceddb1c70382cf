"""Violations of the invariants, each planted past every service, revision and event."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests.faults.events import acts_are_events
from tests.faults.invariants import (
    Invariant,
    chains_hold,
    completed_once,
    duties_are_separate,
    numbers_have_no_gap,
    work_is_done_once,
)
from tests.faults.order import order_is_kept
from tests.faults.planting import change, copy_row, first
from tests.faults.recorded import Asked
from tests.faults.running import cases_are_readable, cases_can_move, deadlines_are_kept, engine_agrees
from workflow_app.audit.models import AuditEvent
from workflow_app.cases.follow import NO_STATE
from workflow_app.cases.models import Case, Deadline, Seat, Submission, Task
from workflow_app.demo.player import Player
from workflow_app.directory.models import PositionHolding
from workflow_app.engine.state import unpack
from workflow_app.jobs.models import Job
from workflow_app.notices.models import Notice
from workflow_app.records.models import IssuedRecord, NumberSeries


@dataclass(frozen=True)
class Plant:
    """A violation: in a county at a stage, done by a function, found by an invariant that says these words."""

    invariant: Invariant
    words: str
    stage: str
    plant: Callable[[Session], object]


def _task(session: Session, element: str) -> Any:
    return first(session, Task, Task.element == element)


def _answer(session: Session, element: str) -> Any:
    return first(session, Submission, Submission.element == element)


def _answer_lost(session: Session) -> None:
    session.execute(delete(Submission).where(Submission.element == "accept_review"))


def _seat_reopened(session: Session) -> None:
    change(session, first(session, Seat, Seat.state == "done"), state="closed")


def _task_lost(session: Session) -> None:
    row = _task(session, "first_review")
    session.execute(delete(Seat).where(Seat.task_id == row.id))
    session.execute(delete(Task).where(Task.id == row.id))


def _task_doubled(session: Session) -> None:
    copy_row(session, Task, _task(session, "first_review").id, engine_task_id=str(UUID(int=0)))


def _task_closed(session: Session) -> None:
    row = _task(session, "first_review")
    change(session, row, closed_at=row.opened_at, close_kind="completed")


def _deadline_disarmed(session: Session) -> None:
    change(session, first(session, Deadline, Deadline.state == "armed"), state="disarmed")


def _case_closed(session: Session) -> None:
    case = first(session, Case)
    change(session, case, closed_at=case.created_at)


def _progress_forgets(session: Session) -> None:
    case = first(session, Case)
    change(session, case, progress={**case.progress, "open": [], "awaits": ["something else"]})


def _event(session: Session, kind: str) -> Any:
    return first(session, AuditEvent, AuditEvent.kind == kind)


def _event_lost(session: Session) -> None:
    session.execute(delete(AuditEvent).where(AuditEvent.id == _event(session, "task_completed").id))


def _event_doubled(session: Session) -> None:
    row = _event(session, "record_issued")
    copy_row(session, AuditEvent, row.id, seq=row.seq + 1000, hash="00")


def _event_of_another(session: Session) -> None:
    change(session, _event(session, "task_completed"), actor_id=1)


def _nobody_can_move(session: Session) -> None:
    case = first(session, Case)
    session.execute(update(Task).values(closed_at=case.created_at))
    change(session, case, progress={**case.progress, "awaits": []})


def _half_an_act(session: Session) -> None:
    row = _task(session, "first_review")
    session.execute(update(Seat).where(Seat.task_id == row.id).values(state="done"))


def _opened_by_nobody(session: Session) -> None:
    row = _task(session, "first_review")
    copy_row(session, Task, row.id, element="committee", engine_task_id=str(UUID(int=0)), opened_at=row.opened_at)


def _opened_too_early(session: Session) -> None:
    row = _task(session, "first_review")
    change(session, row, opened_at=row.opened_at - timedelta(seconds=1))


def _other_path(session: Session) -> None:
    answer = _answer(session, "accept_review")
    change(session, answer, answers={**answer.answers, "decision": "accept"})


def _answered_after_the_end(session: Session) -> None:
    answer = _answer(session, "accept_review")
    change(session, answer, at=answer.at + timedelta(days=1))


def _fired_too_early(session: Session) -> None:
    row = first(session, Deadline, Deadline.state == "fired")
    change(session, row, fired_at=row.fired_at - timedelta(hours=1))


def _due_moved(session: Session) -> None:
    row = first(session, Deadline)
    change(session, row, due_on=row.due_on + timedelta(days=1))


def _deadline_job(session: Session) -> Any:
    armed = first(session, Deadline, Deadline.state == "armed")
    return next(job for job in session.scalars(select(Job)) if job.args.get("deadline_id") == armed.id)


def _never_to_fire(session: Session) -> None:
    row = _deadline_job(session)
    change(session, row, done_at=row.due_at)


def _given_up(session: Session) -> None:
    row = _deadline_job(session)
    change(session, row, failed_at=row.due_at)


def _to_fire_twice(session: Session) -> None:
    copy_row(session, Job, _deadline_job(session).id, key="again")


def _chain_edited(session: Session) -> None:
    row = _event(session, "task_completed")
    change(session, row, body={**row.body, "decision": "accept"})


def _applicant_decided(session: Session) -> None:
    case = first(session, Case)
    change(session, _answer(session, "accept_review"), person_id=case.created_by)


def _one_person_for_both(session: Session) -> None:
    drafted = _answer(session, "approval_draft")
    change(session, _answer(session, "approval_review"), person_id=drafted.person_id)


def _two_offices(session: Session) -> None:
    holding = first(session, PositionHolding, PositionHolding.position == "system_admin")
    copy_row(session, PositionHolding, holding.id, position="audit_admin")


def _state_emptied(session: Session) -> None:
    change(session, first(session, Case), state=NO_STATE)


def _state_damaged(session: Session) -> None:
    case = first(session, Case)
    change(session, case, state=case.state[:-9] + b"corrupted")


def _state_spelt_otherwise(session: Session) -> None:
    case = first(session, Case)
    change(session, case, state=zlib.compress(unpack(case.state).encode(), 1))


def _number_skipped(session: Session) -> None:
    change(session, first(session, IssuedRecord), seq=7)


def _counter_set_back(session: Session) -> None:
    row = first(session, NumberSeries, NumberSeries.word == "group-formation")
    change(session, row, next=1)


def _told_twice(session: Session) -> None:
    copy_row(session, Notice, first(session, Notice, Notice.kind == "task_opened").id)


def _rendering_forgotten(session: Session) -> None:
    row = first(session, Job, Job.kind == "render_record")
    change(session, row, done_at=None)


PLANTS: dict[str, Plant] = {
    "I-1 answer lost": Plant(completed_once, "nobody's answer is stored", "supplied", _answer_lost),
    "I-1 seat reopened": Plant(completed_once, "is marked as closed", "supplied", _seat_reopened),
    "I-4 task lost": Plant(engine_agrees, "1 too few rows", "accepted", _task_lost),
    "I-4 task doubled": Plant(engine_agrees, "1 too many rows", "accepted", _task_doubled),
    "I-4 task closed": Plant(engine_agrees, "a seat of it is still open", "accepted", _task_closed),
    "I-4 deadline disarmed": Plant(engine_agrees, "armed deadlines: notice_period", "posted", _deadline_disarmed),
    "I-4 case closed": Plant(engine_agrees, "the engine has not ended", "accepted", _case_closed),
    "I-4 state emptied": Plant(
        engine_agrees, "the engine has ended, the case was closed at None", "accepted", _state_emptied
    ),
    "I-4 progress forgets": Plant(engine_agrees, "progress says ['something else']", "accepted", _progress_forgets),
    "I-5 event lost": Plant(acts_are_events, "1 in the tables, 0 task_completed", "supplied", _event_lost),
    "I-5 event doubled": Plant(acts_are_events, "1 in the tables, 2 record_issued", "supplied", _event_doubled),
    "I-5 event of another": Plant(acts_are_events, "is told of person 1", "supplied", _event_of_another),
    "I-6 nobody can move": Plant(cases_can_move, "nothing and nobody can move it", "accepted", _nobody_can_move),
    "I-6 half an act": Plant(cases_can_move, "no seat of it is left", "accepted", _half_an_act),
    "I-7 opened by nobody": Plant(order_is_kept, "leads to committee", "accepted", _opened_by_nobody),
    "I-7 opened too early": Plant(order_is_kept, "leads to first_review", "accepted", _opened_too_early),
    "I-7 other path": Plant(order_is_kept, "leads to supplement_supply", "supplied", _other_path),
    "I-7 answered late": Plant(order_is_kept, "its task was not open", "supplied", _answered_after_the_end),
    "I-8 fired too early": Plant(deadlines_are_kept, "had ended", "undisputed", _fired_too_early),
    "I-8 due moved": Plant(deadlines_are_kept, "was armed for 2026-05-06", "posted", _due_moved),
    "I-8 never to fire": Plant(deadlines_are_kept, "says that it is done", "posted", _never_to_fire),
    "I-8 given up": Plant(deadlines_are_kept, "no incident is open", "posted", _given_up),
    "I-8 to fire twice": Plant(deadlines_are_kept, "has 2 jobs to fire it", "posted", _to_fire_twice),
    "I-10 event edited": Plant(chains_hold, "记录内容与写入时的摘要不符", "supplied", _chain_edited),
    "I-11 applicant decided": Plant(duties_are_separate, "own application", "supplied", _applicant_decided),
    "I-11 one for both": Plant(duties_are_separate, "took approval_draft and", "issued", _one_person_for_both),
    "I-11 two offices": Plant(duties_are_separate, "at the same time", "empty", _two_offices),
    "I-12 damaged": Plant(cases_are_readable, "cannot be read", "accepted", _state_damaged),
    "I-12 other bytes": Plant(cases_are_readable, "not written back", "accepted", _state_spelt_otherwise),
    "numbers skipped": Plant(numbers_have_no_gap, "counter says 2", "supplied", _number_skipped),
    "numbers counter": Plant(numbers_have_no_gap, "the counter says 1", "supplied", _counter_set_back),
    "jobs told twice": Plant(work_is_done_once, "was told 2 times", "accepted", _told_twice),
    "jobs rendering": Plant(work_is_done_once, "that renders it is not done", "accepted", _rendering_forgotten),
}


def asked_for(player: Player, element: str, outcome: Any, **changes: Any) -> Asked:
    """What the client that answered a step has recorded."""
    with player.database.reading() as session:
        row = _answer(session, element)
        told = {"task_id": row.task_id, "person_id": row.person_id, "decision": row.decision, **changes}
        return Asked(key=told.pop("key", row.idempotency_key), outcome=outcome, **told)
