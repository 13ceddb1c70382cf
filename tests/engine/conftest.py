"""What the engine's tests share: the fixture drawings, and a case driven the way the services drive one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from workflow_app.engine import Advance, Specification, complete, expand, fire, load, return_to, send, start

DRAWINGS = Path(__file__).parent / "drawings"
SHARED = ("public_notice", "supplement")


def drawing(name: str) -> bytes:
    """A fixture drawing."""
    return (DRAWINGS / f"{name}.bpmn").read_bytes()


@cache
def specification(name: str) -> Specification:
    """A fixture drawing, expanded and parsed once for all tests: sharing it is one of the promises."""
    return load(expand(drawing(name), {shared: drawing(shared) for shared in SHARED}))


class Case:
    """The open steps, deadlines and facts of one case. The state is restored before, and saved after, every step."""

    def __init__(self, name: str, spec: Specification | None = None) -> None:
        self.spec = spec or specification(name)
        self.facts: dict[str, dict[str, Any]] = {
            element: dict.fromkeys(("decision", "score"))
            for element, kind in self.spec.expanded.elements.items()
            if kind == "user"
        }
        self.steps: dict[str, str] = {}
        self.deadlines: dict[str, str] = {}
        self.operations_run: list[str] = []
        self.last: Advance = self.apply(start(self.spec, self.facts))

    def apply(self, advance: Advance) -> Advance:
        """Take over what an advance says, and run its operations; returns the first advance."""
        first = advance
        while True:
            self._take(advance)
            if not advance.operations:
                return first
            engine_task_id, element = next(iter(advance.operations.items()))
            self.operations_run.append(element)
            advance = complete(self.spec, self.state, engine_task_id, self.facts)

    def _take(self, advance: Advance) -> None:
        for engine_task_id in (*advance.closed, *advance.undone):
            self.steps.pop(engine_task_id, None)
        for engine_task_id in advance.disarmed:
            del self.deadlines[engine_task_id]
        for element in advance.undone_elements:
            if element in self.facts:
                self.facts[element] = dict.fromkeys(self.facts[element])
        assert not self.steps.keys() & advance.opened.keys()
        self.steps |= advance.opened
        self.deadlines |= advance.armed
        self.state, self.outcome, self.waits_for = advance.state, advance.outcome, advance.waits_for
        self.last = advance

    @property
    def open(self) -> list[str]:
        """The elements of the open steps, sorted."""
        return sorted(self.steps.values())

    @property
    def armed(self) -> list[str]:
        """The elements of the running deadlines, sorted."""
        return sorted(self.deadlines.values())

    def id_of(self, element: str) -> str:
        """The engine task of an open step or a running deadline."""
        return _key(self.steps | self.deadlines, element)

    def do(self, element: str, decision: str | None = None) -> Advance:
        """Complete an open step."""
        if decision is not None:
            self.facts[element] = {**self.facts[element], "decision": decision}
        return self.apply(complete(self.spec, self.state, self.id_of(element), self.facts))

    def lapse(self, element: str) -> Advance:
        """Let a running deadline lapse."""
        return self.apply(fire(self.spec, self.state, self.id_of(element), self.facts))

    def send(self, message: str) -> Advance:
        """Send a message."""
        return self.apply(send(self.spec, self.state, message, self.facts))

    def back_to(self, element: str) -> Advance:
        """Return to a completed step."""
        return self.apply(return_to(self.spec, self.state, element, self.facts))


def _key(mapping: Mapping[str, str], value: str) -> str:
    found = [key for key, element in mapping.items() if element == value]
    assert len(found) == 1, f"{value} is there {len(found)} times in {sorted(mapping.values())}"
    return found[0]


@pytest.fixture
def approval() -> Case:
    """A case of the approval drawing, just started."""
    return Case("approval")
