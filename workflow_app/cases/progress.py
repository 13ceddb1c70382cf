"""What a case remembers of its own course, so that no act reads its history (promise 9).

``rounds``: openings per element · ``answered``: who answered the newest round of an element · ``open``: what waits now,
oldest first, as (engine task id, element) · ``awaits``: messages that may be sent · ``done``: elements completed or
passed at least once, and flows but those that are implied (``Graph.walked``) · ``overrides``: gates lifted for one task
· ``told``: gates whose holders know that they stop a task · ``participants``: who may see the case already
· ``duty_id``, ``period``: the duty that the case was opened for, and the period for which it is owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Progress:
    """The mutable form of ``Case.progress`` during one act."""

    rounds: dict[str, int] = field(default_factory=dict)
    answered: dict[str, list[int]] = field(default_factory=dict)
    open: list[tuple[str, str]] = field(default_factory=list)
    awaits: list[str] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    overrides: dict[str, dict[str, str]] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    participants: set[str] = field(default_factory=set)
    duty_id: int | None = None
    period: str | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Progress:
        """Read the column."""
        return cls(
            rounds=dict(stored.get("rounds", {})),
            answered={k: list(v) for k, v in stored.get("answered", {}).items()},
            open=[(engine_id, element) for engine_id, element in stored.get("open", [])],
            awaits=list(stored.get("awaits", [])),
            done=set(stored.get("done", [])),
            overrides=dict(stored.get("overrides", {})),
            told=set(stored.get("told", [])),
            participants=set(stored.get("participants", [])),
            duty_id=stored.get("duty_id"),
            period=stored.get("period"),
        )

    def to_json(self) -> dict[str, Any]:
        """The value of the column; what is empty is left out."""
        values = {
            "rounds": self.rounds,
            "answered": self.answered,
            "open": [list(pair) for pair in self.open],
            "awaits": self.awaits,
            "done": sorted(self.done),
            "overrides": self.overrides,
            "told": sorted(self.told),
            "participants": sorted(self.participants),
            "duty_id": self.duty_id,
            "period": self.period,
        }
        return {key: value for key, value in values.items() if value}

    def of_the_end(self) -> Progress:
        """What is still asked of a case that has ended: where it went, and what it was opened for.

        Rounds and answers stand in its tasks and submissions, those who may see it in its parties.
        """
        return Progress(done=self.done, duty_id=self.duty_id, period=self.period)

    def begin_round(self, element: str) -> int:
        """Count one more opening of an element; its earlier answerers no longer bind the separation of duties."""
        self.rounds[element] = self.rounds.get(element, 0) + 1
        self.answered.pop(element, None)
        return self.rounds[element]

    def opened(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Remember what waits now."""
        self.open.extend(pairs)

    def closed(self, engine_ids: Iterable[str]) -> list[str]:
        """Forget what no longer waits; returns the elements concerned."""
        gone = set(engine_ids)
        elements = [element for engine_id, element in self.open if engine_id in gone]
        self.open = [pair for pair in self.open if pair[0] not in gone]
        return elements

    def override_of(self, task_id: int, check: str, place: str) -> dict[str, str] | None:
        """The recorded override of a gate for one task, if a holder of this place has given one."""
        return self.overrides.get(f"{task_id}:{check}:{place}")

    def override(self, task_id: int, check: str, place: str, by: str, reason: str) -> None:
        """Record that a holder of a place has lifted a gate for one task. Another place's word stays beside it."""
        self.overrides[f"{task_id}:{check}:{place}"] = {"by": by, "place": place, "reason": reason}

    def is_told(self, task_id: int, check: str) -> bool:
        """Whether the holders have been told that a gate stops this task."""
        return f"{task_id}:{check}" in self.told

    def tell(self, task_id: int, check: str) -> None:
        """Remember that the holders have been told."""
        self.told.add(f"{task_id}:{check}")
