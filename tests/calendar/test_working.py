"""Working days on the State Council's calendar of 2025 and 2026."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from workflow_app.calendar.working import WorkCalendar

D = date


def test_every_day_of_both_years_agrees_with_an_independent_calendar(calendar: WorkCalendar) -> None:
    days = [D(2025, 1, 1) + timedelta(days=n) for n in range(730)]
    assert days[-1] == D(2026, 12, 31)
    assert [d for d in days if calendar.is_working(d) != chinese_calendar.is_workday(d)] == []  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (D(2026, 4, 8), 5, D(2026, 4, 15)),  # E1: completeness
        (D(2026, 4, 15), 20, D(2026, 5, 15)),  # E1: decision due
        (D(2026, 4, 27), 5, D(2026, 5, 7)),  # E1: public notice over the May holiday
        (D(2026, 5, 13), 10, D(2026, 5, 27)),  # E1: delivery
        (D(2026, 8, 28), 5, D(2026, 9, 4)),  # E3: receipt of the plan
        (D(2026, 3, 23), 10, D(2026, 4, 7)),  # E10: defence, over Qingming
        (D(2026, 4, 10), 10, D(2026, 4, 24)),  # E10: plan of rectification
        (D(2026, 7, 9), 5, D(2026, 7, 16)),  # E10: 督办
        (D(2026, 7, 9), 15, D(2026, 7, 30)),  # E10: 约谈
        (D(2026, 7, 9), 30, D(2026, 8, 20)),  # E10: 通报
        (D(2026, 6, 8), 5, D(2026, 6, 15)),  # E5: public notice
        (D(2026, 9, 21), 5, D(2026, 9, 29)),  # E7: over the Mid-Autumn holiday
        (D(2026, 2, 13), 1, D(2026, 2, 14)),  # the worked Saturday before the Spring Festival
        (D(2026, 2, 14), 1, D(2026, 2, 24)),
        (D(2026, 2, 14), 5, D(2026, 2, 28)),  # ends on a worked Saturday
        (D(2026, 9, 30), 1, D(2026, 10, 8)),  # National Day
        (D(2026, 9, 30), 3, D(2026, 10, 10)),  # and its worked Saturday
        (D(2025, 9, 26), 4, D(2025, 10, 9)),  # 28 September 2025 is a worked Sunday, 1–8 October are off
        (D(2025, 12, 31), 1, D(2026, 1, 4)),  # New Year; 4 January 2026 is a worked Sunday
        (D(2025, 12, 31), 2, D(2026, 1, 5)),
        (D(2026, 4, 8), 0, D(2026, 4, 8)),
        (D(2026, 4, 5), 1, D(2026, 4, 7)),  # a start on a holiday
    ],
)
def test_periods_of_working_days(calendar: WorkCalendar, start: date, count: int, end: date) -> None:
    assert calendar.add_working_days(start, count) == end
    assert calendar.working_days_between(start, end) == count


@pytest.mark.parametrize(
    ("day", "count", "before"),
    [(D(2026, 6, 9), 5, D(2026, 6, 2)), (D(2026, 5, 7), 2, D(2026, 4, 30)), (D(2026, 2, 24), 1, D(2026, 2, 14))],
)
def test_counting_back(calendar: WorkCalendar, day: date, count: int, before: date) -> None:
    assert calendar.subtract_working_days(day, count) == before


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (D(2026, 5, 13), 30, D(2026, 6, 12)),  # E1: charter
        (D(2026, 4, 10), 30, D(2026, 5, 11)),  # E10: F5, a Sunday rolls on
        (D(2026, 4, 10), 60, D(2026, 6, 9)),  # E10: F1, F4
        (D(2026, 6, 9), 30, D(2026, 7, 9)),  # E10: extension
        (D(2026, 3, 23), 30, D(2026, 4, 22)),  # E10: opinion
        (D(2026, 1, 16), 30, D(2026, 2, 24)),  # 15 February: the Spring Festival
        (D(2026, 9, 1), 31, D(2026, 10, 8)),  # 2 October: National Day
        (D(2026, 4, 9), 30, D(2026, 5, 9)),  # 9 May is a worked Saturday: no rolling
        (D(2025, 12, 2), 30, D(2026, 1, 4)),  # 1 January, over the turn of the year
    ],
)
def test_periods_of_calendar_days_roll_to_a_working_day(
    calendar: WorkCalendar, start: date, count: int, end: date
) -> None:
    assert calendar.add_days(start, count) == end


@pytest.mark.parametrize(
    ("day", "end"),
    [(D(2026, 10, 5), D(2026, 10, 8)), (D(2026, 11, 5), D(2026, 11, 5)), (D(2026, 12, 5), D(2026, 12, 7))],
)
def test_the_fifth_of_the_month_rolls_on(calendar: WorkCalendar, day: date, end: date) -> None:
    """E3: a missing meeting shows on the next working day."""
    assert calendar.next_working(day) == end


def test_days_between_are_never_negative(calendar: WorkCalendar) -> None:
    assert calendar.working_days_between(D(2026, 4, 15), D(2026, 4, 15)) == 0
    assert calendar.working_days_between(D(2026, 4, 15), D(2026, 4, 1)) == 0


def test_a_year_without_a_notice_is_provisional(calendar: WorkCalendar) -> None:
    assert not calendar.is_provisional(D(2026, 12, 31))
    assert calendar.is_provisional(D(2027, 1, 1))
    assert calendar.add_working_days(D(2026, 12, 31), 1) == D(2027, 1, 1)


def test_a_negative_period_is_refused(calendar: WorkCalendar) -> None:
    for count in (calendar.add_working_days, calendar.subtract_working_days, calendar.add_days):
        with pytest.raises(ValueError, match="negative"):
            count(D(2026, 4, 15), -1)
