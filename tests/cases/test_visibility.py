"""Who sees what of a case: pages, histories, earlier answers, files and lists, by kind of reader (promise 7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from tests.county import NewCounty, acting, grant, open_task, page_of, rows, submissions_of
from workflow_app import cases
from workflow_app.act import Actor
from workflow_app.cases.models import CaseParty
from workflow_app.cases.task_form import readable_file, task_form
from workflow_app.demo import formation
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.player import Player
from workflow_app.errors import NotFoundError
from workflow_app.files.models import StoredFile

MARK = "内部意见请勿外传"
"""Stands in every internal opinion of the marked county."""

OFFICERS = ("limin", "wangyue", "sunjun", "hewen", "qiankun", "wusiyuan")
LEADERS = ("zhengguodong", "fengjianhua", "hancheng")
MEMBERS = ("yangfan", "luosufen", "shilei")
STRANGERS = ("majun", "tangshi", "jiangxin", "xieyun")
ADMINISTRATORS = ("qiushi", "luoning", "shenqing")


@pytest.fixture
def marked(county_at: NewCounty) -> Player:
    """E1 until the reply is to be delivered, every internal opinion marked; 彭舟 is among the experts."""
    player = county_at("supplied")
    player.at("2026-04-15 09:30")
    player.do("limin", 1, "accept_review", {"decision": "accept", "opinion": f"{MARK}一"})
    reasons = {"schools.staffing": f"{MARK}二"}
    player.do("limin", 1, "first_review", {"decision": "agree", "opinion": f"{MARK}三", "reasons": reasons})
    for username in formation.SECTIONS:
        player.do(username, 1, "sections_opinions", {"decision": "agree", "opinion": f"{MARK}四"})
    experts = [player.person(name) for name in ("方锐", "顾蓉", "彭舟")]
    arrangement = {"experts": experts, "from": "2026-04-16", "to": "2026-04-16", "site_plan": "实地查看。"}
    player.do("limin", 1, "arrange_assessment", arrangement)
    for username in ("fangrui", "gurong", "pengzhou"):
        player.do(username, 1, "assessment", {"score": "83", "opinion": f"{MARK}五{username}"})
    formation.publish(player, 1, on="2026-04-17")
    player.at("2026-04-27 09:00")
    player.do("limin", 1, "notice_result", {"decision": "none", "opinion": f"{MARK}六"})
    committee = {"held_on": "2026-04-27", "members": 7, "present": 6, "in_favour": 5, "decision": "approve"}
    player.do("qiankun", 1, "committee", {**committee, "opinion": f"{MARK}七"})
    player.do("limin", 1, "approval_draft", {})
    player.do("zhoumin", 1, "approval_review", {"decision": "return", "opinion": f"{MARK}八"})
    player.do("limin", 1, "approval_draft", {})
    player.do("zhoumin", 1, "approval_review", {"decision": "agree", "opinion": f"{MARK}九"})
    player.do("wusiyuan", 1, "approval_legal", {"decision": "agree", "opinion": f"{MARK}十"})
    player.do("zhengguodong", 1, "approval_sign", {"decision": "agree", "opinion": f"{MARK}十一"})
    player.work_until(player.now)
    return player


def actor_of(player: Player, username: str) -> Actor:
    with player.database.reading() as session:
        return player.actor(session, username)


def lists_case(player: Player, username: str) -> bool:
    with player.database.reading() as session:
        lines = cases.my_cases(session, player.actor(session, username), today=player.now.date(), tab="all").lines
        return 1 in [line.case_id for line in lines]


def may_read(player: Player, username: str, file_id: int) -> bool:
    with player.database.reading() as session:
        try:
            readable_file(session, player.actor(session, username), file_id)
        except NotFoundError:
            return False
        return True


@pytest.mark.parametrize("username", OFFICERS + LEADERS)
def test_officers_that_take_part_and_leaders_see_everything(marked: Player, username: str) -> None:
    page = page_of(marked, username)
    assert page.access == "internal"
    assert lists_case(marked, username)
    shown = repr(page)
    for part in ("一", "三", "四", "五fangrui", "六", "七", "八", "十一"):
        assert f"{MARK}{part}" in shown
    assert {entry.element for entry in page.earlier} >= {"apply", "accept_review", "assessment", "approval_sign"}


@pytest.mark.parametrize("username", ["linxiao", "gaoyuan", *MEMBERS])
def test_schools_of_the_case_see_their_own_steps_and_no_internal_word(marked: Player, username: str) -> None:
    page = page_of(marked, username)
    assert page.access == "party"
    assert lists_case(marked, username)
    shown = repr(page)
    assert MARK not in shown
    for name in ("方锐", "顾蓉", "彭舟", "王玥", "吴思远", "郑国栋", "周旻"):
        assert name not in repr(page.timeline), "who inside the bureau did it is internal"
    assert {entry.element for entry in page.earlier} == {"apply", "supplement_supply"}
    assert "staffing" not in repr([entry.findings for entry in page.earlier])
    steps = [entry.step.zh for entry in page.timeline]
    assert "受理审查" in steps, "that a step was taken is told, not what was said"
    assert "局党组会审议" in steps
    assert not [entry for entry in page.timeline if entry.decision is not None and str(entry.who) != "林晓"]


@pytest.mark.parametrize("username", ["gaoyuan", *MEMBERS])
def test_findings_are_shown_to_who_gave_the_answer_and_inside_the_bureau(marked: Player, username: str) -> None:
    assert [entry.findings for entry in page_of(marked, username).earlier] == [(), ()]
    for reader in ("linxiao", "wangyue"):
        assert all(entry.findings for entry in page_of(marked, reader).earlier if entry.element == "apply")


def test_gates_and_reminders_are_internal(county_at: NewCounty) -> None:
    player = county_at("supplied")
    task_id = open_task(player, "accept_review").id
    with acting(player, "zhoumin") as act:
        cases.override_gate(act, task_id, "cases.supplement_once", "section_chief@basic_education", f"{MARK}十二")
    player.at("2026-04-22 09:00")
    steps = {"卡点放行", "提醒"}
    assert steps <= {entry.step.zh for entry in page_of(player, "limin").timeline}
    for username in ("linxiao", "yangfan"):
        page = page_of(player, username)
        assert not steps & {entry.step.zh for entry in page.timeline}
        assert MARK not in repr(page)


def test_a_school_does_not_learn_the_score(marked: Player) -> None:
    assert "83" not in repr(page_of(marked, "linxiao").timeline)
    assert "'score'" not in repr(page_of(marked, "linxiao").earlier)


@pytest.mark.parametrize("username", ["fangrui", "pengzhou"])
def test_an_expert_sees_the_application_and_the_own_answer(marked: Player, username: str) -> None:
    page = page_of(marked, username)
    assert page.access == "panel"
    assert lists_case(marked, username)
    shown = repr(page)
    assert f"{MARK}五{username}" in shown, "one's own words"
    assert shown.count(MARK) == shown.count(f"{MARK}五{username}")
    assert {entry.element for entry in page.earlier} == {"apply", "supplement_supply", "assessment"}


@pytest.mark.parametrize("username", STRANGERS + ADMINISTRATORS + ("suhe",))
def test_nobody_else_finds_the_case(marked: Player, username: str) -> None:
    with pytest.raises(NotFoundError):
        page_of(marked, username)
    assert not lists_case(marked, username)
    task_id = open_task(marked, "approval_seal").id
    with marked.database.reading() as session:
        actor = marked.actor(session, username)
        with pytest.raises(NotFoundError):
            task_form(session, actor, task_id)
        with pytest.raises(NotFoundError):
            cases.task_page(session, actor, task_id, marked.now)


def test_a_section_that_does_not_take_part_sees_nothing(marked: Player) -> None:
    grant(marked, "suhe", "section_officer", "安全管理科")
    with pytest.raises(NotFoundError):
        page_of(marked, "suhe")
    assert not lists_case(marked, "suhe")


def test_a_section_sees_the_case_once_it_is_asked(county_at: NewCounty) -> None:
    player = county_at("accepted")
    with pytest.raises(NotFoundError):
        page_of(player, "wangyue")
    reasons = {"schools.staffing": formation.STAFFING_REASON}
    player.do("limin", 1, "first_review", {"decision": "agree", "opinion": "同意。", "reasons": reasons})
    assert page_of(player, "wangyue").access == "internal"


def test_a_school_does_not_learn_who_its_experts_are(county_at: NewCounty) -> None:
    """行政许可法45条 asks for the assessment to be told, not for the names; who judges is not to be approached."""
    player = county_at("reviewed")
    experts = [player.person(name) for name in ("方锐", "顾蓉", "彭舟")]
    arrangement = {"experts": experts, "from": "2026-04-24", "to": "2026-04-30", "site_plan": "实地查看。"}
    player.do("limin", 1, "arrange_assessment", arrangement)
    player.do("fangrui", 1, "assessment", {"score": "83", "opinion": "可以。"})
    (school,) = page_of(player, "linxiao").waiting
    assert (school.people, school.answered, [str(place) for place in school.places]) == ((), (), ["评审专家"])
    assert not school.vacant
    (office,) = page_of(player, "limin").waiting
    assert set(office.people) == {"顾蓉", "彭舟"}
    assert office.answered == ("方锐",)
    (own,) = page_of(player, "pengzhou").waiting
    assert own.people == ("彭舟",)


def test_an_experts_own_school_has_no_part_in_the_case(marked: Player) -> None:
    school = marked.organisation("青禾县第二初级中学")
    parties = rows(marked, select(CaseParty).where(CaseParty.organisation_id == school))
    assert parties == []


def test_another_bureau_sees_nothing(marked: Player) -> None:
    stranger = replace(actor_of(marked, "zhengguodong"), bureau_id=2)
    with marked.database.reading() as session:
        with pytest.raises(NotFoundError):
            cases.case_page(session, stranger, 1, marked.now)
        assert cases.my_cases(session, stranger, today=marked.now.date(), tab="all").lines == ()
        assert cases.inbox(session, stranger, today=marked.now.date()).rows == ()


def test_a_school_taken_out_of_the_application_loses_its_sight(county_at: NewCounty) -> None:
    player = county_at("filed")
    assert page_of(player, "shilei").access == "party"
    items = [{"item": "成员校", "reason": "石桥村小学已撤并"}]
    player.do("limin", 1, "accept_review", {"decision": "return", "items": items})
    changed = formation.application(player, 1, members=("柳溪镇中心小学",))
    player.do("linxiao", 1, "supplement_supply", changed)
    with pytest.raises(NotFoundError):
        page_of(player, "shilei")
    assert not lists_case(player, "shilei")
    assert page_of(player, "yangfan").access == "party"


def test_an_expert_who_recuses_himself_sees_the_case_no_more(county_at: NewCounty) -> None:
    player = county_at("reviewed")
    formation.arrange(player, 1, "2026-04-22", "2026-04-24")
    task_id, person_id = open_task(player, "assessment").id, player.person("彭舟")
    with acting(player, "limin") as act:
        cases.add_seat(act, task_id, person_id, "专家回避。")
    with acting(player, "fangrui") as act:
        cases.recuse(act, task_id, "配偶在该校任教。")
    with pytest.raises(NotFoundError):
        page_of(player, "fangrui")
    assert not lists_case(player, "fangrui")
    assert page_of(player, "pengzhou").access == "panel"


def evidence_of(player: Player, element: str) -> list[int]:
    evidence: dict[str, Any] = submissions_of(player, element)[-1].answers["evidence"]
    found = [ids for value in evidence.values() for ids in (value.values() if isinstance(value, dict) else [value])]
    return [file_id for ids in found for file_id in ids]


def test_files_are_read_by_who_sees_the_answers_that_show_them(marked: Player) -> None:
    resolution = evidence_of(marked, "supplement_supply")[-1]
    for username in ("limin", "zhengguodong", "linxiao", "gaoyuan", "yangfan", "fangrui", "hancheng"):
        assert may_read(marked, username, resolution), username
    for username in STRANGERS + ADMINISTRATORS:
        assert not may_read(marked, username, resolution), username


def test_an_internal_file_is_not_a_schools(county_at: NewCounty) -> None:
    player = county_at("undisputed")
    minutes = player.upload("qiankun", 1, "会议纪要.pdf", sample_pdf("样例"))
    formation.decide(player, 1, evidence={"minutes": [minutes]})
    assert may_read(player, "limin", minutes)
    assert may_read(player, "hancheng", minutes)
    for username in ("linxiao", "yangfan", "fangrui", "majun"):
        assert not may_read(player, username, minutes), username


def test_a_file_not_yet_handed_in_is_its_uploaders(county_at: NewCounty) -> None:
    player = county_at("empty")
    player.at("2026-04-08 09:00")
    case_id = player.start("linxiao", "group-formation")
    file_id = player.upload("linxiao", case_id, "请示.pdf", sample_pdf("样例"))
    assert may_read(player, "linxiao", file_id)
    assert not may_read(player, "gaoyuan", file_id)
    assert not may_read(player, "limin", file_id), "the section takes part when the case is filed"
    assert not may_read(player, "linxiao", 99_999)


def test_files_of_another_bureau_are_not_there(marked: Player) -> None:
    file_id = rows(marked, select(StoredFile))[0].id
    stranger = replace(actor_of(marked, "zhengguodong"), bureau_id=2)
    with marked.database.reading() as session, pytest.raises(NotFoundError):
        readable_file(session, stranger, file_id)
