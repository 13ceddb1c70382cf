"""The validator of answers: one rule per test, on one form that has every type."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from workflow_app.definitions.answers import (
    FilesShown,
    Names,
    StoredName,
    TableShown,
    check_answers,
    display,
    empty_answers,
    facts_of,
    keep_asked,
    mentioned,
    shown,
    well_formed,
)
from workflow_app.definitions.schema import TaskForm

TODAY = date(2026, 4, 8)
LEAD, WILLOW, STONE, SECTION = 11, 12, 13, 20
LI, WANG, TEACHER = 31, 32, 33
PDF, IMAGE, PROGRAM = 41, 42, 43


def label(zh: str) -> dict[str, str]:
    return {"zh": zh, "en": zh}


def text_field(key: str, zh: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": "text", "label": label(zh), **more}


FORM = TaskForm.model_validate(
    {
        "label": label("提交组建申请"),
        "stage": "draft",
        "fields": [
            text_field("group_name", "集团名称", required=True, max=20, fact=True),
            {
                "key": "group_type",
                "type": "choice",
                "label": label("集团类型"),
                "required": True,
                "fact": True,
                "options": [
                    {"value": "close_knit", "label": label("紧密型")},
                    {"value": "cooperative", "label": label("合作型")},
                ],
            },
            {
                "key": "powers",
                "type": "long_text",
                "label": label("权限划分"),
                "required": True,
                "show_if": {"group_type": ["close_knit"]},
            },
            text_field("powers_note", "权限说明", show_if={"has_note": [True]}),
            {
                "key": "has_note",
                "type": "yes_no",
                "label": label("另附说明"),
                "show_if": {"group_type": ["close_knit"]},
            },
            {
                "key": "goals",
                "type": "multiple_choice",
                "label": label("目标"),
                "min": 1,
                "max": 2,
                "options": [{"value": v, "label": label(v)} for v in ("a", "b", "c")],
            },
            {"key": "classes", "type": "integer", "label": label("班数"), "min": 1, "max": 60},
            {"key": "score", "type": "decimal", "label": label("得分"), "min": 0, "max": 100, "places": 1},
            {"key": "share", "type": "percentage", "label": label("比例")},
            {"key": "funds", "type": "money", "label": label("经费"), "sensitivity": "internal"},
            {"key": "met_on", "type": "date", "label": label("会议日期"), "max": 0},
            {"key": "visit_at", "type": "date_time", "label": label("到校时间"), "min": 0},
            {"key": "lead_school", "type": "organisation", "label": label("龙头校"), "kind": "school"},
            {
                "key": "experts",
                "type": "person",
                "label": label("专家"),
                "kind": "expert",
                "many": True,
                "min": 2,
                "sensitivity": "personal",
            },
            {"key": "delegate", "type": "teacher", "label": label("教师代表")},
            {"key": "minutes", "type": "file", "label": label("会议纪要"), "types": ["pdf"]},
            {
                "key": "members",
                "type": "rows",
                "label": label("成员校"),
                "required": True,
                "min": 1,
                "max": 6,
                "columns": [
                    {
                        "key": "school",
                        "type": "organisation",
                        "label": label("学校"),
                        "kind": "school",
                        "required": True,
                    },
                    {
                        "key": "role",
                        "type": "choice",
                        "label": label("角色"),
                        "options": [
                            {"value": "member", "label": label("成员")},
                            {"value": "other", "label": label("其他")},
                        ],
                    },
                    text_field("other_role", "其他角色", required=True, show_if={"role": ["other"]}),
                ],
            },
            {"key": "staff", "type": "figure", "label": label("教职工"), "figure": "groups.staff"},
        ],
        "evidence": [
            {"key": "charter", "label": label("章程草案"), "types": ["pdf"], "many": False},
            {"key": "consent", "label": label("教代会决议"), "per": "members"},
            {"key": "photos", "label": label("照片"), "required": False, "show_if": {"group_type": ["cooperative"]}},
        ],
        "decisions": [
            {"value": "agree", "label": label("同意")},
            {"value": "return", "label": label("退回补正"), "opinion_required": True},
        ],
        "checks": ["groups.has_weak_member"],
    }
)

VALID: dict[str, Any] = {
    "group_name": "青禾县实验小学教育集团",
    "group_type": "close_knit",
    "powers": "人事由总校统筹。\n经费分校核算。",
    "goals": ["a", "c"],
    "classes": 24,
    "score": "84.0",
    "share": "5",
    "funds": "120000.50",
    "met_on": "2026-04-01",
    "visit_at": "2026-04-22T09:00:00+08:00",
    "lead_school": LEAD,
    "experts": [LI, WANG],
    "delegate": TEACHER,
    "minutes": [PDF],
    "members": [{"school": WILLOW, "role": "member"}, {"school": STONE, "role": "other", "other_role": "观察员"}],
    "evidence": {"charter": [PDF], "consent": {"0": [PDF], "1": [PDF, IMAGE]}},
    "decision": "agree",
    "opinion": "符合条件。",
    "reasons": {"groups.has_weak_member": "已核实。"},
}


class Directory:
    """A lookup over fixed objects that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def organisations(self, ids: Collection[int], kind: str | None) -> Mapping[int, str]:
        self.asked.append(f"organisations:{kind}")
        known = {
            LEAD: ("青禾县实验小学", "school"),
            WILLOW: ("柳溪镇中心小学", "school"),
            STONE: ("石桥村小学", "school"),
            SECTION: ("人事科", "section"),
        }
        return {k: name for k, (name, own) in known.items() if k in ids and kind in {None, own}}

    def people(self, ids: Collection[int], position: str | None) -> Mapping[int, str]:
        self.asked.append(f"people:{position}")
        known = {LI: ("李敏", {"expert"}), WANG: ("王岚", {"expert", "teacher"}), TEACHER: ("林栀", {"teacher"})}
        return {k: name for k, (name, held) in known.items() if k in ids and (position is None or position in held)}

    def files(self, ids: Collection[int]) -> Mapping[int, str]:
        self.asked.append("files")
        return {k: v for k, v in {PDF: "pdf", IMAGE: "jpeg", PROGRAM: "exe"}.items() if k in ids}


