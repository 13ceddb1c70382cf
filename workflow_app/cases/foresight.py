"""What the engine will say, asked before the case is locked.

The engine answers from nothing but the version, the state, the step and the facts. So it is asked while others still
write: of the time for which an act on the embedded database keeps everybody else out, its run was a fifth. Under the
lock its answer is taken only if the very same would be asked there; if anything has changed, it is asked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow_app import engine
from workflow_app.definitions.answers_shape import facts_of
from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.version import ProcessVersion
from workflow_app.engine import Advance, EngineRefused

Facts = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Standing:
    """Where a case stood when somebody looked at one of its tasks."""

    version: ProcessVersion
    state: bytes
    facts: Facts
    element: str
    engine_task_id: str


@dataclass(frozen=True)
class Foreseen:
    """One answer of the engine, and what it was asked with."""

    version: ProcessVersion
    state: bytes
    facts: Facts
    engine_task_id: str
    advance: Advance

    def answers(self, version: ProcessVersion, state: bytes, facts: Facts, engine_task_id: str) -> bool:
        """Whether this is what the engine would say to that completion."""
        return (
            self.version is version
            and self.engine_task_id == engine_task_id
            and self.state == state
            and self.facts == facts
        )


def foresee(standing: Standing, form: TaskForm, answers: Mapping[str, Any]) -> Foreseen | None:
    """The engine's answer to a completion with these answers, which nobody has examined yet.

    None where one person's answer does not complete the step, and where the engine refuses: the act itself will then
    say why, if it comes so far.
    """
    if form.seats is not None or not standing.state:
        return None
    version, state, engine_id = standing.version, standing.state, standing.engine_task_id
    facts = version.complete_facts(with_answers(standing.facts, standing.element, form, answers))
    try:
        return Foreseen(version, state, facts, engine_id, engine.complete(version.spec, state, engine_id, facts))
    except EngineRefused:
        return None


def with_answers(facts: Facts, element: str, form: TaskForm, answers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The facts of a case once one person has answered a step; a step that revises another changes that one's, too."""
    told = facts_of(form, answers)
    changed = {name: dict(known) for name, known in facts.items()} | {element: told}
    if form.revises:
        changed[form.revises] = {**facts.get(form.revises, {}), **told}
    return changed
