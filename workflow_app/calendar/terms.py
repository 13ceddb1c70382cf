"""School years and terms."""

from __future__ import annotations

from datetime import date, timedelta

SCHOOL_YEAR_MONTH = 9
"""A school year (学年) runs from 1 September to 31 August."""


def school_year_start(day: date) -> date:
    """The first day of the school year that a day lies in."""
    return date(day.year if day.month >= SCHOOL_YEAR_MONTH else day.year - 1, SCHOOL_YEAR_MONTH, 1)


def next_school_year_start(day: date) -> date:
    """The first day of the school year after the one that a day lies in."""
    start = school_year_start(day)
    return start.replace(year=start.year + 1)


def school_year_of(day: date) -> str:
    """The name of the school year that a day lies in: ``2026-2027``."""
    start = school_year_start(day)
    return f"{start.year}-{start.year + 1}"


def day_in_year(year: int, month_day: str) -> date:
    """The day of a year that a policy parameter names as ``09-01``, such as the start of the autumn term.

    Raises:
        ValueError: the text is not a month and a day.
    """
    return date.fromisoformat(f"{year:04d}-{month_day}")


def next_autumn_term(day: date, month_day: str) -> date:
    """The first start of an autumn term on or after a day; ``month_day`` is the parameter ``autumn_term_start``."""
    start = day_in_year(day.year, month_day)
    return start if start >= day else day_in_year(day.year + 1, month_day)


def next_turn(day: date, starts: str, stop: str) -> date:
    """The turn of the school year with which what is decided on a day takes effect (003·A2三(二)).

    ``starts`` and ``stop`` are month and day of the parameters ``autumn_term_start`` and ``hard_stop``: what is decided
    after the last day for it waits for the autumn of the following year.
    """
    term = next_autumn_term(day, starts)
    return term if day <= day_in_year(term.year, stop) else next_autumn_term(term + timedelta(days=1), starts)
