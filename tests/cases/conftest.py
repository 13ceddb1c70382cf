"""Panels under way, whose tables the tests change."""

from __future__ import annotations

import pytest

from tests.county import NewCounty
from workflow_app.demo import formation
from workflow_app.demo.player import Player


@pytest.fixture
def panel(county_at: NewCounty) -> Player:
    """Three experts are asked: 方锐, 顾蓉, 田野."""
    player = county_at("reviewed")
    formation.arrange(player, 1, "2026-04-22", "2026-04-24")
    return player


@pytest.fixture
def countersign(county_at: NewCounty) -> Player:
    """Four sections are asked: 人事, 计财, 督导, 党建."""
    player = county_at("accepted")
    reasons = {"schools.staffing": formation.STAFFING_REASON}
    player.do("limin", 1, "first_review", {"decision": "agree", "opinion": "同意。", "reasons": reasons})
    return player
