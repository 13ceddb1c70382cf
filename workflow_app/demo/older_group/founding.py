"""The founding of the older group: 枫林片区初中教育集团, in spring 2024.

Three junior schools of the country side work together in it and stay independent (合作型). What it
does in its years is in :mod:`workflow_app.demo.older_group.years`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from workflow_app.act import Act, system_actor
from workflow_app.demo import formation, pairings
from workflow_app.demo.formation import EXPERTS, OFFICER, SECRETARY, SECTIONS
from workflow_app.demo.player import Player
from workflow_app.directory.attributes import record_attribute

GROUP = "枫林片区初中教育集团"
LEAD, CLERK = "枫林初级中学", "duanyu"
MEMBER, MEMBER_CLERK = "云台九年一贯制学校", "yunlan"
JOINED, JOINED_CLERK = "柳溪中学", "qinsong"
RECEIVED_BY = "段玉"
"""Who takes the documents of the group."""
FIGURES_SINCE = date(2023, 9, 1)
FIGURES: tuple[tuple[str, dict[str, str]], ...] = (
    (
        LEAD,
        {
            "stage": "junior",
            "location": "town",
            "classes": "24",
            "pupils": "1164",
            "on_post": "100",
            "young_teachers": "38",
            "last_appraisal": "good",
        },
    ),
    (
        MEMBER,
        {
            "stage": "nine_year",
            "location": "rural",
            "classes": "18",
            "pupils": "668",
            "on_post": "51",
            "young_teachers": "19",
            "last_appraisal": "good",
        },
    ),
    (
        JOINED,
        {
            "stage": "junior",
            "location": "town",
            "level": "weak",
            "classes": "15",
            "pupils": "702",
            "on_post": "52",
            "young_teachers": "21",
            "last_appraisal": "qualified",
        },
    ),
)
"""What was recorded of the schools when the group was founded."""
ONLY_CLOSE_KNIT = ("exec_heads", "powers")
"""What only a close-knit group says of itself."""
REASONS = {"schools.staffing": "九年一贯制学校按实有班级核算，缺编教师列入年度招聘计划。"}


def record_figures(player: Player) -> None:
    """The figures of the school year in which the group was founded."""
    with player.database.writing() as session:
        act = Act(session, system_actor(player.actor(session, CLERK).bureau_id), player.now)
        for school, figures in FIGURES:
            for key, value in {"owner": "public", "is_new": "no", **figures}.items():
                source = "2023—2024学年教育事业统计"
                record_attribute(act, player.organisation(school), key, value, FIGURES_SINCE, source)


def found(player: Player) -> None:
    """Filed on 4 March 2024, approved on 21 March, the charter filed on 10 April; it begins with the school year."""
    record_figures(player)
    player.at("2024-03-04 09:30")
    case_id = player.start(CLERK, "group-formation")
    player.do(CLERK, case_id, "apply", _application(player, case_id))
    _examine(player, case_id)
    _assess(player, case_id)
    _decide(player, case_id)
    player.at("2024-04-09 10:00")
    filed = formation.first_charter(player, case_id, clerk=CLERK, members=(MEMBER,), council_on="2024-04-02")
    player.do(CLERK, case_id, "file_charter", filed)
    player.at("2024-04-10 09:00")
    formation.accept_charter(player, case_id)


def _application(player: Player, case_id: int) -> dict[str, Any]:
    answers = formation.application(
        player,
        case_id,
        clerk=CLERK,
        name=GROUP,
        lead=LEAD,
        members=(MEMBER,),
        stage="junior",
        effective_on="2024-09-01",
    )
    mine = {
        "group_type": "cooperative",
        "reason": "两校同处枫林片区，教师结构互补，联合教研、统一教学计划，共同提高初中教育质量。",
    }
    return {key: value for key, value in answers.items() if key not in ONLY_CLOSE_KNIT} | mine


def _examine(player: Player, case_id: int) -> None:
    """Accepted, reviewed, and countersigned by four sections."""
    player.at("2024-03-05 09:30")
    player.do(OFFICER, case_id, "accept_review", {"decision": "accept", "opinion": "材料齐全，予以受理。"})
    player.at("2024-03-06 10:00")
    answers = {"decision": "agree", "opinion": "符合组建条件，同意送会审。", "reasons": REASONS}
    player.do(OFFICER, case_id, "first_review", answers)
    player.at("2024-03-07 15:00")
    for section in SECTIONS:
        player.do(section, case_id, "sections_opinions", {"decision": "agree", "opinion": "无不同意见。"})


def _assess(player: Player, case_id: int) -> None:
    """Three experts assess on the spot: 83, 85, 86."""
    formation.arrange(player, case_id, "2024-03-08", "2024-03-11")
    player.at("2024-03-11 17:00")
    for (username, *_), score in zip(EXPERTS, ("83", "85", "86"), strict=True):
        opinion = "片区办学基础相近，教研合作扎实，建议同意组建。"
        player.do(username, case_id, "assessment", {"score": score, "opinion": opinion})


def _decide(player: Player, case_id: int) -> None:
    """Posted for five working days, decided by the committee, approved in writing."""
    formation.publish(player, case_id, "2024-03-12")
    player.at("2024-03-20 09:00")
    player.do(OFFICER, case_id, "notice_result", {"decision": "none", "opinion": "公示期满，未收到异议。"})
    player.at("2024-03-21 15:00")
    vote = {"held_on": "2024-03-21", "members": 7, "present": 6, "in_favour": 6, "decision": "approve"}
    player.do(SECRETARY, case_id, "committee", vote)
    pairings.issue(player, case_id, "approval", "2024-03-22 10:00", RECEIVED_BY)
