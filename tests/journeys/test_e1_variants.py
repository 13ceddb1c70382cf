"""The variants of E1: an objection upheld, a refusal, a withdrawal, a section that stays silent."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.county import (
    NewCounty,
    case_of,
    events_of,
    is_told,
    open_elements,
    open_task,
    page_of,
    record_text,
    records_of,
    rows,
    seats_of,
    table_counts,
    tasks_of,
)
from workflow_app.cases.models import Deadline
from workflow_app.demo import formation
from workflow_app.demo.player import moment
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from workflow_app.registers.models import EducationGroup

UPHELD = {
    "decision": "upheld",
    "opinion": "成员校名称有误，异议成立。",
    "objections": [
        {
            "by": "石桥村村民委员会",
            "real_name": True,
            "content": "公示中的学校名称与法人证书不一致。",
            "finding": "经核查属实。",
            "upheld": True,
        }
    ],
}
REASONS = "成员校之间距离过远，师资统筹方案不能落实。"


def test_an_upheld_objection_leads_to_a_correction_and_a_new_notice(county_at: NewCounty) -> None:
    player = county_at("posted")
    player.at("2026-05-08 09:00")
    player.do("limin", 1, "notice_result", UPHELD)
    assert open_elements(player) == ["notice_correct"]
    player.do("limin", 1, "notice_correct", {"correction": "成员校名称更正为“石桥村小学”。"})
    assert open_elements(player) == ["notice_post"]

    formation.publish(player, 1, on="2026-05-11")
    first, second = [r for r in records_of(player) if r.kind == "public_notice"]
    assert (first.number_text, second.number_text) == ("青教体示〔2026〕1号", "青教体示〔2026〕2号")
    assert "成员校名称更正为“石桥村小学”。" in record_text(second)
    assert "更正" not in record_text(first), "what was published once stays as it was"
    again = rows(player, select(Deadline).where(Deadline.state == "armed"))
    assert [(d.element, d.due_on) for d in again] == [("notice_period", date(2026, 5, 18))]
    player.at("2026-05-18 23:59")
    assert open_elements(player) == []
    player.at("2026-05-19 00:00")
    assert open_task(player, "notice_result").round == 2
    player.do("limin", 1, "notice_result", {"decision": "none", "opinion": "公示期满，未收到异议。"})
    assert open_elements(player) == ["committee"]


def test_refused_by_the_committee_with_reasons_and_remedies(county_at: NewCounty) -> None:
    player = county_at("undisputed")
    with pytest.raises(InvalidError):
        formation.decide(player, 1, decision="refuse", in_favour=1)
    against = {"groups.score_band": "评估得分虽达标，会议认为师资方案不能落实。"}
    formation.decide(player, 1, decision="refuse", in_favour=1, reasons_for_refusal=REASONS, reasons=against)
    formation.issue(player, 1, "refusal")

    reply = records_of(player)[-1]
    assert (reply.kind, reply.number_text) == ("refusal", "青教体复〔2026〕12号")
    for part in ("不同意", REASONS, "10个工作日", "书面", "复核", "2026年5月27日"):
        assert part in record_text(reply)
    case = case_of(player)
    assert (case.outcome, case.closed_at) == ("refused", moment("2026-05-14 09:30"))
    assert rows(player, select(EducationGroup)) == []
    clock = page_of(player, "linxiao").clock
    assert clock is not None
    assert (clock.day, clock.ended_on) == (15, date(2026, 5, 13))
    player.work_until(player.now)
    assert is_told(player, "linxiao", "不同意组建")


@pytest.mark.parametrize("stage", ["filed", "supplied", "accepted", "reviewed", "assessed", "posted"])
def test_withdrawn_before_the_committee(county_at: NewCounty, stage: str) -> None:
    player = county_at(stage)
    waiting = open_elements(player)
    assert page_of(player, "linxiao").may_withdraw is True
    player.withdraw("linxiao", 1, "学校布局有调整。")
    case = case_of(player)
    assert (case.outcome, case.stage, case.closed_at) == ("withdrawn", "archived", player.now)
    assert open_elements(player) == []
    assert {tasks_of(player, element)[-1].close_kind for element in waiting} <= {"undone"}
    assert rows(player, select(Deadline).where(Deadline.state == "armed")) == []
    (event,) = events_of(player, "case_withdrawn")
    assert event.body == {"reason": "学校布局有调整。"}
    player.at("2026-12-31 09:00")
    assert open_elements(player) == [], "no period runs on after a withdrawal"
    clock = page_of(player, "linxiao").clock
    assert clock is None or clock.running is False


def test_a_withdrawal_repeated_is_harmless(county_at: NewCounty) -> None:
    player = county_at("accepted")
    player.withdraw("linxiao", 1, "学校布局有调整。")
    before = table_counts(player)
    player.withdraw("linxiao", 1, "学校布局有调整。")
    assert table_counts(player) == before


@pytest.mark.parametrize("stage", ["undisputed", "approved", "issued", "founded"])
def test_once_the_committee_is_due_it_is_too_late_to_withdraw(county_at: NewCounty, stage: str) -> None:
    player = county_at(stage)
    before, waiting = table_counts(player), open_elements(player)
    assert page_of(player, "linxiao").may_withdraw is False
    with pytest.raises(ConflictError, match="不能再撤回"):
        player.withdraw("linxiao", 1, "学校布局有调整。")
    assert (table_counts(player), open_elements(player)) == (before, waiting)


def test_only_the_applicant_withdraws_and_says_why(county_at: NewCounty) -> None:
    player = county_at("accepted")
    with pytest.raises(ForbiddenError):
        player.withdraw("limin", 1, "代为撤回")
    with pytest.raises(ForbiddenError):
        player.withdraw("yangfan", 1, "我校不参加")
    with pytest.raises(NotFoundError):
        player.withdraw("majun", 1, "与我无关")
    with pytest.raises(InvalidError):
        player.withdraw("linxiao", 1, "  ")
    assert open_elements(player) == ["first_review"]


def test_a_silent_section_is_reminded_and_has_not_consented(county_at: NewCounty) -> None:
    player = county_at("accepted")
    player.at("2026-04-17 11:00")
    reasons = {"schools.staffing": formation.STAFFING_REASON}
    player.do("limin", 1, "first_review", {"decision": "agree", "opinion": "同意。", "reasons": reasons})
    for section in ("wangyue", "chenli", "zhaoyi"):
        player.at("2026-04-20 10:00")
        player.do(section, 1, "sections_opinions", {"decision": "agree"})
    task = open_task(player, "sections_opinions")
    assert task.due_on == date(2026, 4, 24), "five working days"

    player.at("2026-04-23 23:59")
    assert not is_told(player, "sunjun", "逾期未签不视为同意")
    player.at("2026-04-24 00:00")
    assert is_told(player, "sunjun", "逾期未签不视为同意")
    assert not is_told(player, "wangyue", "逾期未签不视为同意"), "who has answered is left alone"
    player.at("2026-04-27 00:00")
    assert is_told(player, "sunjun", "会审已超期")
    assert is_told(player, "limin", "会审已超期")

    player.at("2026-07-31 09:00")
    assert open_elements(player) == ["sections_opinions"], "silence is never consent"
    assert [seat.state for seat in seats_of(player, task.id)] == ["done", "done", "done", "open"]
    (waiting,) = page_of(player, "limin").waiting
    assert (waiting.people, waiting.answered) == (("孙珺",), ("王玥", "陈立", "赵祎"))
    assert waiting.due is not None
    assert waiting.due.colour == "late"
    player.do("sunjun", 1, "sections_opinions", {"decision": "disagree", "opinion": "党组织设置未明确。"})
    assert case_of(player).facts["sections_opinions"] == {"decision": "disagree"}
    assert open_elements(player) == ["arrange_assessment"]
