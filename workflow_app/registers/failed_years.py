"""School years that a group has failed in a row: when leaving or reform is looked into (processes.md B1: 2× 不合格)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow_app.act import Act
from workflow_app.calendar.duty_periods import first_day_of
from workflow_app.calendar.terms import school_year_of
from workflow_app.policy.parameters import load_policy

FAILED = "failed"
LONGEST_ROW = 12
"""As many years are looked at in each direction; a policy that asks for more in a row never asks for a review."""


@dataclass(frozen=True)
class FailedYears:
    """How many school years running a group has failed, and whether that is to be looked into."""

    count: int
    review_due: bool


def failed_years(act: Act, grades: Mapping[str, str], year: str) -> FailedYears:
    """The failed years in a row that a school year belongs to, by the policy of today; a year without appraisal ends
    the row. A year entered or corrected late joins those after it to those before.
    """
    count = 0
    if grades.get(year) == FAILED:
        count = 1 + _failed(grades, year, -1) + _failed(grades, year, 1)
    needed = load_policy(act.session, act.bureau_id, act.today).integer("appraisal_failed_years")
    return FailedYears(count, count >= needed)


def _failed(grades: Mapping[str, str], year: str, step: int) -> int:
    """How many years next to this one failed without a gap, backwards or forwards."""
    first, count = first_day_of(year), 0
    while count < LONGEST_ROW:
        beside = school_year_of(first.replace(year=first.year + step * (count + 1)))
        if grades.get(beside) != FAILED:
            break
        count += 1
    return count
