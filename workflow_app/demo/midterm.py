"""The mid-term check of a pairing, as its people play it; in the demonstration 滨海市教育局 helps 东岭镇中心小学."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from workflow_app.cases.models import Duty
from workflow_app.demo import group_year, pairings
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.formation import CHIEF, CLERK, OFFICER
from workflow_app.demo.pairings import LEADER, OUTSIDE, RECIPIENT_CLERK
from workflow_app.demo.player import Player

SLUG = "pairing-midterm"
SHOWN_FROM = "2026-11-12 00:00"
"""From then on the demonstration shows a check that was passed."""
FAR_CLERK = "xieyun"
TARGETS = (
    {"indicator": "quality", "base": "76", "target": "82", "due": "2027-03-20"},
    {"indicator": "satisfaction", "base": "88", "target": "92", "due": "2027-03-20"},
)
POOR: Mapping[str, str] = {"progress": "50", "activities": "60", "duties": "70", "management": "70"}
"""40%×50 + 30%×60 + 20%×70 + 10%×70 = 59."""
FAIR: Mapping[str, str] = {**POOR, "progress": "52.5"}
"""60, exactly."""
GOOD: Mapping[str, str] = {"progress": "80", "activities": "85", "duties": "90", "management": "75"}
POINTS = (
    {"point": "送教次数不足", "demand": "每月送教不少于1次，按月报送活动记录。", "by": "helper"},
    {"point": "教研记录不全", "demand": "补齐本学期教研记录并建立台账。", "by": "recipient"},
)


def agree(player: Player) -> None:
    """Spring 2026: 滨海市教育局 agrees by letter to help 东岭镇中心小学 for a year; a first activity is confirmed."""
    case_id = pairings.state_needs(
        player,
        "2026-03-02 10:00",
        FAR_CLERK,
        named_by="跨市对口帮扶名单",
        months=12,
        goals="提高教学质量和家长满意度。",
    )
    pairings.match(player, case_id, "2026-03-04 09:30", kind="cross_city", helper=OUTSIDE)
    player.at("2026-03-10 15:00")
    term: dict[str, Any] = {
        "starts_on": "2026-04-01",
        "ends_on": "2027-03-31",
        "targets": [dict(target) for target in TARGETS],
    }
    player.do(OFFICER, case_id, "outside_terms", pairings.terms(player, case_id, OFFICER, **term))
    player.at("2026-03-11 09:00")
    player.do(FAR_CLERK, case_id, "confirm", {"decision": "agree", "opinion": "同意协议内容。"})
    pairings.review(
        player, case_id, "2026-03-12 11:00", reasons={"pairings.recipient_needs_help": "列入对口帮扶名单。"}
    )
    pairings.decide(player, case_id, "2026-03-13 16:00")
    pairings.issue(player, case_id, "letter", "2026-03-16 10:00")
    player.at("2026-03-20 09:30")
    for who, step, signer in ((OFFICER, "outside_sign", pairings.OUTSIDE_CONTACT), (FAR_CLERK, "host_sign", "龙飞")):
        page = player.upload(who, case_id, "协议签章页.pdf", sample_pdf("协议签章页"))
        player.do(
            who, case_id, step, {"signed_on": "2026-03-20", "signer": signer, "evidence": {"signed_page": [page]}}
        )
    player.at("2026-04-01 10:00")
    arrived = {"arrived_on": "2026-03-31", "arrived": 1, "arrangement": "安排教师周转房，担任五年级语文教学。"}
    player.do(FAR_CLERK, case_id, "receive", arrived)
    held = pairings.log_activity(player, "2026-04-03 16:00", FAR_CLERK, OUTSIDE)
    player.do(OFFICER, held, "outside_confirm", {"decision": "agree", "opinion": "已电话核实。"})


def play(player: Player) -> None:
    """November 2026: half of the year is over, the pairing is checked and passes."""
    case_id = report(player, "2026-11-02 10:00", FAR_CLERK, {"quality": "79.5", "satisfaction": "90"})
    state(player, case_id, "2026-11-04 09:00", (FAR_CLERK, OFFICER))
    score(player, case_id, "2026-11-09 15:00", GOOD)


def report(
    player: Player,
    on: str,
    clerk: str = RECIPIENT_CLERK,
    reached: Mapping[str, str] | None = None,
    **changed: Any,
) -> int:
    """The recipient reports from its duty, which the worker has opened; the id of the case."""
    player.at(on)
    group_year.open_duties(player)
    with player.database.reading() as session:
        owed = session.scalars(select(Duty).where(Duty.slug == SLUG, Duty.case_id.is_(None))).one()
        period, partner = owed.period, owed.subject_id
    case_id = group_year.begin(player, SLUG, period, clerk)
    player.do(clerk, case_id, "report", progress(player, case_id, clerk, reached, partner=partner, **changed))
    return case_id


def progress(
    player: Player, case_id: int, clerk: str, reached: Mapping[str, str] | None = None, **changed: Any
) -> dict[str, Any]:
    """What the recipient reports."""
    values = reached or {"quality": "70", "pe_art": "1.20"}
    proof = player.upload(clerk, case_id, "佐证材料.pdf", sample_pdf("佐证材料"))
    return {
        "achieved": [{"indicator": indicator, "value": value} for indicator, value in values.items()],
        "summary": "支援方派员任教，联合教研每月一次；后半期重点提高课堂教学质量。",
        "evidence": {"proof": [proof]},
        **changed,
    }


def state(player: Player, case_id: int, on: str, who: Sequence[str] = (RECIPIENT_CLERK, CLERK)) -> None:
    """Both sides say what they have done and what they think of the other."""
    player.at(on)
    said = (("按协议安排课时和住宿。", "送教次数偏少。"), ("派员到岗，按月送教。", "配合较好。"))
    for username, (own, other) in zip(who, said, strict=True):
        player.do(username, case_id, "sides", {"own": own, "other": other})


def score(player: Player, case_id: int, on: str, points: Mapping[str, str]) -> None:
    """The officer scores by line, the chief agrees."""
    player.at(on)
    words = {"comment": "帮扶工作按协议推进，活动记录完整。", "advice": "继续落实送教和跟岗，按月记录。"}
    player.do(OFFICER, case_id, "check", {"decision": "submit", **points, **words})
    player.do(CHIEF, case_id, "confirm", {"decision": "approve", "opinion": "评分客观，同意。"})


def answer_score(player: Player, case_id: int, username: str, objects: bool = False) -> None:
    """A side accepts a score below the line, or objects to it."""
    if not objects:
        player.do(username, case_id, "objection", {"decision": "none"})
        return
    grounds = player.upload(username, case_id, "异议证据.pdf", sample_pdf("活动签到表"))
    said = {"decision": "object", "opinion": "三次活动未计入。", "evidence": {"grounds": [grounds]}}
    player.do(username, case_id, "objection", said)


def hear(player: Player, case_id: int, on: str, decision: str, opinion: str) -> None:
    """The deputy director decides on an objection."""
    player.at(on)
    player.do(LEADER, case_id, "hear", {"decision": decision, "opinion": opinion})


def demand(player: Player, case_id: int, on: str) -> None:
    """The section names what is to be mended."""
    player.at(on)
    player.do(OFFICER, case_id, "demand", {"points": [dict(point) for point in POINTS]})


def mend(player: Player, case_id: int, on: str, username: str) -> None:
    """A side says what it has mended."""
    player.at(on)
    proof = player.upload(username, case_id, "整改佐证.pdf", sample_pdf("整改佐证"))
    player.do(username, case_id, "mend", {"done": "已按通知书逐项整改。", "evidence": {"proof": [proof]}})


def recheck(player: Player, case_id: int, decision: str, met: Mapping[str, bool], **more: Any) -> None:
    """The officer looks at every point again."""
    findings = [{"point": point, "met": done, "found": "查阅记录并实地查看。"} for point, done in met.items()]
    player.do(OFFICER, case_id, "recheck", {"decision": decision, "findings": findings, **more})


def decide(player: Player, case_id: int, decision: str = "approve") -> None:
    """The deputy director decides on the findings."""
    player.do(LEADER, case_id, "decide", {"decision": decision, "opinion": "按复查情况办理。"})
