"""Worked case E3, its appraisal: points, total, grade, objection, share of 优秀, outliers, return."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.conftest import by_program
from tests.county import (
    NewCounty,
    acting,
    case_of,
    is_told,
    open_elements,
    open_task,
    record_text,
    records_of,
    rows,
    task_page_of,
)
from workflow_app import cases
from workflow_app.cases.models import Duty
from workflow_app.demo import appraisal, group_year
from workflow_app.demo.player import Player
from workflow_app.errors import InvalidError
from workflow_app.policy.versions import change
from workflow_app.registers.appraisal_models import AppraisalEntry, SchoolAppraisalEntry
from workflow_app.registers.corrected import GROUPS
from workflow_app.registers.proof import enter

pytestmark = pytest.mark.sweep


@pytest.fixture
def summer(county_at: NewCounty) -> Player:
    """The day on which the reports of 2026–27 may be handed in."""
    player = county_at("founded")
    player.at("2027-06-15 08:00")
    group_year.open_duties(player)
    return player


def refused(player: Player, username: str, case_id: int, element: str, answers: object) -> str:
    """What a person is told whose answers are refused."""
    with pytest.raises(InvalidError) as caught:
        player.do(username, case_id, element, answers)  # type: ignore[arg-type]
    return "".join(str(problem.message) for problem in caught.value.problems)


def test_e3_one_grade_for_the_lead_school_and_both_members(county_at: NewCounty) -> None:
    """85, 70, 80, 75, 90 with weights 20, 25, 20, 20, 15 are 79.0: 合格. The report was returned once before."""
    summer = county_at("founded")
    group_year.play(summer)
    summer.at("2027-06-15 08:00")
    group_year.open_duties(summer)
    (duty,) = rows(summer, select(Duty).where(Duty.slug == "group-appraisal"))
    assert (duty.period, duty.due_on) == ("2026-2027", date(2027, 7, 15))
    case_id = appraisal.hand_in(summer)
    figures = {key: str(text) for key, text in task_page_of(summer, "limin", "check", case_id).figures.items()}
    assert figures["charter_filed"] == "章程第1版，2026年6月8日备案（章程台账）"
    assert figures["meetings_held"].startswith("教学月份10个月，召开1次：2026年9月24日；未召开：2026年10月、")
    assert figures["plan_filed"] == "2026年8月20日报送，应于2026年8月31日前报送，按期，列项目2项（计划台账）"
    assert figures["exchange_done"] == "交流青年教师4人，占63人的6.35%，应不低于5%（计划台账）"
    assert figures["duties_missed"] == "逾期未报1项：集团月例会（2026年10月）（应办事项）"
    summer.at("2027-07-05 09:00")
    items = [{"item": "满意度佐证", "reason": "没有家长问卷"}]
    summer.do("limin", case_id, "check", {"decision": "return", "items": items})
    summer.at("2027-07-06 08:00")
    summer.do("linxiao", case_id, "revision_supply", appraisal.report(summer, case_id))
    appraisal.accept(summer, case_id)
    appraisal.score(summer, case_id, appraisal.E3)
    assert "对应等次为合格，所填为良好" in refused(summer, "limin", case_id, "sum_up", appraisal.summary("good"))
    appraisal.sum_up(summer, case_id, "qualified")
    appraisal.publish(summer, case_id, "2027-07-16 09:00")
    appraisal.no_objection(summer, case_id, "2027-07-26 09:00")
    appraisal.decide(summer, case_id)
    (entry,) = rows(summer, select(AppraisalEntry))
    assert (entry.total, entry.grade, entry.scorers, entry.decided_on) == ("79.0", "qualified", 3, date(2027, 7, 26))
    assert [entry.resources, entry.gap, entry.radiation, entry.integration, entry.satisfaction] == [
        "85",
        "70",
        "80",
        "75",
        "90",
    ]
    schools = rows(summer, select(SchoolAppraisalEntry).order_by(SchoolAppraisalEntry.id))
    assert [(school.role, school.grade) for school in schools] == [
        ("lead", "qualified"),
        ("member", "qualified"),
        ("member", "qualified"),
    ]
    appraisal.issue(summer, case_id)
    assert (case_of(summer, case_id).outcome, case_of(summer, case_id).filed_on) == ("appraised", date(2027, 7, 2))
    _, notice, sheet, bulletin = records_of(summer, case_id)
    assert "79.0分，合格" in record_text(notice)
    assert '["顾蓉","校际差距","70","25","17.5"]' in record_text(sheet)
    assert '["3","石桥村小学","成员校","合格"]' in record_text(bulletin)
    assert (bulletin.number_text, sheet.content["internal"]) == ("青教体通〔2027〕1号", True)
    _a_correction_to_a_second_failure_asks_for_a_review(summer, case_id, entry.id)


def _a_correction_to_a_second_failure_asks_for_a_review(summer: Player, case_id: int, entry_id: int) -> None:
    """The section gets the same duty that a decided second failure gives; a first failure gives none."""

    def reviews(total: str, grade: str) -> list[Duty]:
        with acting(summer, "zhengguodong") as act:
            document = "青教体〔2027〕31号"
            cases.correct_appraisal(
                act, GROUPS, entry_id, total=total, grade=grade, document=document, reason="漏计扣分"
            )
        return list(rows(summer, select(Duty).where(Duty.period.startswith(f"2026-2027/{case_id}"))))

    assert reviews("58", "failed") == []
    assert reviews("60", "qualified") == []
    failed_before(summer)
    (review,) = reviews("58", "failed")
    assert (review.slug, review.organisation_id) == ("group-bulletin", summer.organisation("基础教育科"))
    assert review.subject_id == summer.organisation("青禾县实验小学")


def failed_before(player: Player) -> None:
    """The appraisal of 2025–26, which the group has failed."""
    with acting(player, "limin") as act:
        before = AppraisalEntry(
            bureau_id=1,
            group_id=1,
            school_year="2025-2026",
            decided_on=date(2026, 7, 20),
            total="55.0",
            grade="failed",
            **dict.fromkeys(appraisal.DIMENSIONS, "55"),
            value_added="0",
            scorers=3,
            uses="awards",
            case_id=1,
            recorded_at=act.now,
        )
        act.session.add(before)
        act.session.flush()
        enter(act, before, 1)


def test_an_upheld_objection_corrects_the_points_and_a_second_failure_asks_for_a_review(summer: Player) -> None:
    """58.9 becomes 59.9 and stays 不合格; the year before was one too: leaving or reform is put before the section."""
    failed_before(summer)
    case_id = appraisal.hand_in(summer)
    appraisal.accept(summer, case_id)
    appraisal.score(summer, case_id, [(60, 52, 60, 60, 66)] * 3)
    appraisal.sum_up(summer, case_id, "failed")
    appraisal.publish(summer, case_id, "2027-07-15 09:00")
    summer.at("2027-07-23 09:00")
    objection = {
        "by": "石桥村小学",
        "real_name": True,
        "content": "校际差距漏计一项。",
        "finding": "属实。",
        "upheld": True,
    }
    upheld = {"decision": "upheld", "opinion": "异议成立。", "objections": [objection]}
    summer.do("limin", case_id, "notice_result", upheld)
    correction = {
        "corrections": [{"dimension": "gap", "points": "56", "reason": "补计结对班级的质量数据"}],
        "grade": "failed",
        "correction": "校际差距由52分更正为56分。",
    }
    assert "对应等次为不合格" in refused(
        summer, "limin", case_id, "notice_correct", {**correction, "grade": "qualified"}
    )
    summer.do("limin", case_id, "notice_correct", correction)
    appraisal.publish(summer, case_id, "2027-07-26 09:00")
    appraisal.no_objection(summer, case_id, "2027-08-03 09:00")
    first, second, _ = records_of(summer, case_id)
    assert "58.9分，不合格" in record_text(first)
    assert "59.9分，不合格" in record_text(second)
    assert "校际差距由52分更正为56分" in record_text(second)
    with acting(summer, "wusiyuan") as act:
        for key, weight in (("gap", "20"), ("satisfaction", "20")):
            change(by_program(act), f"appraisal_weight_{key}", weight, "通行做法", date(2027, 8, 1), "试行")
    approve = {"decision": "approve", "opinion": "同意。"}
    assert "按现行权重重新核算为60.4分" in refused(summer, "zhengguodong", case_id, "decide", approve)
    with acting(summer, "wusiyuan") as act:
        for key, weight in (("gap", "25"), ("satisfaction", "15")):
            change(by_program(act), f"appraisal_weight_{key}", weight, "通行做法", date(2027, 8, 2), "恢复")
    summer.do("zhengguodong", case_id, "decide", {"decision": "return", "opinion": "请补充评价。"})
    assert open_elements(summer, case_id) == ["sum_up"]
    appraisal.sum_up(summer, case_id, "failed", comment="连续两年不合格，集团未发挥作用。")
    appraisal.publish(summer, case_id, "2027-08-04 09:00")
    appraisal.no_objection(summer, case_id, "2027-08-12 09:00")
    appraisal.decide(summer, case_id)
    entry = rows(summer, select(AppraisalEntry).order_by(AppraisalEntry.id))[-1]
    assert (entry.total, entry.gap, entry.grade) == ("59.9", "56", "failed")
    sheet = records_of(summer, case_id)[-1]
    assert '["校际差距","56（更正）","25","14"]' in record_text(sheet)
    appraisal.issue(summer, case_id)
    (review,) = rows(summer, select(Duty).where(Duty.slug == "group-bulletin"))
    assert review.organisation_id == summer.organisation("基础教育科")
    assert (review.subject_id, review.due_on) == (summer.organisation("青禾县实验小学"), date(2027, 9, 9))


def test_a_leader_alone_lets_more_groups_be_excellent_and_far_points_are_named(summer: Player) -> None:
    """One group of one is more than a fifth; 田野 is far from the median, is named, and his points still count."""
    case_id = appraisal.hand_in(summer)
    report = {**appraisal.report(summer, case_id), "members": [summer.organisation("石桥村小学")]}
    summer.do("limin", case_id, "check", {"decision": "return", "items": [{"item": "成员校", "reason": "不全"}]})
    assert "成员校与台账不一致" in refused(summer, "linxiao", case_id, "revision_supply", report)
    summer.do("linxiao", case_id, "revision_supply", appraisal.report(summer, case_id))
    summer.do("limin", case_id, "check", {"decision": "accept"})
    two = {"scorers": [summer.person(name) for name in ("方锐", "顾蓉")]}
    assert "评分人不少于3人，目前2人" in refused(summer, "limin", case_id, "arrange", two)
    appraisal.arrange(summer, case_id)
    too_much = {**appraisal.scores((98, 96, 97, 96, 95)), "value_added": "5.1", "value_added_why": "进步明显。"}
    assert "增值分最多5分" in refused(summer, "fangrui", case_id, "scoring", too_much)
    summer.at("2027-07-19 08:00")
    assert is_told(summer, "limin", "集团考核评分已超期，请催办")
    assert open_elements(summer, case_id) == ["scoring"]  # silence is no score and no consent
    points = [(98, 96, 97, 96, 95), (96, 95, 96, 95, 96), (97, 70, 96, 95, 96)]
    appraisal.score(summer, case_id, points, "2027-07-19 16:00")
    proposal = appraisal.summary("excellent")
    told = refused(summer, "limin", case_id, "sum_up", proposal)
    assert "田野（校际差距70分，中位数95分）" in told
    assert "本学年1个集团，优秀不超过0.2个，已评0个" in told
    explained = {"groups.appraisal_outliers": "已当面核实，评分人坚持。"}
    assert "卡点" in refused(summer, "limin", case_id, "sum_up", {**proposal, "reasons": explained})
    task = open_task(summer, "sum_up", case_id)
    with acting(summer, "zhengguodong") as act:
        cases.override_gate(act, task.id, "groups.appraisal_quota", "deputy_director@bureau", "全县首个集团。")
    summer.do("limin", case_id, "sum_up", {**proposal, "reasons": explained})
    appraisal.publish(summer, case_id, "2027-07-20 09:00")
    appraisal.no_objection(summer, case_id, "2027-07-28 09:00")
    sheet = records_of(summer, case_id)[-1]
    assert "田野：校际差距70分，中位数95分" in record_text(sheet)
    assert "总分93.8分" in record_text(sheet)
    lifted = {"groups.appraisal_quota": "全县首个集团。"}
    appraisal.decide(summer, case_id, overrides=lifted)
    assert rows(summer, select(AppraisalEntry))[0].grade == "excellent"
