"""School years run from September."""

from __future__ import annotations

from datetime import date

import pytest

from workflow_app.calendar.terms import (
    day_in_year,
    next_autumn_term,
    next_school_year_start,
    school_year_of,
    school_year_start,
)


@pytest.mark.parametrize(
    ("day", "name", "start", "following"),
    [
        (date(2026, 8, 31), "2025-2026", date(2025, 9, 1), date(2026, 9, 1)),
        (date(2026, 9, 1), "2026-2027", date(2026, 9, 1), date(2027, 9, 1)),
        (date(2027, 3, 1), "2026-2027", date(2026, 9, 1), date(2027, 9, 1)),
    ],
)
def test_the_school_year_of_a_day(day: date, name: str, start: date, following: date) -> None:
    assert school_year_of(day) == name
    assert school_year_start(day) == start
    assert next_school_year_start(day) == following


def test_the_next_autumn_term() -> None:
    assert next_autumn_term(date(2026, 5, 13), "09-01") == date(2026, 9, 1)
    assert next_autumn_term(date(2026, 9, 1), "09-01") == date(2026, 9, 1)
    assert next_autumn_term(date(2026, 9, 2), "08-30") == date(2027, 8, 30)
    with pytest.raises(ValueError, match="month"):
        day_in_year(2026, "13-01")
