"""Worked case E3, its duties: the yearly plan and the monthly meetings of the group that E1 founded."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.county import NewCounty, case_of, events_of, is_told, page_of, record_text, records_of, rows
from workflow_app import cases
from workflow_app.audit.models import AuditEvent
from workflow_app.cases.duty_lists import DutyTab
from workflow_app.cases.models import Duty
from workflow_app.demo import group_year
from workflow_app.demo.player import Player
from workflow_app.errors import ForbiddenError, InvalidError
from workflow_app.registers.models import MeetingEntry, PlanEntry

TABS: tuple[DutyTab, ...] = ("current", "earlier", "done")


@pytest.fixture
def summer(county_at: NewCounty) -> Player:
    """The day on which the plans of 2026–27 may be handed in; the group is to begin in September."""
    player = county_at("founded")
    player.at("2026-06-20 08:00")
    group_year.open_duties(player)
    return player


@pytest.fixture
def autumn(summer: Player) -> Player:
    """September's meeting was held; it is the first of October."""
    summer.at("2026-09-01 08:00")
    group_year.open_duties(summer)
    summer.at("2026-09-28 16:00")
    group_year.hold_meeting(summer, "2026-09", "2026-09-24")
    summer.at("2026-10-01 08:00")
    group_year.open_duties(summer)
    return summer


def duties(player: Player) -> list[tuple[str, str, date]]:
    return [(d.slug, d.period, d.due_on) for d in rows(player, select(Duty).order_by(Duty.id))]


def test_the_plan_of_a_year_is_owed_by_the_lead_school_alone(summer: Player) -> None:
    assert duties(summer) == [("group-plan", "2026-2027", date(2026, 8, 31))]
    assert rows(summer, select(Duty))[0].organisation_id == summer.organisation("青禾县实验小学")
    assert group_year.open_duties(summer) == 0


def test_the_plan_is_returned_for_one_teacher_and_filed_in_time(summer: Player) -> None:
    case_id = group_year.file_plan(summer)
    case = case_of(summer, case_id)
    assert (case.outcome, case.filed_on) == ("filed", date(2026, 8, 20))
    (entry,) = rows(summer, select(PlanEntry))
    assert (entry.school_year, entry.exchanged, entry.young_teachers, entry.projects) == ("2026-2027", 4, 63, 2)
    duty = group_year.duty(summer, "group-plan", "2026-2027")
    assert (duty.fulfilled_at is not None, duty.missed_on) == (True, None)
    notice, receipt = records_of(summer, case_id)
    assert "青年教师63人，至少交流4人" in record_text(notice)
    assert receipt.issued_on == date(2026, 9, 4)


def test_three_of_sixty_three_are_less_than_five_in_a_hundred(summer: Player) -> None:
    """4.76 %: the school is told and may explain; the section cannot accept it by itself."""
    summer.at("2026-08-20 10:00")
    case_id = group_year.begin(summer, "group-plan", "2026-2027")
    plan = group_year.plan(summer, case_id, 3)
    with pytest.raises(InvalidError) as told:
        summer.do("linxiao", case_id, "file", {**plan, "reasons": {}})
    assert "交流青年教师3人，占4.76%，应不少于4人" in str(told.value.problems[0].message)
    summer.do("linxiao", case_id, "file", plan)
    with pytest.raises(InvalidError) as stopped:
        summer.do("limin", case_id, "check", {"decision": "accept"})
    assert "卡点" in str(stopped.value.problems[0].message)


def test_nobody_starts_a_plan_without_its_duty(summer: Player) -> None:
    with pytest.raises(ForbiddenError, match="应办事项"):
        summer.start("linxiao", "group-plan")


def test_a_meeting_that_is_not_handed_in_is_yellow_on_its_last_day(autumn: Player) -> None:
    (held,) = rows(autumn, select(MeetingEntry))
    assert (held.month, held.held_on, held.schools_present) == ("2026-09", date(2026, 9, 24), 3)
    autumn.at("2026-11-04 23:00")
    assert group_year.duty(autumn, "group-meeting", "2026-10").missed_on is None
    autumn.at("2026-11-05 08:00")
    assert group_year.duty(autumn, "group-meeting", "2026-10").missed_on == date(2026, 11, 5)
    assert group_year.duty(autumn, "group-meeting", "2026-09").missed_on is None
    for person in ("linxiao", "limin"):
        assert is_told(autumn, person, "尚未报送“集团月例会”（2026年10月）")
    plan, meeting = rows(autumn, select(AuditEvent).where(AuditEvent.kind == "duty_missed").order_by(AuditEvent.id))
    assert (plan.body["period"], plan.body["due_on"]) == ("2026-2027", "2026-08-31")
    assert (meeting.body["period"], meeting.body["due_on"]) == ("2026-10", "2026-11-05")


