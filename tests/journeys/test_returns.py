"""Journeys that do not go straight: second returns, lapsed supplements, extensions, deferral, officers who are late."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.county import (
    NewCounty,
    acting,
    case_of,
    events_of,
    open_elements,
    open_task,
    page_of,
    record_text,
    records_of,
    rows,
    submissions_of,
    table_counts,
    tasks_of,
)
from workflow_app import cases
from workflow_app.cases.models import Deadline
from workflow_app.demo import formation
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.player import Player, moment
from workflow_app.errors import ForbiddenError, InvalidError, NotFoundError

ITEM = {"item": "章程草案", "reason": "缺少经费条款", "basis": "003·A2二(二)2"}
RETURN = {"decision": "return", "opinion": "请补正。", "items": [ITEM]}
CHECK = "cases.supplement_once"


def lift(player: Player, username: str, place: str, reason: str = "学校补交的决议无公章。") -> None:
    task = open_task(player, "accept_review")
    with acting(player, username) as act:
        cases.override_gate(act, task.id, CHECK, place, reason)


def supply(player: Player, element: str) -> None:
    answers = formation.application(player, 1)
    player.do("linxiao", 1, element, {**answers, "opinion": "已补齐。"})


def test_a_second_return_needs_the_section_chief(county_at: NewCounty) -> None:
    player = county_at("supplied")
    before = table_counts(player)
    with pytest.raises(InvalidError) as stopped:
        player.do("limin", 1, "accept_review", RETURN)
    assert [problem.field for problem in stopped.value.problems] == [f"overrides.{CHECK}"]
    assert "2026年4月10日" in str(stopped.value.problems[0].message)
    with pytest.raises(InvalidError):
        player.do("limin", 1, "accept_review", {**RETURN, "overrides": {CHECK: "我认为可以。"}})
    assert table_counts(player) == before

    lift(player, "zhoumin", "section_chief@basic_education")
    player.do("limin", 1, "accept_review", RETURN)
    assert open_elements(player) == ["supplement_supply"]
    (gate,) = submissions_of(player, "accept_review")[-1].findings
    assert (gate["override"]["by"], gate["override"]["reason"]) == ("周旻", "学校补交的决议无公章。")
    (event,) = events_of(player, "gate_overridden")
    assert (event.actor_name, event.body["reason"]) == ("周旻", "学校补交的决议无公章。")
    assert [r.number_text for r in records_of(player)] == ["青教体补〔2026〕1号", "青教体补〔2026〕2号"]


def test_a_gate_is_lifted_by_its_own_position_only(county_at: NewCounty) -> None:
    player = county_at("supplied")
    with pytest.raises(ForbiddenError):
        lift(player, "limin", "section_chief@basic_education")
    with pytest.raises(NotFoundError):
        lift(player, "majun", "school_clerk@lead_school")
    with pytest.raises(InvalidError):
        lift(player, "zhoumin", "section_chief@basic_education", reason=" ")
    # A position that the gate does not name lifts nothing, even where the caller holds it.
    with pytest.raises(ForbiddenError):
        lift(player, "limin", "section_officer@basic_education")
    with pytest.raises(InvalidError):
        player.do("limin", 1, "accept_review", RETURN)


def test_a_lapsed_supplement_asks_the_officer_and_decides_nothing(county_at: NewCounty) -> None:
    player = county_at("filed")
    player.at("2026-04-10 10:00")
    player.do("limin", 1, "accept_review", RETURN)
    (period,) = rows(player, select(Deadline))
    assert (period.element, period.due_on) == ("supplement_overdue", date(2026, 5, 6))
    player.at("2026-05-06 23:59")
    assert open_elements(player) == ["supplement_supply"]
    player.at("2026-05-07 00:00")
    assert open_elements(player) == ["supplement_lapse"]
    assert tasks_of(player, "supplement_supply")[0].close_kind == "undone"
    assert case_of(player).outcome is None, "a lapsed period opens a task, it decides nothing"
    with pytest.raises(InvalidError):
        player.do("limin", 1, "supplement_lapse", {"decision": "withdrawn"})
    player.do("limin", 1, "supplement_lapse", {"decision": "withdrawn", "opinion": "逾期未补正。"})
    case = case_of(player)
    assert (case.outcome, case.stage) == ("deemed_withdrawn", "archived")
    assert open_elements(player) == []


def test_an_extension_gives_a_whole_new_period(county_at: NewCounty) -> None:
    player = county_at("filed")
    player.at("2026-04-10 10:00")
    player.do("limin", 1, "accept_review", RETURN)
    player.at("2026-05-07 09:00")
    player.do("limin", 1, "supplement_lapse", {"decision": "extend", "opinion": "学校申请延期。"})
    assert open_elements(player) == ["supplement_supply"]
    old, new = rows(player, select(Deadline).order_by(Deadline.id))
    # 15 working days after 05-07, of which 05-09 is a worked Saturday.
    assert (old.state, new.state, new.due_on) == ("fired", "armed", date(2026, 5, 27))
    player.at("2026-05-26 10:00")
    supply(player, "supplement_supply")
    assert open_elements(player) == ["accept_review"]
    player.do("limin", 1, "accept_review", {"decision": "accept"})
    assert case_of(player).accepted_on == date(2026, 5, 26), "the school was told in time, the clock starts now"
    assert open_elements(player) == ["first_review"]
    player.at("2026-06-30 10:00")
    assert open_elements(player) == ["first_review"], "the period that was answered never fires"


def test_deferred_by_the_committee_it_goes_back_to_the_school_and_is_approved(county_at: NewCounty) -> None:
    player = county_at("undisputed")
    reasons = {"groups.score_band": "评估得分达标，但经费方案尚未落实。"}
    formation.decide(player, 1, decision="defer", opinion="请补充经费方案后重报。", reasons=reasons)
    assert open_elements(player) == ["apply"]
    case = case_of(player)
    assert (case.outcome, case.filed_on) == (None, date(2026, 4, 8))
    player.at("2026-05-12 09:00")
    player.do("linxiao", 1, "apply", formation.application(player, 1))
    assert open_task(player, "accept_review").round == 3
    player.do("limin", 1, "accept_review", {"decision": "accept"})
    assert case_of(player).accepted_on == date(2026, 4, 15), "the clock is not started anew"
    reasons = {"schools.staffing": formation.STAFFING_REASON}
    player.do("limin", 1, "first_review", {"decision": "agree", "opinion": "同意。", "reasons": reasons})
    for section in formation.SECTIONS:
        player.do(section, 1, "sections_opinions", {"decision": "agree"})
    formation.arrange(player, 1, "2026-05-13", "2026-05-13")
    player.at("2026-05-13 16:00")
    for username, _, _ in formation.EXPERTS:
        player.do(username, 1, "assessment", {"score": "90", "opinion": "修改后更为可行。"})
    assert case_of(player).facts["assessment"]["score"] == "90.0", "the scores of the first round do not count"
    formation.publish(player, 1, on="2026-05-14")
    player.at("2026-05-22 09:00")
    player.do("limin", 1, "notice_result", {"decision": "none"})
    assert page_of(player, "linxiao").may_withdraw is False
    player.do(
        "qiankun",
        1,
        "committee",
        {"held_on": "2026-05-22", "members": 7, "present": 7, "in_favour": 7, "decision": "approve"},
    )
    assert open_elements(player) == ["approval_draft"]
    assert [s.decision for s in submissions_of(player, "committee")] == ["defer", "approve"]


def test_an_officer_who_is_too_slow_finds_the_clock_started_on_the_day_of_filing(county_at: NewCounty) -> None:
    player = county_at("filed")
    player.at("2026-04-16 09:00")
    assert open_elements(player) == ["accept_review"], "lapse of the period accepts nothing by itself"
    player.do("limin", 1, "accept_review", {"decision": "accept"})
    case = case_of(player)
    assert (case.accepted_on, case.due_on) == (date(2026, 4, 8), date(2026, 5, 9)), "05-09 is a worked Saturday"
    assert case.clock is not None
    assert case.clock["started"] == "2026-04-08"


def test_on_the_last_day_the_officer_is_still_in_time(county_at: NewCounty) -> None:
    player = county_at("filed")
    player.at("2026-04-15 23:59")
    player.do("limin", 1, "accept_review", {"decision": "accept"})
    assert case_of(player).accepted_on == date(2026, 4, 15)


def test_a_supplement_told_too_late_does_not_save_the_officer(county_at: NewCounty) -> None:
    player = county_at("filed")
    player.at("2026-04-16 09:00")
    player.do("limin", 1, "accept_review", RETURN)
    supply(player, "supplement_supply")
    player.do("limin", 1, "accept_review", {"decision": "accept"})
    assert case_of(player).accepted_on == date(2026, 4, 8), "逾期不告知的，自收到申请材料之日起即为受理"


def test_a_return_at_first_review_stops_the_clock_until_the_school_has_supplied(county_at: NewCounty) -> None:
    player = county_at("accepted")
    player.at("2026-04-17 11:00")
    answers = {"decision": "return", "opinion": "请补充。", "items": [ITEM]}
    player.do("limin", 1, "first_review", {**answers, "reasons": {"schools.staffing": "另行说明。"}})
    assert open_elements(player) == ["revision_supply"]
    page = page_of(player, "linxiao")
    assert page.clock is not None
    assert page.clock.stopped_because is not None
    assert (page.clock.running, page.clock.stopped_because.zh) == (False, "申请单位补正材料")
    assert "缺少经费条款" in record_text(records_of(player)[-1])
    player.at("2026-04-23 10:00")
    supply(player, "revision_supply")
    case = case_of(player)
    # 04-17, 20, 21, 22 and 23 do not count: five working days more than 05-15, of which 05-09 was one.
    assert (case.due_on, case.clock and case.clock["pauses"][0]["to"]) == (date(2026, 5, 22), "2026-04-23")
    assert open_task(player, "first_review").round == 2


def test_a_draft_returned_by_its_checker_goes_back_to_the_drafter(county_at: NewCounty) -> None:
    player = county_at("approved")
    player.at("2026-05-12 09:00")
    player.do("limin", 1, "approval_draft", {})
    player.do("zhoumin", 1, "approval_review", {"decision": "return", "opinion": "请补充送达要求。"})
    assert open_elements(player) == ["approval_draft"]
    assert open_task(player, "approval_draft").round == 2
    player.do("limin", 1, "approval_draft", {"remarks": "请于开学前完成挂牌。"})
    player.do("zhoumin", 1, "approval_review", {"decision": "agree"})
    player.do("wusiyuan", 1, "approval_legal", {"decision": "agree"})
    player.do("zhengguodong", 1, "approval_sign", {"decision": "agree"})
    assert "请于开学前完成挂牌。" in record_text(records_of(player)[-1])


def test_a_charter_with_faults_is_returned_and_filed_once(county_at: NewCounty) -> None:
    player = county_at("issued")
    player.at("2026-06-01 09:00")
    charter = player.upload("linxiao", 1, "集团章程.pdf", sample_pdf("集团章程"))
    minutes = player.upload("linxiao", 1, "纪要.pdf", sample_pdf("纪要"))
    answers = {
        "version": 1,
        "council_on": "2026-05-28",
        "parts": ["purpose", "philosophy", "organisation", "management", "research", "safety", "ideology"],
        "consultation": [
            {"school": player.organisation(s), "reply": "同意", "adopted": True} for s in formation.MEMBERS
        ],
        "evidence": {"charter": [charter], "council_minutes": [minutes]},
    }
    with pytest.raises(InvalidError):
        player.do("linxiao", 1, "file_charter", {**answers, "parts": ["purpose"]})
    whole = {**answers, "parts": [*answers["parts"], "rights", "powers"]}  # type: ignore[misc]
    player.do("linxiao", 1, "file_charter", whole)
    player.do("limin", 1, "charter_check", {"decision": "return", "opinion": "安全一章过于简略。"})
    assert open_elements(player) == ["file_charter"]
    assert open_task(player, "file_charter").due_on == date(2026, 6, 12), "the period is that of the decision"
    player.do("linxiao", 1, "file_charter", whole)
    player.do("limin", 1, "charter_check", {"decision": "accept"})
    assert (case_of(player).outcome, case_of(player).closed_at) == ("founded", moment("2026-06-01 09:00"))