def problems(answers: Mapping[str, Any], form: TaskForm = FORM) -> dict[str, str]:
    return {p.field: str(p.message) for p in check_answers(form, answers, Directory(), today=TODAY)}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The valid answers with one value replaced; ``...`` removes it."""
    answers: Any = deepcopy(VALID)
    *parents, last = path.split(".")
    place = answers
    for key in parents:
        place = place[int(key)] if isinstance(place, list) else place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return dict(answers)


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


def test_facts_are_the_decision_and_the_marked_fields() -> None:
    assert facts_of(FORM, VALID) == {
        "decision": "agree",
        "group_name": "青禾县实验小学教育集团",
        "group_type": "close_knit",
    }
    assert facts_of(FORM, {}) == {"decision": None, "group_name": None, "group_type": None}


def test_a_hidden_fact_is_none() -> None:
    form = FORM.model_copy(
        update={"fields": tuple(f.model_copy(update={"fact": f.key == "powers"}) for f in FORM.fields)}
    )
    assert facts_of(form, changed("group_type", "cooperative")) == {"decision": "agree", "powers": None}


def test_empty_answers_hold_the_fewest_rows() -> None:
    assert empty_answers(FORM) == {"members": [{}]}


def test_keep_asked_drops_what_is_hidden_or_empty() -> None:
    answers = changed("group_type", "cooperative")
    answers |= {"classes": None, "opinion": " ", "goals": []}
    answers["members"] = [{"school": WILLOW, "role": "", "other_role": "旧值"}, {}, {}]
    answers["evidence"] = {"charter": [PDF], "consent": {"0": [PDF], "1": []}}
    kept = keep_asked(FORM, answers)
    assert kept["members"] == [{"school": WILLOW}]
    assert kept["evidence"] == {"charter": [PDF], "consent": {"0": [PDF]}}
    assert not {"powers", "classes", "opinion", "goals"} & set(kept)
    assert keep_asked(FORM, VALID) == VALID


def test_keep_asked_leaves_unknown_keys_to_the_check() -> None:
    assert keep_asked(FORM, {"surprise": "x"}) == {"surprise": "x"}


def test_well_formed_keeps_only_what_can_be_computed_with() -> None:
    broken = {
        "group_name": "青禾集团",
        "classes": "二十四",
        "score": "很高",
        "experts": LI,
        "lead_school": 999,
        "members": [{"school": "甲校", "role": "member"}, "乱"],
        "decision": "maybe",
        "evidence": [1],
        "surprise": "x",
    }
    assert well_formed(FORM, broken, today=TODAY) == {
        "group_name": "青禾集团",
        "lead_school": 999,
        "members": [{"role": "member"}, {}],
    }
    assert well_formed(FORM, empty_answers(FORM), today=TODAY) == {}
    kept = {k: v for k, v in VALID.items() if k not in {"opinion", "reasons"}}
    assert well_formed(FORM, VALID, today=TODAY) == kept


def test_mentioned_finds_ids_in_rows_and_evidence() -> None:
    ids = mentioned(FORM, VALID)
    assert ids.organisations == {LEAD, WILLOW, STONE}
    assert ids.persons == {LI, WANG, TEACHER}
    assert ids.files == {PDF, IMAGE}


NAMES = Names(
    organisations={LEAD: "青禾县实验小学", WILLOW: "柳溪镇中心小学", STONE: "石桥村小学"},
    persons={LI: "李敏", WANG: "王岚", TEACHER: "林栀"},
    files={PDF: StoredName(PDF, "纪要.pdf", 1200, "ab" * 32)},
)


def seen(*, may_see_personal: bool) -> dict[str, Any]:
    return {line.key: line.value for line in display(FORM, VALID, NAMES, may_see_personal=may_see_personal)}


def test_display_shows_labels_names_units_and_tables() -> None:
    view = seen(may_see_personal=True)
    assert str(view["group_type"]) == "紧密型"
    assert str(view["goals"]) == "a、c"
    assert str(view["funds"]) == "120,000.50元"
    assert str(view["visit_at"]) == "2026年4月22日 09:00"
    assert str(view["lead_school"]) == "青禾县实验小学"
    assert str(view["experts"]) == "李敏、王岚"
    assert view["minutes"] == FilesShown((NAMES.files[PDF],))
    table = view["members"]
    assert isinstance(table, TableShown)
    assert [str(head) for head in table.head] == ["学校", "角色", "其他角色"]
    assert [[str(cell) for cell in row] for row in table.rows] == [
        ["柳溪镇中心小学", "成员", "—"],
        ["石桥村小学", "其他", "观察员"],
    ]
    assert view["evidence.consent.1"] == FilesShown((NAMES.files[PDF],))
    assert str(view["decision"]) == "同意"


def test_display_masks_personal_values() -> None:
    view = seen(may_see_personal=False)
    assert "李敏" not in str(view["experts"])
    assert str(view["lead_school"]) == "青禾县实验小学"


def test_labels_follow_the_language_of_the_page() -> None:
    form = TaskForm.model_validate(
        {
            "label": label("表"),
            "stage": "draft",
            "fields": [text_field("a", "名称") | {"label": {"zh": "名称", "en": "Name"}, "required": True}],
        }
    )
    (problem,) = check_answers(form, {}, Directory(), today=TODAY)
    english = {"请填写{label}": "Enter: {label}", "{zh}": "{en}"}
    assert problem.message.render(lambda msgid: english[msgid]) == "Enter: Name"
