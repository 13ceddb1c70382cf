"""Two school years of the older group, 2024 to 2026, as they come: played beside those of the pairing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from workflow_app.demo.older_group import appraisals, changes, work
from workflow_app.demo.older_group.founding import found
from workflow_app.demo.player import Player, Step

STEPS: Sequence[Step] = (
    ("2024-03-04", found),
    *((day, partial(work.ask, day=day)) for day in ("2024-08-20", *work.MISSED)),
    ("2024-08-22", partial(work.file_plan, on="2024-08-22", checked="2024-08-26", year="2024-2025")),
    ("2024-10-14", changes.file_clauses),
    ("2025-01-08", work.tell_off),
    ("2025-03-24", changes.admit),
    ("2025-06-25", appraisals.first_year),
    ("2025-09-05", partial(work.file_plan, on="2025-09-05", checked="2025-09-09", year="2025-2026")),
    ("2025-09-10", appraisals.correct_first),
    ("2025-10-13", changes.amend),
    *((held.handed_in, partial(work.hold, meeting=held)) for held in work.MEETINGS),
)
"""From the application of March 2024 to the spring of the worked cases."""


def spring(player: Player) -> None:
    """May 2026: a meeting, between the worked case's approval and its charter."""
    work.hold(player, work.IN_MAY)


def summer(player: Player) -> None:
    """Summer 2026: two meetings, the second appraisal, and the plan of the third school year."""
    work.hold(player, work.IN_JUNE)
    appraisals.second_year(player)
    work.file_plan(player, "2026-07-21", "2026-07-23", "2026-2027")
    work.hold(player, work.IN_JULY)


def september(player: Player) -> None:
    """The first meeting of the third school year."""
    work.hold(player, work.IN_AUTUMN[0])


def october(player: Player) -> None:
    """The second one."""
    work.hold(player, work.IN_AUTUMN[1])
