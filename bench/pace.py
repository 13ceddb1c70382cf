"""How fast the machine is just now, beside the one on which the budgets were set.

The budgets in milliseconds come from a machine where SpiffWorkflow alone took 1.09 ms to load a case, run one step and
save it (stock JSON, the five-task approval). Shared machines are slower, and not the same from minute to minute. The
same work is timed between the rounds of a measurement, or right after it; what it takes longer, the figure may take
longer, as far as processors worked for it. What waits for the disk is taken as it is.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from dataclasses import replace

from bench import cores
from bench.measure import Figure, Times, quiet
from bench.spiff import Spiff

REFERENCE_MS = 1.09
"""SpiffWorkflow's load, run and save where the budgets were set."""

CASES = 120
"""Some two seconds where nothing was seen meanwhile: a shared machine changes its speed within one."""


class Pace:
    """The yardstick, parsed once."""

    def __init__(self) -> None:
        self._spiff, self._seen, self._began = Spiff(), Times(), cores.now()

    def begin(self) -> None:
        """A measurement begins: what is seen from now on belongs to its figures."""
        self._seen, self._began = Times(), cores.now()

    @property
    def taken(self) -> str:
        """What the host of a virtual machine took of the cores since the measurement began; no yardstick shows it."""
        if self._began is None or (now := cores.now()) is None:
            return ""
        return f"the host took {now.since(self._began).taken:.0%} of the cores"

    def glance(self, cases: int = 1) -> None:
        """Look at the yardstick in the middle of a measurement, for some 15 ms a case."""
        with quiet():
            for _ in range(cases):
                self._seen.add(self._spiff.saved()["completion"])

    def now(self) -> float:
        """How many times longer the machine takes than the one of the budgets."""
        self.begin()
        self.glance(CASES)
        return self._seen.median / REFERENCE_MS

    def beside(self, figure: Figure) -> Figure:
        """A figure that was measured, with the pace of those moments if time is what it is held to."""
        if figure.budget is None or not figure.is_timed:
            return figure
        return replace(figure, pace=self._seen.median / REFERENCE_MS if self._seen.seconds else self.now())

    def together(self) -> float:
        """How many times longer the work takes when two processes do it at once: 1 on two whole cores."""
        alone = self.now()
        command = [sys.executable, "-m", "bench.pace"]
        started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        return statistics.mean(float(process.communicate()[0]) for process in started) / alone


if __name__ == "__main__":
    pace = Pace()
    pace.now()  # The other process still starts.
    sys.stdout.write(str(pace.now()))
