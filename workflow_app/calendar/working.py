"""The working-day calendar: the plain week, and the days that differ from it by the State Council's yearly notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Boolean, Date, bindparam, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from workflow_app.calendar.models import CalendarDay, CalendarYear
from workflow_app.database import read_columns, remembered

SATURDAY = 5

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkCalendar:
    """The working days of a bureau. ``exceptions`` says of each day that differs from the plain week: is it worked?"""

    exceptions: Mapping[date, bool]
    years: frozenset[int]

    def is_working(self, day: date) -> bool:
        """Whether a day is a working day (工作日)."""
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    def next_working(self, day: date) -> date:
        """The day itself if it is worked, else the first working day after it (民法典203条)."""
        while not self.is_working(day):
            day += _DAY
        return day

    def add_working_days(self, start: date, count: int) -> date:
        """The last day of a period of ``count`` working days; the start day does not count (民法典201条).

        A period of 0 ends on the start day itself.
        """
        day = start
        for _ in range(_natural(count)):
            day = self.next_working(day + _DAY)
        return day

    def subtract_working_days(self, day: date, count: int) -> date:
        """The day from which ``count`` working days lead to ``day``: a reminder 5 working days before a due date."""
        for _ in range(_natural(count)):
            day -= _DAY
            while not self.is_working(day):
                day -= _DAY
        return day

    def add_days(self, start: date, count: int) -> date:
        """The last day of a period of calendar days, rolled to the next working day (民法典201条, 203条)."""
        return self.next_working(start + timedelta(days=_natural(count)))

    def working_days_between(self, start: date, end: date) -> int:
        """The working days after ``start`` up to and including ``end``; 0 if ``end`` is not later."""
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def is_provisional(self, day: date) -> bool:
        """Whether a day lies in a year whose official notice has not been entered."""
        return day.year not in self.years


# Built once: every list and every act that sets a deadline asks for it.
_DAYS_AND_YEARS = union_all(
    select(literal(0), CalendarDay.day, CalendarDay.is_working).where(CalendarDay.bureau_id == bindparam("bureau")),
    select(CalendarYear.year, cast(null(), Date), cast(null(), Boolean)).where(
        CalendarYear.bureau_id == bindparam("bureau")
    ),
)


def load_calendar(session: Session, bureau_id: int) -> WorkCalendar:
    """The bureau's calendar, read with one statement and once in a transaction."""
    known: WorkCalendar | None = remembered(session).get((WorkCalendar, bureau_id))
    return known or _read_calendar(session, bureau_id)


def forget_calendar(session: Session, bureau_id: int) -> None:
    """Let the calendar be read anew in this transaction: it was changed."""
    remembered(session).pop((WorkCalendar, bureau_id), None)


def _read_calendar(session: Session, bureau_id: int) -> WorkCalendar:
    rows = read_columns(session, _DAYS_AND_YEARS, {"bureau": bureau_id})
    calendar = WorkCalendar(
        exceptions={day: is_working for year, day, is_working in rows if not year},
        years=frozenset(year for year, _, _ in rows if year),
    )
    remembered(session)[WorkCalendar, bureau_id] = calendar
    return calendar


def _natural(count: int) -> int:
    if count < 0:
        raise ValueError("a period cannot be negative")
    return count
