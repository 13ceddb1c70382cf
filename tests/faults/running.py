"""I-4, I-6, I-8, I-12: the rows of every case against the state of the engine, read with the pinned version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.faults.world import Violation, World
from workflow_app.cases.models import Case, Deadline
from workflow_app.cases.progress import Progress
from workflow_app.clock import end_of
from workflow_app.engine import EngineRefused
from workflow_app.jobs.models import Job

MODEL_CAP = 2_000_000
"""Bytes of a stored state beyond which a case is no longer one that the product was built for."""


def engine_agrees(world: World) -> Iterator[Violation]:
    """I-4: what waits in the engine is what is open in the rows: steps, deadlines, messages, and the end."""
    for case in world.cases:
        loaded = world.loaded(case)
        if isinstance(loaded, EngineRefused):
            continue  # I-12 says so.
        where, waiting = f"case:{case.id}", loaded.waiting
        tasks = [task for task in world.tasks[case.id] if task.closed_at is None]
        rows = Counter((task.engine_task_id, task.element) for task in tasks)
        armed = Counter((d.engine_task_id or "", d.element) for d in _timers(world, case) if d.state == "armed")
        progress = Progress.from_json(case.progress)
        remembered = Counter((engine_id, element) for engine_id, element in progress.open)
        yield from _differ(where, "open tasks", Counter(waiting.steps.items()), rows)
        yield from _differ(where, "armed deadlines", Counter(waiting.deadlines.items()), armed)
        both = Counter(waiting.steps.items()) + Counter(waiting.deadlines.items())
        yield from _differ(where, "what progress remembers as open", both, remembered)
        if waiting.operations:
            yield Violation("I-4", where, f"the engine waits for operations: {sorted(waiting.operations.values())}")
        if list(waiting.messages) != sorted(progress.awaits):
            yield Violation("I-4", where, f"the engine awaits {waiting.messages}, progress says {progress.awaits}")
        if loaded.ended != (case.closed_at is not None) or loaded.ended != (case.outcome is not None):
            ended = "has ended" if loaded.ended else "has not ended"
            yield Violation("I-4", where, f"the engine {ended}, the case was closed at {case.closed_at}")
        yield from _seats_fit(world, case)


def cases_can_move(world: World) -> Iterator[Violation]:
    """I-6: a running case has an open task, an armed deadline, a message it waits for, or an open incident; and an open
    task has a seat that somebody may still answer."""
    stuck = {incident.case_id for incident in world.incidents}
    for case in world.cases:
        if case.closed_at is not None or case.id in stuck:
            continue
        yield from _tasks_can_be_answered(world, case)
        has_task = any(task.closed_at is None for task in world.tasks[case.id])
        has_deadline = any(deadline.state == "armed" for deadline in world.deadlines[case.id])
        if not (has_task or has_deadline or Progress.from_json(case.progress).awaits):
            yield Violation("I-6", f"case:{case.id}", "is running, and nothing and nobody can move it")


def deadlines_are_kept(world: World) -> Iterator[Violation]:
    """I-8: a deadline fires once or never, not before its last day has ended, on the day that it was armed for; while
    it is armed exactly one job waits to fire it."""
    armed_for = {event.subject: event.body["due_on"] for event in world.events["deadline_armed"]}
    jobs: dict[int, list[Job]] = {}
    for job in world.jobs["fire_deadline"]:
        jobs.setdefault(job.args["deadline_id"], []).append(job)
    given_up = {incident.case_id for incident in world.incidents}
    for case in world.cases:
        for deadline in _timers(world, case):
            where = f"deadline:{deadline.id}"
            yield from _fired_rightly(where, deadline)
            if armed_for.get(where) != str(deadline.due_on):
                yield Violation("I-8", where, f"was armed for {armed_for.get(where)} and is due on {deadline.due_on}")
            mine = jobs.get(deadline.id, [])
            if len(mine) != 1:
                yield Violation("I-8", where, f"has {len(mine)} jobs to fire it")
            elif deadline.state == "armed" and mine[0].done_at is not None:
                yield Violation("I-8", where, "is armed, and the job that fires it says that it is done")
            elif deadline.state == "armed" and mine[0].failed_at is not None and case.id not in given_up:
                failed = any(mine[0].key in incident.detail for incident in world.incidents)
                if not failed:
                    yield Violation("I-8", where, "is armed, its job was given up, and no incident is open")


def cases_are_readable(world: World) -> Iterator[Violation]:
    """I-12: every stored case loads with its pinned version, is written back byte for byte, and is not too large."""
    for case in world.cases:
        loaded = world.loaded(case)
        if isinstance(loaded, EngineRefused):
            yield Violation("I-12", f"case:{case.id}", f"its state cannot be read: {loaded}")
        elif loaded.written != case.state:
            yield Violation("I-12", f"case:{case.id}", "its state is not written back as it was read")
        elif len(case.state) > MODEL_CAP:
            yield Violation("I-12", f"case:{case.id}", f"its state has {len(case.state)} bytes")


def _tasks_can_be_answered(world: World, case: Case) -> Iterator[Violation]:
    for task in world.tasks[case.id]:
        rule = world.version(case).form(task.element).seats
        # A table with too few or an even number of people waits, fully answered, for a further seat.
        waits_for_a_seat = rule is not None and (rule.odd or rule.min_seats is not None)
        states = {seat.state for seat in world.seats[task.id]}
        if task.closed_at is None and "open" not in states and not waits_for_a_seat:
            yield Violation("I-6", f"task:{task.id}", "is open, and no seat of it is left to be answered")


def _timers(world: World, case: Case) -> list[Deadline]:
    return [deadline for deadline in world.deadlines[case.id] if deadline.engine_task_id is not None]


Waiting = Counter[tuple[str, str]]
"""Engine task ids with their elements."""


def _differ(where: str, what: str, engine: Waiting, rows: Waiting) -> Iterator[Violation]:
    for (name, element), times in (engine - rows).items():
        yield Violation("I-4", where, f"{what}: {element} ({name}) waits in the engine, {times} too few rows")
    for (name, element), times in (rows - engine).items():
        yield Violation("I-4", where, f"{what}: {element} ({name}) does not wait in the engine, {times} too many rows")


def _seats_fit(world: World, case: Case) -> Iterator[Violation]:
    for task in world.tasks[case.id]:
        states = {seat.state for seat in world.seats[task.id]}
        if not states:
            yield Violation("I-4", f"task:{task.id}", "has no seat")
        if task.closed_at is not None and states & {"open", "waiting"}:
            yield Violation("I-4", f"task:{task.id}", "is closed and a seat of it is still open")


def _fired_rightly(where: str, deadline: Deadline) -> Iterator[Violation]:
    if (deadline.state == "fired") != (deadline.fired_at is not None):
        yield Violation("I-8", where, f"is {deadline.state} and was fired at {deadline.fired_at}")
    if deadline.fired_at is not None and deadline.fired_at < end_of(deadline.due_on):
        yield Violation("I-8", where, f"was fired at {deadline.fired_at}, before {deadline.due_on} had ended")
