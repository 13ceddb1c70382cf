"""Entering a year: shipped once, edited by hand, imported."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from workflow_app.act import Act, Actor
from workflow_app.audit.models import AuditEvent
from workflow_app.calendar.models import CalendarDay, CalendarYear
from workflow_app.calendar.working import WorkCalendar, load_calendar
from workflow_app.calendar.years import DayRule, import_year, load_shipped_years, set_year
from workflow_app.errors import InvalidError

NEXT = """
year: 2027
source: 国务院办公厅关于2027年部分节假日安排的通知
holidays:
  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}
worked: [2027-01-10]
"""


def test_the_shipped_years_are_entered_once(act: Act, calendar: WorkCalendar) -> None:
    load_shipped_years(act)
    load_shipped_years(act)
    assert load_calendar(act.session, act.bureau_id) == calendar
    assert act.session.scalars(select(CalendarYear.year)).all() == [2024, 2025, 2026]
    assert load_calendar(act.session, act.bureau_id + 1) == WorkCalendar({}, frozenset())


def test_only_days_that_differ_from_the_plain_week_are_kept(act: Act) -> None:
    load_shipped_years(act)
    days = act.session.scalars(select(CalendarDay)).all()
    assert all(row.is_working == (row.day.weekday() >= 5) for row in days)
    assert {row.name for row in days if row.day.month == 5 and row.day.year == 2026} == {"劳动节", "调休上班"}


def test_a_year_is_replaced_whole_and_told_of(act: Act) -> None:
    load_shipped_years(act)
    changed = [DayRule(date(2026, 4, 10), False, "县庆")]
    set_year(act, 2026, changed, "县政府通知")
    calendar = load_calendar(act.session, act.bureau_id)
    assert not calendar.is_working(date(2026, 4, 10))
    assert calendar.is_working(date(2026, 5, 1))
    assert not calendar.is_working(date(2025, 5, 1))
    load_shipped_years(act)
    assert not load_calendar(act.session, act.bureau_id).is_working(date(2026, 4, 10))
    act.session.flush()
    event = act.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert event.kind == "calendar_changed"
    assert event.body == {"year": 2026, "source": "县政府通知", "days": {"2026-04-10": False}}


def test_other_bureaus_keep_their_year(act: Act) -> None:
    other = Act(act.session, Actor(bureau_id=act.bureau_id + 1, name="他局"), act.now)
    load_shipped_years(act)
    load_shipped_years(other)
    set_year(other, 2026, [], "无")
    assert not load_calendar(act.session, act.bureau_id).is_working(date(2026, 5, 1))


def test_a_later_year_is_imported(act: Act) -> None:
    import_year(act, NEXT)
    calendar = load_calendar(act.session, act.bureau_id)
    assert not calendar.is_provisional(date(2027, 6, 1))
    assert not calendar.is_working(date(2027, 1, 1))
    assert calendar.is_working(date(2027, 1, 10))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "无法读取节假日文件"),
        ("七", "无法读取节假日文件"),
        ("year: 2027", "无法读取节假日文件"),
        (NEXT.replace("2027-01-10", "tomorrow"), "不是日期"),
        (NEXT.replace("from: 2027-01-01", "from: 2027-01-05"), "无法读取节假日文件"),
        (NEXT.replace("year: 2027", "year: 2028"), "2027年1月1日不在2028年内"),
        (NEXT.replace("2027-01-10", "2027-01-02"), "2027年1月2日重复出现"),
        (NEXT.replace("国务院办公厅关于2027年部分节假日安排的通知", "''"), "依据文件"),
    ],
)
def test_a_bad_file_is_refused_in_plain_words(act: Act, text: str, said: str) -> None:
    with pytest.raises(InvalidError, match=said):
        import_year(act, text)
    assert act.session.scalars(select(CalendarYear)).all() == []
