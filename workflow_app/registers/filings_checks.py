"""Checks on what a group hands in: young teachers exchanged (D05), the month and the schools of a meeting (D06)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from workflow_app.calendar.duty_periods import first_day_of
from workflow_app.definitions.case_view import CheckContext
from workflow_app.policy.arithmetic import half_up, needed_of
from workflow_app.policy.finding import Figures, Finding, Level
from workflow_app.policy.parameters import load_policy
from workflow_app.registers.filings import FILE, LedGroup, exchanged, group_of_check
from workflow_app.text import Text, listed

OVERRIDE = "section_chief@basic_education"
"""Who may accept a plan that falls short, with a reason: 基础教育科科长."""

GATES: Mapping[str, str] = {"groups.exchange_share": OVERRIDE.partition("@")[0]}
"""The checks here that may stop a task, and the position whose holder may lift them."""

_CLAUSE_MEETING = "003·A2二(二)3"


def exchange_share(context: CheckContext) -> Finding:
    """groups.exchange_share (D05): at least five in a hundred of the young teachers are exchanged in the year.

    003·A2二(三)1: 年轻教师交流人员每年不低于5%. The number needed is rounded up: of 63 it is 4. The school is told when
    it hands in; the section's acceptance is stopped.
    """
    name = "groups.exchange_share"
    policy = load_policy(context.act.session, context.act.bureau_id, context.act.today)
    used = policy.used("exchange_share")
    group = group_of_check(context)
    if group is None:
        return _leads_none(name, used.clause)
    young = group.young_teachers
    if young is None:
        unknown = [school.name for school in group.schools if school.number("young_teachers") is None]
        message = Text("下列学校的青年教师数没有记录，无法核算交流比例：{schools}。", schools=listed(unknown))
        return Finding(name, "advice", message, used.clause, {}, (used,), "exchange")
    share = policy.fraction("exchange_share")
    count, needed = exchanged(_plan(context)), needed_of(share, young)
    percent = half_up(Fraction(100 * count, young), 2) if young else half_up(0, 2)
    figures: Figures = {
        Text("青年教师数"): str(young),
        Text("交流人数"): str(count),
        Text("至少"): str(needed),
        Text("交流比例"): f"{percent}%",
    }
    if count >= needed:
        message = Text("交流青年教师{count}人，不少于{needed}人。", count=count, needed=needed)
        return Finding(name, "clear", message, used.clause, figures, (used,))
    message = Text(
        "交流青年教师{count}人，占{percent}%，应不少于{needed}人。", count=count, percent=percent, needed=needed
    )
    level: Level = "advice" if context.element == FILE or _is_revision(context) else "gate"
    override = OVERRIDE if level == "gate" else None
    return Finding(name, level, message, used.clause, figures, (used,), "exchange", override)


def meeting_month(context: CheckContext) -> Finding:
    """groups.meeting_month (D06): the meeting was held in the month it is handed in for, and not in the future.

    003·A2二(二)3: 每月召开工作例会.
    """
    name = "groups.meeting_month"
    group = group_of_check(context)
    if group is None:
        return _leads_none(name, _CLAUSE_MEETING)
    held = context.answers.get("held_on")
    first = first_day_of(context.case.period or context.act.today.strftime("%Y-%m"))
    figures: Figures = {Text("所属月份"): Text("{year}年{month}月", year=first.year, month=first.month)}
    if held is None:
        return Finding(name, "clear", Text("请填写会议日期。"), _CLAUSE_MEETING, figures, (), "held_on")
    day = date.fromisoformat(held)
    if (day.year, day.month) != (first.year, first.month):
        message = Text("会议日期不在所属月份，请核对。")
        return Finding(name, "error", message, _CLAUSE_MEETING, figures, (), "held_on")
    if day > context.act.today:
        return Finding(name, "error", Text("会议日期不能晚于今天。"), _CLAUSE_MEETING, figures, (), "held_on")
    return _attendance(name, group, context, figures)


def _attendance(name: str, group: LedGroup, context: CheckContext, figures: Figures) -> Finding:
    present = set(context.answers.get("present") or [])
    absent = [school.name for school in group.schools if school.id not in present]
    figures = {**figures, Text("出席学校"): f"{len(group.schools) - len(absent)}/{len(group.schools)}"}
    if absent:
        message = Text("下列学校未出席：{schools}。", schools=listed(absent))
        return Finding(name, "advice", message, _CLAUSE_MEETING, figures, (), "present")
    return Finding(name, "clear", Text("各成员校均出席。"), _CLAUSE_MEETING, figures)


def _plan(context: CheckContext) -> Mapping[str, object]:
    """The plan being handed in, or the one handed in before."""
    return context.answers if "exchange" in context.answers else context.case.answers(FILE)


def _is_revision(context: CheckContext) -> bool:
    return context.element.endswith("_supply")


def _leads_none(name: str, clause: str) -> Finding:
    return Finding(name, "error", Text("本校在该期间不是任何教育集团的龙头校，不能报送。"), clause)
