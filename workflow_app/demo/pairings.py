"""Pairings of the demonstration: 青禾县实验小学 helps 白鹭湾小学, and what the two do together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from workflow_app.calendar.terms import school_year_of
from workflow_app.demo import group_year
from workflow_app.demo.evidence import sample_pdf, sample_photo
from workflow_app.demo.formation import CHIEF, CLERK, OFFICER
from workflow_app.demo.player import Player

RECIPIENT, HELPER, OUTSIDE = "白鹭湾小学", "青禾县实验小学", "滨海市教育局"
OUTSIDE_CONTACT = "陈海"
RECIPIENT_CLERK = "bailu"
LEADER = "zhengguodong"
TEAM = (("苏晴", "语文教研组长"), ("方可", "数学骨干教师"), ("陆青", "教导主任"))


def play(player: Player) -> None:
    """The pairing is agreed in spring 2026 and begins with the school year."""
    begin(player, agree(player))


def show(player: Player, case_id: int) -> None:
    """The autumn of the demonstration: people have arrived, one activity is confirmed, another waits for it."""
    begin(player, case_id)
    answer_activity(player, log_activity(player, "2026-10-14 20:10"), RECIPIENT_CLERK)
    log_activity(player, "2026-10-22 16:00", RECIPIENT_CLERK, HELPER, heads=25, hours="3.5")


def agree(player: Player) -> int:
    """From the needs of April to the signed agreement of June; the id of the case."""
    case_id = state_needs(player, "2026-04-20 09:30")
    match(player, case_id, "2026-04-27 10:00")
    offer(player, case_id, "2026-05-06 15:00")
    confirm(player, case_id, "2026-05-08 09:00")
    review(player, case_id, "2026-05-15 11:00")
    decide(player, case_id, "2026-05-19 16:00")
    issue(player, case_id, "approval", "2026-05-22 10:00")
    sign(player, case_id, "2026-06-03 09:30")
    return case_id


def begin(player: Player, case_id: int) -> None:
    """Those who were sent have arrived, and the pairing is in the register."""
    receive(player, case_id, "2026-09-01 10:00")


def state_needs(player: Player, on: str, clerk: str = RECIPIENT_CLERK, **changed: Any) -> int:
    """A school states its needs; the id of the case."""
    player.at(on)
    case_id = player.start(clerk, "pairing")
    player.do(clerk, case_id, "needs", needs(player, case_id, clerk, **changed))
    return case_id


def needs(player: Player, case_id: int, clerk: str = RECIPIENT_CLERK, **changed: Any) -> dict[str, Any]:
    """What 白鹭湾小学 says of itself."""
    contact = {"bailu": "白鹭", "xieyun": "谢芸"}[clerk]
    survey = player.upload(clerk, case_id, "需求调研报告.pdf", sample_pdf("需求调研报告"))
    return {
        "needs": ["teaching", "subject_staff"],
        "subjects": "语文、数学、音乐",
        "baseline": [{"indicator": "quality", "value": "66"}, {"indicator": "pe_art", "value": "0.83"}],
        "goals": "三年内教学质量监测得分达到80分，开齐音乐、体育、美术课程。",
        "months": 24,
        "contact": player.person(contact),
        "evidence": {"survey": [survey]},
        **changed,
    }


def match(player: Player, case_id: int, on: str, kind: str = "school_pair", helper: str = HELPER, **more: Any) -> None:
    """The section chooses a helper."""
    player.at(on)
    where = {"scope": "far", "contact": OUTSIDE_CONTACT} if helper == OUTSIDE else {"scope": "near"}
    answers = {"decision": "match", **where, "kind": kind, "helper": player.organisation(helper), **more}
    player.do(OFFICER, case_id, "match", answers)


def terms(player: Player, case_id: int, who: str = CLERK, people: int = 1, **changed: Any) -> dict[str, Any]:
    """The terms that both sides have talked over, with the file that says so."""
    key = "minutes" if who == CLERK else "reply"
    file = player.upload(who, case_id, "协商记录.pdf", sample_pdf("协商记录"))
    return {**agreed(people), "evidence": {key: [file]}, **changed}


def agreed(people: int = 1) -> dict[str, Any]:
    """The terms themselves."""
    return {
        "decision": "offer",
        "starts_on": "2026-09-01",
        "ends_on": "2028-08-31",
        "targets": [
            {"indicator": "quality", "base": "66", "target": "76", "due": "2028-07-10"},
            {"indicator": "pe_art", "base": "0.83", "target": "1.65", "due": "2027-07-10"},
        ],
        "duties": "支援方每学期送教不少于4次，接收受援方教师跟岗；受援方落实教研和常规管理要求，保障工作条件。",
        "people": [{"name": name, "post": post, "arrives_on": "2026-08-28"} for name, post in TEAM[:people]],
        "privacy": "双方对师生个人信息和监测数据保密，未经对方同意不得对外提供。",
        "exit_terms": "年度考核合格以上且双方同意的可以续签；连续两年不合格的终止。",
    }


def offer(player: Player, case_id: int, on: str, **changed: Any) -> None:
    """The helper agrees and drafts the agreement."""
    player.at(on)
    player.do(CLERK, case_id, "draft", terms(player, case_id, **changed))


def confirm(
    player: Player,
    case_id: int,
    on: str,
    decision: str = "agree",
    opinion: str = "同意协议内容。",
    *,
    clerk: str = RECIPIENT_CLERK,
) -> None:
    """The recipient agrees or refuses."""
    player.at(on)
    player.do(clerk, case_id, "confirm", {"decision": decision, "opinion": opinion})


def review(player: Player, case_id: int, on: str, decision: str = "agree", **more: Any) -> None:
    """The section reviews what was agreed."""
    player.at(on)
    opinion = "双方条件相符，目标明确，同意报局领导审定。" if decision == "agree" else "请补充双方责任。"
    player.do(OFFICER, case_id, "review", {"decision": decision, "opinion": opinion, **more})


def decide(player: Player, case_id: int, on: str, decision: str = "approve", **more: Any) -> None:
    """The deputy director decides."""
    player.at(on)
    player.do(LEADER, case_id, "decide", {"decision": decision, "opinion": "同意结对。", **more})


def issue(player: Player, case_id: int, call: str, on: str, received_by: str = "白鹭") -> None:
    """A document is drafted, checked, signed, numbered, sealed and delivered."""
    player.at(on)
    agree: Mapping[str, Any] = {"decision": "agree", "opinion": "同意。"}
    day = str(player.now.date())
    steps: Sequence[tuple[str, str, Mapping[str, Any]]] = (
        (OFFICER, "draft", {}),
        (CHIEF, "review", agree),
        ("wusiyuan", "legal", agree),
        (LEADER, "sign", agree),
        ("hewen", "seal", {"sealed_on": day, "copies": 4}),
        ("hewen", "deliver", {"delivered_on": day, "method": "system", "received_by": received_by}),
    )
    for who, step, answers in steps:
        player.do(who, case_id, f"{call}_{step}", answers)


def sign(
    player: Player,
    case_id: int,
    on: str,
    helper: str = CLERK,
    element: str = "helper_sign",
    *,
    clerk: str = RECIPIENT_CLERK,
    signers: tuple[str, str] = ("高远", "白鹭"),
) -> None:
    """Both sides upload the signed page."""
    player.at(on)
    for who, step, signer in ((helper, element, signers[0]), (clerk, "host_sign", signers[1])):
        page = player.upload(who, case_id, "协议签章页.pdf", sample_pdf("协议签章页"))
        answers = {"signed_on": str(player.now.date()), "signer": signer, "evidence": {"signed_page": [page]}}
        player.do(who, case_id, step, answers)


def receive(
    player: Player,
    case_id: int,
    on: str,
    arrived: int = 1,
    *,
    clerk: str = RECIPIENT_CLERK,
    arrived_on: str = "2026-08-28",
) -> None:
    """Those who were sent have arrived."""
    player.at(on)
    answers = {"arrived_on": arrived_on, "arrived": arrived, "arrangement": "安排教师周转房，担任五年级语文教学。"}
    player.do(clerk, case_id, "receive", answers)


def log_activity(player: Player, on: str, clerk: str = CLERK, partner: str = RECIPIENT, **changed: Any) -> int:
    """One side logs what was done; the id of the case."""
    player.at(on)
    case_id = player.start(clerk, "pairing-activity")
    player.do(clerk, case_id, "log", activity(player, case_id, clerk, partner, **changed))
    return case_id


def activity(player: Player, case_id: int, clerk: str, partner: str, **changed: Any) -> dict[str, Any]:
    """A demonstration lesson on the day before."""
    photo = player.upload(clerk, case_id, "现场照片.jpg", sample_photo(case_id))
    return {
        "partner": player.organisation(partner),
        "title": "语文示范课",
        "held_on": str(player.now.date() - timedelta(days=1)),
        "form": "demonstration",
        "heads": 18,
        "hours": "2.0",
        "content": "苏晴老师执教五年级语文示范课，课后集体评课。",
        "evidence": {"photos": [photo]},
        **changed,
    }


def answer_activity(
    player: Player, case_id: int, clerk: str, decision: str = "agree", opinion: str = "情况属实。"
) -> None:
    """The other side confirms or disputes."""
    player.do(clerk, case_id, "confirm", {"decision": decision, "opinion": opinion})


def report_year(player: Player, on: str, partner: str = HELPER, quality: str = "72", pe_art: str = "1.65") -> int:
    """The recipient reports a school year from its duty; the id of the case."""
    player.at(on)
    group_year.open_duties(player)
    case_id = group_year.begin(player, "pairing-appraisal", _school_year(player), RECIPIENT_CLERK)
    proof = player.upload(RECIPIENT_CLERK, case_id, "佐证材料.pdf", sample_pdf("佐证材料"))
    reached = (("quality", quality), ("pe_art", pe_art))
    report = {
        "partner": player.organisation(partner),
        "achieved": [{"indicator": indicator, "value": value} for indicator, value in reached],
        "summary": "支援方每月送教，教师跟岗两批，教学质量稳步提升。",
        "evidence": {"proof": [proof]},
    }
    player.do(RECIPIENT_CLERK, case_id, "report", report)
    return case_id


def score(player: Player, case_id: int, host: int, helper: int) -> None:
    """Both sides score, neither sees what the other has said."""
    host_answer = {"score": host, "comment": "送教针对性还需加强。"}
    player.do(RECIPIENT_CLERK, case_id, "host_score", host_answer)
    player.do(CLERK, case_id, "helper_score", {"score": helper, "comment": "受援方配合较好。"})


def grade(player: Player, case_id: int, grade: str, step: str, until: str, **more: Any) -> None:
    """The section grades and proposes how it goes on; the leader approves."""
    terms = {"renew": "按原协议继续。", "change": "增加音乐学科送教。", "end": "目标已达到，人员返岗，资料移交受援方。"}
    answers = {"decision": "agree", "grade": grade, "next": step, "until": until, "terms": terms[step], **more}
    player.do(OFFICER, case_id, "assess", answers)
    player.do(LEADER, case_id, "decide", {"decision": "approve", "opinion": "同意。"})


def _school_year(player: Player) -> str:
    return school_year_of(player.now.date())
