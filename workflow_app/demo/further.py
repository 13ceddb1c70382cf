"""Cases of the demonstration that are still under way: one in each of several states, dated back from today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflow_app.calendar.working import load_calendar
from workflow_app.clock import local_date
from workflow_app.demo import formation, group_change
from workflow_app.demo.player import Player


@dataclass(frozen=True)
class Situation:
    """One school's application and how far it has come, counted in working days before today."""

    clerk: str
    school: str
    members: tuple[str, ...]
    name: str
    filed: int
    stage: str = "primary"


SITUATIONS = (
    Situation("jiangxin", "青禾县第二小学", ("白鹭湾小学",), "青禾县第二小学教育集团", 14),
    Situation("majun", "城关第二小学", ("东岭镇中心小学", "白鹭湾小学"), "城关第二小学教育集团", 6),
    Situation("tangshi", "青禾县第二初级中学", ("柳溪中学",), "青禾县第二初级中学教育集团", 2, "junior"),
)


def play(player: Player, now: datetime) -> None:
    """Three applications: one before its experts, one returned for supplement, one newly filed; and one draft.

    A fourth asks for a school to join the group of E1, whose council is to be heard.
    """
    today = local_date(now)
    assessed, returned, filed = SITUATIONS
    with player.database.reading() as session:
        calendar = load_calendar(session, 1)

    def back(days: int) -> str:
        if days < 0:
            return calendar.add_working_days(today, -days).isoformat()
        return calendar.subtract_working_days(today, days).isoformat()

    first = _file(player, assessed, back(assessed.filed))
    _to_countersigned(player, first, back)
    second = _file(player, returned, back(returned.filed))
    formation.arrange(player, first, back(4), back(-2))
    player.at(f"{back(3)} 10:00")
    item = {"item": "白鹭湾小学教代会决议", "reason": "扫描件缺少签字页", "basis": "003·A2二(一)2"}
    answers = {"decision": "return", "opinion": "请补正。", "items": [item]}
    player.do(formation.OFFICER, second, "accept_review", answers)
    _file(player, filed, back(filed.filed))
    username, _, score = formation.EXPERTS[0]
    player.at(f"{back(2)} 16:00")
    player.do(username, first, "assessment", {"score": score, "opinion": "建议同意组建。"})
    change = group_change.joining(player, date.fromisoformat(back(1)), "东岭镇中心小学")
    change.file()
    change.accept(0)
    player.work_until(now)
    player.start(formation.CLERK, "group-formation")


def _file(player: Player, situation: Situation, day: str) -> int:
    player.at(f"{day} 09:00")
    case_id = player.start(situation.clerk, "group-formation")
    answers = formation.application(
        player,
        case_id,
        clerk=situation.clerk,
        name=situation.name,
        lead=situation.school,
        members=situation.members,
        stage=situation.stage,
        effective_on=_next_september(date.fromisoformat(day)),
    )
    player.do(situation.clerk, case_id, "apply", answers)
    return case_id


def _next_september(day: date) -> str:
    return date(day.year + (day + timedelta(days=1) >= date(day.year, 9, 1)), 9, 1).isoformat()


def _to_countersigned(player: Player, case_id: int, back: Callable[[int], str]) -> None:
    """Accepted, reviewed and countersigned."""
    officer = formation.OFFICER
    player.at(f"{back(12)} 09:30")
    player.do(officer, case_id, "accept_review", {"decision": "accept", "opinion": "材料齐全，予以受理。"})
    player.at(f"{back(10)} 11:00")
    reasons = {"schools.staffing": formation.STAFFING_REASON}
    answers = {"decision": "agree", "opinion": "符合组建条件，同意送会审。", "reasons": reasons}
    player.do(officer, case_id, "first_review", answers)
    for number, section in enumerate(formation.SECTIONS):
        player.at(f"{back(8)} 1{number}:20")
        player.do(section, case_id, "sections_opinions", {"decision": "agree", "opinion": "无不同意见。"})
