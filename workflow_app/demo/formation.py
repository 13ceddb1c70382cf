"""The worked case E1: founding a group around 青禾县实验小学, step by step, with its dates and figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.player import Player

GROUP = "青禾县实验小学教育集团"
LEAD, MEMBERS = "青禾县实验小学", ("柳溪镇中心小学", "石桥村小学")
CLERK, OFFICER, CHIEF, SECRETARY = "linxiao", "limin", "zhoumin", "qiankun"
SECTIONS = ("wangyue", "chenli", "zhaoyi", "sunjun")
EXPERTS = (("fangrui", "方锐", "82"), ("gurong", "顾蓉", "85"), ("tianye", "田野", "85"))
SINGLE_EVIDENCE = ("request", "charter_draft", "consultation", "three_year_plan", "parents", "certificate")
CHARTER_PARTS = (
    "purpose",
    "philosophy",
    "organisation",
    "management",
    "research",
    "safety",
    "ideology",
    "rights",
    "powers",
)
STAFFING_REASON = "缺编教师已列入2026年招聘计划，集团内统筹调剂。"


def application(
    player: Player,
    case_id: int,
    *,
    clerk: str = CLERK,
    name: str = GROUP,
    lead: str = LEAD,
    members: tuple[str, ...] = MEMBERS,
    stage: str = "primary",
    effective_on: str = "2026-09-01",
) -> dict[str, Any]:
    """An application with all its evidence; by default that of E1."""
    schools = [player.organisation(school) for school in members]

    def file(title: str) -> list[int]:
        return [player.upload(clerk, case_id, f"{title}.pdf", sample_pdf(title))]

    evidence: dict[str, Any] = {key: file(title) for key, title in zip(SINGLE_EVIDENCE, _TITLES, strict=True)}
    evidence["consent"] = {str(row): file(f"{school}同意加入集团的意见") for row, school in enumerate(members)}
    evidence["congress_resolution"] = {str(row): file(f"{school}教代会决议") for row, school in enumerate(members)}
    return {
        "group_name": name,
        "group_type": "close_knit",
        "stage": stage,
        "members": [
            {"school": school, "distance_km": km} for school, km in zip(schools, ("12.5", "18.0"), strict=False)
        ],
        "reason": "发挥龙头校办学优势，带动乡镇、村小提升办学质量，促进县域义务教育优质均衡发展。",
        "base_data": [{"school": player.organisation(school), **player.figures(school)} for school in (lead, *members)],
        "goals": "三年内成员校教学常规达标率100%，校际质量差距缩小三分之一，家长满意度达到90%以上。",
        "staff_plan": "集团内统筹教师调配，龙头校每年选派骨干教师到成员校任教，成员校教师到龙头校跟岗学习。",
        "shared_staff": True,
        "shared_plan": True,
        "funds": "集团运行经费列入龙头校年度预算，县级专项经费按政策申请。",
        "chief_head": player.head_of(lead),
        "exec_heads": [player.head_of(school) for school in members],
        "powers": "集团总校统筹人事、财务和资产，执行校长负责成员校日常管理。",
        "effective_on": effective_on,
        "pledge": True,
        "evidence": evidence,
    }


_TITLES = (
    "关于组建教育集团的请示",
    "集团章程（草案）",
    "征求意见记录",
    "三年发展规划",
    "家长意见摘要",
    "事业单位法人证书",
)


def file_application(player: Player, on: str = "2026-04-08") -> int:
    """Filed on 04-08; what was handed in as 石桥村小学's resolution turns out not to be one."""
    player.at(f"{on} 09:10")
    case_id = player.start(CLERK, "group-formation")
    player.do(CLERK, case_id, "apply", application(player, case_id))
    return case_id


def return_and_supply(player: Player, case_id: int) -> None:
    """The supplement notice of 04-10, once and itemised; supplied on 04-14."""
    player.at("2026-04-10 10:20")
    item = {"item": "石桥村小学教代会决议", "reason": "所附文件不是教代会通过加入集团的决议", "basis": "003·A2二(一)2"}
    player.do(OFFICER, case_id, "accept_review", {"decision": "return", "opinion": "请补正。", "items": [item]})
    player.at("2026-04-14 15:40")
    answers = application(player, case_id)
    player.do(CLERK, case_id, "supplement_supply", {**answers, "opinion": "已按补正告知书补齐。"})


def accept(player: Player, case_id: int) -> None:
    """Accepted on 04-15: the clock starts."""
    player.at("2026-04-15 09:30")
    player.do(OFFICER, case_id, "accept_review", {"decision": "accept", "opinion": "材料齐全，予以受理。"})


def review(player: Player, case_id: int) -> None:
    """First review on 04-17, with a reason for the staffing advice; the four sections agree by 04-21."""
    player.at("2026-04-17 11:00")
    reasons = {"schools.staffing": STAFFING_REASON}
    answers = {"decision": "agree", "opinion": "符合组建条件，同意送会审。", "reasons": reasons}
    player.do(OFFICER, case_id, "first_review", answers)
    for number, section in enumerate(SECTIONS):
        player.at(f"2026-04-2{number // 2} 1{number}:15")
        player.do(section, case_id, "sections_opinions", {"decision": "agree", "opinion": "无不同意见。"})


