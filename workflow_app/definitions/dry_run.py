"""The dry run: a definition is walked through with sample facts before anybody works with it.

Situations are explored breadth first: every step with every sample answer, every deadline, every message, and so every
order of arrival at a join. The engine is a function over saved states, so that each step restores what the last one
saved. Nothing is random; the same definition gives the same report.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from workflow_app.definitions.faults import Fault
from workflow_app.definitions.fresh_process import same_in_fresh_process
from workflow_app.definitions.situations import (
    Move,
    Signature,
    Situation,
    Situations,
    distances,
    one_for_each,
    path_between,
)
from workflow_app.definitions.source import Source
from workflow_app.definitions.version import ProcessVersion, load_version
from workflow_app.engine import EngineRefused, complete
from workflow_app.text import Text

MAX_STEPS = 6_000
MAX_SECONDS = 60.0
ROUNDS = 2
"""How often each loop is passed."""


@dataclass(frozen=True)
class Report:
    """What the dry run has seen. ``faults`` is empty for a definition that may be published."""

    slug: str
    steps: int
    situations: int
    covered: frozenset[str]  # sequence flows
    uncovered: tuple[str, ...]
    loops: int  # different ways back, each passed ROUNDS times
    fired: frozenset[str]  # deadlines
    sent: frozenset[str]  # messages
    outcomes: frozenset[str]  # end events reached
    faults: tuple[Fault, ...]


def dry_run(
    source: Source, *, max_steps: int = MAX_STEPS, max_seconds: float = MAX_SECONDS, fresh_process: bool = True
) -> Report:
    """Walk through a definition that ``check.faults`` has found sound.

    ``fresh_process`` repeats one step in another process of the operating system: nothing may hide in memory.

    Raises:
        DefinitionRefused: the definition cannot be loaded.
    """
    version = load_version(source, 1)
    walk = _Walk(version, source, max_steps, time.monotonic() + max_seconds)
    walk.explore()
    if not walk.exhausted:
        walk.go_round()
        walk.judge()
    if fresh_process and (middle := walk.middle_step()) is not None:
        walk.compare_fresh(*middle)
    return walk.report()


class _Exhausted(Exception):  # noqa: N818 - not an error: the walk stops where its budget ends
    """The budget of steps or time is used up."""


@dataclass
class _Walk:
    version: ProcessVersion
    source: Source
    max_steps: int
    until: float
    steps: int = 0
    loops: int = 0
    exhausted: bool = False
    covered: set[str] = field(default_factory=set)
    seen: dict[Signature, Situation] = field(default_factory=dict)
    ways: dict[Signature, list[tuple[Move, Signature]]] = field(default_factory=dict)
    faults: dict[Fault, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.situations = Situations(self.version)

    def explore(self) -> None:
        """Every situation that can be reached, each left by every move."""
        try:
            first = self._step(Situation(), None)
            queue = deque([first] if first else [])
            while queue:
                situation = queue.popleft()
                signature = self.situations.signature(situation)
                if signature in self.ways:
                    continue
                self.seen.setdefault(signature, situation)
                self.ways[signature] = []
                for move in self.situations.moves(situation):
                    following = self._step(situation, move)
                    if following is not None:
                        self.ways[signature].append((move, self.situations.signature(following)))
                        queue.append(following)
        except _Exhausted:
            self.exhausted = True
            self._fault("", "dry_run_unfinished", "试运行走了{steps}步仍未走完，流程过于复杂", steps=self.steps)

    def _step(self, situation: Situation, move: Move | None) -> Situation | None:
        if self.steps >= self.max_steps or time.monotonic() > self.until:
            raise _Exhausted
        self.steps += 1
        try:
            advance, following = self.situations.after(situation, move)
        except EngineRefused as refused:
            place = move.element if move is not None else ""
            if refused.code == "stuck":
                self._dead_end(place)
            else:
                self._fault(place, "run_refused", "试运行到本步骤时引擎拒绝：{why}", why=refused.code)
            return None
        if following.is_idle:
            # The engine is content with a message that may come; a case that hopes for its withdrawal is stuck.
            self._dead_end(move.element if move is not None else "")
        self.covered.update(set(advance.reached) & self.version.expanded.flows.keys())
        return following

    def _dead_end(self, element: str) -> None:
        self._fault(element, "dead_end", "办完本步骤后没有任何待办、期限或结果")

    def go_round(self) -> None:
        """Pass every way back several times, each time on from where the last round ended."""
        steps_to = distances(self.ways, [next(iter(self.ways))] if self.ways else [])
        backwards = [
            (signature, move, target)
            for signature, ways in self.ways.items()
            for move, target in ways
            if steps_to[target] <= steps_to[signature]
        ]
        for signature, move, target in one_for_each(backwards):
            path = path_between(self.ways, target, signature)
            if path is None:
                continue  # The same situation by another order, not a loop.
            self.loops += 1
            try:
                self._repeat(target, [*path, move])
            except _Exhausted:
                self.exhausted = True
                self._fault("", "dry_run_unfinished", "试运行走了{steps}步仍未走完，流程过于复杂", steps=self.steps)
                return

    def _repeat(self, begin: Signature, moves: list[Move]) -> None:
        situation: Situation | None = self.seen[begin]
        for _ in range(ROUNDS):
            for move in moves:
                situation = self._step(situation, move) if situation is not None else None
        if situation is not None and self.situations.signature(situation) != begin:
            self._fault(moves[-1].element, "round_differs", "第二轮循环后的状态与第一轮不同")

    def judge(self) -> None:
        """Faults that only the whole walk shows."""
        for flow in self.uncovered():
            self._fault(flow, "flow_uncovered", "试运行中没有任何办理方式经过这条连线")
        ending = {signature for signature, situation in self.seen.items() if situation.outcome is not None}
        backwards: dict[Signature, list[tuple[Move, Signature]]] = {signature: [] for signature in self.ways}
        for signature, ways in self.ways.items():
            for move, target in ways:
                backwards[target].append((move, signature))
        can_end = distances(backwards, sorted(ending))
        for signature, situation in self.seen.items():
            if signature not in can_end:
                elements = sorted({*situation.opened.values(), *situation.armed.values()})
                self._fault(elements[0] if elements else "", "no_way_out", "到达本步骤后流程再也不能办结")

    def uncovered(self) -> tuple[str, ...]:
        """Flows that were never taken."""
        return tuple(flow for flow in self.version.expanded.flows if flow not in self.covered)

    def middle_step(self) -> tuple[Situation, Move] | None:
        """A step of a human being, about half-way through the walk."""
        steps = [
            (self.seen[signature], move)
            for signature, ways in self.ways.items()
            for move, _ in ways
            if move.kind == "complete" and move.element in self.version.tasks
        ]
        return steps[len(steps) // 2] if steps else None

    def compare_fresh(self, situation: Situation, move: Move) -> None:
        """Repeat one step in another process and compare what it brings about."""
        facts = self.version.complete_facts({**situation.facts, move.element: dict(move.facts)})
        task = next(i for i, element in situation.opened.items() if element == move.element)
        advance = complete(self.version.spec, situation.state, task, facts)
        if not same_in_fresh_process(self.source, situation.state, task, facts, advance):
            self._fault(move.element, "fresh_process_differs", "在新的进程中接着办理，结果不同")

    def report(self) -> Report:
        """The sum of the walk."""
        moves = [move for ways in self.ways.values() for move, _ in ways]
        return Report(
            slug=self.version.slug,
            steps=self.steps,
            situations=len(self.seen),
            covered=frozenset(self.covered),
            uncovered=self.uncovered(),
            loops=self.loops,
            fired=frozenset(move.element for move in moves if move.kind == "fire"),
            sent=frozenset(move.element for move in moves if move.kind == "send"),
            outcomes=frozenset(s.outcome for s in self.seen.values() if s.outcome is not None),
            faults=tuple(self.faults),
        )

    def _fault(self, element: str, code: str, msgid: str, **args: Any) -> None:
        file = self.source.drawing_file
        if element in self.version.expanded.origin:
            _, drawing, element = self.version.expanded.origin[element]
            file = f"bpmn/shared/{drawing}.bpmn"
        self.faults[Fault(file, element, code, Text(msgid, **args))] = None
