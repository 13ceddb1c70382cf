"""What the older group does in every school year: plans, monthly meetings; and a bulletin when it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from workflow_app.cases.models import Duty
from workflow_app.demo import group_year, pairings
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.formation import OFFICER
from workflow_app.demo.older_group.founding import CLERK, JOINED, LEAD, MEMBER, RECEIVED_BY
from workflow_app.demo.player import Player

JOINED_FROM = "2025-09"
"""From this month on 柳溪中学 belongs to the group."""
TEACHERS = (
    ("沈若溪", LEAD, MEMBER),
    ("邵明", LEAD, MEMBER),
    ("罗宇航", MEMBER, LEAD),
    ("蒲雪", LEAD, JOINED),
    ("田立行", JOINED, LEAD),
)
"""Young teachers who are exchanged; the first three before the third school joins."""


@dataclass(frozen=True)
class Meeting:
    """A meeting: when its minutes are handed in, on which day of that month it was held, and what it was about."""

    handed_in: str
    held: int
    progress: str
    focus: str
    next_steps: str

    @property
    def month(self) -> str:
        """The month that it is of."""
        return self.handed_in[:7]


MEETINGS: Sequence[Meeting] = (
    Meeting(
        "2024-09-26",
        24,
        "各校按统一进度完成开学前四周教学任务。",
        "集团首次例会，明确联系人和教研分工。",
        "国庆后开展联合备课。",
    ),
    Meeting(
        "2024-10-29", 24, "期中前课程全部完成，两校进度一致。", "落实教师交流，检查实验课开设。", "组织期中联合命题。"
    ),
    Meeting("2025-01-14", 10, "期末复习基本完成。", "对照通报整改：例会改由专人负责。", "寒假安排教师集中研修。"),
    Meeting(
        "2025-03-18",
        13,
        "新学期进度正常，交流教师全部到岗。",
        "九年级复习备考，农村学校实验教学。",
        "开展同课异构两节。",
    ),
    Meeting("2025-06-24", 19, "学年教学任务全部完成。", "中考组织和学年总结。", "商议柳溪中学加入后的工作衔接。"),
    Meeting(
        "2025-09-30",
        23,
        "三校统一进度，教学常规检查合格。",
        "柳溪中学加入后首次例会，统一作业管理。",
        "青年教师汇报课。",
    ),
    Meeting(
        "2025-11-25", 20, "期中检测完成，柳溪中学数学均分提高3.2分。", "薄弱学科跟进，冬季安全。", "校际听评课周。"
    ),
    Meeting("2026-03-24", 19, "新学期前三周进度正常。", "九年级复习备考，心理健康。", "教研组长交流跟岗。"),
)
"""Meetings of which minutes were handed in, until the spring of the worked cases."""
MISSED = ("2024-11-25", "2024-12-25")
"""In these months no meeting was held."""
IN_MAY = Meeting("2026-05-26", 21, "学期课程完成八成，进度一致。", "中考体育和实验操作考试。", "学年考核自评准备。")
IN_JUNE = Meeting(
    "2026-06-26",
    18,
    "学年教学任务全部完成，三校均分差缩小两成。",
    "中考组织，汇总学年考核数据。",
    "商议新学年教师交流名单。",
)
IN_JULY = Meeting(
    "2026-07-24", 9, "期末质量分析完成，各校改进清单已印发。", "暑期安全和教师研修。", "八月底前落实新学年交流教师。"
)
IN_AUTUMN = (
    Meeting("2026-09-24", 22, "开学教学常规检查完成，三校进度一致。", "新学年交流教师到岗情况。", "十月联合教研安排。"),
    Meeting("2026-10-30", 27, "期中前课程按计划完成。", "期中检测组织，冬季安全排查。", "十一月青年教师汇报课。"),
)


def hold(player: Player, meeting: Meeting) -> None:
    """The minutes of a meeting are handed in, and the section takes note."""
    player.at(f"{meeting.handed_in} 16:00")
    group_year.open_duties(player)
    case_id = group_year.begin(player, "group-meeting", meeting.month, CLERK)
    file = player.upload(CLERK, case_id, "签到表.pdf", sample_pdf("签到表"))
    answers = {
        "held_on": f"{meeting.month}-{meeting.held:02}",
        "chair": player.head_of(LEAD),
        "present": [player.organisation(school) for school in (LEAD, *members_in(meeting.month))],
        "progress": meeting.progress,
        "focus": meeting.focus,
        "next_steps": meeting.next_steps,
        "actions": [{"item": meeting.next_steps.rstrip("。"), "owner": "宋阳", "due": _end_of_next(meeting.month)}],
        "evidence": {"minutes": [file]},
    }
    player.do(CLERK, case_id, "file", answers)
    player.do(OFFICER, case_id, "note", {"opinion": "已阅。"})


def ask(player: Player, day: str) -> None:
    """What is owed is asked for; where nothing comes of it, all concerned are told when it is due."""
    player.at(f"{day} 08:00")
    group_year.open_duties(player)


def file_plan(player: Player, on: str, checked: str, year: str) -> None:
    """The plan of a school year, asked for before, is handed in and filed; what comes after 31 August is late."""
    player.at(f"{on} 10:00")
    case_id = group_year.begin(player, "group-plan", year, CLERK)
    file = player.upload(CLERK, case_id, "学年度工作计划.pdf", sample_pdf("学年度工作计划"))
    first, last = year.split("-")
    exchange = [
        {
            "teacher": name,
            "home": player.organisation(home),
            "is_young": True,
            "school": player.organisation(school),
            "from": f"{first}-09-01",
            "to": f"{last}-07-10",
        }
        for name, home, school in TEACHERS
        if {home, school} <= {LEAD, *members_in(f"{first}-09")}
    ]
    answers = {
        "goals": "三校期末检测均分差距比上学年缩小五分之一，教学常规达标率100%。",
        "measures": "每月联合教研，统一命题和质量分析，骨干教师到成员校任教。",
        "projects": [
            {"name": "片区联合教研", "owner": "宋阳", "due": f"{last}-06-30", "budget": "9000.00"},
            {"name": "实验教学送课", "owner": "江澜", "due": f"{last}-05-31", "budget": "4000.00"},
        ],
        "exchange": exchange,
        "signed": True,
        "evidence": {"plan": [file]},
    }
    player.do(CLERK, case_id, "file", answers)
    player.at(f"{checked} 10:00")
    player.do(OFFICER, case_id, "check", {"decision": "accept", "opinion": "内容完整，符合要求，予以备案。"})


def tell_off(player: Player) -> None:
    """January 2025: two meetings running are missing, and the section tells the schools in a bulletin."""
    player.at("2025-01-08 10:00")
    with player.database.reading() as session:
        asked = session.scalars(select(Duty.id).where(Duty.slug == "group-bulletin").order_by(Duty.id.desc())).first()
    case_id = group_year.begin_bulletin(player, asked)
    facts = {
        "school": player.organisation(LEAD),
        "matter": "连续两个月未召开集团例会",
        "found": "经核实，你校2024年11月、12月连续两个月未召开集团例会，原因是未明确专人负责。",
        "demands": "请于1月20日前召开例会，明确专人负责集团日常工作，并报送书面说明。",
        "decision": "issue",
    }
    player.do(OFFICER, case_id, "facts", facts)
    pairings.issue(player, case_id, "bulletin", "2025-01-09 10:00", RECEIVED_BY)


def members_in(month: str) -> tuple[str, ...]:
    """The member schools of a month, ``2025-09``."""
    return (MEMBER, JOINED) if month >= JOINED_FROM else (MEMBER,)


def _end_of_next(month: str) -> str:
    """The 28th of the month after a month, by which what was agreed is to be done."""
    first = date.fromisoformat(f"{month}-28")
    return str((first + timedelta(days=7)).replace(day=28))
