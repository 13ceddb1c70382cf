"""I-7: every step was opened by the act that completed its predecessor, on the path that the drawing chooses.

The order is replayed from the drawing and the stored answers alone: the engine is not asked. What a parallel join or a
running sub-process still waits for is the engine's to know (I-4); here a step may open only where a path leads to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.faults.world import Violation, World
from workflow_app.cases.ballot import is_sealed
from workflow_app.cases.models import Case, Submission, Task
from workflow_app.cases.seats import panel_facts
from workflow_app.definitions.answers import facts_of
from workflow_app.definitions.graph import Flow
from workflow_app.definitions.version import ProcessVersion
from workflow_app.engine.expressions import facts_read, holds

Facts = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class _Cause:
    """An act that moves the case on: the end of a step, a lapsed deadline, a message, a return, or the start."""

    at: datetime
    element: str | None  # None: the start of the case
    facts: Facts
    unknown: frozenset[str]  # elements whose facts the checker does not know: either way may have been taken
    reopens: str | None = None


def order_is_kept(world: World) -> Iterator[Violation]:
    """I-7: no step was opened, and none answered, out of order."""
    answers: dict[int, list[Submission]] = {}
    for row in world.submissions:
        answers.setdefault(row.task_id, []).append(row)
    armed = {event.subject: event.at for event in world.events["deadline_armed"]}
    for case in world.cases:
        version, tasks = world.version(case), world.tasks[case.id]
        causes = list(_causes(world, case, version, answers))
        for task in tasks:
            yield from _within(task, answers.get(task.id, []))
            if not _is_caused(version, causes, task.element, task.opened_at):
                yield Violation("I-7", f"task:{task.id}", f"no act at {task.opened_at} leads to {task.element}")
        for deadline in world.deadlines[case.id]:
            at = armed.get(f"deadline:{deadline.id}")
            if deadline.engine_task_id and at and not _is_caused(version, causes, deadline.element, at):
                yield Violation("I-7", f"deadline:{deadline.id}", f"no act at {at} leads to {deadline.element}")


def _within(task: Task, answers: Sequence[Submission]) -> Iterator[Violation]:
    """An answer is given while its task is open."""
    for row in answers:
        if row.element != task.element:
            yield Violation("I-7", f"submission:{row.id}", f"answers {row.element}, its task is {task.element}")
        if row.at < task.opened_at or (task.closed_at is not None and row.at > task.closed_at):
            yield Violation("I-7", f"submission:{row.id}", f"was given at {row.at}, while its task was not open")


def _causes(
    world: World, case: Case, version: ProcessVersion, answers: Mapping[int, Sequence[Submission]]
) -> Iterator[_Cause]:
    replay = _Replay(world, case, version, answers)
    yield _Cause(case.created_at, None, {}, replay.unknown)
    for task in world.tasks[case.id]:
        if task.closed_at is not None and not replay.was_dropped(task):
            told = max((replay.told[row.id] for row in answers.get(task.id, ()) if row.id in replay.told), default=0)
            yield replay.cause(task.closed_at, told, task.element)
    fired = {event.subject: event.id for event in world.events["deadline_fired"]}
    for deadline in world.deadlines[case.id]:
        if deadline.fired_at is not None:
            yield replay.cause(deadline.fired_at, fired.get(f"deadline:{deadline.id}", 0), deadline.element)
    messages = [element for element, kind in version.expanded.elements.items() if kind == "message"]
    for event in world.events["case_withdrawn"]:
        if event.chain_id == case.chain_id:
            for element in messages:
                yield replay.cause(event.at, event.id, element)
    for event in world.events["case_returned"]:
        if event.chain_id == case.chain_id:
            yield _Cause(event.at, None, {}, replay.unknown, reopens=event.body["to_element"])


class _Replay:
    """What was known in a case after each of its acts; the events say in which order they were."""

    def __init__(
        self, world: World, case: Case, version: ProcessVersion, answers: Mapping[int, Sequence[Submission]]
    ) -> None:
        self._version, self._tasks, self._answers = version, world.tasks[case.id], answers
        self._dropped = {event.subject for event in world.events["task_undone"] if event.chain_id == case.chain_id}
        self.told = {event.body["submission_id"]: event.id for event in world.events["task_completed"]}
        sealed = {element for element, form in version.tasks.items() if is_sealed(form)}
        self.unknown = frozenset(version.operations) | sealed

    def was_dropped(self, task: Task) -> bool:
        """Whether the task was closed without having been finished."""
        return f"task:{task.id}" in self._dropped

    def cause(self, at: datetime, event_id: int, element: str) -> _Cause:
        """An act with the facts as they were after it."""
        return _Cause(at, element, self._facts(at, event_id), self.unknown)

    def _facts(self, at: datetime, event_id: int) -> Facts:
        """The answers of the newest opening of each element, none while it is open again; a step that revises another
        has answered that one too."""
        facts: dict[str, dict[str, Any]] = {}
        for task in self._tasks:
            rows = self._answers.get(task.id, ())
            given = [row.answers for row in rows if self.told.get(row.id, 0) <= event_id]
            if given or task.opened_at < at:
                facts.pop(task.element, None)
            form = self._version.form(task.element)
            if not given or len(given) < len(rows) or task.closed_at is None or self.was_dropped(task):
                continue
            if form.seats is not None:
                facts[task.element] = panel_facts(form.seats, task.decision, given)
                continue
            facts[task.element] = facts_of(form, given[-1])
            if form.revises:
                facts[form.revises] = {**facts.get(form.revises, {}), **facts[task.element]}
        return self._version.complete_facts(facts)


def _is_caused(version: ProcessVersion, causes: Sequence[_Cause], element: str, at: datetime) -> bool:
    return any(
        cause.at == at and (cause.reopens == element or element in _followers(version, cause)) for cause in causes
    )


def _followers(version: ProcessVersion, cause: _Cause) -> frozenset[str]:
    """Every step, timer and message that may begin to wait with an act: what its paths lead to, and whatever hangs on
    the boundary of the sub-processes that they enter."""
    graph, kinds = version.graph, version.expanded.elements
    queue = list(graph.starts[None] if cause.element is None else graph.after(cause.element))
    found: set[str] = set()
    seen: set[str] = set()
    while queue:
        node = queue.pop()
        if node in seen:
            continue
        seen.add(node)
        found.update(event for event, host in graph.hosts.items() if host == node)
        if kinds[node] in {"user", "timer", "message"}:
            found.add(node)
        elif graph.tags[node] == "exclusiveGateway":
            queue += _chosen(graph.outgoing[node], cause)
        else:
            queue += graph.after(node)
    return frozenset(found)


def _chosen(flows: Sequence[Flow], cause: _Cause) -> list[str]:
    """The flow whose condition holds, else the default; both where the condition asks what the checker cannot know."""
    possible: list[str] = []
    for flow in flows:
        if flow.condition is None:
            continue
        if {element for element, _ in facts_read(flow.condition)} & cause.unknown:
            possible.append(flow.target)
        elif holds(flow.condition, cause.facts):
            return [*possible, flow.target]
    return [*possible, *(flow.target for flow in flows if flow.condition is None)]
