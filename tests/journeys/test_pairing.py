"""A pairing from the needs of a school to the register, and every way in which it does not come about."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.county import (
    NewCounty,
    case_of,
    is_told,
    open_elements,
    open_task,
    page_of,
    record_text,
    records_of,
    rows,
    task_page_of,
)
from workflow_app.demo import pairings
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.player import Player
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from workflow_app.registers.pairing_models import Pairing, PairingIndicator

RECIPIENT = pairings.RECIPIENT


@pytest.fixture
def spring(county_at: NewCounty) -> Player:
    """Before any pairing."""
    return county_at("empty")


@pytest.fixture
def offered(spring: Player) -> tuple[Player, int]:
    """白鹭湾小学 has stated its needs, 青禾县实验小学 has offered terms."""
    case_id = pairings.state_needs(spring, "2026-04-20 09:30")
    pairings.match(spring, case_id, "2026-04-27 10:00")
    pairings.offer(spring, case_id, "2026-05-06 15:00")
    return spring, case_id


def test_a_pairing_from_needs_to_register(offered: tuple[Player, int]) -> None:
    player, case_id = offered
    pairings.confirm(player, case_id, "2026-05-08 09:00")
    assert open_task(player, "review", case_id).due_on == date(2026, 5, 21), "ten working days, 05-09 is one"
    pairings.review(player, case_id, "2026-05-15 11:00")
    pairings.decide(player, case_id, "2026-05-19 16:00")
    pairings.issue(player, case_id, "approval", "2026-05-22 10:00")
    pairings.sign(player, case_id, "2026-06-03 09:30")
    pairings.receive(player, case_id, "2026-09-01 10:00")
    assert case_of(player, case_id).outcome == "paired"
    issued = {record.kind: record for record in records_of(player, case_id)}
    assert list(issued) == ["approval", "agreement", "dispatch_letter", "acceptance_letter"]
    assert issued["approval"].number_text == "青教体复〔2026〕12号"
    assert "校际结对" in record_text(issued["approval"])
    for words in ("教学质量监测得分", "76", "每百名学生体艺教师数", "苏晴"):
        assert words in record_text(issued["agreement"])
    sides = [(side["role"], side["name"]) for side in issued["agreement"].content["signatories"]]
    assert sides == [("甲方", RECIPIENT), ("乙方", pairings.HELPER)]
    assert "应到1人，实到1人" in record_text(issued["acceptance_letter"])
    (pairing,) = rows(player, select(Pairing))
    assert (pairing.kind, pairing.starts_on, pairing.ends_on) == ("school_pair", date(2026, 9, 1), date(2028, 8, 31))
    assert pairing.record_id == issued["approval"].id
    targets = rows(player, select(PairingIndicator).order_by(PairingIndicator.id))
    assert [(t.indicator, t.base, t.target) for t in targets] == [("quality", "66", "76"), ("pe_art", "0.83", "1.65")]


def test_the_officer_sees_proposals_in_order_with_reasons_and_chooses(spring: Player) -> None:
    case_id = pairings.state_needs(spring, "2026-04-20 09:30")
    page = task_page_of(spring, "limin", "match", case_id)
    lines = str(page.figures["candidates"]).splitlines()
    assert [line.split("：")[0] for line in lines[:2]] == ["1. 城关第二小学", "2. 青禾县实验小学"]
    quality = "教学质量监测得分84（受援方66）"
    for words in ("学段相同", "可满足需求：教学、学科师资", quality, "相距约", "已承担帮扶0项"):
        assert words in lines[0]
    assert not any("青禾县第二初级中学" in line or RECIPIENT in line for line in lines)
    assert case_of(spring, case_id).parties.get("helper") is None, "nothing is chosen by the program"


def test_refused_once_it_is_matched_again_and_refused_twice_it_ends(offered: tuple[Player, int]) -> None:
    player, case_id = offered
    with pytest.raises(InvalidError):
        pairings.confirm(player, case_id, "2026-05-08 09:00", "refuse", "")
    pairings.confirm(player, case_id, "2026-05-08 09:00", "refuse", "路途太远。")
    assert open_elements(player, case_id) == ["match"]
    pairings.match(player, case_id, "2026-05-11 10:00", helper="城关第二小学")
    with pytest.raises(NotFoundError):
        page_of(player, "linxiao", case_id)
    draft = {**pairings.terms(player, case_id, "limin"), "evidence": {}}
    file = player.upload("majun", case_id, "协商记录.pdf", sample_pdf("协商记录"))
    player.do("majun", case_id, "draft", {**draft, "evidence": {"minutes": [file]}})
    pairings.confirm(player, case_id, "2026-05-13 09:00", "refuse", "学科不合。")
    with pytest.raises(InvalidError) as refused:
        pairings.match(player, case_id, "2026-05-14 10:00", helper="青禾县第二小学")
    assert "受援方已2次不同意协议，不再重新匹配" in str(refused.value.problems[0].message)
    player.do("limin", case_id, "match", {"decision": "unmatched", "opinion": "两次协商未成，本年度不再匹配。"})
    assert case_of(player, case_id).outcome == "not_paired"
    assert rows(player, select(Pairing)) == []


def test_a_helper_that_cannot_help_says_why_and_another_is_chosen(spring: Player) -> None:
    case_id = pairings.state_needs(spring, "2026-04-20 09:30")
    pairings.match(spring, case_id, "2026-04-27 10:00")
    spring.at("2026-04-28 10:00")
    spring.do("linxiao", case_id, "draft", {"decision": "decline", "opinion": "已承担集团帮扶任务。"})
    assert open_elements(spring, case_id) == ["match"]
    answers = page_of(spring, "bailu", case_id).timeline
    assert any(entry.opinion == "已承担集团帮扶任务。" for entry in answers), "the recipient may know why"


def test_needs_are_returned_and_corrected_and_a_lapse_is_decided_by_a_person(spring: Player) -> None:
    case_id = pairings.state_needs(spring, "2026-04-20 09:30")
    item = {"item": "现状数据", "reason": "与上报数据不一致"}
    spring.at("2026-04-22 10:00")
    spring.do("limin", case_id, "match", {"decision": "return", "items": [item]})
    (notice,) = records_of(spring, case_id)
    assert "与上报数据不一致" in record_text(notice)
    spring.at("2026-05-20 09:00")
    assert "revision_lapse" in open_elements(spring, case_id)
    spring.do("limin", case_id, "revision_lapse", {"decision": "withdrawn", "opinion": "逾期未改。"})
    assert case_of(spring, case_id).outcome == "not_paired"


def test_the_review_and_the_leader_return_the_agreement(offered: tuple[Player, int]) -> None:
    player, case_id = offered
    pairings.confirm(player, case_id, "2026-05-08 09:00")
    pairings.review(player, case_id, "2026-05-11 11:00", "return")
    assert open_elements(player, case_id) == ["draft"]
    pairings.offer(player, case_id, "2026-05-12 15:00")
    pairings.confirm(player, case_id, "2026-05-13 09:00")
    pairings.review(player, case_id, "2026-05-14 11:00")
    pairings.decide(player, case_id, "2026-05-15 16:00", "return", opinion="请明确经费。")
    assert open_elements(player, case_id) == ["draft"]


def test_refused_by_the_leader_with_reasons_and_remedies(offered: tuple[Player, int]) -> None:
    player, case_id = offered
    pairings.confirm(player, case_id, "2026-05-08 09:00")
    pairings.review(player, case_id, "2026-05-11 11:00")
    with pytest.raises(InvalidError):
        pairings.decide(player, case_id, "2026-05-12 16:00", "refuse")
    pairings.decide(player, case_id, "2026-05-12 16:00", "refuse", reasons_for_refusal="本年度另有安排。")
    pairings.issue(player, case_id, "refusal", "2026-05-13 10:00")
    assert case_of(player, case_id).outcome == "refused"
    (reply,) = records_of(player, case_id)
    for words in ("本年度另有安排。", "10个工作日", "书面申请复核", "2026年5月27日"):
        assert words in record_text(reply)
    assert rows(player, select(Pairing)) == []


def test_the_recipient_withdraws_until_the_leader_has_decided(offered: tuple[Player, int]) -> None:
    player, case_id = offered
    pairings.confirm(player, case_id, "2026-05-08 09:00")
    pairings.review(player, case_id, "2026-05-11 11:00")
    with pytest.raises(ForbiddenError):
        player.withdraw("linxiao", case_id, "代为撤回")
    player.withdraw("bailu", case_id, "学校布局有调整。")
    assert case_of(player, case_id).outcome == "withdrawn"


def test_once_decided_it_is_too_late_to_withdraw(offered: tuple[Player, int]) -> None:
    player, case_id = offered
    pairings.confirm(player, case_id, "2026-05-08 09:00")
    pairings.review(player, case_id, "2026-05-11 11:00")
    pairings.decide(player, case_id, "2026-05-12 16:00")
    with pytest.raises(ConflictError):
        player.withdraw("bailu", case_id, "学校布局有调整。")


def test_an_outside_bureau_is_urged_and_written_to_by_letter(spring: Player) -> None:
    case_id = pairings.state_needs(spring, "2026-04-20 09:30")
    pairings.match(spring, case_id, "2026-04-22 10:00", kind="cross_city", helper=pairings.OUTSIDE)
    assert open_task(spring, "outside_terms", case_id).due_on == date(2026, 5, 15), "fifteen working days"
    spring.at("2026-05-16 09:00")
    assert is_told(spring, "limin", "未复的请制发催办函")
    assert open_elements(spring, case_id) == ["outside_terms"], "silence is never consent"
    spring.do("limin", case_id, "outside_terms", {"decision": "urge"})
    (urged,) = records_of(spring, case_id)
    assert "至今未收到回复" in record_text(urged)
    assert open_task(spring, "outside_terms", case_id).due_on == date(2026, 6, 5)
    spring.do("limin", case_id, "outside_terms", pairings.terms(spring, case_id, "limin"))
    pairings.confirm(spring, case_id, "2026-05-20 09:00")
    pairings.review(spring, case_id, "2026-05-21 11:00")
    pairings.decide(spring, case_id, "2026-05-22 16:00")
    pairings.issue(spring, case_id, "letter", "2026-05-25 10:00")
    pairings.sign(spring, case_id, "2026-06-03 09:30", "limin", "outside_sign")
    pairings.receive(spring, case_id, "2026-09-01 10:00")
    kinds = [record.kind for record in records_of(spring, case_id)]
    assert kinds == ["urge_letter", "letter", "agreement", "dispatch_letter", "acceptance_letter"]
    assert records_of(spring, case_id)[1].number_text == "青教体函〔2026〕1号"
    (pairing,) = rows(spring, select(Pairing))
    assert (pairing.kind, pairing.helper_id) == ("cross_city", spring.organisation(pairings.OUTSIDE))


def test_a_strong_school_needs_a_policy_document_and_the_review_is_stopped(spring: Player) -> None:
    spring.at("2026-04-20 09:30")
    case_id = spring.start("xieyun", "pairing")
    asked = pairings.needs(spring, case_id, "xieyun")
    with pytest.raises(InvalidError) as told:
        spring.do("xieyun", case_id, "needs", asked)
    assert "受援方不是薄弱、农村或新建学校" in str(told.value.problems[0].message)
    spring.do("xieyun", case_id, "needs", {**asked, "named_by": "县教育振兴行动计划"})
