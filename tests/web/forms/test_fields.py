"""Fields parse what people type into the canonical form; what cannot be read stays as it was typed."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from tests.web.forms.example import FORM
from workflow_app.web.forms.build import AnswersForm, compile_form
from workflow_app.web.forms.fields import id_of, path_of

COMPILED = compile_form(FORM, "zh")


def parsed(key: str, *typed: str) -> Any:
    sent = MultiDict([(f"f-{key}", value) for value in typed])
    return AnswersForm.fill(COMPILED, {}, sent).answers.get(key)


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("group_name", "  青禾集团 ", "青禾集团"),
        ("group_name", "   ", None),
        ("reason", "一\r\n二\r三", "一\n二\n三"),
        ("classes", "42", 42),
        ("classes", "４２", 42),
        ("classes", "1,200", 1200),
        ("classes", "四十二", "四十二"),
        ("classes", "4.5", "4.5"),
        ("classes", "", None),
        ("funds", "120,000.50元", "120000.50"),
        ("funds", "＋０８４．５", "84.5"),
        ("funds", ".5", "0.5"),
        ("funds", "5.", "5"),
        ("funds", "-007", "-7"),
        ("funds", "很多", "很多"),
        ("share", "12.5%", "12.5"),
        ("founded_on", "2026-08-25", "2026-08-25"),
        ("founded_on", "2026年8月5日", "2026-08-05"),
        ("founded_on", "2026/8/5", "2026-08-05"),
        ("founded_on", "2026-02-30", "2026-02-30"),
        ("founded_on", "下周", "下周"),
        ("visit_at", "2026-04-22T09:00", "2026-04-22T09:00:00+08:00"),
        ("visit_at", "2026年4月22日 9:05", "2026-04-22T09:05:00+08:00"),
        ("visit_at", "2026-04-22 25:00", "2026-04-22 25:00"),
        ("visit_at", "2026-04-22", "2026-04-22"),
        ("has_pledge", "yes", True),
        ("has_pledge", "no", False),
        ("has_pledge", "maybe", None),
        ("group_type", "close_knit", "close_knit"),
        ("lead_school", "11", 11),
        ("lead_school", "", None),
        ("lead_school", "甲校", "甲校"),
        ("staff", "99", None),
    ],
)
def test_one_value(key: str, typed: str, value: object) -> None:
    assert parsed(key, typed) == value


def test_several_values() -> None:
    assert parsed("goals", "", "quality", "course") == ["quality", "course"]
    assert parsed("experts", "", "31", "33") == [31, 33]
    assert parsed("plan", "", "41", "x") == [41]


def test_nothing_ticked_empties_the_field_but_a_missing_field_keeps_its_value() -> None:
    before = {"goals": ["quality"], "experts": [31], "group_name": "青禾集团"}
    cleared = AnswersForm.fill(COMPILED, before, MultiDict([("f-goals", ""), ("f-experts", "")])).answers
    assert cleared == {"group_name": "青禾集团"}


@pytest.mark.parametrize(
    ("key", "stored", "shown", "input_type"),
    [
        ("founded_on", "2026-08-25", "2026-08-25", "date"),
        ("founded_on", "下周", "下周", "text"),
        ("founded_on", None, "", "date"),
        ("visit_at", "2026-04-22T09:00:00+08:00", "2026-04-22T09:00", "datetime-local"),
        ("visit_at", "明天上午", "明天上午", "text"),
        ("has_pledge", False, "no", "text"),
        ("classes", "四十二", "四十二", "text"),
        ("funds", "120000.50", "120000.50", "text"),
    ],
)
def test_what_stands_in_the_input(key: str, stored: object, shown: str, input_type: str) -> None:
    field = AnswersForm.fill(COMPILED, {key: stored}).at(key)
    assert (field.shown, field.input_type) == (shown, input_type)


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("group_name", "None"),  # its help says what is to be said
        ("location_note", "不超过20个字"),
        ("share", "0—100，可保留1位小数"),
        ("funds", "不小于0，可保留2位小数"),
        ("classes", "1—200"),
        ("reason", "None"),
    ],
)
def test_bounds_are_told_beforehand(key: str, hint: str) -> None:
    assert str(AnswersForm.fill(COMPILED, {}).at(key).limits) == hint


def test_paths_and_ids_belong_together() -> None:
    for path in ("group_name", "members.0.school", "evidence.consent.1", "reasons.groups.staffing"):
        assert path_of(id_of(path)) == path
