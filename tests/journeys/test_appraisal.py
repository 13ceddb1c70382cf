"""Worked case E3, its appraisal: points, total, grade, objection, share of 优秀, outliers, return."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.county import NewCounty, case_of, record_text, records_of, rows, task_page_of
from workflow_app.cases.models import Duty
from workflow_app.demo import appraisal, group_year
from workflow_app.demo.player import Player
from workflow_app.errors import InvalidError
from workflow_app.registers.appraisal_models import AppraisalEntry, SchoolAppraisalEntry


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
