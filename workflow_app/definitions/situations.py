"""Where a case may stand during the dry run, what may happen there, and the ways between such situations."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workflow_app.definitions.samples import Samples
from workflow_app.definitions.version import ProcessVersion
from workflow_app.engine import Advance, complete, fire, send, start

Signature = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Move:
    """One thing that may happen: a step or operation completed, a deadline fired, a message sent."""

    kind: Literal["complete", "fire", "send"]
    element: str  # or the message's name
    facts: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Situation:
    """Where a case stands: the engine's state, what is open in it (engine task -> element), and the facts."""

    state: bytes = b""
    opened: Mapping[str, str] = field(default_factory=dict)
    operations: Mapping[str, str] = field(default_factory=dict)
    armed: Mapping[str, str] = field(default_factory=dict)
    waits_for: tuple[str, ...] = ()
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    outcome: str | None = None

    @property
    def is_idle(self) -> bool:
        """Whether the case runs with nothing to do and nothing to wait for."""
        return self.outcome is None and not (self.opened or self.operations or self.armed)


Ways = Mapping[Signature, list[tuple[Move, Signature]]]


class Situations:
    """The situations of one version."""

    def __init__(self, version: ProcessVersion) -> None:
        self.version = version
        self._samples = Samples(version)
        self._relevant = self._samples.relevant()

    def moves(self, situation: Situation) -> Iterator[Move]:
        """What may happen next. Operations are done before anybody can act again, one after the other."""
        if situation.operations:
            yield from self._completions(min(situation.operations.values()))
            return
        for element in sorted(set(situation.opened.values())):
            yield from self._completions(element)
        yield from (Move("fire", element) for element in sorted(set(situation.armed.values())))
        yield from (Move("send", message) for message in situation.waits_for)

    def _completions(self, element: str) -> Iterator[Move]:
        return (Move("complete", element, tuple(facts.items())) for facts in self._samples.of(element))

    def signature(self, situation: Situation) -> Signature:
        """What makes two situations the same: what is open, and the facts that a later condition may still read."""
        elements = (situation.opened, situation.operations, situation.armed)
        waiting = {element for found in elements for element in found.values()}
        facts = (
            f"{element}.{key}={self._samples.kind_of((element, key), value)}"
            for element, nodes in self._relevant.items()
            if waiting & nodes
            for key, value in situation.facts.get(element, {}).items()
        )
        outcome = (situation.outcome,) if situation.outcome else ()
        opened = (tuple(sorted(found.values())) for found in elements)
        return (*opened, situation.waits_for, outcome, tuple(sorted(facts)))

    def after(self, situation: Situation, move: Move | None) -> tuple[Advance, Situation]:
        """Make a move; None starts the case.

        Raises:
            EngineRefused: the engine refuses it.
        """
        facts = dict(situation.facts)
        if move is not None and move.kind == "complete":
            facts[move.element] = dict(move.facts)
        advance = self._make(situation, move, facts)
        gone = {*advance.closed, *advance.undone, *advance.disarmed}
        opened = {**{i: e for i, e in situation.opened.items() if i not in gone}, **advance.opened}
        armed = {**{i: e for i, e in situation.armed.items() if i not in gone}, **advance.armed}
        following = Situation(
            advance.state, opened, advance.operations, armed, advance.waits_for, facts, advance.outcome
        )
        return advance, following

    def _make(self, situation: Situation, move: Move | None, facts: Mapping[str, Mapping[str, Any]]) -> Advance:
        spec, complete_facts = self.version.spec, self.version.complete_facts(facts)
        if move is None:
            return start(spec, complete_facts)
        if move.kind == "send":
            return send(spec, situation.state, move.element, complete_facts)
        if move.kind == "fire":
            return fire(spec, situation.state, _task(situation.armed, move.element), complete_facts)
        waiting = {**situation.opened, **situation.operations}
        return complete(spec, situation.state, _task(waiting, move.element), complete_facts)


def _task(tasks: Mapping[str, str], element: str) -> str:
    return next(task for task, found in tasks.items() if found == element)


def distances(ways: Ways, starts: Iterable[Signature]) -> dict[Signature, int]:
    """The number of moves from the nearest start to every situation that can be reached."""
    found = dict.fromkeys(starts, 0)
    queue = deque(found)
    while queue:
        signature = queue.popleft()
        for _, target in ways[signature]:
            if target not in found:
                found[target] = found[signature] + 1
                queue.append(target)
    return found


def path_between(ways: Ways, begin: Signature, end: Signature) -> list[Move] | None:
    """A shortest series of moves from one situation to another; None if there is none."""
    came: dict[Signature, tuple[Signature, Move]] = {}
    queue = deque([begin])
    known = {begin}
    while queue and end not in known:
        signature = queue.popleft()
        for move, target in ways[signature]:
            if target not in known:
                known.add(target)
                came[target] = (signature, move)
                queue.append(target)
    if end not in known:
        return None
    moves: list[Move] = []
    while end != begin:
        end, move = came[end]
        moves.append(move)
    return moves[::-1]


def one_for_each(backwards: Iterable[tuple[Signature, Move, Signature]]) -> list[tuple[Signature, Move, Signature]]:
    """One example of each way back: the same move to the same open steps is the same way, whatever else is open."""
    found: dict[tuple[Move, tuple[str, ...]], tuple[Signature, Move, Signature]] = {}
    for signature, move, target in backwards:
        found.setdefault((move, target[0]), (signature, move, target))
    return list(found.values())
