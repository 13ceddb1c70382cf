"""G-03: random acts of random people on the founding of groups; after every one of them rows and engine agree.

``WORKFLOW_APP_ACTS=2000 pytest tests/cases/sequences`` tries that many acts from a new seed, which is printed;
``WORKFLOW_APP_ACTS_SEED`` repeats a run.
"""

from __future__ import annotations

import os
import random
from contextlib import nullcontext

import pytest

from tests.cases.sequences.chance import Chance
from tests.county import NewCounty
from tests.progress import told_past_capture

pytestmark = pytest.mark.sweep

ACTS = int(os.environ.get("WORKFLOW_APP_ACTS", "0"))
SEED = int(os.environ.get("WORKFLOW_APP_ACTS_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)


def test_random_acts_keep_every_promise(
    county_at: NewCounty, capsys: pytest.CaptureFixture[str], pytestconfig: pytest.Config
) -> None:
    player = county_at("empty")
    player.at("2026-04-08 09:00")
    chance = Chance(player, SEED if ACTS else 7)

    def tried() -> str:
        return ", ".join(f"{what} {number}" for what, number in sorted(chance.tried.items()))

    with told_past_capture(pytestconfig, tried) if ACTS else nullcontext():
        chance.play(ACTS or 100)
    if ACTS:
        with capsys.disabled():
            print(f"\nWORKFLOW_APP_ACTS={ACTS} WORKFLOW_APP_ACTS_SEED={SEED}: {tried()}")  # noqa: T201 - the report
    assert chance.tried["complete"] >= (ACTS or 100) // 5
    assert chance.tried["refused"] > 0