def arrange(player: Player, case_id: int, first_day: str, last_day: str) -> None:
    """Three experts are asked; the applicant is told in writing, and the clock stands."""
    player.at(f"{first_day} 08:40")
    experts = [player.person(name) for _, name, _ in EXPERTS]
    arrangement = {"experts": experts, "from": first_day, "to": last_day, "site_plan": "实地查看各成员校。"}
    player.do(OFFICER, case_id, "arrange_assessment", arrangement)


def assess(player: Player, case_id: int) -> None:
    """The assessment of 04-22 to 04-24: 82, 85, 85."""
    arrange(player, case_id, "2026-04-22", "2026-04-24")
    for day, (username, _, score) in enumerate(EXPERTS, 22):
        player.at(f"2026-04-{day} 16:30")
        opinion = "办学基础扎实，帮扶措施具体，建议同意组建。"
        player.do(username, case_id, "assessment", {"score": score, "opinion": opinion})


def publish(player: Player, case_id: int, on: str = "2026-04-27") -> None:
    """Posted on 04-27; the period ends on 05-07 after the May holiday."""
    player.at(f"{on} 09:00")
    contact = {"places": ["website", "bureau_board"], "contact": "基础教育科 0873-1234567"}
    player.do(OFFICER, case_id, "notice_post", contact)


def no_objection(player: Player, case_id: int) -> None:
    """No objection was received."""
    player.at("2026-05-08 09:00")
    player.do(OFFICER, case_id, "notice_result", {"decision": "none", "opinion": "公示期满，未收到异议。"})


def decide(player: Player, case_id: int, **changes: Any) -> None:
    """The committee of 05-11: 7 members, 6 present, 5 in favour."""
    player.at("2026-05-11 15:00")
    answers = {"held_on": "2026-05-11", "members": 7, "present": 6, "in_favour": 5, "decision": "approve"}
    player.do(SECRETARY, case_id, "committee", {**answers, **changes})


def issue(player: Player, case_id: int, call: str = "approval") -> None:
    """Drafted and checked on 05-12, signed, numbered and sealed on 05-13, delivered on 05-14."""
    agree: Mapping[str, Any] = {"decision": "agree"}
    player.at("2026-05-12 09:00")
    player.do(OFFICER, case_id, f"{call}_draft", {})
    player.do(CHIEF, case_id, f"{call}_review", {**agree, "opinion": "同意，送法制审核。"})
    player.do("wusiyuan", case_id, f"{call}_legal", {**agree, "opinion": "依据充分，程序合法，同意。"})
    player.at("2026-05-13 10:00")
    player.do("zhengguodong", case_id, f"{call}_sign", {**agree, "opinion": "同意印发。"})
    player.do("hewen", case_id, f"{call}_seal", {"sealed_on": "2026-05-13", "copies": 12})
    player.at("2026-05-14 09:30")
    delivered = {"delivered_on": "2026-05-14", "method": "in_person", "received_by": "林晓"}
    player.do("hewen", case_id, f"{call}_deliver", delivered)


def file_charter(player: Player, case_id: int) -> None:
    """The charter is filed and checked before 06-12: version 1, and the case ends."""
    player.at("2026-06-05 10:00")
    player.do(CLERK, case_id, "file_charter", first_charter(player, case_id))
    player.at("2026-06-08 09:00")
    accept_charter(player, case_id)


def accept_charter(player: Player, case_id: int) -> None:
    """The section finds the charter in order."""
    player.do(OFFICER, case_id, "charter_check", {"decision": "accept", "opinion": "同意核准备案。"})


def first_charter(
    player: Player,
    case_id: int,
    *,
    clerk: str = CLERK,
    members: tuple[str, ...] = MEMBERS,
    council_on: str = "2026-05-28",
) -> dict[str, Any]:
    """The charter as a file, with the minutes of the council and what the members said; by default that of E1."""
    charter = player.upload(clerk, case_id, "集团章程.pdf", sample_pdf("集团章程"))
    minutes = player.upload(clerk, case_id, "理事会会议纪要.pdf", sample_pdf("理事会会议纪要"))
    return {
        "version": 1,
        "council_on": council_on,
        "parts": list(CHARTER_PARTS),
        "consultation": [{"school": player.organisation(s), "reply": "同意", "adopted": True} for s in members],
        "evidence": {"charter": [charter], "council_minutes": [minutes]},
    }


def play(player: Player) -> int:
    """The whole of E1; the id of the case."""
    case_id = found(player)
    file_charter(player, case_id)
    return case_id


def found(player: Player) -> int:
    """E1 until the approval is delivered; the id of the case."""
    case_id = file_application(player)
    return_and_supply(player, case_id)
    accept(player, case_id)
    review(player, case_id)
    assess(player, case_id)
    publish(player, case_id)
    no_objection(player, case_id)
    decide(player, case_id)
    issue(player, case_id)
    return case_id
