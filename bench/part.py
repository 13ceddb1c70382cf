"""What every part of the bench is given, and the budgets that the figures are held to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.measure import Figure
from bench.pace import Pace
from bench.stores import Stores


@dataclass(frozen=True)
class Budget:
    """The budgets of the product; each on SQLite and on PostgreSQL where they differ."""

    statements: int = 14
    commits: int = 1
    completion_ms: tuple[float, float] = (5, 10)
    request_ms: tuple[float, float] = (9, 13)
    cases_a_second: tuple[float, float] = (25, 28)
    request_p95_ms: float = 40  # SQLite with four writers
    page_statements: int = 4
    page_ms: float = 15
    bytes_a_case: int = 8_000
    worker_mb: int = 120


BUDGET = Budget()


@dataclass(frozen=True)
class Bench:
    """One run: its databases, the yardstick to glance at, and how long it may take."""

    stores: Stores
    pace: Pace
    quick: bool

    def rounds(self, whole: int, quick: int) -> int:
        """How often to repeat a measurement."""
        return quick if self.quick else whole


Part = Callable[[Bench], Iterator[Figure]]
