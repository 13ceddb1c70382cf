"""Frozen cases: a running case in a file, with all that a later build needs to load it and bring it to its end."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from workflow_app.engine import Advance, Specification, complete, expand, fire, load, return_to, send, start
from workflow_app.engine.expressions import facts_read
from workflow_app.engine.run import Conditions, _waiting
from workflow_app.engine.state import restore

HERE = Path(__file__).parent
CASES, DRAWINGS = HERE / "cases", HERE / "drawings"

Act = tuple[str, str, str | None]
"""What is done (complete, fire, send, return_to), to which element or message, and the decision that goes with it."""

Facts = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Standing:
    """What waits: engine task id -> element. An act may change all of it."""

    steps: Mapping[str, str]
    operations: Mapping[str, str]
    deadlines: Mapping[str, str]
    messages: tuple[str, ...]
    outcome: str | None

    def elements(self) -> dict[str, Any]:
        """The same without the ids, which every build gives anew."""
        return {
            "steps": sorted(self.steps.values()),
            "operations": sorted(self.operations.values()),
            "deadlines": sorted(self.deadlines.values()),
            "messages": list(self.messages),
            "outcome": self.outcome,
        }


@dataclass(frozen=True)
class Frozen:
    """One file of the corpus."""

    build: str  # the version of the product that has written the state
    engine: str  # and that of the library
    drawing: str  # hash of the expanded drawing, which is its name in ``drawings/``
    state: str  # base64
    facts: Facts
    standing: dict[str, Any]
    acts: list[Act]  # what finishes the case
    path: list[dict[str, Any]] = field(default_factory=list)  # what waits after each of these acts

    @classmethod
    def read(cls, path: Path) -> Frozen:
        """A file of the corpus."""
        content = json.loads(path.read_text())
        return cls(**{**content, "acts": [tuple(act) for act in content["acts"]]})

    def write(self, path: Path) -> None:
        """Add a file to the corpus.

        Raises:
            FileExistsError: there is one of this name; what was frozen once is never written again.
        """
        with path.open("x") as file:
            json.dump(asdict(self), file, ensure_ascii=False, separators=(",", ":"))
            file.write("\n")


class Case:
    """A case on its way, restored before each act."""

    def __init__(self, spec: Specification, state: bytes, facts: Facts) -> None:
        self.spec, self.state, self.facts = spec, state, facts
        self.outcome: str | None = None
        self._standing: Standing | None = None

    @classmethod
    def start(cls, spec: Specification) -> Case:
        """A new case, of whose facts none is known."""
        facts: Facts = {}
        for condition in spec.expanded.conditions.values():
            for element, key in facts_read(condition):
                facts.setdefault(element, {})[key] = None
        return cls(spec, start(spec, facts).state, facts)

    def standing(self) -> Standing:
        """What waits now."""
        if self._standing is None:
            found = _waiting(self.spec, restore(self.spec, self.state, Conditions({})))
            self._standing = Standing(found.steps, found.operations, found.deadlines, found.messages, self.outcome)
        return self._standing

    def act(self, act: Act) -> None:
        """Do one thing."""
        advance = self._advance(*act)
        for element in advance.undone_elements:
            if element in self.facts:
                self.facts[element] = dict.fromkeys(self.facts[element])
        self.state, self.outcome, self._standing = advance.state, advance.outcome, None

    def _advance(self, kind: str, name: str, decision: str | None) -> Advance:
        now = self.standing()
        match kind:
            case "complete":
                if decision is not None:
                    self.facts[name] = {**self.facts[name], "decision": decision}
                return complete(self.spec, self.state, _only({**now.steps, **now.operations}, name), self.facts)
            case "fire":
                return fire(self.spec, self.state, _only(now.deadlines, name), self.facts)
            case "send":
                return send(self.spec, self.state, name, self.facts)
            case _:
                return return_to(self.spec, self.state, name, self.facts)


def frozen_cases() -> Iterator[Path]:
    """Every file of the corpus, of every build."""
    yield from sorted(CASES.glob("*/*.json"))


def thawed(frozen: Frozen) -> Case:
    """A case of the corpus, ready to go on."""
    return Case(
        specification(frozen.drawing),
        base64.b64decode(frozen.state),
        {name: dict(facts) for name, facts in frozen.facts.items()},
    )


@cache
def specification(digest: str) -> Specification:
    """A drawing of the corpus, parsed once for all its cases."""
    return load(expand(drawing(digest), {}))


def drawing(digest: str) -> bytes:
    """A drawing of the corpus, whose name is its hash."""
    content = (DRAWINGS / f"{digest}.bpmn").read_bytes()
    assert digest_of(content) == digest, f"the drawing {digest} was changed"
    return content


def digest_of(content: bytes) -> str:
    """The first sixteen figures of the hash."""
    return hashlib.sha256(content).hexdigest()[:16]


def _only(waiting: Mapping[str, str], element: str) -> str:
    (name,) = (name for name, found in waiting.items() if found == element)
    return name
