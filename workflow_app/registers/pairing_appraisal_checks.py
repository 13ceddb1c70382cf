"""Checks on the yearly appraisal of a pairing: what is appraised, its grade, how it goes on (processes.md B2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from workflow_app.definitions.case_view import Check, CheckContext, Figure
from workflow_app.policy.finding import Figures, Finding
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.registers.pairing_appraisals import (
    BANDS,
    CLAUSE,
    WEIGHTS,
    appraisals_of,
    band_of,
    pairing_of_year,
    required_pairing,
    sum_of,
    year_of,
)
from workflow_app.registers.pairing_kinds import GRADES, INDICATORS
from workflow_app.registers.pairing_term_checks import months_after
from workflow_app.registers.pairings import targets_of
from workflow_app.text import Text, listed


def appraised_pairing(context: CheckContext) -> Finding:
    """pairings.appraised_pairing: the two are paired in that school year, it was not appraised yet, and a value is
    given for every target of the agreement and for nothing else.
    """
    name, partner = "pairings.appraised_pairing", context.answers.get("partner")
    if not partner:
        return Finding(name, "clear", Text("请选择支援方。"), CLAUSE, {}, (), "partner")
    session, bureau_id = context.act.session, context.act.bureau_id
    pairing = pairing_of_year(session, context.case, int(partner))
    if pairing is None or pairing.helper_id != partner:
        message = Text("台账中没有该单位在本学年帮扶本单位的结对关系。")
        return Finding(name, "error", message, CLAUSE, {}, (), "partner")
    year = year_of(context.case)
    if any(entry.school_year == year for entry in appraisals_of(session, bureau_id, pairing.id)):
        return Finding(name, "error", Text("该结对本学年已经考核。"), CLAUSE, {}, (), "partner")
    return every_target(name, context, pairing.id)


def every_target(name: str, context: CheckContext, pairing_id: int) -> Finding:
    """Whether a value is given for every target of a pairing and for nothing else, under the name of a check."""
    aimed = {target.indicator for target in targets_of(context.act.session, context.act.bureau_id, pairing_id)}
    given = [row.get("indicator") for row in context.answers.get("achieved") or []]
    lacking = [INDICATORS[code].name for code in INDICATORS if code in aimed and code not in given]
    if lacking:
        message = Text("下列目标指标没有填写：{indicators}。", indicators=listed(lacking))
        return Finding(name, "error", message, CLAUSE, {}, (), "achieved")
    if set(given) - aimed or len(given) != len(set(given)):
        message = Text("只填写协议列明的指标，每项一次。")
        return Finding(name, "error", message, CLAUSE, {}, (), "achieved")
    return Finding(name, "clear", Text("目标指标均已填写。"), CLAUSE, {}, (), "achieved")


def grade_band(context: CheckContext) -> Finding:
    """pairings.grade_band: the grade that the total suggests; another one asks for a reason (通行做法)."""
    name, policy = "pairings.grade_band", _policy(context)
    used = tuple(policy.used(key) for key in (*BANDS, *WEIGHTS))
    summed = sum_of(context)
    suggested = band_of(policy, summed.total)
    figures: Figures = {Text("综合得分"): str(summed.total), Text("指标达到"): f"{summed.met}/{summed.targets}"}
    grade = context.answers.get("grade")
    if grade is not None and grade != suggested:
        message = Text(
            "综合得分{total}分，按分数线应为“{grade}”，与所评等次不一致。",
            total=str(summed.total),
            grade=GRADES[suggested],
        )
        return Finding(name, "advice", message, used[0].clause, figures, used, "grade")
    message = Text("综合得分{total}分，按分数线应为“{grade}”。", total=str(summed.total), grade=GRADES[suggested])
    return Finding(name, "clear", message, used[0].clause, figures, used, "grade")


def next_term(context: CheckContext) -> Finding:
    """pairings.next_term: a pairing that ends does so within its term; one that goes on lasts no longer than the
    longest term from today; a pairing that failed is not renewed as it was.
    """
    name, answers, policy = "pairings.next_term", context.answers, _policy(context)
    used, until, step = policy.used("pairing_months_max"), answers.get("until"), answers.get("next")
    if not until or not step:
        return Finding(name, "clear", Text("请填写下一步和截止日期。"), CLAUSE, {}, (used,), "until")
    if step == "renew" and answers.get("grade") == "failed":
        message = Text("考核不合格的不能续签，请调整或终止。")
        return Finding(name, "error", message, CLAUSE, {}, (used,), "next")
    pairing, day = required_pairing(context.act.session, context.case), date.fromisoformat(until)
    if step == "end" and day > pairing.ends_on:
        message = Text("终止日期不能晚于协议的结束日期。")
        return Finding(name, "error", message, CLAUSE, {}, (used,), "until")
    if step != "end" and day > months_after(context.act.today, policy.integer("pairing_months_max")):
        message = Text("续签或调整后的期限自今日起不超过{most}个月。", most=used.value)
        return Finding(name, "error", message, used.clause, {}, (used,), "until")
    if day <= context.act.today and step != "end":
        return Finding(name, "error", Text("截止日期应晚于今天。"), CLAUSE, {}, (used,), "until")
    return Finding(name, "clear", Text("期限符合规定。"), used.clause, {}, (used,), "until")


def appraisal_sum(context: CheckContext) -> Text:
    """pairings.appraisal_sum: the total and its parts, as they stand now."""
    return sum_of(context).words


def _policy(context: CheckContext) -> Policy:
    return load_policy(context.act.session, context.act.bureau_id, context.act.today)


CHECKS: Mapping[str, Check] = {
    "pairings.appraised_pairing": appraised_pairing,
    "pairings.grade_band": grade_band,
    "pairings.next_term": next_term,
}
"""Checks by the name that form files use."""

FIGURES: Mapping[str, Figure] = {"pairings.appraisal_sum": appraisal_sum}
"""The read-only figure by the name that form files use."""
