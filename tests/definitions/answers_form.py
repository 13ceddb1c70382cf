"""A form that has every type of field, sound answers to it, and the people and files that they point to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from workflow_app.definitions.answers import (
    Names,
    StoredName,
    check_answers,
    display,
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


NAMES = Names(
    organisations={LEAD: "青禾县实验小学", WILLOW: "柳溪镇中心小学", STONE: "石桥村小学"},
    persons={LI: "李敏", WANG: "王岚", TEACHER: "林栀"},
    files={PDF: StoredName(PDF, "纪要.pdf", 1200, "ab" * 32)},
)


def seen(*, may_see_personal: bool) -> dict[str, Any]:
    return {line.key: line.value for line in display(FORM, VALID, NAMES, may_see_personal=may_see_personal)}
