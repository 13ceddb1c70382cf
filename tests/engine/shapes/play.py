"""Playing a case of a shape: every act is done by the engine and by the model, and what they say is compared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, TypeVar

import pytest

from tests.engine.shapes.drawing import drawings
from tests.engine.shapes.model import Model, Standing
from tests.engine.shapes.sound import assert_sound
from tests.engine.shapes.structure import Shape
from tests.engine.shapes.tree import Mark, Open
from workflow_app.engine import (
    Advance,
    EngineRefused,
    Specification,
    complete,
    expand,
    fire,
    load,
    return_to,
    send,
    start,
)

Kind: TypeAlias = Literal["complete", "fire", "send", "return_to"]
Call: TypeAlias = Callable[[Specification, bytes, str, Mapping[str, Mapping[str, Any]]], Advance]

CALLS: Mapping[Kind, Call] = {"complete": complete, "fire": fire, "send": send, "return_to": return_to}
SCORES = (None, 0, 59, "60.0", 100)
_OF_THE_PEN = re.compile(r"(^|_)(flow|merge)_\d+$")  # what is drawn between the elements of a shape
_Node = TypeVar("_Node", Open, Open | Mark)
STRANGER = "bebe3303-4198-4508-a453-4090be6248aa"


@dataclass(frozen=True)
class Choice:
    """One thing that may be done next: with which call, on what."""

    kind: Kind
    node: Open | Mark
    name: str  # of the element or message

    @property
    def order(self) -> tuple[str, str]:
        return self.kind, self.name


@dataclass
class Tally:
    """What was tried, for the report of a long run."""

    drawings: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    finished: int = 0

    def __str__(self) -> str:
        acts = ", ".join(f"{kind} {number}" for kind, number in sorted(self.acts.items()))
        return f"{self.drawings} drawings, {self.finished} ended; {acts}"


@dataclass
class Play:
    """One case. ``call`` does an act of the engine: here, or in another process."""

    shape: Shape
    call: Callable[[Kind, Specification, bytes, str, Mapping[str, Mapping[str, Any]]], Advance] | None = None
    tally: Tally = field(default_factory=Tally)
    ids: dict[Open | Mark, str] = field(default_factory=dict)  # the engine task id of each opening
    closed: list[str] = field(default_factory=list)  # ids that were steps and operations
    lapsed: list[str] = field(default_factory=list)  # ids that were deadlines

    def __post_init__(self) -> None:
        drawing, shared = drawings(self.shape)
        self.spec = load(expand(drawing, shared))
        self.model = Model(self.shape)
        self.tally.drawings += 1
        nothing = Standing([], [], [], {}, {}, None)
        self.state = b""
        self._compare(start(self.spec, self.model.facts), nothing, self.model.standing(), 0, None)

    @property
    def over(self) -> bool:
        """Whether the case has ended."""
        return self.model.standing().outcome is not None

    def choices(self) -> list[Choice]:
        """Everything that may be done now, in an order that does not depend on chance."""
        now = self.model.standing()
        found = [Choice("complete", node, node.item.id) for node in now.operations + now.steps]
        found += [Choice("fire", node, node.item.id) for node in now.deadlines]
        found += [Choice("send", nodes[0], name) for name, nodes in now.awaited.items() if len(nodes) == 1]
        found += [Choice("return_to", node, name) for name, node in self.model.returnable().items()]
        return sorted(found, key=lambda choice: choice.order)

    def act(self, choice: Choice, facts: Mapping[str, Any]) -> None:
        """Do one thing with both, and compare."""
        before, passed = self.model.standing(), len(self.model.passed)
        sent = dict(self.model.facts)
        acted = self.ids.get(choice.node)
        match choice.kind:
            case "complete":
                sent[choice.name] = dict(facts)
                assert isinstance(choice.node, Open)
                self.model.complete(choice.node, facts)
            case "fire" | "send":
                self.model.occur(choice.node)
            case "return_to":
                assert isinstance(choice.node, Open)
                self.model.return_to(choice.node)
        target = choice.name if choice.kind in ("send", "return_to") else str(acted)
        advance = (self.call or _here)(choice.kind, self.spec, self.state, target, sent)
        self.tally.acts[choice.kind] += 1
        self._compare(advance, before, self.model.standing(), passed, choice)
        self.tally.finished += self.over

    def finish(self, longest: int = 150) -> None:
        """Everyone decides ``a`` until the case ends; deadlines and messages come only where nobody can act."""
        for _ in range(longest):
            if self.over:
                return
            choices = [choice for choice in self.choices() if choice.kind != "return_to"]
            # Two places that wait for one message cannot be told apart, so that nobody may send it.
            if not choices:
                return
            self.act(next((c for c in choices if c.kind == "complete"), choices[0]), {"decision": "a", "score": 0})
        raise AssertionError(f"not at an end after {longest} acts")

    def refuse(self) -> None:
        """What is closed, unknown or of the wrong kind is refused, and leaves no trace."""
        now, state = self.model.standing(), self.state
        open_ids = {self.ids[node] for node in now.steps + now.operations}
        armed_ids = {self.ids[node] for node in now.deadlines}
        awaited = {name for name, nodes in now.awaited.items() if len(nodes) == 1}
        done = self.model.returnable()
        wrong: dict[Kind, Iterable[str]] = {
            "complete": {*self.closed[-1:], *armed_ids, STRANGER, ""} - open_ids,
            "fire": {*self.lapsed[-1:], *open_ids, STRANGER, ""} - armed_ids,
            "send": {"withdraw", "recall", "nothing", ""} - awaited,
            "return_to": {*list(self.spec.expanded.elements)[-6:], "nothing", ""} - done.keys(),
        }
        codes = {"complete": "not_open", "fire": "not_armed", "send": "not_waiting", "return_to": "never_done"}
        for kind, names in wrong.items():
            for name in sorted(names)[:2]:
                with pytest.raises(EngineRefused) as caught:
                    CALLS[kind](self.spec, state, name, self.model.facts)
                ended = kind == "return_to" and self.over
                assert caught.value.code == ("ended" if ended else codes[kind])
                self.tally.acts["refused"] += 1

    def _compare(self, advance: Advance, before: Standing, after: Standing, passed: int, choice: Choice | None) -> None:
        completed = choice.node if choice is not None and choice.kind == "complete" else None
        opened, undone = _new(after.steps, before.steps), _new(before.steps, after.steps)
        armed, disarmed = _new(after.deadlines, before.deadlines), _new(before.deadlines, after.deadlines)
        assert Counter(advance.opened.values()) == _elements(opened)
        assert advance.closed == (() if completed is None else (self.ids[completed],))
        assert Counter(advance.undone) == self._names(node for node in undone if node is not completed)
        assert Counter(advance.armed.values()) == _elements(armed)
        assert Counter(advance.disarmed) == self._names(disarmed)
        assert Counter(advance.operations.values()) == _elements(after.operations)
        assert advance.waits_for == tuple(sorted(name for name, nodes in after.awaited.items() if len(nodes) == 1))
        assert advance.outcome == after.outcome
        assert bool(after.outcome) != bool(after.steps or after.operations or after.deadlines or after.awaited)
        assert Counter(name for name in advance.reached if not _OF_THE_PEN.search(name)) == Counter(
            self.model.passed[passed:]
        )
        self._compare_undone(advance, before, after, choice)
        self.closed += advance.closed + advance.undone
        self.lapsed += advance.disarmed
        self._take_ids(opened, advance.opened)
        self._take_ids(armed, advance.armed)
        waited = self._names(before.operations)
        began = {name: element for name, element in advance.operations.items() if name not in waited}
        self._take_ids(_new(after.operations, before.operations), began)
        waiting = [self.ids[node] for node in (*after.steps, *after.operations, *after.deadlines)]
        assert len(set(waiting)) == len(waiting)
        assert_sound(self.spec, advance.state)
        self.state = advance.state

    def _compare_undone(self, advance: Advance, before: Standing, after: Standing, choice: Choice | None) -> None:
        lost = {which: element for which, element in before.completions.items() if which not in after.completions}
        assert not lost or (choice is not None and choice.kind == "return_to")
        assert Counter(advance.voided) == self._names(node for node, _ in lost)
        assert sorted(advance.undone_elements) == sorted(set(lost.values()))

    def _take_ids(self, nodes: Iterable[Open | Mark], names: Mapping[str, str]) -> None:
        """Which engine task is which opening: what comes back after a return may have its old id or a new one."""
        free = dict(names)
        for node in nodes:
            fitting = [name for name, element in free.items() if element == node.item.id]
            name = self.ids[node] if self.ids.get(node) in fitting else fitting[0]
            self.ids[node] = name
            del free[name]

    def _names(self, nodes: Iterable[Open | Mark]) -> Counter[str]:
        return Counter(self.ids[node] for node in nodes)


def _here(
    kind: Kind, spec: Specification, state: bytes, target: str, facts: Mapping[str, Mapping[str, Any]]
) -> Advance:
    return CALLS[kind](spec, state, target, facts)


def _new(now: Iterable[_Node], then: Iterable[_Node]) -> list[_Node]:
    known = set(then)
    return [node for node in now if node not in known]


def _elements(nodes: Iterable[Open | Mark]) -> Counter[str]:
    return Counter(node.item.id for node in nodes)
