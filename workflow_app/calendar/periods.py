"""Periods: an amount and a unit of the policy profile, counted from a day."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

from workflow_app.calendar.working import WorkCalendar

PeriodUnit = Literal["workday", "day"]
"""workday: working days · day: calendar days, rolled to the next working day."""

PERIOD_UNITS: frozenset[str] = frozenset(get_args(PeriodUnit))


def due_date(calendar: WorkCalendar, start: date, amount: int, unit: str) -> date:
    """The last day of a period; the start day is not counted. The deadline lapses at 24:00 of that day.

    Raises:
        ValueError: the unit is not one of time.
    """
    if unit == "workday":
        return calendar.add_working_days(start, amount)
    if unit == "day":
        return calendar.add_days(start, amount)
    raise ValueError(f"{unit} is not a unit of time")
