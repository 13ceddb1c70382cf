"""An amount and a unit make a date."""

from __future__ import annotations

from datetime import date

import pytest

from workflow_app.calendar.periods import PERIOD_UNITS, due_date
from workflow_app.calendar.working import WorkCalendar


def test_working_days_and_calendar_days(calendar: WorkCalendar) -> None:
    assert due_date(calendar, date(2026, 5, 13), 10, "workday") == date(2026, 5, 27)
    assert due_date(calendar, date(2026, 5, 13), 30, "day") == date(2026, 6, 12)
    assert {"workday", "day"} == PERIOD_UNITS


def test_a_unit_that_is_no_time_is_refused(calendar: WorkCalendar) -> None:
    with pytest.raises(ValueError, match="yuan"):
        due_date(calendar, date(2026, 5, 13), 10, "yuan")
