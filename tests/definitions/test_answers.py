"""The validator of answers: one rule per test, on one form that has every type."""

from __future__ import annotations

from typing import Any

import pytest

from tests.definitions.answers_form import (
    FORM,
    IMAGE,
    LEAD,
    LI,
    PDF,
    PROGRAM,
    SECTION,
    TEACHER,
    TODAY,
    VALID,
    WILLOW,
    Directory,
    changed,
    label,
    problems,
    text_field,
)
from workflow_app.definitions.answers import (
    check_answers,
    shown,
)
from workflow_app.definitions.schema import TaskForm


def test_valid_answers_have_no_problem_and_each_kind_is_looked_up_once() -> None:
    directory = Directory()
    assert check_answers(FORM, VALID, directory, today=TODAY) == []
    assert sorted(directory.asked) == ["files", "organisations:school", "people:expert", "people:teacher"]


def test_nothing_is_looked_up_when_nothing_is_mentioned() -> None:
    directory = Directory()
    check_answers(FORM, {"group_name": "甲"}, directory, today=TODAY)
    assert directory.asked == []


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("group_name", ..., "请填写集团名称"),
        ("group_name", "  ", "请填写集团名称"),
        ("group_name", 7, "集团名称的格式不正确"),
        ("group_name", "一" * 21, "集团名称最多20个字，现有21个字"),
        ("group_name", "甲\x00乙", "集团名称含有无法显示的字符，请删除后重新填写"),
        ("group_name", "甲\n乙", "集团名称含有无法显示的字符，请删除后重新填写"),
        ("group_name", "甲\u202e乙", "集团名称含有无法显示的字符，请删除后重新填写"),
        ("group_name", "甲\ud800乙", "集团名称含有无法显示的字符，请删除后重新填写"),
        ("powers", "甲\x07乙", "权限划分含有无法显示的字符，请删除后重新填写"),
        ("goals", ["a", "a"], "目标中有重复项"),
        ("goals", ["a", "b", "c"], "目标最多2项，现有3项"),
        ("goals", "a", "目标的选项无效，请重新选择"),
        ("classes", "24", "班数应为整数"),
        ("classes", True, "班数应为整数"),
        ("classes", 24.0, "班数应为整数"),
        ("classes", 0, "班数不得小于1"),
        ("classes", 61, "班数不得大于60"),
        ("score", 84.0, "得分应为数字"),
        ("score", "84.05", "得分最多保留1位小数"),
        ("score", "100.1", "得分不得大于100"),
        ("score", "1e2", "得分应为数字"),
        ("score", "NaN", "得分应为数字"),
        ("score", "084", "得分应为数字"),
        ("score", "８４", "得分应为数字"),
        ("share", "5.123", "比例最多保留2位小数"),
        ("met_on", "2026-4-1", "会议日期应为日期，如2026-04-08"),
        ("met_on", "20260401", "会议日期应为日期，如2026-04-08"),
        ("met_on", "2026-02-30", "会议日期应为日期，如2026-04-08"),
        ("met_on", "2026-04-09", "会议日期不得晚于2026年4月8日"),
        ("met_on", "1726-04-09", "会议日期的年份不正确"),
        ("visit_at", "2026-04-22T09:00:00", "到校时间应为日期和时间，如2026-04-08 09:00"),
        ("visit_at", "2026-04-22T01:00:00+00:00", "到校时间应为日期和时间，如2026-04-08 09:00"),
        ("visit_at", "2026-04-07T09:00:00+08:00", "到校时间不得早于2026年4月8日"),
        ("has_note", "true", "另附说明应为是或否"),
        ("lead_school", SECTION, "龙头校中的单位无效，请重新选择"),
        ("lead_school", 999, "龙头校中的单位无效，请重新选择"),
        ("lead_school", [LEAD], "龙头校中的单位无效，请重新选择"),
        ("lead_school", True, "龙头校中的单位无效，请重新选择"),
        ("experts", LI, "专家中的人员无效，请重新选择"),
        ("experts", [LI], "专家至少2项，现有1项"),
        ("experts", [LI, LI], "专家中有重复项"),
        ("experts", [LI, TEACHER], "专家中的人员无效，请重新选择"),
        ("delegate", LI, "教师代表中的人员无效，请重新选择"),
        ("minutes", [IMAGE], "会议纪要只接受pdf格式的文件"),
        ("minutes", [PDF, IMAGE], "会议纪要只能上传一个文件"),
        ("minutes", [999], "会议纪要的文件已失效，请重新上传"),
        ("minutes", PDF, "会议纪要的格式不正确"),
        ("staff", "56", "教职工由系统计算，不能填写"),
        ("surprise", "x", "表单中没有“surprise”这一项"),
        ("typename", "x", "表单中没有“typename”这一项"),
        ("evidence", [PDF], "材料清单的格式不正确"),
        ("evidence.charter", ..., "请上传章程草案"),
        ("evidence.charter", [PDF, PDF], "章程草案中有重复的文件"),
        ("evidence.charter", [IMAGE], "章程草案只接受pdf格式的文件"),
        ("evidence.surprise", [PDF], "表单中没有“surprise”这一项"),
        ("evidence.consent", [PDF], "教代会决议的格式不正确"),
        ("evidence.consent.1", ..., "请上传石桥村小学的教代会决议"),
        ("evidence.consent.1", [PROGRAM], "石桥村小学的教代会决议只接受pdf、jpg、png、docx、xlsx、ofd格式的文件"),
        ("evidence.consent.2", [PDF], "表单中没有“2”这一项"),
        ("evidence.photos", [IMAGE], "当前情形下不填写照片"),
        ("decision", ..., "请选择结论"),
        ("decision", "maybe", "结论无效，请重新选择"),
        ("decision", ["agree"], "结论无效，请重新选择"),
        ("opinion", "字" * 2001, "意见最多2000个字，现有2001个字"),
        ("opinion", {"a": 1}, "意见的格式不正确"),
        ("reasons", "因为", "理由的格式不正确"),
        ("overrides", {"groups.unknown": "因为"}, "表单中没有“groups.unknown”这一项"),
    ],
)
def test_one_fault_is_one_problem(path: str, value: Any, message: str) -> None:
    found = problems(changed(path, value))
    assert list(found.values()) == [message]
    assert all(field == path or field.startswith(f"{path}.") for field in found)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("group_type", "loose", "集团类型的选项无效，请重新选择"),
        ("group_type", ["close_knit"], "集团类型的选项无效，请重新选择"),
        ("members", ..., "请填写成员校，至少1行"),
        ("members", "甲校", "成员校的格式不正确"),
        ("members", [7], "成员校的格式不正确"),
    ],
)
def test_a_fault_of_what_others_depend_on(path: str, value: Any, message: str) -> None:
    assert problems(changed(path, value))[path] == message


