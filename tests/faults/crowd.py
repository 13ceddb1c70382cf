"""Several cases of one county at the same step: what fault runs act on side by side."""

from __future__ import annotations

from tests.county import STAGES
from workflow_app.demo import formation
from workflow_app.demo.player import Player

_WAY = tuple((name, step) for name, step in STAGES if name not in {"filed", "supplied", "issued", "founded"})
"""The way of E1 without its supplement; whoever comes later does the same on a later day."""


def gather(player: Player, count: int, stage: str = "filed") -> list[int]:
    """Play so many applications to a stage; the ids of the cases."""
    cases = [formation.file_application(player) for _ in range(count)]
    names = [name for name, _ in _WAY]
    for _, step in _WAY[: names.index(stage) + 1 if stage in names else 0]:
        for case_id in cases:
            step(player, case_id)
    return cases
