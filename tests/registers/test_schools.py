"""Schools as they stood on a day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.audit.test_append import statements
from tests.registers.conftest import County
from workflow_app.registers.schools import School, schools_at
from workflow_app.text import Text


def test_facts_hold_from_their_day(county: County) -> None:
    county.record("石桥村小学", "pupils", "101", date(2026, 9, 1))
    ident = county.ids["石桥村小学"]

    def pupils(day: date) -> int | None:
        (school,) = schools_at(county.act.session, county.act.bureau_id, [ident], day)
        return school.number("pupils")

    assert pupils(date(2025, 8, 31)) is None
    assert pupils(date(2026, 8, 31)) == 96
    assert pupils(date(2026, 9, 1)) == 101


def test_schools_come_in_the_order_asked_for_and_only_this_bureaus(county: County) -> None:
    ids = [county.ids["石桥村小学"], county.lead, 999, county.lead]
    session, bureau_id = county.act.session, county.act.bureau_id
    assert [s.name for s in schools_at(session, bureau_id, ids, county.act.today)] == ["石桥村小学", "青禾县实验小学"]
    assert schools_at(session, bureau_id + 1, ids, county.act.today) == []


def test_schools_are_read_once_in_a_transaction(county: County) -> None:
    session, bureau_id, today = county.act.session, county.act.bureau_id, county.act.today
    assert session.bind is not None
    with statements(session.get_bind().engine) as seen:
        schools_at(session, bureau_id, county.ids.values(), today)
        schools_at(session, bureau_id, county.ids.values(), today)
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [("level", "weak", "薄弱"), ("location", "rural", "农村"), ("is_new", "yes", "新建"), ("is_new", "no", None)],
)
def test_schools_to_be_helped(county: County, key: str, value: str, reason: str | None) -> None:
    county.school("新校", {key: value})
    (school,) = schools_at(county.act.session, county.act.bureau_id, [county.ids["新校"]], county.act.today)
    assert school.reason_for_help == (Text(reason) if reason else None)


@pytest.mark.parametrize(
    ("own", "stage", "teaches"),
    [
        ("primary", "primary", True),
        ("teaching_point", "primary", True),
        ("nine_year", "junior", True),
        ("nine_year", "senior", False),
        ("kindergarten", "kindergarten", True),
        ("primary", "junior", False),
        (None, "primary", False),
    ],
)
def test_stages_taught(county: County, own: str | None, stage: str, teaches: bool) -> None:
    county.school("新校", {"stage": own} if own else {})
    (school,) = schools_at(county.act.session, county.act.bureau_id, [county.ids["新校"]], county.act.today)
    assert school.teaches(stage) is teaches


def test_values_are_said_in_chinese() -> None:
    assert School(1, "校", {}).label("level") == Text("无记录")
