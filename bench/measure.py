"""Measuring: quiet medians with their spread, statements and commits, and the figures that come of it."""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

MILLISECONDS = 1000.0


@dataclass(frozen=True)
class Figure:
    """One measured figure. ``budget`` is from docs/performance.md; ``at_least`` says that more is better; ``pace`` is
    how many times longer this machine took at that moment than the one on which the budgets were set; ``computing`` is
    the share of the time in which processors worked: the rest waited for the disk, which knows no such pace."""

    what: str
    value: float
    unit: str
    budget: float | None = None
    at_least: bool = False
    detail: str = ""
    pace: float = 1.0
    computing: float = 1.0

    @property
    def is_timed(self) -> bool:
        """Whether a slower machine gives another value."""
        return self.unit in {"ms", "/s"}

    @property
    def at_reference(self) -> float:
        """The value at the speed of the machine on which the budgets were set."""
        longer = 1 - self.computing + self.computing / self.pace
        return self.value / longer if self.unit == "/s" else self.value * longer

    @property
    def is_inside(self) -> bool:
        """Whether the figure keeps its budget at that speed; one without a budget always does."""
        if self.budget is None:
            return True
        return self.at_reference >= self.budget if self.at_least else self.at_reference <= self.budget


@dataclass
class Times:
    """The durations of one kind of step, in seconds, and what the processors of this process worked in all of them."""

    seconds: list[float] = field(default_factory=list)
    computed: float = 0.0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Time the block."""
        computed, began = time.process_time(), time.perf_counter()
        yield
        self.seconds.append(time.perf_counter() - began)
        self.computed += time.process_time() - computed

    def add(self, others: Times) -> None:
        """Take in what was measured elsewhere."""
        self.seconds.extend(others.seconds)
        self.computed += others.computed

    @property
    def computing(self) -> float:
        """The share of the durations in which this process computed, 0 to 1."""
        return min(1.0, self.computed / sum(self.seconds))

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

    def figure(self, what: str, budget: float | None = None, detail: str = "", computing: float = 1.0) -> Figure:
        """The median as a figure."""
        told = "; ".join(filter(None, (self.spread, detail)))
        return Figure(what, self.median, "ms", budget, detail=told, computing=computing)


@contextmanager
def quiet() -> Iterator[None]:
    """No garbage is collected inside of a measurement; it is collected before.

    What others have left to be written is written before as well: a commit would wait for it.
    """
    gc.collect()
    os.sync()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


Contender = Callable[[], Mapping[str, Times]]
"""Runs one case and returns the times of its start and of its completions."""


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
                for step, times in steps.items():
                    found[name].setdefault(step, Times()).add(times)
        between()
    return found
