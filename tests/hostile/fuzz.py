"""How much is fuzzed, and from which seed: small and the same every time in each commit's run, large by command.

WORKFLOW_APP_FUZZ=100000 .venv/bin/pytest tests/hostile          # so many cases of each kind, from a new seed
WORKFLOW_APP_FUZZ_SEED=17 .venv/bin/pytest tests/hostile         # the same cases again
"""

from __future__ import annotations

import os
import secrets
from random import Random

TOTAL = int(os.environ.get("WORKFLOW_APP_FUZZ", "0"))
"""Cases of each kind in a long run; 0 is the short run."""

SEED = int(os.environ.get("WORKFLOW_APP_FUZZ_SEED") or (secrets.randbelow(10**9) if TOTAL else 20260408))
"""Where the random numbers begin. A long run takes a new one and prints it."""

ran: dict[str, int] = {}
"""Cases run so far by kind, for the line at the end of the run."""


def rounds(short: int) -> int:
    """How many cases of one kind are to be run: ``short`` in the short run, :data:`TOTAL` in a long one."""
    return TOTAL or short


def random_for(kind: str) -> Random:
    """The random numbers of one kind of cases: the same for the same seed, whatever other tests run."""
    return Random(f"{SEED}:{kind}")  # noqa: S311 - to be repeated, not to be secret


def count(kind: str, cases: int = 1) -> None:
    """Count cases that were run, for the summary."""
    ran[kind] = ran.get(kind, 0) + cases


def counted() -> str:
    """What was run so far."""
    return ", ".join(f"{number} {kind}" for kind, number in sorted(ran.items()))
