"""Checks on the terms of a pairing: how long it lasts, its targets, the people who are sent (processes.md B2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from workflow_app.definitions.case_view import CheckContext
from workflow_app.policy.finding import Figures, Finding
from workflow_app.policy.parameters import load_policy
from workflow_app.registers.pairing_checks import matched
from workflow_app.registers.pairing_kinds import INDICATORS
from workflow_app.text import Text, listed


def term(context: CheckContext) -> Finding:
    """pairings.term: a pairing lasts from one to three years (通行做法), and begins after it is agreed."""
    name, answers = "pairings.term", context.answers
    policy = load_policy(context.act.session, context.act.bureau_id, context.act.today)
    used = (policy.used("pairing_months_min"), policy.used("pairing_months_max"))
    clause = used[0].clause
    if not answers.get("starts_on") or not answers.get("ends_on"):
        return Finding(name, "clear", Text("请填写起止日期。"), clause, {}, used, "ends_on")
    starts, ends = date.fromisoformat(answers["starts_on"]), date.fromisoformat(answers["ends_on"])
    least, most = policy.integer("pairing_months_min"), policy.integer("pairing_months_max")
    figures: Figures = {Text("最短（月）"): str(least), Text("最长（月）"): str(most)}
    if not months_after(starts, least) <= _day_after(ends) <= months_after(starts, most):
        message = Text("结对期限应为{least}至{most}个月。", least=least, most=most)
        return Finding(name, "error", message, clause, figures, used, "ends_on")
    return Finding(name, "clear", Text("结对期限符合规定。"), clause, figures, used, "ends_on")


def targets_rise(context: CheckContext) -> Finding:
    """pairings.targets_rise: each figure once, its target above where it stands and due within the term (通行做法)."""
    name, clause, answers = "pairings.targets_rise", "通行做法", context.answers
    rows = [row for row in answers.get("targets") or [] if row.get("base") and row.get("target")]
    wrong = [INDICATORS[row["indicator"]].name for row in rows if Decimal(row["target"]) <= Decimal(row["base"])]
    if wrong:
        message = Text("目标值应高于现状值：{indicators}。", indicators=listed(wrong))
        return Finding(name, "error", message, clause, {}, (), "targets")
    named = [row["indicator"] for row in rows]
    if len(named) != len(set(named)):
        return Finding(name, "error", Text("同一指标只能列一次。"), clause, {}, (), "targets")
    starts, ends = answers.get("starts_on"), answers.get("ends_on")
    if starts and ends and any(not starts <= str(row.get("due") or starts) <= ends for row in rows):
        return Finding(name, "error", Text("目标完成日期应在结对期限内。"), clause, {}, (), "targets")
    return Finding(name, "clear", Text("目标值均高于现状值。"), clause, {}, (), "targets")


def team_size(context: CheckContext) -> Finding | list[Finding]:
    """pairings.team_size: help by a team (组团式帮扶, 002·二6a) sends at least as many people as policy says."""
    name, asked = "pairings.team_size", matched(context)
    if asked.kind is None or not asked.kind.team:
        return []
    used, count = asked.policy.used("pairing_team_min"), len(context.answers.get("people") or [])
    figures: Figures = {Text("派出人数"): str(count), Text("至少"): used.value}
    if count < asked.policy.integer("pairing_team_min"):
        message = Text("组团式帮扶应派出不少于{least}人，目前{count}人。", least=used.value, count=count)
        return Finding(name, "error", message, used.clause, figures, (used,), "people")
    return Finding(name, "clear", Text("派出{count}人。", count=count), used.clause, figures, (used,), "people")


def months_after(day: date, months: int) -> date:
    """The same day of a later month; the last one there, where the month is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    for number in range(day.day, 0, -1):
        try:
            return date(day.year + years, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
