"""The periods for which something is owed again and again: school years and teaching months."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from workflow_app.calendar.terms import SCHOOL_YEAR_MONTH, day_in_year, school_year_of
from workflow_app.calendar.working import WorkCalendar

DECEMBER = 12


@dataclass(frozen=True)
class DutyPeriod:
    """One period: its name (``2026-2027``, ``2026-10``), its first day, from when and until when one may hand in."""

    name: str
    first_day: date
    opens_on: date
    due_on: date

    def is_open(self, day: date) -> bool:
        """Whether one may hand in on a day without being late."""
        return self.opens_on <= day <= self.due_on


def school_years(day: date, opens: str, due: str, *, ending: bool = False) -> Iterator[DutyPeriod]:
    """The school years that may be open on a day.

    ``opens`` and ``due`` are month and day (``06-01``, ``08-31``) of the calendar year in which the school year begins,
    or, of what is looked back upon, of that in which it is ``ending``. The last day is a fixed date and is not rolled:
    a plan is filed before the school year begins (003·A2二(二)3).

    Raises:
        ValueError: one of the texts is not a month and a day.
    """
    for year in (day.year, day.year + 1):
        first = date(year - ending, SCHOOL_YEAR_MONTH, 1)
        yield DutyPeriod(school_year_of(first), first, day_in_year(year, opens), day_in_year(year, due))


def months(day: date, due_day: int, taught: Container[int], calendar: WorkCalendar) -> Iterator[DutyPeriod]:
    """The teaching months that may be open on a day: this one and the one before. One hands in from the first of the
    month until ``due_day`` of the next month, rolled to the next working day (民法典203条).
    """
    this = day.replace(day=1)
    for first in ((this - timedelta(days=1)).replace(day=1), this):
        if first.month in taught:
            due = calendar.next_working(_month_after(first).replace(day=due_day))
            yield DutyPeriod(f"{first:%Y-%m}", first, first, due)


def once_name(since: date, subject_id: int | None) -> str:
    """The name of what is owed once: the school year of the day since when, and what it is about: ``2026-2027/16``."""
    year = school_year_of(since)
    return year if subject_id is None else f"{year}/{subject_id}"


def first_day_of(name: str) -> date:
    """The first day of a period by its name: of ``2026-2027`` the 1 September 2026, of ``2026-10`` the 1 October.
    What follows a stroke names the duty (``2026-2027/16``).

    Raises:
        ValueError: it is not the name of a period.
    """
    year, _, part = name.partition("/")[0].partition("-")
    month = SCHOOL_YEAR_MONTH if len(part) == len(year) else int(part)
    return date(int(year), month, 1)


def _month_after(first: date) -> date:
    return date(first.year + 1, 1, 1) if first.month == DECEMBER else date(first.year, first.month + 1, 1)
