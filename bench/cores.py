"""What the cores of this machine do: they work, they rest, or the host of a virtual machine takes them away."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

_STAT = Path("/proc/stat")


class Shares(NamedTuple):
    """Of the time of all cores, 0 to 1."""

    working: float
    taken: float


class Ticks(NamedTuple):
    """The time of all cores since the machine started, and how much of it they worked or were taken away."""

    all: int
    working: int
    taken: int

    def since(self, before: Ticks) -> Shares:
        """What happened from then to now."""
        whole = max(1, self.all - before.all)
        return Shares((self.working - before.working) / whole, (self.taken - before.taken) / whole)


def now() -> Ticks | None:
    """How far the cores are; None where nobody counts it. What was taken away would have been worked in: it counts."""
    if not _STAT.exists():
        return None
    user, nice, system, idle, waiting, hard, soft, taken = map(int, _STAT.read_text().split()[1:9])
    working = user + nice + system + hard + soft + taken
    return Ticks(working + idle + waiting, working, taken)


def computing(working: float, clients: int) -> float:
    """The share of the time in which clients were computed for, 0 to 1, from the share in which all cores worked.

    One client keeps one core busy at most, the web process and the database in turn.
    """
    count = os.cpu_count() or 1
    return min(1.0, working * count / min(clients, count))
