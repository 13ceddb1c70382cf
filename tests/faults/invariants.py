"""The checker: after every fault run these promises must hold, whatever was killed, raced or taken away.

The numbers are those of the reliability goals. Each invariant is a function over a :class:`World` that yields what is
wrong and where; :func:`check` runs them all. ``python -m tests.faults check`` does so from the command line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.faults.events import acts_are_events
from tests.faults.files import files_are_whole
from tests.faults.order import order_is_kept
from tests.faults.recorded import Asked, final_outcomes, refused_when_repeated
from tests.faults.running import cases_are_readable, cases_can_move, deadlines_are_kept, engine_agrees
from tests.faults.world import Violation, World
from workflow_app.audit.checkpoint import signing_key, verify_checkpoint
from workflow_app.audit.verify import verify
from workflow_app.cases.models import Submission
from workflow_app.cases.proof import CONTENT_CHECKS
from workflow_app.cases.separation import NOT_APPLICANT
from workflow_app.config import from_environment
from workflow_app.database import Database
from workflow_app.directory.models import Person, PositionHolding
from workflow_app.directory.positions import EXCLUSIVE
from workflow_app.notices.models import Notice
from workflow_app.records.models import IssuedRecord, NumberSeries, RecordArtefact

Invariant = Callable[[World], Iterable[Violation]]


def completed_once(world: World) -> Iterator[Violation]:
    """I-1: one completion per opening: a done seat is answered, no other is. The database itself refuses a second
    answer at a seat."""
    answered = {submission.seat_id for submission in world.submissions}
    for tasks in world.tasks.values():
        for task in tasks:
            for seat in world.seats[task.id]:
                where = f"task:{task.id} seat:{seat.id}"
                if seat.state == "done" and seat.id not in answered and seat.ballot_key is None:
                    yield Violation("I-1", where, "is marked as done and nobody's answer is stored")
                if seat.state != "done" and seat.id in answered:
                    yield Violation("I-1", where, f"was answered and is marked as {seat.state}")
            done = any(seat.state == "done" for seat in world.seats[task.id])
            if task.close_kind == "completed" and not done:
                yield Violation("I-1", f"task:{task.id}", "was completed and nobody has answered it")


def acknowledged_is_stored(world: World) -> Iterator[Violation]:
    """I-2: what a client was told is done is stored once, with the same task, decision and person."""
    stored = _by_key(world)
    for key, (asked, outcome) in final_outcomes(world.asked).items():
        rows = stored.get(key, [])
        if outcome == "unknown" and len(rows) > 1:
            yield Violation("I-2", key, f"is stored {len(rows)} times")
        if outcome != "ok":
            continue
        if len(rows) != 1:
            yield Violation("I-2", key, f"was acknowledged and is stored {len(rows)} times")
        for row in rows:
            told = (asked.task_id, asked.decision, asked.person_id)
            if (row.task_id, row.decision, row.person_id) != told:
                is_now = f"task {row.task_id}, {row.decision} by person {row.person_id}"
                yield Violation("I-2", key, f"acknowledged was task {told[0]}, {told[1]} by {told[2]}; stored {is_now}")


def refused_is_absent(world: World) -> Iterator[Violation]:
    """I-3: what a client was told is refused has left nothing; so has what had no answer and was then refused."""
    stored = _by_key(world)
    for key, asked in refused_when_repeated(world.asked).items():
        if key in stored:
            yield Violation("I-3", key, f"had no answer, is stored, and its repetition was refused with {asked.status}")
    for key, (asked, outcome) in final_outcomes(world.asked).items():
        if outcome == "refused" and key in stored:
            yield Violation("I-3", key, f"was refused with {asked.status} and is stored nevertheless")


def chains_hold(world: World) -> Iterator[Violation]:
    """I-10: every chain verifies, every row agrees with the event that tells of it, and every checkpoint holds."""
    faults = list(verify(world.session, checks=CONTENT_CHECKS).faults)
    if world.checkpoints:
        key = signing_key(from_environment({"WORKFLOW_APP_DATA": str(world.data)})).public_key()
        for checkpoint in world.checkpoints:
            faults += verify_checkpoint(world.session, checkpoint, key)
    for fault in faults:
        yield Violation("I-10", f"{fault.chain} {fault.seq or ''} {fault.subject or ''}".strip(), str(fault.message))


def duties_are_separate(world: World) -> Iterator[Violation]:
    """I-11: no applicant decides on their own case, no pair of incompatible steps has one person, nobody holds two of
    the three administrators' offices."""
    homes = {person.id: person.organisation_id for person in world.all(Person)}
    cases = {case.id: case for case in world.cases}
    answered: dict[tuple[int, str], set[int | None]] = {}
    rounds: dict[tuple[int, str], int] = {}
    for row in world.submissions:
        case, spot = cases[row.case_id], (row.case_id, row.element)
        form = world.version(case).form(row.element)
        if NOT_APPLICANT in form.separation:
            own = homes.get(row.person_id or 0) == case.applicant_id
            if own or row.person_id == case.created_by:
                yield Violation("I-11", f"submission:{row.id}", f"{row.person_name} decided on their own application")
        for earlier in form.different_from:
            if row.person_id in answered.get((row.case_id, earlier), set()):
                yield Violation("I-11", f"submission:{row.id}", f"{row.person_name} took {earlier} and {row.element}")
        if rounds.get(spot) != row.task_id:
            rounds[spot], answered[spot] = row.task_id, set()
        answered[spot].add(row.person_id)
    offices = [holding for holding in world.all(PositionHolding) if holding.position in EXCLUSIVE]
    for one, other in combinations(offices, 2):
        if one.person_id == other.person_id and one.position != other.position and _overlap(one, other):
            where = f"person:{one.person_id}"
            yield Violation("I-11", where, f"holds {one.position} and {other.position} at the same time")


