"""What clients asked for and what they were told; one line of JSON for each request, written as it happens."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Literal

Outcome = Literal["ok", "refused", "unknown"]
"""ok: the page said that it was done. refused: the page said that nothing was written. unknown: there was no answer."""


@dataclass(frozen=True)
class Asked:
    """One request to answer a task, and how it ended for the client. A repetition has the same key."""

    key: str
    """The idempotency key as it is stored."""
    task_id: int
    person_id: int
    decision: str | None
    outcome: Outcome
    status: int = 0


class Recorder:
    """The list of requests, kept in memory and, if a file is given, in it as well."""

    def __init__(self, file: Path | None = None) -> None:
        self.asked: list[Asked] = []
        self._file, self._lock = file, Lock()

    def note(self, asked: Asked) -> None:
        """Add a request; several clients may do so at once."""
        with self._lock:
            self.asked.append(asked)
            if self._file is not None:
                with self._file.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(asked)) + "\n")

    def count(self, outcome: Outcome) -> int:
        """How many requests ended like this."""
        return sum(1 for asked in self.asked if asked.outcome == outcome)


def read_recorded(file: Path) -> list[Asked]:
    """The requests that a recorder has written."""
    return [Asked(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


def final_outcomes(asked: Iterable[Asked]) -> dict[str, tuple[Asked, Outcome]]:
    """By key, the request and what its client knows in the end: one ``ok`` settles it, else one ``unknown`` leaves it
    open, for what was refused later may be refused because it had been done before."""
    found: dict[str, tuple[Asked, Outcome]] = {}
    weight = {"ok": 2, "unknown": 1, "refused": 0}
    for one in asked:
        known = found.get(one.key)
        if known is None or weight[one.outcome] > weight[known[1]]:
            found[one.key] = (one, one.outcome)
    return found


TELLING = frozenset({403, 404, 409, 422})
"""Refusals that come of how things stand. Of an earlier request without answer all others leave open what became."""


def refused_when_repeated(asked: Iterable[Asked]) -> dict[str, Asked]:
    """By key, the refusal of a repetition whose earlier requests had no answer: had one of them been carried out, the
    repetition would have had to say so."""
    found: dict[str, Asked] = {}
    lost: set[str] = set()
    for one in asked:
        if one.outcome == "unknown":
            lost.add(one.key)
        elif one.outcome == "refused" and one.status in TELLING and one.key in lost:
            found[one.key] = one
    return found
