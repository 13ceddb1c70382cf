"""The case clock: E1 to the day, overlapping stops, stops that last, the end."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_app.calendar.clocks import CaseClock, Pause
from workflow_app.calendar.working import WorkCalendar

D = date
E1 = CaseClock("approval_days", 20, D(2026, 4, 15))


def test_e1(calendar: WorkCalendar) -> None:
    assert E1.due(calendar) == D(2026, 5, 15)
    assert E1.day_number(calendar, D(2026, 4, 15)) == 0
    assert E1.day_number(calendar, D(2026, 4, 17)) == 2
    stopped = E1.stop(D(2026, 4, 22), "assessment")
    resumed = stopped.resume(D(2026, 4, 24), "assessment")
    assert resumed.pauses == (Pause(D(2026, 4, 22), D(2026, 4, 24), "assessment"),)
    assert resumed.paused_days(calendar, D(2026, 4, 27)) == 3
    assert resumed.due(calendar) == D(2026, 5, 20)
    assert resumed.day_number(calendar, D(2026, 5, 13)) == 15
    ended = resumed.finish(D(2026, 5, 13))
    assert ended.day_number(calendar, D(2026, 6, 30)) == 15
    assert ended.paused_days(calendar, D(2026, 6, 30)) == 3


def test_a_stop_that_lasts_moves_the_due_date_day_by_day(calendar: WorkCalendar) -> None:
    stopped = E1.stop(D(2026, 4, 22), "assessment")
    assert stopped.due(calendar) == D(2026, 5, 18)
    assert stopped.due(calendar, D(2026, 4, 21)) == D(2026, 5, 18)
    assert stopped.due(calendar, D(2026, 4, 24)) == D(2026, 5, 20)
    assert stopped.paused_days(calendar, D(2026, 4, 23)) == 2
    assert stopped.day_number(calendar, D(2026, 4, 23)) == stopped.day_number(calendar, D(2026, 4, 21)) == 4


def test_overlapping_stops_count_once(calendar: WorkCalendar) -> None:
    clock = E1.stop(D(2026, 4, 22), "assessment").stop(D(2026, 4, 23), "hearing")
    clock = clock.resume(D(2026, 4, 24), "assessment").resume(D(2026, 4, 27), "hearing")
    assert clock.paused_days(calendar, D(2026, 5, 30)) == 4
    assert clock.due(calendar) == D(2026, 5, 21)


def test_a_stop_over_a_holiday_takes_out_working_days_only(calendar: WorkCalendar) -> None:
    clock = E1.stop(D(2026, 4, 30), "assessment").resume(D(2026, 5, 6), "assessment")
    assert clock.paused_days(calendar, D(2026, 5, 30)) == 2
    assert clock.due(calendar) == D(2026, 5, 19)


def test_one_element_stops_again_in_a_second_round(calendar: WorkCalendar) -> None:
    clock = E1.stop(D(2026, 4, 22), "assessment").resume(D(2026, 4, 22), "assessment")
    clock = clock.stop(D(2026, 4, 28), "assessment").resume(D(2026, 4, 28), "assessment")
    assert clock.paused_days(calendar, D(2026, 5, 30)) == 2
    assert [pause.since for pause in clock.pauses] == [D(2026, 4, 22), D(2026, 4, 28)]


def test_what_stands_already_or_not_at_all_stays_as_it_is() -> None:
    stopped = E1.stop(D(2026, 4, 22), "assessment")
    assert stopped.stop(D(2026, 4, 23), "assessment") == stopped
    assert E1.resume(D(2026, 4, 23), "assessment") == E1
    assert stopped.resume(D(2026, 4, 23), "hearing") == stopped


def test_the_end_ends_the_stops_and_nothing_stops_after_it() -> None:
    ended = E1.stop(D(2026, 4, 22), "assessment").finish(D(2026, 4, 24))
    assert ended.pauses[0].to == D(2026, 4, 24)
    with pytest.raises(ValueError, match="ended"):
        ended.stop(D(2026, 4, 25), "assessment")


def test_it_is_stored_and_read_back() -> None:
    clock = E1.stop(D(2026, 4, 22), "assessment")
    for each in (E1, clock, clock.resume(D(2026, 4, 24), "assessment"), clock.finish(D(2026, 5, 13))):
        assert CaseClock.from_json(each.to_json()) == each


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), max_size=5), st.integers(0, 60))
def test_counted_and_paused_days_make_up_all_working_days(stops: list[tuple[int, int]], ahead: int) -> None:
    """Whatever the stops, each working day is counted or taken out, and on the due date the budget is used up."""
    plain = WorkCalendar({}, frozenset())
    clock = E1
    for number, (offset, length) in enumerate(stops):
        since = date.fromordinal(E1.started.toordinal() + offset)
        clock = clock.stop(since, f"e{number}")
        clock = clock.resume(date.fromordinal(since.toordinal() + length), f"e{number}")
    today = date.fromordinal(E1.started.toordinal() + ahead)
    counted, paused = clock.day_number(plain, today), clock.paused_days(plain, today)
    assert counted + paused == plain.working_days_between(E1.started, today)
    due = clock.due(plain)
    assert clock.day_number(plain, due) == clock.budget
    assert all(
        clock.day_number(plain, a) <= clock.day_number(plain, b)
        for a, b in pairwise([E1.started, today, due])
        if a <= b
    )
