"""kill -9 at every named place and at random, while people answer over HTTP: nothing lost, nothing done twice (G-01).

This is the quick tier: one case from its public notice to its end. ``make faults`` is the long one.
"""

from __future__ import annotations

import pytest

from tests.faults import failpoints, kills
from tests.faults.crowd import gather
from workflow_app.demo.player import Player

pytestmark = pytest.mark.sweep

SEED = 20260408


def test_an_office_that_dies_everywhere_loses_nothing(player: Player) -> None:
    gather(player, 1, "assessed")
    tally = kills.Tally()
    violations = kills.run(player, SEED, tally, at_random=True)
    print(f"{player.database.engine.dialect.name}, seed {SEED}: {tally}")  # noqa: T201 - a randomised run says its seed
    assert violations == []
    assert tally.reached == set(failpoints.NAMES)
    assert tally.kills >= len(failpoints.NAMES)
    assert tally.ok >= 10, "the case came to its end"
