"""Attributes of schools: as they stood on a day, from which list, and what is no value at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.directory.conftest import TODAY, counted
from tests.directory.test_organisations import last_event
from workflow_app.act import Act
from workflow_app.directory.attributes import Attribute, attributes_at, record_attribute
from workflow_app.directory.models import Organisation
from workflow_app.errors import ForbiddenError, InvalidError, NotFoundError

LIST_2024, LIST_2025 = "2024年薄弱学校名单", "2025年薄弱学校名单"
SINCE_2024, SINCE_2025 = date(2024, 9, 1), date(2025, 9, 1)


@pytest.fixture
def school(places: dict[str, Organisation]) -> int:
    return places["s1"].id


def level(act: Act, school: int, day: date) -> Attribute | None:
    return attributes_at(act.session, act.bureau_id, [school], day)[school].get("level")


def test_the_newest_value_up_to_the_day_counts(setup: Act, school: int) -> None:
    record_attribute(setup, school, "level", "ordinary", SINCE_2025, LIST_2025)
    record_attribute(setup, school, "level", "weak", SINCE_2024, LIST_2024)
    assert level(setup, school, SINCE_2024 - timedelta(days=1)) is None
    assert level(setup, school, SINCE_2025 - timedelta(days=1)) == Attribute("weak", SINCE_2024, LIST_2024)
    assert level(setup, school, SINCE_2025) == Attribute("ordinary", SINCE_2025, LIST_2025)


def test_a_correction_is_a_later_record_of_the_same_date(setup: Act, school: int) -> None:
    record_attribute(setup, school, "level", "weak", SINCE_2025, LIST_2025)
    later = replace(setup, now=setup.now + timedelta(hours=1))
    record_attribute(later, school, "level", "quality", SINCE_2025, "更正通知")
    assert level(setup, school, TODAY) == Attribute("quality", SINCE_2025, "更正通知")
    record_attribute(later, school, "level", "ordinary", SINCE_2025, "再次更正")
    assert level(setup, school, TODAY) == Attribute("ordinary", SINCE_2025, "再次更正")


def test_an_empty_value_ends_an_open_attribute(setup: Act, school: int) -> None:
    record_attribute(setup, school, "close_knit_group", "一小教育集团", SINCE_2024, "批复")
    record_attribute(setup, school, "close_knit_group", "", SINCE_2025, "退出批复")

    def group(day: date) -> bool:
        return "close_knit_group" in attributes_at(setup.session, setup.bureau_id, [school], day)[school]

    assert group(SINCE_2024)
    assert not group(SINCE_2025)


def test_many_schools_cost_one_statement(setup: Act, places: dict[str, Organisation]) -> None:
    s1, s2 = places["s1"].id, places["s2"].id
    for key, value in (("level", "weak"), ("classes", "12"), ("grave_case_on", "2025-05-01")):
        record_attribute(setup, s1, key, value, SINCE_2025, "年报")
    with counted(setup) as statements:
        found = attributes_at(setup.session, setup.bureau_id, [s1, s2], TODAY)
        assert attributes_at(setup.session, setup.bureau_id, [], TODAY) == {}
    assert {k: a.value for k, a in found[s1].items()} == {
        "level": "weak",
        "classes": "12",
        "grave_case_on": "2025-05-01",
    }
    assert found[s2] == {}
    assert len(statements) == 1
    assert attributes_at(setup.session, setup.bureau_id + 1, [s1], TODAY) == {s1: {}}


@pytest.mark.parametrize(
    ("key", "value", "source", "field"),
    [
        ("colour", "red", LIST_2025, "key"),
        ("level", "excellent", LIST_2025, "value"),
        ("level", "", LIST_2025, "value"),
        ("classes", "12.5", LIST_2025, "value"),
        ("classes", "-1", LIST_2025, "value"),
        ("classes", "十二", LIST_2025, "value"),
        ("classes", "²", LIST_2025, "value"),
        ("grave_case_on", "20250501", LIST_2025, "value"),
        ("grave_case_on", "2025-02-30", LIST_2025, "value"),
        ("close_knit_group", "集" * 201, LIST_2025, "value"),
        ("level", "weak", " ", "source"),
    ],
)
def test_what_is_no_value_is_refused(setup: Act, school: int, key: str, value: str, source: str, field: str) -> None:
    with pytest.raises(InvalidError) as raised:
        record_attribute(setup, school, key, value, SINCE_2025, source)
    assert [p.field for p in raised.value.problems] == [field]


def test_who_may_record(acting: Callable[..., Act], school: int) -> None:
    for position in ("section_officer", "office_clerk", "director", "system_admin"):
        record_attribute(acting(position), school, "level", "weak", SINCE_2025, LIST_2025)
    for position in ("school_head", "auditor", "security_admin", "audit_admin", "expert"):
        with pytest.raises(ForbiddenError):
            record_attribute(acting(position), school, "level", "weak", SINCE_2025, LIST_2025)


def test_a_record_is_an_event(setup: Act, school: int) -> None:
    record_attribute(setup, school, "level", "weak", SINCE_2025, LIST_2025)
    event = last_event(setup)
    assert (event.kind, event.subject) == ("attribute_recorded", f"organisation:{school}")
    assert event.body == {"key": "level", "value": "weak", "since": "2025-09-01", "source": LIST_2025}


def test_a_school_of_another_bureau_is_not_there(setup: Act) -> None:
    with pytest.raises(NotFoundError):
        record_attribute(setup, 9999, "level", "weak", SINCE_2025, LIST_2025)
