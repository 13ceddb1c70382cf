"""Measuring: quiet medians with their spread, statements and commits, and the figures that come of it."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

MILLISECONDS = 1000.0


@dataclass(frozen=True)
class Figure:
    """One measured figure. ``budget`` is from docs/performance.md; ``at_least`` says that more is better; ``pace`` is
    how many times longer this machine took at that moment than the one on which the budgets were set."""

    what: str
    value: float
    unit: str
    budget: float | None = None
    at_least: bool = False
    detail: str = ""
    pace: float = 1.0

    @property
    def is_timed(self) -> bool:
        """Whether a slower machine gives another value."""
        return self.unit in {"ms", "/s"}

    @property
    def at_reference(self) -> float:
        """The value at the speed of the machine on which the budgets were set."""
        return self.value * self.pace if self.unit == "/s" else self.value / self.pace

    @property
    def is_inside(self) -> bool:
        """Whether the figure keeps its budget at that speed; one without a budget always does."""
        if self.budget is None:
            return True
        return self.at_reference >= self.budget if self.at_least else self.at_reference <= self.budget


@dataclass
class Times:
    """The durations of one kind of step, in seconds."""

    seconds: list[float] = field(default_factory=list)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Time the block."""
        began = time.perf_counter()
        yield
        self.seconds.append(time.perf_counter() - began)

    @property
    def median(self) -> float:
        """In milliseconds."""
        return statistics.median(self.seconds) * MILLISECONDS

    def quantile(self, share: float) -> float:
        """In milliseconds: 0.95 is what one in twenty exceeds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * MILLISECONDS

    @property
    def spread(self) -> str:
        """p95 and the middle half: what one median hides."""
        middle = f"{self.quantile(0.25):.1f}–{self.quantile(0.75):.1f}"
        return f"p95 {self.quantile(0.95):.1f}, middle half {middle}, n {len(self.seconds)}"

    def figure(self, what: str, budget: float | None = None, detail: str = "") -> Figure:
        """The median as a figure."""
        return Figure(what, self.median, "ms", budget, detail="; ".join(filter(None, (self.spread, detail))))


@contextmanager
def quiet() -> Iterator[None]:
    """No garbage is collected inside of a measurement; it is collected before."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


Contender = Callable[[], Mapping[str, Sequence[float]]]
"""Runs one case and returns the seconds of each of its steps."""


def alternate(
    contenders: Mapping[str, Contender], rounds: int, between: Callable[[], None], warm: int = 2
) -> dict[str, dict[str, Times]]:
    """Let the contenders run in turn, each round beginning with another, so that a slow minute meets all alike.

    Returns the times by contender and step; the first ``warm`` rounds are run and not counted. ``between`` is called
    after each round.
    """
    names = list(contenders)
    found: dict[str, dict[str, Times]] = {name: {} for name in names}
    for number in range(-warm, rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            with quiet():
                steps = contenders[name]()
            if number >= 0:
                for step, seconds in steps.items():
                    found[name].setdefault(step, Times()).seconds.extend(seconds)
        between()
    return found
