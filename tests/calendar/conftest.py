"""The shipped calendar of 2025 and 2026, as a value."""

from __future__ import annotations

import pytest

from workflow_app.calendar.working import SATURDAY, WorkCalendar
from workflow_app.calendar.years import shipped_years


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    """The working days that the product ships."""
    years = shipped_years()
    days = [rule for year in years for rule in year.days]
    return WorkCalendar(
        {rule.day: rule.is_working for rule in days if rule.is_working != (rule.day.weekday() < SATURDAY)},
        frozenset(year.year for year in years),
    )
