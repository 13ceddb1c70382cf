"""How many drawings are tried, from which seed, and what was tried in the end.

The quick tier tries the same drawings every time. ``WORKFLOW_APP_SHAPES=20000 pytest tests/engine/shapes`` tries that
many new ones; its seed is printed, and ``WORKFLOW_APP_SHAPES_SEED`` repeats a run.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings

from tests.engine.shapes.play import Tally
from tests.progress import told_past_capture

NUMBER = int(os.environ.get("WORKFLOW_APP_SHAPES", "0"))
SEED = int(os.environ.get("WORKFLOW_APP_SHAPES_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
TALLY = Tally()

_COMMON: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "phases": (Phase.generate, Phase.shrink),
}
settings.register_profile("ci", derandomize=True, **_COMMON)
settings.register_profile("long", print_blob=True, **_COMMON)


def tried(quick: int, share: float) -> Callable[[Any], Any]:
    """Settings of a test that tries ``quick`` drawings in the quick tier, and its share of the long one."""

    def decorate(test: Any) -> Any:
        if not NUMBER:
            return settings(settings.get_profile("ci"), max_examples=quick)(test)
        profile = settings(settings.get_profile("long"), max_examples=max(1, int(NUMBER * share)))
        return seed(SEED)(profile(test))

    return decorate


@pytest.fixture(scope="session", autouse=True)
def signs_of_life(pytestconfig: pytest.Config) -> Iterator[None]:
    """A long run says each minute how far it is."""
    with told_past_capture(pytestconfig, lambda: str(TALLY)) if NUMBER else nullcontext():
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was tried in this process."""
    if TALLY.drawings:
        of = f"WORKFLOW_APP_SHAPES={NUMBER} WORKFLOW_APP_SHAPES_SEED={SEED}" if NUMBER else "the quick tier"
        terminalreporter.write_line(f"shapes ({of}): {TALLY}")
