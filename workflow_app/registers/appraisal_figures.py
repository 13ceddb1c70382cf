"""What the registers already know of a group's year, as read-only figures with the rows that prove them (D05, D06).

Each is a sentence that names the register and its dates, so that whoever scores can look it up there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import partial

from workflow_app.calendar.duty_periods import first_day_of
from workflow_app.calendar.terms import day_in_year, next_school_year_start
from workflow_app.definitions.case_view import CheckContext, Figure
from workflow_app.policy.arithmetic import half_up
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.registers.appraisal_checks import grade_text
from workflow_app.registers.appraisal_scores import (
    CORRECT,
    DIMENSIONS,
    band,
    plain,
    proposed_grade,
    standing_of,
    weight_key,
)
from workflow_app.registers.filings import LedGroup, group_of_check, meetings_of, plans_of
from workflow_app.registers.groups import charter_at
from workflow_app.registers.models import PlanEntry
from workflow_app.text import Text, day_text, listed

_NO_GROUP = Text("台账中没有由本校牵头的集团")


def group_name(context: CheckContext) -> Text:
    """groups.group_name: the group that the applicant leads in the period of the case."""
    group = group_of_check(context)
    return Text("{name}", name=group.name) if group else _NO_GROUP


def member_schools(context: CheckContext) -> list[int]:
    """groups.member_schools: the member schools of that group, without the lead school, as a field starts with them."""
    group = group_of_check(context)
    return [school.id for school in group.schools if school.id != context.case.applicant_id] if group else []


def plan_filed(context: CheckContext) -> Text:
    """groups.plan_filed (D06): when the plan of the year was filed, and whether before the school year began."""
    group = group_of_check(context)
    if group is None:
        return _NO_GROUP
    plan = _plan(context, group)
    if plan is None:
        return Text("本学年没有备案的工作计划（计划台账）")
    policy = _policy(context)
    due = day_in_year(_first(context).year, policy.text("plan_due"))
    state = Text("按期") if plan.filed_on <= due else Text("逾期")
    return Text(
        "{filed}报送，应于{due}前报送，{state}，列项目{projects}项（计划台账）",
        filed=day_text(plan.filed_on),
        due=day_text(due),
        state=state,
        projects=plan.projects,
    )


def meetings_held(context: CheckContext) -> Text:
    """groups.meetings_held (D06): the meetings held in the teaching months of the year, and the months without one."""
    group = group_of_check(context)
    if group is None:
        return _NO_GROUP
    act = context.act
    months = _teaching_months(context, _policy(context))
    held = {entry.month: entry.held_on for entry in meetings_of(act.session, act.bureau_id, group.id)}
    found = [day_text(held[month]) for month in months if month in held]
    missing = [_month(month) for month in months if month not in held]
    if not found:
        return Text("教学月份{count}个月，均未召开例会（例会台账）", count=len(months))
    if not missing:
        return Text("教学月份{count}个月，每月均召开例会：{days}（例会台账）", count=len(months), days=listed(found))
    return Text(
        "教学月份{count}个月，召开{held}次：{days}；未召开：{missing}（例会台账）",
        count=len(months),
        held=len(found),
        days=listed(found),
        missing=listed(missing),
    )


def exchange_done(context: CheckContext) -> Text:
    """groups.exchange_done (D05): the young teachers that the filed plan exchanges, against the share that is asked."""
    group = group_of_check(context)
    if group is None:
        return _NO_GROUP
    plan = _plan(context, group)
    if plan is None or plan.young_teachers is None:
        return Text("没有可核算的交流记录（计划台账）")
    share = half_up(Fraction(100 * plan.exchanged, plan.young_teachers), 2) if plan.young_teachers else half_up(0, 2)
    return Text(
        "交流青年教师{count}人，占{total}人的{share}%，应不低于{least}%（计划台账）",
        count=plan.exchanged,
        total=plan.young_teachers,
        share=str(share),
        least=plain(_policy(context).fraction("exchange_share") * 100),
    )


def charter_filed(context: CheckContext) -> Text:
    """groups.charter_filed (D06): the version of the charter in force when the year ends."""
    group = group_of_check(context)
    if group is None:
        return _NO_GROUP
    act = context.act
    charter = charter_at(act.session, act.bureau_id, group.id, min(act.today, next_school_year_start(_first(context))))
    if charter is None:
        return Text("没有核准备案的章程（章程台账）")
    return Text("章程第{version}版，{filed}备案（章程台账）", version=charter.version, filed=day_text(charter.filed_on))


def dimension_basis(dimension: str, context: CheckContext) -> Text:
    """groups.appraisal_<dimension>: the weight and the indicators by which a dimension is scored, from policy."""
    policy = _policy(context)
    return Text(
        "权重{weight}%。{indicators}",
        weight=plain(policy.fraction(weight_key(dimension))),
        indicators=policy.text(f"appraisal_indicators_{dimension}"),
    )


def result(context: CheckContext) -> Text:
    """groups.appraisal_result: the total and the grade as they stand now; what is being corrected is counted in."""
    policy = _policy(context)
    standing = standing_of(context.case, policy, context.answers if context.element == CORRECT else None)
    if not standing.is_scored:
        return Text("还没有评分。")
    grade = context.answers.get("grade") or proposed_grade(context.case) or band(standing.total, policy)
    return Text("{total}分，{grade}", total=str(standing.total), grade=grade_text(str(grade)))


def points(context: CheckContext) -> Text:
    """groups.appraisal_points_of: the points of each dimension with its weight."""
    policy = _policy(context)
    standing = standing_of(context.case, policy, context.answers if context.element == CORRECT else None)
    if not standing.is_scored:
        return Text("还没有评分。")
    parts: list[Text | str] = [
        Text(
            "{dimension}{points}分（{weight}%）",
            dimension=name,
            points=plain(standing.mean(dimension)),
            weight=plain(standing.weights[dimension]),
        )
        for dimension, name in DIMENSIONS.items()
    ]
    if standing.value_added:
        parts.append(Text("增值分{points}分", points=plain(standing.value_added)))
    return listed(parts)


def _plan(context: CheckContext, group: LedGroup) -> PlanEntry | None:
    plans = plans_of(context.act.session, context.act.bureau_id, group.id)
    return next((plan for plan in plans if plan.school_year == context.case.period), None)


def _teaching_months(context: CheckContext, policy: Policy) -> list[str]:
    """The teaching months of the school year that have begun, as ``2026-09``."""
    first, taught = _first(context), {int(month) for month in policy.texts("meeting_months")}
    days = [date(first.year + (first.month + n > 12), (first.month + n - 1) % 12 + 1, 1) for n in range(12)]
    return [f"{day:%Y-%m}" for day in days if day.month in taught and day <= context.act.today]


def _month(name: str) -> Text:
    first = first_day_of(name)
    return Text("{year}年{month}月", year=first.year, month=first.month)


def _first(context: CheckContext) -> date:
    return first_day_of(context.case.period) if context.case.period else context.act.today


def _policy(context: CheckContext) -> Policy:
    return load_policy(context.act.session, context.act.bureau_id, context.act.today)


FIGURES: Mapping[str, Figure] = {
    "groups.appraisal_points_of": points,
    "groups.appraisal_result": result,
    "groups.charter_filed": charter_filed,
    "groups.exchange_done": exchange_done,
    "groups.group_name": group_name,
    "groups.meetings_held": meetings_held,
    "groups.plan_filed": plan_filed,
    **{f"groups.appraisal_{dimension}": partial(dimension_basis, dimension) for dimension in DIMENSIONS},
}
"""Figures by the name that form files use."""
