"""A task page with every kind of field, built by hand: what the form tests parse and the page tests render."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from workflow_app.cases.pages import CaseLine, DueLine, EarlierAnswers, TaskPage
from workflow_app.definitions.answers import Names, StoredName
from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.schema_fields import Label
from workflow_app.policy.finding import Finding, Used
from workflow_app.text import Text
from workflow_app.web.forms.choices import Choices

LEAD, WILLOW, STONE = 11, 12, 13
EXPERTS = {31: "赵明（教师发展中心）", 32: "钱蓉（第一中学）", 33: "孙越（第二中学）"}
CHARTER, DECISION = 41, 42


def both(zh: str) -> dict[str, str]:
    """A label whose English is told apart from its Chinese."""
    return {"zh": zh, "en": f"EN {zh}"}


def spec(key: str, type_: str, zh: str, **more: Any) -> dict[str, Any]:
    """A field of a form file."""
    return {"key": key, "type": type_, "label": both(zh), **more}


FORM = TaskForm.model_validate(
    {
        "label": both("提交组建申请"),
        "help": both("由龙头校填写，成员校逐校列明。"),
        "stage": "draft",
        "clause": "003·A2二(一)1",
        "fields": [
            spec("group_name", "text", "集团名称", required=True, max=40, help=both("不含学校全称以外的荣誉称号")),
            spec(
                "group_type",
                "choice",
                "集团类型",
                required=True,
                options=[
                    {"value": "close_knit", "label": both("紧密型")},
                    {"value": "cooperative", "label": both("合作型")},
                ],
            ),
            spec("lead_school", "organisation", "龙头校", kind="school", required=True),
            spec("founded_on", "date", "拟成立日期", required=True),
            spec("funds", "money", "首年经费", min=0, places=2),
            spec("share", "percentage", "统筹比例", min=0, max=100, places=1),
            spec("classes", "integer", "合计班数", min=1, max=200),
            spec("visit_at", "date_time", "现场核查时间"),
            spec("has_pledge", "yes_no", "承诺不做品牌输出", required=True),
            spec("staff", "figure", "应配教职工（按在籍学生测算）", figure="groups.staff"),
            spec("location_note", "text", "校区说明", max=20),
            spec("reason", "long_text", "组建理由", required=True, phrases=[both("带动薄弱学校")]),
            spec("powers", "long_text", "财物人权限划分", required=True, show_if={"group_type": ["close_knit"]}),
            spec(
                "goals",
                "multiple_choice",
                "三年目标",
                options=[
                    {"value": "quality", "label": both("质量提升")},
                    {"value": "staff", "label": both("师资均衡"), "hint": both("含交流轮岗")},
                    {"value": "course", "label": both("课程共建")},
                ],
            ),
            spec("experts", "person", "拟请专家", kind="expert", many=True),
            spec(
                "members",
                "rows",
                "成员校",
                required=True,
                min=1,
                max=6,
                columns=[
                    spec("school", "organisation", "学校", kind="school", required=True),
                    spec(
                        "location",
                        "choice",
                        "城乡",
                        options=[
                            {"value": "urban", "label": both("城区")},
                            {"value": "rural", "label": both("乡村")},
                        ],
                    ),
                    spec("distance", "decimal", "距离（公里）", places=1, show_if={"location": ["rural"]}),
                ],
            ),
            spec("plan", "file", "三年规划", types=["pdf"]),
        ],
        "evidence": [
            {"key": "charter", "label": both("章程草案"), "types": ["pdf", "docx"], "many": False},
            {"key": "consent", "label": both("教代会决议"), "per": "members", "types": ["pdf", "jpg"]},
        ],
        "decisions": [
            {"value": "agree", "label": both("同意"), "hint": both("转入会审"), "tone": "good"},
            {
                "value": "return",
                "label": both("退回补正"),
                "hint": both("一次性告知全部缺项"),
                "tone": "warn",
                "opinion_required": True,
            },
            {
                "value": "refuse",
                "label": both("不同意"),
                "hint": both("须写明依据"),
                "tone": "bad",
                "opinion_required": True,
            },
        ],
        "phrases": [both("材料齐全，符合法定形式。"), both("请补齐所列材料。")],
        "checks": ["groups.has_weak_member", "groups.staffing", "cases.supplement_once", "groups.same_stage"],
    }
)

ANSWERS: dict[str, Any] = {
    "group_name": "青禾县实验小学教育集团",
    "group_type": "close_knit",
    "lead_school": LEAD,
    "founded_on": "2026-08-25",
    "funds": "120000.50",
    "share": "12.5",
    "classes": 42,
    "visit_at": "2026-04-22T09:00:00+08:00",
    "has_pledge": True,
    "reason": "柳溪、石桥两校师资薄弱。\n由实验小学统筹教研和师资。",
    "powers": "人事由总校统筹，经费分校核算。",
    "goals": ["quality", "staff"],
    "experts": [31, 33],
    "members": [{"school": WILLOW, "location": "urban"}, {"school": STONE, "location": "rural", "distance": "8.5"}],
    "evidence": {"charter": [CHARTER], "consent": {"0": [DECISION]}},
    "decision": "agree",
    "opinion": "材料齐全，符合法定形式。",
    "reasons": {"groups.staffing": "石桥村小学秋季补充一名教师。"},
}

NAMES = Names(
    organisations={LEAD: "青禾县实验小学", WILLOW: "柳溪镇中心小学", STONE: "石桥村小学"},
    persons={31: "赵明", 33: "孙越"},
    files={
        CHARTER: StoredName(CHARTER, "青禾县实验小学教育集团章程（草案）.pdf", 482_133, "9f2c4e" + "0" * 58),
        DECISION: StoredName(DECISION, "柳溪镇中心小学教代会决议.jpg", 1_204_882, "71aa03" + "0" * 58),
    },
)
CHOICES = Choices(
    organisations={"school": tuple(NAMES.organisations.items())},
    people={"expert": tuple(EXPERTS.items())},
    names=NAMES,
)
FIGURES = {"staff": Text("实验小学56人、柳溪26人、石桥12人")}

_USED = Used("003", "pupils_per_staff_primary", "19", "count", "003·A7二(一)1", 1)
FINDINGS = (
    Finding(
        "cases.supplement_once",
        "gate",
        Text("本环节已于{day}一次性告知补正，再次退回须经科长说明理由。", day="2026-04-10"),
        "行政许可法32条",
        {"已退回次数": "1"},
        override="section_chief@basic_education",
    ),
    Finding(
        "groups.staffing",
        "advice",
        Text("柳溪镇中心小学在编教职工25人，按标准应为26人。"),
        "003·A7二(一)1",
        {"在编": "25", "应配": "26"},
        (_USED,),
    ),
    Finding(
        "groups.has_weak_member",
        "clear",
        Text("成员校中有薄弱或乡村学校2所。"),
        "003·A2二(一)1·2",
        {"薄弱": "1", "乡村": "1"},
    ),
    Finding("groups.same_stage", "clear", Text("龙头校与成员校学段一致。"), "003·A2二(一)1"),
)

CASE = CaseLine(
    case_id=7,
    number="P1-2026-0007",
    title="组建青禾县实验小学教育集团",
    applicant="青禾县实验小学",
    process=Label(zh="组建教育集团", en="Founding an education group"),
    stage="submitted",
    outcome=None,
    filed_on=date(2026, 4, 8),
    created_at=datetime(2026, 4, 8, 1, tzinfo=UTC),
    closed_at=None,
    due=DueLine(date(2026, 5, 15), 20, "plain", 0.1, False),
)
EARLIER = EarlierAnswers(
    element="apply",
    form=FORM,
    answers={**ANSWERS, "decision": "return", "opinion": "缺石桥村小学教代会决议。"},
    findings=(
        {**FINDINGS[1].to_json(), "reason": "石桥村小学秋季补充一名教师。"},
        {**FINDINGS[0].to_json(), "override": {"by": "王科长", "reason": "法规修订后新增材料。"}},
    ),
    who="王芳",
    at=datetime(2026, 4, 8, 2, 15, tzinfo=UTC),
    version=1,
)
PAGE = TaskPage(
    task_id=21,
    case=CASE,
    element="apply",
    form=FORM,
    content_hash="e" * 64,
    place=Text("基础教育科 科室经办"),
    revision=3,
    due=DueLine(date(2026, 4, 15), 2, "soon", 0.6, False),
    answers=ANSWERS,
    draft_saved_at=datetime(2026, 4, 8, 3, 5, tzinfo=UTC),
    earlier=(EARLIER,),
    findings=FINDINGS,
    claimed_by=None,
    claimed_by_me=False,
    may_claim=True,
    seats_done=1,
    seats_total=3,
    reviewable=("周宁",),
    figures=FIGURES,
)