def test_problems_in_rows_name_the_row_and_the_column() -> None:
    answers = changed("members", [{"school": WILLOW}, {"role": "other", "odd": 1}])
    answers["evidence"]["consent"]["1"] = [PDF]
    assert problems(answers) == {
        "members.1.odd": "成员校第2行：表单中没有“odd”这一项",
        "members.1.school": "成员校第2行：请选择学校",
        "members.1.other_role": "成员校第2行：请填写其他角色",
    }


def test_too_many_rows() -> None:
    rows = [{"school": WILLOW} for _ in range(7)]
    answers = changed("members", rows)
    answers["evidence"]["consent"] = {str(n): [PDF] for n in range(7)}
    assert problems(answers) == {"members": "成员校最多6项，现有7项"}


def test_a_row_without_a_name_is_called_by_its_number() -> None:
    answers = changed("members", [{"school": WILLOW}, {"school": 999}])
    del answers["evidence"]["consent"]["1"]
    assert problems(answers)["evidence.consent.1"] == "请上传第2行的教代会决议"


def test_a_hidden_field_is_neither_required_nor_accepted() -> None:
    answers = changed("group_type", "cooperative")
    assert problems(answers) == {"powers": "当前情形下不填写权限划分"}
    del answers["powers"]
    assert problems(answers) == {}


def test_what_depends_on_a_hidden_field_is_hidden() -> None:
    assert "powers_note" in shown(FORM, {"group_type": "close_knit", "has_note": True})
    assert "powers_note" not in shown(FORM, {"group_type": "cooperative", "has_note": True})
    assert "powers_note" not in shown(FORM, {"group_type": "close_knit", "has_note": 1})
    assert "evidence.photos" in shown(FORM, {"group_type": "cooperative"})


def test_conditions_in_a_circle_show_nothing() -> None:
    circle = TaskForm.model_validate(
        {
            "label": label("环"),
            "stage": "draft",
            "fields": [text_field("a", "甲", show_if={"b": ["x"]}), text_field("b", "乙", show_if={"a": ["x"]})],
        }
    )
    assert shown(circle, {"a": "x", "b": "x"}) == frozenset()


def test_a_decision_shows_fields_and_asks_for_an_opinion() -> None:
    form = TaskForm.model_validate(
        {
            "label": label("受理"),
            "stage": "submitted",
            "opinion": "optional",
            "fields": [text_field("reason", "补正内容", required=True, show_if={"decision": ["return"]})],
            "decisions": [
                {"value": "accept", "label": label("受理")},
                {"value": "return", "label": label("退回补正"), "opinion_required": True},
            ],
        }
    )
    assert problems({"decision": "accept"}, form) == {}
    assert problems({"decision": "return"}, form) == {
        "reason": "请填写补正内容",
        "opinion": "选择“退回补正”时请填写意见",
    }


def test_a_form_may_require_an_opinion_or_refuse_one() -> None:
    required = FORM.model_copy(update={"opinion": "required"})
    assert problems(changed("opinion", " "), required) == {"opinion": "请填写意见"}
    plain = TaskForm.model_validate({"label": label("送达"), "stage": "issue", "opinion": "none"})
    assert problems({"opinion": "好", "decision": "agree"}, plain) == {
        "decision": "本环节不需要选择结论",
        "opinion": "本环节不填写意见",
    }


def test_problems_come_in_the_order_of_the_form() -> None:
    found = [p.field for p in check_answers(FORM, {"classes": 0}, Directory(), today=TODAY)]
    assert found == ["group_name", "group_type", "classes", "members", "evidence.charter", "decision"]
