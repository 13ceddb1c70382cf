"""A year of the group of worked case E1: its yearly plan and its monthly meetings (worked case E3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from workflow_app import cases
from workflow_app.act import Act, system_actor
from workflow_app.cases.models import Duty
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.formation import CHIEF, CLERK, LEAD, MEMBERS, OFFICER
from workflow_app.demo.player import Player
from workflow_app.directory.rights import organisations_of

TEACHERS = (
    ("黎喆", MEMBERS[0], LEAD),
    ("彭赟", MEMBERS[0], LEAD),
    ("严琪", MEMBERS[1], LEAD),
    ("林栀", LEAD, MEMBERS[0]),
)
"""Young teachers who are exchanged within the group: where from and where to."""


def play(player: Player) -> None:
    """The summer and autumn of 2026: plan filed, September's meeting held, October's and November's duties open."""
    begin_year(player)
    go_on(player)


def begin_year(player: Player) -> None:
    """The plan of the summer of 2026, and September's duties."""
    player.at("2026-06-20 08:00")
    open_duties(player)
    file_plan(player)
    open_duties(player)


def go_on(player: Player) -> None:
    """September's meeting is held, and October's duties begin."""
    player.at("2026-09-28 16:00")
    hold_meeting(player, "2026-09", "2026-09-24")
    player.at("2026-10-09 08:00")
    open_duties(player)


def open_duties(player: Player) -> int:
    """What the worker does every day: open the duties whose period has begun; how many were new."""
    with player.database.writing() as session:
        bureau_id = player.actor(session, OFFICER).bureau_id
        return cases.plan_duties(Act(session, system_actor(bureau_id), player.now))


def duty(player: Player, slug: str, period: str, clerk: str = CLERK) -> Duty:
    """The duty of somebody's school for a period; by default that of the lead school."""
    with player.database.reading() as session:
        schools = organisations_of(player.actor(session, clerk))
        wanted = (Duty.slug == slug, Duty.period == period, Duty.organisation_id.in_(schools))
        found = session.scalars(select(Duty).where(*wanted)).one()
        session.expunge(found)
        return found


def begin(player: Player, slug: str, period: str, clerk: str = CLERK) -> int:
    """Open the case of a duty; its id."""
    duty_id = duty(player, slug, period, clerk).id
    with player.database.writing() as session:
        act = Act(session, player.actor(session, clerk), player.now)
        return cases.start_case(act, slug, duty_id=duty_id).case_id


def plan(player: Player, case_id: int, exchanged: int) -> dict[str, Any]:
    """The plan of the school year 2026–27 with so many young teachers exchanged."""
    file = player.upload(CLERK, case_id, "学年度工作计划.pdf", sample_pdf("学年度工作计划"))
    return {
        "goals": "成员校教学常规达标率100%，校际差距缩小十分之一。",
        "measures": "统一教研、统一评价，龙头校骨干教师每月到成员校示范教学。",
        "projects": [
            {"name": "联合教研", "owner": "高远", "due": "2027-06-30", "budget": "12000.00"},
            {"name": "青年教师成长营", "owner": "罗素芬", "due": "2027-05-31", "budget": "8000.00"},
        ],
        "exchange": [
            {
                "teacher": name,
                "home": player.organisation(home),
                "is_young": True,
                "school": player.organisation(school),
                "from": "2026-09-01",
                "to": "2027-07-10",
            }
            for name, home, school in TEACHERS[:exchanged]
        ],
        "signed": True,
        "evidence": {"plan": [file]},
        "reasons": {"groups.exchange_share": "拟在学期中补派。"} if exchanged < len(TEACHERS) else {},
    }


def file_plan(player: Player) -> int:
    """Filed on 08-20 with three teachers, returned on 08-25, filed again on 08-28 with four, receipt on 09-04."""
    player.at("2026-08-20 10:00")
    case_id = begin(player, "group-plan", "2026-2027")
    player.do(CLERK, case_id, "file", plan(player, case_id, 3))
    player.at("2026-08-25 15:00")
    items = [{"item": "交流人员", "reason": "青年教师63人，至少交流4人。", "basis": "003·A2二(三)1"}]
    player.do(OFFICER, case_id, "check", {"decision": "return", "items": items})
    player.at("2026-08-28 09:30")
    player.do(CLERK, case_id, "revision_supply", plan(player, case_id, 4))
    player.at("2026-09-04 10:00")
    player.do(OFFICER, case_id, "check", {"decision": "accept", "opinion": "内容完整，符合要求，予以备案。"})
    return case_id


def hold_meeting(player: Player, month: str, on: str, present: Sequence[str] = (LEAD, *MEMBERS)) -> int:
    """A meeting held on a day and handed in now."""
    case_id = begin(player, "group-meeting", month)
    player.do(CLERK, case_id, "file", meeting(player, case_id, on, present))
    player.do(OFFICER, case_id, "note", {"opinion": "已阅。"})
    return case_id


def meeting(player: Player, case_id: int, on: str, present: Sequence[str]) -> Mapping[str, Any]:
    """What is handed in of a meeting."""
    file = player.upload(CLERK, case_id, "签到表.pdf", sample_pdf("签到表"))
    return {
        "held_on": on,
        "chair": player.head_of(LEAD),
        "present": [player.organisation(school) for school in present],
        "progress": "各校按教学进度完成前四周教学任务。",
        "focus": "抓好开学常规和校园安全排查。",
        "next_steps": "组织集团联合教研，开展青年教师汇报课。",
        "actions": [{"item": "统一期中测试安排", "owner": "高远", "due": "2026-10-20"}],
        "evidence": {"minutes": [file]},
    }


def begin_bulletin(player: Player, duty_id: int | None) -> int:
    """The section opens a case for a bulletin; its id."""
    with player.database.writing() as session:
        act = Act(session, player.actor(session, OFFICER), player.now)
        return cases.start_case(act, "group-bulletin", duty_id=duty_id).case_id


def issue_bulletin(player: Player, duty_id: int | None) -> int:
    """Two meetings running are missing: the facts are looked into, the bulletin drafted, signed and delivered."""
    case_id = begin_bulletin(player, duty_id)
    facts = {
        "school": player.organisation(LEAD),
        "matter": "连续两个月未召开集团例会",
        "found": "经核实，你校2026年10月、11月连续两个月未召开集团例会，且无正当理由。",
        "demands": "请于12月底前补开例会，报送书面说明，明确专人负责集团日常工作。",
        "decision": "issue",
    }
    player.do(OFFICER, case_id, "facts", facts)
    agree = {"decision": "agree"}
    player.do(OFFICER, case_id, "bulletin_draft", {})
    player.do(CHIEF, case_id, "bulletin_review", {**agree, "opinion": "同意，送法制审核。"})
    player.do("wusiyuan", case_id, "bulletin_legal", {**agree, "opinion": "依据充分，程序合法，同意。"})
    player.do("zhengguodong", case_id, "bulletin_sign", {**agree, "opinion": "同意印发。"})
    player.do("hewen", case_id, "bulletin_seal", {"sealed_on": str(player.now.date()), "copies": 20})
    delivered = {"delivered_on": str(player.now.date()), "method": "in_person", "received_by": "林晓"}
    player.do("hewen", case_id, "bulletin_deliver", delivered)
    return case_id