def test_two_meetings_missed_in_a_row_ask_the_section_for_a_bulletin(autumn: Player) -> None:
    """12-05 is a Saturday: November's meeting is missed on 12-07, the second running. A named officer decides."""
    autumn.at("2026-11-01 08:00")
    group_year.open_duties(autumn)
    autumn.at("2026-12-06 23:00")
    assert "group-bulletin" not in {slug for slug, _, _ in duties(autumn)}
    autumn.at("2026-12-07 08:00")
    bulletin = rows(autumn, select(Duty).where(Duty.slug == "group-bulletin"))[0]
    assert bulletin.organisation_id == autumn.organisation("基础教育科")
    assert bulletin.subject_id == autumn.organisation("青禾县实验小学")
    assert (bulletin.opens_on, bulletin.due_on) == (date(2026, 12, 7), date(2026, 12, 14))
    case_id = group_year.issue_bulletin(autumn, bulletin.id)
    (issued,) = records_of(autumn, case_id)
    assert issued.number_text == "青教体通〔2026〕1号"
    assert "连续两个月未召开集团例会" in record_text(issued)
    assert rows(autumn, select(Duty).where(Duty.slug == "group-bulletin"))[0].fulfilled_at is not None


def test_the_section_may_decide_against_a_bulletin(autumn: Player) -> None:
    case_id = group_year.begin_bulletin(autumn, None)
    found = {"found": "校长因公外出，例会改期。", "opinion": "有正当理由。", "decision": "not_needed"}
    school = autumn.organisation("青禾县实验小学")
    autumn.do("limin", case_id, "facts", {"school": school, "matter": "未召开例会", **found})
    assert case_of(autumn, case_id).outcome == "not_needed"
    assert records_of(autumn, case_id) == []


def test_a_meeting_handed_in_on_its_last_day_counts_and_stays_marked(autumn: Player) -> None:
    autumn.at("2026-11-05 17:00")
    group_year.hold_meeting(autumn, "2026-10", "2026-10-29")
    duty = group_year.duty(autumn, "group-meeting", "2026-10")
    assert (duty.missed_on, duty.fulfilled_at is not None) == (date(2026, 11, 5), True)


@pytest.mark.parametrize("on", ["2026-09-30", "2026-11-03"])
def test_a_meeting_of_another_month_is_refused(autumn: Player, on: str) -> None:
    autumn.at("2026-11-03 17:00")
    case_id = group_year.begin(autumn, "group-meeting", "2026-10")
    with pytest.raises(InvalidError) as refused:
        autumn.do("linxiao", case_id, "file", group_year.meeting(autumn, case_id, on, ["青禾县实验小学"]))
    assert "会议日期不在所属月份" in str(refused.value.problems[0].message)


def test_the_minutes_name_the_schools_and_what_was_agreed(autumn: Player) -> None:
    (entry,) = rows(autumn, select(MeetingEntry))
    (minutes,) = records_of(autumn, entry.case_id)
    text = record_text(minutes)
    for words in ("青禾县实验小学、柳溪镇中心小学、石桥村小学", "统一期中测试安排", "由高远主持"):
        assert words in text
    assert page_of(autumn, "linxiao", entry.case_id).line.outcome is not None
    assert len(events_of(autumn, "case_filed", entry.case_id)) == 1


def test_the_lists_show_a_duty_to_those_whom_it_concerns(autumn: Player) -> None:
    autumn.at("2026-11-05 08:00")
    with autumn.database.reading() as session:
        seen = {
            (name, tab): cases.duties_of(session, autumn.actor(session, name), today=autumn.now.date(), tab=tab)
            for name in ("linxiao", "limin", "majun")
            for tab in TABS
        }
    lines = [line for tab in TABS for line in seen["linxiao", tab].lines]
    assert [(line.slug, line.state, line.mine) for line in lines] == [
        ("group-plan", "missed", True),
        ("group-meeting", "missed", True),
        ("group-meeting", "done", False),
    ]
    assert [line.mine for tab in TABS for line in seen["limin", tab].lines] == [False, False, False]
    assert [seen["majun", tab].lines for tab in TABS] == [(), (), ()]
