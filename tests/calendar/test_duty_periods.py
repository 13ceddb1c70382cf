"""Periods of duties: the dates of worked case E3 among them."""

from __future__ import annotations

from datetime import date

import pytest

from workflow_app.calendar.duty_periods import DutyPeriod, months, school_years
from workflow_app.calendar.working import WorkCalendar

TAUGHT = frozenset({9, 10, 11, 12, 1, 3, 4, 5, 6, 7})


def test_a_school_year_is_owed_before_it_begins() -> None:
    first, second = school_years(date(2026, 8, 20), "06-01", "08-31")
    assert first == DutyPeriod("2026-2027", date(2026, 9, 1), date(2026, 6, 1), date(2026, 8, 31))
    assert (second.name, second.opens_on) == ("2027-2028", date(2027, 6, 1))


@pytest.mark.parametrize(
    ("day", "is_open"),
    [(date(2026, 5, 31), False), (date(2026, 6, 1), True), (date(2026, 8, 31), True), (date(2026, 9, 1), False)],
)
def test_both_ends_of_a_period_belong_to_it(day: date, is_open: bool) -> None:
    assert next(school_years(date(2026, 7, 1), "06-01", "08-31")).is_open(day) is is_open


@pytest.mark.parametrize(
    ("day", "is_open"),
    [(date(2027, 6, 14), False), (date(2027, 6, 15), True), (date(2027, 7, 15), True), (date(2027, 7, 16), False)],
)
def test_what_is_looked_back_upon_is_owed_when_the_school_year_ends(day: date, is_open: bool) -> None:
    period = next(school_years(day, "06-15", "07-15", ending=True))
    assert (period.name, period.first_day) == ("2026-2027", date(2026, 9, 1))
    assert period.is_open(day) is is_open


@pytest.mark.parametrize(
    ("day", "name", "due_on"),
    [
        (date(2026, 10, 8), "2026-09", date(2026, 10, 8)),  # the 5th lies in the holidays of the National Day
        (date(2026, 11, 2), "2026-10", date(2026, 11, 5)),  # E3
        (date(2026, 12, 1), "2026-11", date(2026, 12, 7)),  # E3: the 5th is a Saturday
        (date(2027, 1, 2), "2026-12", date(2027, 1, 5)),
    ],
)
def test_a_meeting_is_owed_by_the_fifth_of_the_next_month(
    calendar: WorkCalendar, day: date, name: str, due_on: date
) -> None:
    last = next(months(day, 5, TAUGHT, calendar))
    assert (last.name, last.due_on) == (name, due_on)
    assert last.is_open(due_on)


def test_no_meeting_is_owed_in_the_holidays(calendar: WorkCalendar) -> None:
    assert [p.name for p in months(date(2026, 2, 20), 5, TAUGHT, calendar)] == ["2026-01"]
    assert [p.name for p in months(date(2026, 9, 1), 5, TAUGHT, calendar)] == ["2026-09"]
