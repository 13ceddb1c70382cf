"""Checks on founding a group, each as a table of situations with level, figures and clause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.audit.test_append import statements
from tests.county import in_chinese
from tests.registers.conftest import County
from workflow_app.definitions.source import read_source
from workflow_app.definitions.version import load_version
from workflow_app.policy.finding import Finding
from workflow_app.registers import CHECKS
from workflow_app.registers.charters_checks import charter_parts
from workflow_app.registers.groups_checks import (
    before_autumn_term,
    has_weak_member,
    lead_is_qualified,
    not_brand_only,
    not_in_other_close_knit,
    same_stage,
    score_band,
)
from workflow_app.text import day_text

LEAD = "青禾县实验小学"
APPLYING = load_version(read_source("group-formation"), 1)
AT_FILING = list(dict.fromkeys((*APPLYING.form("apply").checks, *APPLYING.form("first_review").checks)))
"""The checks on an application, as the process names them."""


def test_e1_is_clear(county: County) -> None:
    """E1: D01–D04 clear, no other group; staffing is the only advice."""
    levels = {name: CHECKS[name](county.applying()) for name in AT_FILING}
    assert {n: f.level for n, f in levels.items() if isinstance(f, Finding) and f.level != "clear"} == {
        "schools.staffing": "advice"
    }
    assert all(isinstance(f, Finding) and f.check == name and f.clause for name, f in levels.items())


def test_all_checks_of_an_application_cost_six_statements(county: County) -> None:
    """Policy, names, attributes, calendar, memberships, the last group appraisal: each is read once."""
    session = county.act.session
    session.info.clear()  # Nothing is remembered from the preparation.
    with statements(session.get_bind().engine) as seen:
        for name in AT_FILING:
            CHECKS[name](county.applying())
    assert len([s for s in seen if s == "SELECT"]) == 6


@pytest.mark.parametrize(
    ("recorded", "level", "said"),
    [
        ({}, "clear", "最近年度考核优秀，3年内无严重"),
        ({"last_appraisal": "good"}, "clear", "最近年度考核良好"),
        ({"last_appraisal": "qualified"}, "gate", "最近年度考核为合格，须为优秀或良好"),
        ({"last_appraisal": "failed"}, "gate", "最近年度考核为不合格"),
        ({"grave_case_on": "2023-04-08"}, "clear", "无严重"),
        ({"grave_case_on": "2023-04-09"}, "gate", "2023年4月9日发生严重安全或师德事件，未满3年"),
        ({"grave_case_on": "2024-02-29"}, "gate", "2024年2月29日发生"),
    ],
)
def test_d01_lead_school(county: County, recorded: dict[str, str], level: str, said: str) -> None:
    for key, value in recorded.items():
        county.record(LEAD, key, value, date(2026, 1, 1))
    finding = lead_is_qualified(county.applying())
    assert (finding.level, finding.clause) == (level, "003·A2二(一)2")
    assert said in str(finding.message)
    assert [u.key for u in finding.used] == ["lead_appraisals", "grave_case_years"]
    assert finding.override == ("deputy_director@bureau" if level == "gate" else None)


def test_d01_without_a_recorded_appraisal(county: County) -> None:
    county.record(LEAD, "last_appraisal", "", date(2026, 1, 1))
    finding = lead_is_qualified(county.applying())
    assert (finding.level, in_chinese(finding.figures)["最近年度考核"]) == ("gate", "无记录")


@pytest.mark.parametrize(
    ("facts", "level", "figure"),
    [
        ({"level": "weak"}, "clear", "薄弱"),
        ({"location": "rural"}, "clear", "农村"),
        ({"is_new": "yes"}, "clear", "新建"),
        ({"level": "ordinary", "location": "town"}, "gate", "非薄弱、农村、新建"),
        ({}, "gate", "非薄弱、农村、新建"),
    ],
)
def test_d02_a_member_to_be_helped(county: County, facts: dict[str, str], level: str, figure: str) -> None:
    member = county.school("新校", facts)
    finding = has_weak_member(county.applying(members=[{"school": member}]))
    assert (finding.level, in_chinese(finding.figures), finding.clause) == (level, {"新校": figure}, "003·A2二(一)2")


def test_d02_empty_lines_and_the_lead_itself_are_no_members(county: County) -> None:
    finding = has_weak_member(county.applying(members=[{"school": None}, {"school": county.lead}]))
    assert (finding.level, in_chinese(finding.figures)) == ("gate", {})


@pytest.mark.parametrize(
    ("own", "level"), [("primary", "clear"), ("teaching_point", "clear"), ("nine_year", "clear"), ("junior", "gate")]
)
def test_d02_same_stage(county: County, own: str, level: str) -> None:
    member = county.school("新校", {"stage": own})
    finding = same_stage(county.applying(members=[{"school": member}]))
    assert (finding.level, finding.clause) == (level, "003·A2二(一)1")
    assert ("新校" in str(finding.message)) is (level == "gate")


def test_d02_the_lead_school_counts_too(county: County) -> None:
    junior = county.school("新校", {"stage": "junior"})
    finding = same_stage(county.applying(stage="junior", members=[{"school": junior}]))
    assert finding.level == "gate"
    assert LEAD in str(finding.message)


@pytest.mark.parametrize(
    ("staff", "plan", "level"),
    [
        (True, True, "clear"),
        (True, False, "clear"),
        (False, True, "clear"),
        (False, False, "error"),
        (None, None, "error"),
    ],
)
def test_d03_brand_alone_is_refused(county: County, staff: bool | None, plan: bool | None, level: str) -> None:
    finding = not_brand_only(county.applying(shared_staff=staff, shared_plan=plan))
    assert (finding.level, finding.clause) == (level, "003·A2二(一)2")
    assert finding.override is None


@pytest.mark.parametrize(
    ("today", "planned", "due_on", "level", "last"),
    [
        (date(2026, 4, 8), None, None, "clear", "2026-08-31"),
        (date(2026, 4, 8), "2026-09-01", None, "clear", "2026-08-31"),
        (date(2026, 4, 8), "2026-07-01", None, "clear", "2026-08-31"),
        (date(2026, 4, 8), "2026-09-02", None, "gate", "2027-08-31"),
        (date(2026, 4, 8), "2026-11-01", None, "gate", "2027-08-31"),
        (date(2026, 4, 8), "2027-09-01", None, "clear", "2027-08-31"),
        (date(2026, 8, 3), None, None, "clear", "2026-08-31"),
        (date(2026, 8, 4), None, None, "advice", "2026-08-31"),
        (date(2026, 4, 8), None, date(2026, 9, 1), "advice", "2026-08-31"),
        (date(2026, 9, 1), None, None, "gate", "2026-08-31"),
        (date(2026, 9, 2), None, None, "clear", "2027-08-31"),
    ],
)
def test_d04_before_the_autumn_term(
    county: County, today: date, planned: str | None, due_on: date | None, level: str, last: str
) -> None:
    county.on(today)
    context = county.applying(**({"effective_on": planned} if planned else {}))
    if due_on:
        context = type(context)(context.act, county.case(due_on), context.element, context.answers)
    finding = before_autumn_term(context)
    assert (finding.level, finding.clause) == (level, "003·A2三(二)")
    assert in_chinese(finding.figures)["应完成日期"] == str(day_text(last))


def test_a_school_of_another_close_knit_group(county: County, founded: Callable[[], int]) -> None:
    founded()
    county.given.clear()
    lead = county.school("第二小学", {"stage": "primary"})
    context = county.applying()
    assert context.case.applicant_id != lead
    finding = not_in_other_close_knit(context)
    assert finding.level == "gate"
    assert in_chinese(finding.figures) == dict.fromkeys(county.ids.keys() - {"第二小学"}, "青禾县实验小学教育集团")


def test_a_recorded_close_knit_group_counts_as_well(county: County) -> None:
    county.record("石桥村小学", "close_knit_group", "云岭教育集团")
    finding = not_in_other_close_knit(county.applying())
    assert (finding.level, finding.clause) == ("gate", "通行做法")
    assert "石桥村小学（云岭教育集团）" in str(finding.message)
    assert in_chinese(finding.figures)["柳溪镇中心小学"] == "无"


@pytest.mark.parametrize(
    ("score", "decision", "level", "suggested"),
    [
        ("84.0", "approve", "clear", "同意"),
        ("80.0", "approve", "clear", "同意"),
        ("79.9", "approve", "advice", "暂缓"),
        ("79.9", "defer", "clear", "暂缓"),
        ("60.0", "defer", "clear", "暂缓"),
        ("59.9", "defer", "advice", "不同意"),
        ("59.9", "refuse", "clear", "不同意"),
        ("84.0", "refuse", "advice", "同意"),
        ("84.0", None, "clear", "同意"),
    ],
)
def test_the_score_speaks_and_the_committee_decides(
    county: County, score: str, decision: str | None, level: str, suggested: str
) -> None:
    county.facts["assessment"] = {"score": score}
    finding = score_band(county.answering("committee", {"decision": decision} if decision else {}))
    assert finding.level == level
    assert f"“{suggested}”" in str(finding.message)
    assert in_chinese(finding.figures) == {"评估得分": score, "同意分数线": "80", "暂缓分数线": "60"}


def test_without_a_score_there_is_an_advice(county: County) -> None:
    assert score_band(county.answering("committee", {"decision": "approve"})).level == "advice"


def _charter(county: County, **changed: Any) -> dict[str, Any]:
    parts = [
        "purpose",
        "philosophy",
        "organisation",
        "management",
        "research",
        "safety",
        "ideology",
        "rights",
        "powers",
    ]
    heard = [{"school": county.ids["柳溪镇中心小学"]}, {"school": county.ids["石桥村小学"]}]
    return {"parts": parts, "consultation": heard, **changed}


@pytest.mark.parametrize(
    ("changed", "level", "field", "figures"),
    [
        ({}, "clear", None, ("9/9", "2/2")),
        ({"parts": ["purpose"]}, "error", "parts", ("1/9", "2/2")),
        ({"parts": None}, "error", "parts", ("0/9", "2/2")),
        ({"consultation": []}, "error", "consultation", ("9/9", "0/2")),
        ({"consultation": None}, "error", "consultation", ("9/9", "0/2")),
    ],
)
def test_d06_the_charter(
    county: County, changed: dict[str, Any], level: str, field: str | None, figures: tuple[str, str]
) -> None:
    county.answer("apply", county.application())
    finding = charter_parts(county.answering("file_charter", _charter(county, **changed)))
    assert (finding.level, finding.field_path, finding.clause) == (level, field, "003·A2二(二)2")
    assert tuple(in_chinese(finding.figures).values()) == figures
