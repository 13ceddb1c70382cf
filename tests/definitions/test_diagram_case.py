"""Diagrams of a case: statuses mapped between a drawing and the shared drawings in it, names of the page's language."""

from __future__ import annotations

import pytest

from workflow_app.definitions.diagram_case import mapped_status, names
from workflow_app.definitions.version import ProcessVersion


@pytest.mark.parametrize(
    ("done", "active", "late", "expected"),
    [
        (["begin", "apply"], ["check"], [], {"begin": "done", "apply": "done", "check": "active", "visit": "active"}),
        (["apply", "extra_notify"], ["extra_supply"], [], {"apply": "done", "extra": "active", "visit": "active"}),
        ([], ["extra_supply", "extra_overdue"], ["extra_supply"], {"extra": "late", "visit": "late"}),
        (["extra_begin", "extra_supplied"], [], [], {"extra": "done"}),
        (["extra__is_lapsed"], [], [], {"extra": "done", "extra__is_lapsed": "done"}),
        (["extra_supplied"], ["check"], [], {"extra": "done", "check": "active", "visit": "active"}),
        (["extra_supplied"], ["extra_lapse"], [], {"extra": "active", "visit": "active"}),
        (["extra_supply"], [], [], {}),
        (["visit_done"], [], [], {"visit_done": "done", "visit": "done"}),
    ],
)
def test_a_call_is_as_far_as_what_it_holds(
    version: ProcessVersion, done: list[str], active: list[str], late: list[str], expected: dict[str, str]
) -> None:
    assert mapped_status(version, done=done, active=active, late=late) == expected


def test_the_shared_drawing_of_a_call_has_the_statuses_under_its_own_ids(version: ProcessVersion) -> None:
    passed = ["apply", "extra_begin", "extra_begin__notify", "extra_notify"]
    assert mapped_status(version, done=passed, active=["extra_supply"], late=["extra_supply"], call="extra") == {
        "begin": "done",
        "begin__notify": "done",
        "notify": "done",
        "supply": "late",
    }


def test_chinese_names_are_those_of_the_forms_and_of_the_drawing_where_there_is_no_form(
    version: ProcessVersion,
) -> None:
    found = names(version, "zh")
    assert found["check"] == version.tasks["check"].label.zh
    assert "extra" not in found
    assert "officer" not in found
    assert names(version, "zh", "extra")["handler"] == "基础教育科"


def test_english_names_leave_no_chinese_and_flows_are_named_after_decisions(version: ProcessVersion) -> None:
    found = names(version, "en")
    decisions = {d.value: d.label.en for d in version.tasks["check"].decisions}
    assert found["is_complete__extra"] == decisions["return"]
    assert found["is_complete__split"] == " / ".join(label for value, label in decisions.items() if value != "return")
    assert found["is_lapsed__check"] == ""  # the gateway also follows a supplement that never lapsed
    assert found["visit"] == ""
    assert found["clerk"] == "School"
    assert names(version, "en", "extra")["supply"] == version.tasks["extra_supply"].label.en
    with pytest.raises(KeyError):
        names(version, "en", "nothing")
