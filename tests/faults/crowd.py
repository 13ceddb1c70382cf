"""Several cases of one county at the same step: what fault runs act on side by side."""

from __future__ import annotations

from tests.county import STAGES
from workflow_app.demo import formation
from workflow_app.demo.player import Player

_WAY = tuple((name, step) for name, step in STAGES if name not in {"filed", "supplied", "issued", "founded"})
"""The way of E1 without its supplement; whoever comes later does the same on a later day."""


def _file_looser(player: Player, number: int) -> int:
    """The schools of E1 found a looser group: they may belong to several, but to one that is close-knit."""
    case_id = player.start(formation.CLERK, "group-formation")
    asked = formation.application(player, case_id)
    for own_to_close_knit in ("exec_heads", "powers"):
        del asked[own_to_close_knit]
    asked |= {"group_type": "cooperative", "group_name": f"{formation.GROUP}合作体{number}"}
    player.do(formation.CLERK, case_id, "apply", asked)
    return case_id


def gather(player: Player, count: int, stage: str = "filed") -> list[int]:
    """Play so many applications to a stage; the ids of the cases. One alone is E1."""
    if count == 1:
        cases = [formation.file_application(player)]
    else:
        player.at("2026-04-08 09:10")
        cases = [_file_looser(player, number) for number in range(1, count + 1)]
    names = [name for name, _ in _WAY]
    for _, step in _WAY[: names.index(stage) + 1 if stage in names else 0]:
        for case_id in cases:
            step(player, case_id)
    return cases
