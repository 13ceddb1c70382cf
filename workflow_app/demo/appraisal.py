"""The appraisal of the group of worked case E1 for the school year 2026–27 (worked case E3): 79.0 points, 合格."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflow_app.demo import group_year
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.formation import CHIEF, CLERK, EXPERTS, MEMBERS, OFFICER
from workflow_app.demo.player import Player

YEAR = "2026-2027"
LEADER = "zhengguodong"
DIMENSIONS = ("resources", "gap", "radiation", "integration", "satisfaction")
TITLES = ("资源增减", "校际差距", "辐射带动", "融入提升", "满意度")
E3 = ((84, 68, 80, 74, 90), (85, 70, 80, 75, 90), (86, 72, 80, 76, 90))
"""Three scorers whose means are those of E3: 85, 70, 80, 75, 90."""

Points = Sequence[Sequence[int]]


def play(player: Player) -> int:
    """The whole appraisal of the summer of 2027; the id of the case."""
    player.at("2027-06-15 08:00")
    group_year.open_duties(player)
    case_id = hand_in(player)
    accept(player, case_id)
    score(player, case_id, E3)
    sum_up(player, case_id, "qualified")
    publish(player, case_id, "2027-07-16 09:00")
    no_objection(player, case_id, "2027-07-26 09:00")
    decide(player, case_id)
    issue(player, case_id)
    return case_id


def report(player: Player, case_id: int, clerk: str = CLERK, members: Sequence[str] = MEMBERS) -> dict[str, Any]:
    """The lead school's report with a piece of evidence for each dimension."""

    def file(title: str) -> list[int]:
        return [player.upload(clerk, case_id, f"{title}.pdf", sample_pdf(title))]

    titles = dict(zip(DIMENSIONS, TITLES, strict=True))
    texts = {f"{key}_report": f"{title}方面：年初、年末情况和数据见佐证。" for key, title in titles.items()}
    evidence = {key: file(f"{title}佐证") for key, title in titles.items()}
    return {
        **texts,
        "members": [player.organisation(school) for school in members],
        "problems": "例会制度落实不够，下学年由专人负责。",
        "evidence": {**evidence, "signed": file("集团考核自评报告")},
    }


def hand_in(player: Player, on: str = "2027-07-02 10:00") -> int:
    """The report is handed in; the id of the case."""
    player.at(on)
    case_id = group_year.begin(player, "group-appraisal", YEAR)
    player.do(CLERK, case_id, "report", report(player, case_id))
    return case_id


def accept(player: Player, case_id: int, on: str = "2027-07-06 09:00") -> None:
    """The report is complete, and three scorers are named."""
    player.at(on)
    player.do(OFFICER, case_id, "check", {"decision": "accept", "opinion": "自评内容完整，佐证齐全。"})
    arrange(player, case_id)


def arrange(player: Player, case_id: int) -> None:
    """Three scorers are named."""
    scorers = [player.person(name) for _, name, _ in EXPERTS]
    player.do(OFFICER, case_id, "arrange", {"scorers": scorers, "plan": "查阅资料，实地查看成员校，发放问卷。"})


def score(player: Player, case_id: int, points: Points, on: str = "2027-07-12 16:00") -> None:
    """Every scorer gives points by himself."""
    player.at(on)
    for (username, _, _), row in zip(EXPERTS, points, strict=True):
        player.do(username, case_id, "scoring", scores(row))


def scores(row: Sequence[int]) -> dict[str, Any]:
    """One scorer's points of the five dimensions, with grounds."""
    points = {key: str(value) for key, value in zip(DIMENSIONS, row, strict=True)}
    return {**points, **{f"{key}_why": "依据自评佐证和实地查看。" for key in DIMENSIONS}}


def sum_up(player: Player, case_id: int, grade: str, **more: Any) -> None:
    """The section proposes the grade."""
    player.do(OFFICER, case_id, "sum_up", summary(grade, **more))


def summary(grade: str, **more: Any) -> Mapping[str, Any]:
    """What the section hands in with the grade that it proposes."""
    comment = "集团运行基本规范，校际差距有所缩小，例会制度落实不到位。"
    return {"grade": grade, "comment": comment, "uses": ["performance", "appointment", "awards"], **more}


def publish(player: Player, case_id: int, on: str) -> None:
    """The result is posted for five working days."""
    player.at(on)
    contact = {"places": ["website", "school_boards"], "contact": "基础教育科 0873-1234567"}
    player.do(OFFICER, case_id, "notice_post", contact)


def no_objection(player: Player, case_id: int, on: str) -> None:
    """No objection was received."""
    player.at(on)
    player.do(OFFICER, case_id, "notice_result", {"decision": "none", "opinion": "公示期满，未收到异议。"})


def decide(player: Player, case_id: int, **more: Any) -> None:
    """The leader agrees with the grade."""
    player.do(LEADER, case_id, "decide", {"decision": "approve", "opinion": "同意考核等次，按规定通报。", **more})


def issue(player: Player, case_id: int) -> None:
    """The bulletin is drafted, checked, signed, sealed and delivered."""
    agree = {"decision": "agree"}
    player.do(OFFICER, case_id, "bulletin_draft", {})
    player.do(CHIEF, case_id, "bulletin_review", {**agree, "opinion": "同意，送法制审核。"})
    player.do("wusiyuan", case_id, "bulletin_legal", {**agree, "opinion": "依据充分，程序合法，同意。"})
    player.do(LEADER, case_id, "bulletin_sign", {**agree, "opinion": "同意印发。"})
    today = str(player.now.date())
    player.do("hewen", case_id, "bulletin_seal", {"sealed_on": today, "copies": 12})
    delivered = {"delivered_on": today, "method": "in_person", "received_by": "林晓"}
    player.do("hewen", case_id, "bulletin_deliver", delivered)
