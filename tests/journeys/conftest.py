"""After every journey its county is held to the invariants."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.county import NewCounty
from tests.faults.invariants import check
from workflow_app.demo.player import Player

SPOILED = frozenset({"test_every_step_stands_in_a_chain_that_can_be_verified"})
"""Tests that change what is stored, on purpose."""


@pytest.fixture(name="county_at")
def county_that_ends_sound(county_at: NewCounty, request: pytest.FixtureRequest) -> Iterator[NewCounty]:
    """Makes counties as everywhere, and looks at each of them when the test has passed through it."""
    players: list[Player] = []

    def make(stage: str) -> Player:
        player = county_at(stage)
        players.append(player)
        return player

    yield make
    for player in players if request.node.name not in SPOILED else ():
        assert check(player.database, player.config.data) == []