def numbers_have_no_gap(world: World) -> Iterator[Violation]:
    """Numbers of documents and cases: no gap, no double, and the counter stands behind the last."""
    given: dict[tuple[int, str, int], list[int]] = {}
    for record in world.all(IssuedRecord):
        given.setdefault((record.bureau_id, record.word, record.year), []).append(record.seq)
    for case in world.cases:
        *_, year, seq = case.number.split("-")
        given.setdefault((case.bureau_id, case.slug, int(year)), []).append(int(seq))
    counters = {(s.bureau_id, s.word, s.year): s.next for s in world.all(NumberSeries)}
    for series, numbers in given.items():
        where = f"{series[1]}〔{series[2]}〕"
        if sorted(numbers) != list(range(min(numbers), max(numbers) + 1)):
            yield Violation("numbers", where, f"has a gap or a double: {sorted(numbers)}")
        if counters.get(series) != max(numbers) + 1:
            yield Violation("numbers", where, f"the last is {max(numbers)}, the counter says {counters.get(series)}")


def work_is_done_once(world: World) -> Iterator[Violation]:
    """Jobs: nobody is told twice of one opening, a job that renders is done when its record is, and a job that was
    given up has its incident."""
    told = Counter((n.kind, n.task_id, n.person_id) for n in world.all(Notice) if n.kind == "task_opened")
    for (kind, task_id, person_id), times in told.items():
        if times > 1:
            yield Violation("jobs", f"task:{task_id}", f"{kind} was told {times} times to person {person_id}")
    rendered = {artefact.record_id for artefact in world.all(RecordArtefact)}
    for job in world.jobs["render_record"]:
        if (job.done_at is not None) != (job.args["record_id"] in rendered):
            is_done = "done" if job.done_at else "not done"
            yield Violation("jobs", f"record:{job.args['record_id']}", f"the job that renders it is {is_done}")
    for jobs in world.jobs.values():
        for job in jobs:
            seen = any(i.kind == "job_failed" and job.key in i.detail for i in world.incidents)
            if job.failed_at is not None and not seen:
                yield Violation("jobs", job.key, "was given up and no incident is open for it")


INVARIANTS: Sequence[Invariant] = (
    completed_once,
    acknowledged_is_stored,
    refused_is_absent,
    engine_agrees,
    acts_are_events,
    cases_can_move,
    order_is_kept,
    deadlines_are_kept,
    files_are_whole,
    chains_hold,
    duties_are_separate,
    cases_are_readable,
    numbers_have_no_gap,
    work_is_done_once,
)


def check_world(world: World) -> list[Violation]:
    """Everything that is wrong, in the order of the invariants."""
    return [violation for invariant in INVARIANTS for violation in invariant(world)]


def check(
    database: Database, data: Path, asked: Sequence[Asked] = (), checkpoints: Sequence[Mapping[str, Any]] = ()
) -> list[Violation]:
    """Check a database at rest; empty if every promise holds."""
    with _whole(database) as session:
        return check_world(World(session, data, asked, checkpoints))


def _whole(database: Database) -> Session:
    """A session that reads one unchanging picture where the database would show each statement a newer one."""
    if database.is_sqlite:
        return Session(database.engine, autoflush=False)
    session = Session(database.engine.execution_options(isolation_level="REPEATABLE READ"), autoflush=False)
    # After thousands of acts more than two minutes may go by between two statements.
    session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    return session


def _by_key(world: World) -> dict[str, list[Submission]]:
    found: dict[str, list[Submission]] = {}
    for row in world.submissions:
        found.setdefault(row.idempotency_key, []).append(row)
    return found


def _overlap(one: PositionHolding, other: PositionHolding) -> bool:
    ends_before = one.valid_to is not None and one.valid_to < other.valid_from
    begins_after = other.valid_to is not None and other.valid_to < one.valid_from
    return not ends_before and not begins_after
