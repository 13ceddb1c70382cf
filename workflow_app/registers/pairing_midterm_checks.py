"""Checks on the mid-term check of a pairing (processes.md B2; 通行做法)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from workflow_app.definitions.case_view import CaseView, Check, CheckContext
from workflow_app.policy.arithmetic import half_up
from workflow_app.policy.finding import Figures, Finding
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.registers.pairing_appraisal_checks import every_target
from workflow_app.registers.pairing_kinds import MIDTERM_LINES
from workflow_app.registers.pairing_midterms import (
    DEMAND,
    NEEDED,
    RECHECK,
    checked_pairing,
    midterms_of,
    pairing_with,
    sheet_of,
    weight_key,
)
from workflow_app.text import Text, day_text

CLAUSE = "004·主二13"
EXTENSIONS = "pairing_midterm_extensions"
"""Policy parameter: how often the period for mending may be extended."""
WHOLE = 100
"""What the weights of the sheet add up to, and a whole way in hundredths."""


def midterm_pairing(context: CheckContext) -> Finding:
    """pairings.midterm_pairing: the helper is the one that this check is about, and every target has a value."""
    name, partner = "pairings.midterm_pairing", context.answers.get("partner")
    if not partner:
        return Finding(name, "clear", Text("请选择支援方。"), CLAUSE, {}, (), "partner")
    about = helper_of_duty(context)
    if about is not None and about != partner:
        message = Text("本次检查的是与另一支援方的结对，请选回系统预填的支援方。")
        return Finding(name, "error", message, CLAUSE, {}, (), "partner")
    pairing = pairing_with(context.act.session, context.case, int(partner), context.act.today)
    if pairing is None:
        return Finding(name, "error", Text("台账中没有该单位帮扶本单位的结对关系。"), CLAUSE, {}, (), "partner")
    return every_target(name, context, pairing.id)


def midterm_total(context: CheckContext) -> Finding:
    """pairings.midterm_total: the weights add up, and the officer is told the total and whether it passes."""
    name, policy = "pairings.midterm_total", _policy(context)
    used = (policy.used(NEEDED), *(policy.used(weight_key(line)) for line in MIDTERM_LINES))
    sheet = sheet_of(policy, context.answers)
    weights = sum(sheet.weights.values(), Fraction(0))
    if weights != WHOLE:
        message = Text("中期检查各项权重之和应为100，现为{sum}，请先调整政策参数。", sum=str(half_up(weights, 2)))
        return Finding(name, "error", message, used[0].clause, {}, used)
    if len(sheet.points) < len(MIDTERM_LINES):
        return Finding(name, "clear", Text("请逐项评分。"), used[0].clause, {}, used)
    figures: Figures = {Text("总分"): str(sheet.total), Text("合格线"): used[0].value}
    said = Text("达到合格线") if sheet.is_passed else Text("低于合格线，将限期整改")
    message = Text("总分{total}分，{said}（{needed}分）。", total=str(sheet.total), said=said, needed=used[0].value)
    return Finding(name, "clear", message, used[0].clause, figures, used)


def midterm_stop(context: CheckContext) -> Finding:
    """pairings.midterm_stop: a check is stopped only where the pairing has ended meanwhile."""
    name = "pairings.midterm_stop"
    if context.answers.get("decision") == "stop":
        pairing = checked_pairing(context.act.session, context.case, context.act.today)
        if pairing.runs_on(context.act.today):
            message = Text("结对仍在期限内（至{day}），不能终止检查。", day=day_text(pairing.ends_on))
            return Finding(name, "error", message, CLAUSE, {}, (), "decision")
    return Finding(name, "clear", Text("只有结对已经结束的，才能终止检查。"), CLAUSE, {}, (), "decision")


def midterm_recheck(context: CheckContext) -> Finding:
    """pairings.midterm_recheck: every point that was to be mended is judged; only what is mended whole is closed; the
    period is extended as often as policy allows; a pairing ends within its term and not in the past.
    """
    name, policy, answers = "pairings.midterm_recheck", _policy(context), context.answers
    used, rows = policy.used(EXTENSIONS), answers.get("findings") or []
    asked, judged = points_to_mend(context.case), [row.get("point") for row in rows]
    unmet, extended = sum(not row.get("met") for row in rows), _extended(context)
    figures: Figures = {
        Text("整改事项"): str(len(asked)),
        Text("未完成"): str(unmet),
        Text("已延长次数"): str(extended),
    }

    def fault(message: Text, path: str) -> Finding:
        return Finding(name, "error", message, used.clause, figures, (used,), path)

    if sorted(map(str, judged)) != sorted(asked):
        return fault(Text("请对整改通知书列明的每一事项逐项填写检查情况，不增不减。"), "findings")
    decision = answers.get("decision")
    if decision == "close" and unmet:
        return fault(Text("还有{count}项没有完成整改，不能验收通过。", count=unmet), "decision")
    if decision == "extend" and not unmet:
        return fault(Text("整改事项均已完成，应当验收通过。"), "decision")
    if decision == "extend" and extended >= policy.integer(EXTENSIONS):
        return fault(Text("整改期限最多延长{most}次，已延长{count}次。", most=used.value, count=extended), "decision")
    if decision == "end" and (problem := _unfit_end(context, answers.get("until"))) is not None:
        return fault(problem, "until")
    message = Text("整改事项{count}项，未完成{unmet}项。", count=len(asked), unmet=unmet)
    return Finding(name, "clear", message, used.clause, figures, (used,), "findings")


def points_to_mend(case: CaseView) -> list[str]:
    """The points that are to be mended now: those named at first, after an extension those that were left."""
    before = case.answers(RECHECK)
    if before.get("decision") == "extend" and case.facts.get("decide", {}).get("decision") == "approve":
        return [row["point"] for row in before["findings"] if not row["met"]]
    return [row["point"] for row in case.answers(DEMAND).get("points") or []]


def helper_of_duty(context: CheckContext) -> int | None:
    """pairings.midterm_helper: the helper that the duty of the case is about, as its name says: ``2026-2027/16``,
    or ``2026-2027/16/2`` where two began within one school year.
    """
    about = (context.case.period or "").partition("/")[2].partition("/")[0]
    return int(about) if about.isdigit() else None


def _extended(context: CheckContext) -> int:
    """How often the period was extended: every demand that was issued has an entry, the first one is no extension."""
    pairing = checked_pairing(context.act.session, context.case, context.act.today)
    entries = midterms_of(context.act.session, context.case.bureau_id, [pairing.id])
    return max(sum(e.case_id == context.case.case_id and e.result == "mending" for e in entries) - 1, 0)


def _unfit_end(context: CheckContext, until: str | None) -> Text | None:
    pairing = checked_pairing(context.act.session, context.case, context.act.today)
    if until is not None and not context.act.today <= date.fromisoformat(until) <= pairing.ends_on:
        return Text("终止日期应在今天至{day}之间。", day=day_text(pairing.ends_on))
    return None


def _policy(context: CheckContext) -> Policy:
    return load_policy(context.act.session, context.act.bureau_id, context.act.today)


CHECKS: Mapping[str, Check] = {
    "pairings.midterm_pairing": midterm_pairing,
    "pairings.midterm_recheck": midterm_recheck,
    "pairings.midterm_stop": midterm_stop,
    "pairings.midterm_total": midterm_total,
}
"""Checks by the name that form files use."""
