"""Several cases of one county at the same step: what fault runs act on side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workflow_app.demo import formation
from workflow_app.demo.player import Player

_WAY: Sequence[tuple[str, Callable[[Player, int], object]]] = (
    ("accepted", formation.accept),
    ("reviewed", formation.review),
    ("assessed", formation.assess),
    ("posted", formation.publish),
    ("undisputed", formation.no_objection),
    ("approved", formation.decide),
)
"""The way of E1 without its supplement; whoever comes later does the same on a later day."""


def gather(player: Player, count: int, stage: str = "filed") -> list[int]:
    """Play so many applications to a stage; the ids of the cases."""
    cases = [formation.file_application(player) for _ in range(count)]
    names = [name for name, _ in _WAY]
    for _, step in _WAY[: names.index(stage) + 1 if stage in names else 0]:
        for case_id in cases:
            step(player, case_id)
    return cases
