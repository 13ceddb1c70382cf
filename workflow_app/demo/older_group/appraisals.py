"""The older group's two yearly appraisals: 合格, corrected to 良好 in the autumn; and 优秀."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from workflow_app import cases
from workflow_app.act import Act
from workflow_app.cases.models import Task
from workflow_app.demo import appraisal, group_year, pairings
from workflow_app.demo.older_group.founding import CLERK, RECEIVED_BY
from workflow_app.demo.older_group.work import members_in
from workflow_app.demo.player import Player
from workflow_app.registers.appraisal_models import AppraisalEntry
from workflow_app.registers.corrected import GROUPS
from workflow_app.registers.decided import correct_decided

FIRST = ((82, 76, 78, 80, 82), (83, 77, 79, 81, 81), (84, 75, 77, 80, 83))
SECOND = ((94, 91, 93, 92, 95), (93, 90, 92, 93, 96), (95, 92, 94, 91, 94))
"""Three scorers' points of the five dimensions in the first and in the second school year."""
QUOTA = "groups.appraisal_quota"
ONLY_GROUP = "全县运行满一学年的集团仅此一个，得分确已达到优秀标准，同意评为优秀。"


def first_year(player: Player) -> None:
    """Summer 2025: 合格."""
    _appraise(player, date(2025, 6, 25), FIRST, "qualified")


def second_year(player: Player) -> None:
    """Summer 2026: 优秀, though a single group is more than a fifth of the groups; the leader says why."""
    _appraise(player, date(2026, 6, 29), SECOND, "excellent", {QUOTA: ONLY_GROUP})


def correct_first(player: Player) -> None:
    """September 2025: a recount of the questionnaires lifts the total over the line of 良好."""
    player.at("2025-09-10 10:00")
    with player.database.writing() as session:
        entry_id = session.scalars(select(AppraisalEntry.id)).one()
        correct_decided(
            Act(session, player.actor(session, appraisal.LEADER), player.now),
            GROUPS,
            entry_id,
            total="80.2",
            grade="good",
            document="青教体督〔2025〕9号",
            reason="经督导室复核，家长满意度问卷漏计两个班，重新统计后满意度得分上调。",
        )


def _appraise(
    player: Player, on: date, points: Sequence[Sequence[int]], grade: str, lifted: Mapping[str, str] | None = None
) -> None:
    """A school year is reported, scored by three experts, posted for five working days, decided and told."""

    def day(days: int, hour: str = "10:00") -> str:
        return f"{on + timedelta(days=days)} {hour}"

    player.at(day(0))
    group_year.open_duties(player)
    case_id = group_year.begin(player, "group-appraisal", f"{on.year - 1}-{on.year}", CLERK)
    report = appraisal.report(player, case_id, CLERK, members_in(f"{on:%Y-%m}"))
    player.do(CLERK, case_id, "report", report)
    appraisal.accept(player, case_id, day(1))
    appraisal.score(player, case_id, points, day(6, "16:00"))
    lift(player, case_id, lifted or {})
    appraisal.sum_up(player, case_id, grade)
    appraisal.publish(player, case_id, day(7))
    appraisal.no_objection(player, case_id, day(15))
    appraisal.decide(player, case_id, **({"overrides": lifted} if lifted else {}))
    pairings.issue(player, case_id, "bulletin", day(16), RECEIVED_BY)


def lift(player: Player, case_id: int, lifted: Mapping[str, str]) -> None:
    """The leader lets a gate of the summing up be passed, with a reason."""
    for check, reason in lifted.items():
        with player.database.writing() as session:
            act = Act(session, player.actor(session, appraisal.LEADER), player.now)
            task_id = session.scalars(
                select(Task.id).where(Task.case_id == case_id, Task.element == "sum_up", Task.closed_at.is_(None))
            ).one()
            cases.override_gate(act, task_id, check, "deputy_director@bureau", reason)
