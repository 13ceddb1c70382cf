"""Mentoring on its ways: reviewed, declined, returned, refused, withdrawn, ended early; its limits; its lateness."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.county import case_of, is_told, open_elements, open_task, page_of, record_text, records_of, rows
from workflow_app.demo import mentoring
from workflow_app.demo.player import Player
from workflow_app.errors import InvalidError, NotFoundError
from workflow_app.registers.teacher_models import (
    MentoringAgreement,
    MentoringApprentice,
    MentoringLog,
    MentoringOutcome,
)

pytestmark = pytest.mark.sweep


@pytest.fixture
def summer(player: Player) -> Player:
    """The summer before the school year 2026–27."""
    player.at("2026-08-20 14:00")
    return player


def running(player: Player, **changed: Any) -> int:
    """An agreement that was approved."""
    case_id = mentoring.file_mentoring(player, **changed)
    mentoring.confirm_mentoring(player, case_id)
    mentoring.approve_mentoring(player, case_id)
    return case_id


def refused(player: Player, username: str, case_id: int, element: str, answers: dict[str, Any]) -> str:
    """Why an answer is refused, in one text."""
    with pytest.raises(InvalidError) as error:
        player.do(username, case_id, element, answers)
    return "；".join(str(problem.message) for problem in error.value.problems)


def test_an_agreement_is_confirmed_approved_logged_and_reviewed(summer: Player) -> None:
    case_id = mentoring.file_mentoring(summer)
    assert case_of(summer, case_id).title == "师徒结对：林栀（小学语文）"
    assert open_task(summer, "confirm", case_id).due_on == date(2026, 8, 27), "five working days"
    mentoring.confirm_mentoring(summer, case_id)
    mentoring.approve_mentoring(summer, case_id)
    (agreement,) = rows(summer, select(MentoringAgreement))
    assert (agreement.mentor_no, agreement.kind, agreement.review_on) == ("T260101", "mentor", date(2027, 7, 5))
    assert [a.teacher_no for a in rows(summer, select(MentoringApprentice))] == ["T260105", "T260106"]
    (issued,) = records_of(summer, case_id)
    assert issued.number_text == "青教体师〔2026〕1号"
    assert all(word in record_text(issued) for word in ("林栀", "黎喆", "示范课4节", "高级教师"))

    summer.at("2027-01-15 09:00")
    short = {"decision": "log", "heard": 19, "shown": 4, "guided": 12, "summary": "按协议完成。"}
    assert "听课少于协议约定" in refused(summer, "yangfan", case_id, "term_log", short)
    mentoring.log_term(summer, case_id)
    assert open_elements(summer, case_id) == ["term_log"], "the next term is logged in turn"
    summer.at("2027-07-05 23:00")
    mentoring.log_term(summer, case_id)
    assert [log.term for log in rows(summer, select(MentoringLog))] == ["2026-2027/1", "2026-2027/2"]
    summer.at("2027-07-06 00:30")
    assert open_elements(summer, case_id) == ["report"], "after the day of review there is nothing more to log"
    assert open_task(summer, "report", case_id).due_on == date(2027, 7, 19), "ten working days after the day of review"

    given = [{"teacher_no": no, "name": name, "growth": "教学能力明显提升。"} for no, name in WHO]
    material = mentoring.evidence(summer, "yangfan", case_id, material="考核材料")
    report = {"mentor_opinion": "达到培养目标。", "evidence": material}
    assert "全部徒弟" in refused(summer, "yangfan", case_id, "report", {**report, "reports": given[:1]})
    summer.do("yangfan", case_id, "report", {**report, "reports": given})
    summer.do("wangyue", case_id, "review", {"decision": "return", "opinion": "请补充公开课记录。"})
    summer.do("yangfan", case_id, "report", {**report, "reports": given})
    results = [{"teacher_no": no, "name": name, "passed": no == "T260105"} for no, name in WHO]
    summer.do("wangyue", case_id, "review", {"decision": "conclude", "results": results})
    assert case_of(summer, case_id).outcome == "reviewed"
    assert [o.result for o in rows(summer, select(MentoringOutcome))] == ["passed", "failed"]
    assert all(word in record_text(records_of(summer, case_id)[-1]) for word in ("考核表", "不合格", "达到培养目标"))


WHO = (("T260105", "黎喆"), ("T260106", "彭赟"))


def test_a_mentor_who_declines_sends_it_back_and_silence_is_no_consent(summer: Player) -> None:
    case_id = mentoring.file_mentoring(summer)
    summer.at("2026-09-30 09:00")
    assert open_elements(summer, case_id) == ["confirm"], "silence is never consent"
    assert is_told(summer, "wangyue", "师徒结对尚未确认，不视为同意")
    summer.do("gaoyuan", case_id, "confirm", {"decision": "decline", "opinion": "本学年已带满。"})
    assert open_elements(summer, case_id) == ["apply"]
    again = mentoring.application(summer, case_id, mentor="梁镕", mentor_no="T260104")
    summer.do("yangfan", case_id, "apply", again)
    summer.withdraw("yangfan", case_id, "另行安排。")
    assert case_of(summer, case_id).outcome == "withdrawn"
    assert rows(summer, select(MentoringAgreement)) == []


def test_returned_for_a_change_and_confirmed_anew(summer: Player) -> None:
    case_id = mentoring.file_mentoring(summer)
    mentoring.confirm_mentoring(summer, case_id)
    items = [{"item": "培养目标", "reason": "目标不具体", "basis": "004·N二(二)3"}]
    summer.do("wangyue", case_id, "check", {"decision": "return", "items": items})
    changed = mentoring.application(summer, case_id, goals="一年内独立承担全县公开课一次。")
    summer.do("yangfan", case_id, "revision_supply", changed)
    assert open_elements(summer, case_id) == ["confirm"], "the mentor agrees to what was changed"
    mentoring.confirm_mentoring(summer, case_id)
    mentoring.approve_mentoring(summer, case_id)
    assert "全县公开课一次" in record_text(records_of(summer, case_id)[-1])


def test_a_change_that_never_comes_is_deemed_a_withdrawal_by_a_named_officer(summer: Player) -> None:
    case_id = mentoring.file_mentoring(summer)
    mentoring.confirm_mentoring(summer, case_id)
    items = [{"item": "培养目标", "reason": "目标不具体"}]
    summer.do("wangyue", case_id, "check", {"decision": "return", "items": items})
    summer.at("2026-10-30 09:00")
    assert open_elements(summer, case_id) == ["revision_lapse"]
    summer.do("wangyue", case_id, "revision_lapse", {"decision": "withdrawn", "opinion": "逾期未修改。"})
    assert case_of(summer, case_id).outcome == "lapsed"


def test_refused_with_reasons_and_remedies(summer: Player) -> None:
    case_id = mentoring.file_mentoring(summer)
    mentoring.confirm_mentoring(summer, case_id)
    summer.do("wangyue", case_id, "check", {"decision": "refuse", "reasons_for_refusal": "师徒学科不同。"})
    (notice,) = records_of(summer, case_id)
    assert all(word in record_text(notice) for word in ("师徒学科不同。", "10个工作日", "书面申请复核"))
    assert case_of(summer, case_id).outcome == "refused"
    assert rows(summer, select(MentoringAgreement)) == []


def test_ended_early_with_its_reason_and_only_if_the_section_agrees(summer: Player) -> None:
    case_id = running(summer)
    summer.at("2026-11-10 09:00")
    summer.do("yangfan", case_id, "term_log", {"decision": "end", "reason": "师傅调离本县。"})
    summer.do("wangyue", case_id, "end_check", {"decision": "reject", "opinion": "先由学校协调。"})
    assert open_elements(summer, case_id) == ["term_log"]
    summer.do("yangfan", case_id, "term_log", {"decision": "end", "reason": "师傅调离本县。"})
    summer.do("wangyue", case_id, "end_check", {"decision": "agree"})
    assert case_of(summer, case_id).outcome == "ended_early"
    outcomes = rows(summer, select(MentoringOutcome))
    assert {(o.result, o.reason, o.ended_on) for o in outcomes} == {
        ("ended_early", "师傅调离本县。", date(2026, 11, 10))
    }
    assert "师傅调离本县。" in record_text(records_of(summer, case_id)[-1])


def test_the_limit_counts_running_agreements_of_the_county_and_only_a_leader_lifts_it(summer: Player) -> None:
    """Two of five run; four more make six. The school explains, the section is stopped, the early end frees them."""
    first = running(summer)
    more = [mentoring.apprentice(summer, f"教师{n}", f"T26020{n}") for n in range(1, 5)]
    case_id = summer.start("yangfan", "mentoring")
    answers = mentoring.application(summer, case_id, apprentices=more)
    told = refused(summer, "yangfan", case_id, "apply", answers)
    assert "在带徒弟2人，本次4人，合计6人，超过5人" in told
    summer.do("yangfan", case_id, "apply", {**answers, "reasons": {"mentoring.apprentice_limit": "师傅自愿。"}})
    mentoring.confirm_mentoring(summer, case_id)
    assert "卡点" in refused(summer, "wangyue", case_id, "check", {"decision": "approve"})
    summer.do("yangfan", first, "term_log", {"decision": "end", "reason": "师傅任务重。"})
    summer.do("wangyue", first, "end_check", {"decision": "agree"})
    mentoring.approve_mentoring(summer, case_id)
    assert len(rows(summer, select(MentoringApprentice))) == 6


def test_nobody_under_an_ethics_veto_is_a_mentor(summer: Player) -> None:
    case_id = summer.start("yangfan", "mentoring")
    answers = mentoring.application(summer, case_id, mentor_ethics="veto")
    answers["reasons"] = {"mentoring.no_ethics_veto": "已整改。"}
    assert "不得担任师傅" in refused(summer, "yangfan", case_id, "apply", answers)


def test_a_studio_is_entered_with_members_and_trainees(summer: Player) -> None:
    people = mentoring.studio(summer)
    case_id = summer.start("yangfan", "mentoring")
    wanted = {"kind": "studio", "mentor_title": "chief", "mentor_level": "province"}
    answers = mentoring.application(summer, case_id, **wanted, apprentices=people[:-1])
    assert "成员戊" in refused(summer, "yangfan", case_id, "apply", answers)
    summer.do("yangfan", case_id, "apply", {**answers, "apprentices": people})
    mentoring.confirm_mentoring(summer, case_id)
    mentoring.approve_mentoring(summer, case_id)
    roles = [a.role for a in rows(summer, select(MentoringApprentice))]
    assert (roles.count("member"), roles.count("trainee")) == (5, 15)


def test_the_mentors_school_sees_the_case_and_another_school_does_not(summer: Player) -> None:
    case_id = mentoring.file_mentoring(summer)
    assert page_of(summer, "gaoyuan", case_id).waiting
    with pytest.raises(NotFoundError):
        page_of(summer, "majun", case_id)
