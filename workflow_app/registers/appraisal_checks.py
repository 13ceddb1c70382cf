"""Checks on a group's yearly appraisal: who scores, the points, total and grade, the share of 优秀 (B1, D06)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from workflow_app.definitions.case_view import Check, CheckContext
from workflow_app.directory import people
from workflow_app.directory.kinds import CODES
from workflow_app.policy.arithmetic import half_up, limit_of
from workflow_app.policy.finding import Figures, Finding
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.registers.appraisal_scores import (
    CORRECT,
    DIMENSIONS,
    GRADES,
    VALUE_ADDED,
    WHOLE,
    Standing,
    band,
    plain,
    proposed_grade,
    standing_of,
    weight_key,
)
from workflow_app.registers.appraisals import excellent_groups, groups_of_year
from workflow_app.registers.filings import group_of_check
from workflow_app.text import Text, bilingual, listed, one_after_another

OVERRIDE = "deputy_director@bureau"
"""Who may let more groups be 优秀 than their share, with a reason: 分管副局长."""

GATES: Mapping[str, str] = {"groups.appraisal_quota": OVERRIDE.partition("@")[0]}
"""The check here that may stop a task, and the position whose holder may lift it."""

QUOTAS: Mapping[str, str] = {"groups.appraisal_quota": "appraisal_excellent_share"}
"""The check here that counts what others may be entering at the same moment, and the share that it compares with."""

_CLAUSE = "003·A2三(四)"


def appraisal_members(context: CheckContext) -> Finding:
    """groups.appraisal_members: the report names every member school of the group and no other."""
    name = "groups.appraisal_members"
    group = group_of_check(context)
    if group is None:
        message = Text("本校在该期间不是任何教育集团的龙头校，不能报送。")
        return Finding(name, "error", message, _CLAUSE)
    members = {school.id: school.name for school in group.schools if school.id != context.case.applicant_id}
    given = set(context.answers.get("members") or [])
    figures: Figures = {Text("台账中的成员校"): listed(list(members.values()))}
    if given != members.keys():
        message = Text("成员校与台账不一致，台账中为：{schools}。", schools=listed(list(members.values())))
        return Finding(name, "error", message, _CLAUSE, figures, (), "members")
    return Finding(name, "clear", Text("成员校与台账一致。"), _CLAUSE, figures, (), "members")


def appraisal_scorers(context: CheckContext) -> Finding:
    """groups.appraisal_scorers: enough scorers, none of them of a school of the group (事业单位人事管理条例39条)."""
    name, policy = "groups.appraisal_scorers", _policy(context)
    used, least = policy.used("appraisal_scorers_min"), policy.integer("appraisal_scorers_min")
    chosen = list(dict.fromkeys(context.answers.get("scorers") or []))
    figures: Figures = {Text("评分人数"): str(len(chosen)), Text("至少"): used.value}
    group = group_of_check(context)
    own = {school.id for school in group.schools} if group else set()
    known = people.refs(context.act.session, context.act.bureau_id, chosen)
    partial = [person.name for person in known.values() if person.organisation_id in own]
    if len(chosen) < least:
        message = Text("评分人不少于{least}人，目前{count}人。", least=least, count=len(chosen))
        return Finding(name, "error", message, used.clause, figures, (used,), "scorers")
    if partial:
        message = Text("{names}是该集团学校的人员，应当回避。", names=listed(partial))
        return Finding(name, "error", message, "事业单位人事管理条例39条", figures, (used,), "scorers")
    message = Text("评分人{count}人，均不是该集团学校的人员。", count=len(chosen))
    return Finding(name, "clear", message, used.clause, figures, (used,), "scorers")


def appraisal_points(context: CheckContext) -> Finding:
    """groups.appraisal_points: the value added is within the most that policy allows, and has a reason."""
    name, policy = "groups.appraisal_points", _policy(context)
    used = policy.used("appraisal_value_added_max")
    given = Decimal(context.answers.get(VALUE_ADDED) or 0)
    figures: Figures = {Text("增值分"): plain(given), Text("上限"): used.value}
    if given > policy.decimal("appraisal_value_added_max"):
        message = Text("增值分最多{most}分，所填为{given}分。", most=used.value, given=plain(given))
        return Finding(name, "error", message, used.clause, figures, (used,), VALUE_ADDED)
    if given and not context.answers.get("value_added_why"):
        return Finding(name, "error", Text("请说明增值分的依据。"), used.clause, figures, (used,), "value_added_why")
    return Finding(name, "clear", Text("增值分在规定范围内。"), used.clause, figures, (used,), VALUE_ADDED)


def appraisal_total(context: CheckContext) -> Finding:
    """groups.appraisal_total: the total worked out again from every scorer's points.

    The weights must add up to 100. What the leader decides upon must have the total of the sheet: a policy that was
    changed in between makes a new sheet necessary.
    """
    name, policy = "groups.appraisal_total", _policy(context)
    used = tuple(policy.used(weight_key(dimension)) for dimension in DIMENSIONS)
    standing = _standing(context, policy)
    weights = sum(standing.weights.values(), Fraction(0))
    if weights != WHOLE:
        message = Text("五个维度的权重之和应为100，现为{sum}，请先调整政策参数。", sum=plain(weights))
        return Finding(name, "error", message, _CLAUSE, {}, used)
    if not standing.is_scored:
        return Finding(name, "error", Text("还没有评分。"), _CLAUSE, {}, used)
    figures = _points(standing)
    settled = (context.case.facts.get("settle") or {}).get("total") if context.element == "decide" else None
    if settled is not None and Decimal(settled) != standing.total:
        message = Text(
            "评分表总分{settled}分，按现行权重重新核算为{total}分，请退回重新汇总。",
            settled=settled,
            total=plain(standing.total, 1),
        )
        return Finding(name, "error", message, _CLAUSE, figures, used, "decision")
    message = Text(
        "总分{total}分，由{count}名评分人的评分核算。", total=str(standing.total), count=len(standing.scorers)
    )
    return Finding(name, "clear", message, _CLAUSE, figures, used)


def appraisal_grade(context: CheckContext) -> Finding:
    """groups.appraisal_grade: the grade of the total. A lower one asks for a reason, a higher one is an error."""
    name, policy = "groups.appraisal_grade", _policy(context)
    used = tuple(policy.used(f"appraisal_{grade}") for grade in GRADES[:-1])
    total = _standing(context, policy).total
    due, chosen = band(total, policy), _grade(context)
    figures: Figures = {Text("总分"): str(total), Text("对应等次"): grade_text(due)}
    if chosen is None or chosen == due:
        message = Text("总分{total}分，等次为{grade}。", total=str(total), grade=grade_text(due))
        return Finding(name, "clear", message, used[0].clause, figures, used, "grade")
    message = Text(
        "总分{total}分，对应等次为{due}，所填为{chosen}。",
        total=str(total),
        due=grade_text(due),
        chosen=grade_text(chosen),
    )
    is_higher = GRADES.index(chosen) < GRADES.index(due)
    return Finding(name, "error" if is_higher else "advice", message, used[0].clause, figures, used, "grade")


def appraisal_quota(context: CheckContext) -> Finding:
    """groups.appraisal_quota: 优秀 at most for a fifth of the groups of the year, exactly; a leader may allow more.

    通行做法 (processes.md B1): 不超过 is compared with the exact share, nothing is rounded.
    """
    name, policy = "groups.appraisal_quota", _policy(context)
    used = policy.used("appraisal_excellent_share")
    act, year, group = context.act, context.case.period or "", group_of_check(context)
    if _grade(context) != "excellent" or group is None:
        return Finding(name, "clear", Text("等次不是优秀，不占优秀名额。"), used.clause, {}, (used,), "grade")
    groups = groups_of_year(act.session, act.bureau_id, year)
    others = excellent_groups(act.session, act.bureau_id, year) - {group.id}
    limit = limit_of(policy.fraction("appraisal_excellent_share"), groups)
    figures: Figures = {
        Text("本学年集团数"): str(groups),
        Text("已评优秀"): str(len(others)),
        Text("优秀最多"): plain(limit),
    }
    if len(others) + 1 > limit:
        message = Text(
            "本学年{groups}个集团，优秀不超过{limit}个，已评{others}个，再评优秀将超过比例。",
            groups=groups,
            limit=plain(limit),
            others=len(others),
        )
        return Finding(name, "gate", message, used.clause, figures, (used,), "grade", OVERRIDE)
    return Finding(name, "clear", Text("优秀名额在规定比例内。"), used.clause, figures, (used,), "grade")


def appraisal_outliers(context: CheckContext) -> Finding:
    """groups.appraisal_outliers: scorers whose points lie far from the median are named; nothing is taken away."""
    name, policy = "groups.appraisal_outliers", _policy(context)
    used = policy.used("appraisal_outlier")
    standing = _standing(context, policy)
    found = standing.outliers(policy.decimal("appraisal_outlier")) if standing.is_scored else []
    figures: Figures = {Text("偏离提示线"): used.value}
    if not found:
        return Finding(name, "clear", Text("各评分人的评分没有明显偏离。"), used.clause, figures, (used,))
    lines = [
        Text(
            "{name}（{dimension}{points}分，中位数{median}分）",
            name=scorer,
            dimension=DIMENSIONS[dimension],
            points=plain(points),
            median=plain(median),
        )
        for scorer, dimension, points, median in found
    ]
    message = Text("评分明显偏离中位数：{lines}。评分仍计入，请核实并说明。", lines=one_after_another(lines))
    return Finding(name, "advice", message, used.clause, figures, (used,))


def grade_text(grade: str) -> Text:
    """优秀, 良好, 合格, 不合格."""
    return bilingual(*CODES["last_appraisal"][grade])


def _points(standing: Standing) -> Figures:
    figures: dict[Text | str, Text | str] = {
        name: f"{plain(standing.mean(dimension))}×{plain(standing.weights[dimension])}%"
        for dimension, name in DIMENSIONS.items()
    }
    return {**figures, Text("增值分"): plain(standing.value_added), Text("总分"): str(half_up(standing.total))}


def _policy(context: CheckContext) -> Policy:
    return load_policy(context.act.session, context.act.bureau_id, context.act.today)


def _standing(context: CheckContext, policy: Policy) -> Standing:
    return standing_of(context.case, policy, context.answers if context.element == CORRECT else None)


def _grade(context: CheckContext) -> str | None:
    """The grade being proposed, or the one proposed last."""
    given = context.answers.get("grade")
    return str(given) if given else proposed_grade(context.case)


CHECKS: Mapping[str, Check] = {
    "groups.appraisal_grade": appraisal_grade,
    "groups.appraisal_members": appraisal_members,
    "groups.appraisal_outliers": appraisal_outliers,
    "groups.appraisal_points": appraisal_points,
    "groups.appraisal_quota": appraisal_quota,
    "groups.appraisal_scorers": appraisal_scorers,
    "groups.appraisal_total": appraisal_total,
}
"""Checks by the name that form files use."""
