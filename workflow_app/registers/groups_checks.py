"""Checks on founding a group: D01–D04, other close-knit groups, the score (processes.md B1, D)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from workflow_app.calendar.terms import day_in_year, next_autumn_term
from workflow_app.calendar.working import load_calendar
from workflow_app.definitions.case_view import CheckContext
from workflow_app.directory.kinds import CODES
from workflow_app.policy.finding import Figures, Finding, Level, Used
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.registers.application import Application, application
from workflow_app.registers.appraisals import last_grade
from workflow_app.registers.group_agreed import close_knit_agreed, turned_down
from workflow_app.registers.group_limits import elsewhere
from workflow_app.registers.schools import School
from workflow_app.text import Text, bilingual, day_text, either, listed, one_after_another

OVERRIDE = "deputy_director@bureau"
"""Who may lift a gate of founding, with a reason: 分管副局长."""

GATES: Mapping[str, str] = dict.fromkeys(
    (
        "groups.before_autumn_term",
        "groups.has_weak_member",
        "groups.lead_is_qualified",
        "groups.not_in_other_close_knit",
        "groups.same_stage",
    ),
    OVERRIDE.partition("@")[0],
)
"""The checks here that may stop a task, and the position whose holder may lift them."""

BRAND_ONLY_CLAUSE = "003·A2二(一)2"


def lead_is_qualified(context: CheckContext) -> Finding:
    """groups.lead_is_qualified (D01): last appraisal 优秀 or 良好, no grave case within the years of the parameter.

    003·A2二(一)2: 龙头学校选择办学实力强、教学质量好以及社会评价较好的学校.
    """
    asked = application(context)
    lead, policy = asked.lead, asked.policy
    appraisals, years = policy.texts("lead_appraisals"), policy.integer("grave_case_years")
    used = (policy.used("lead_appraisals"), policy.used("grave_case_years"))
    grave_on = lead.grave_case_on
    last = _last_appraisal(context, lead)
    grade = bilingual(*CODES["last_appraisal"][last]) if last else Text("无记录")
    figures: Figures = {
        Text("最近年度考核"): grade,
        Text("最近严重事件"): day_text(grave_on) if grave_on else Text("无"),
    }
    wanted = either([bilingual(*CODES["last_appraisal"][code]) for code in appraisals])
    faults = []
    if last not in appraisals:
        faults.append(Text("最近年度考核为{grade}，须为{wanted}", grade=grade, wanted=wanted))
    if grave_on is not None and _years_after(grave_on, years) > _parts(asked.today):
        faults.append(Text("{day}发生严重安全或师德事件，未满{years}年", day=day_text(grave_on), years=years))
    if faults:
        message = Text("龙头校{school}：{faults}。", school=lead.name, faults=one_after_another(faults))
        return _gate("groups.lead_is_qualified", message, used, figures)
    message = Text(
        "龙头校{school}最近年度考核{grade}，{years}年内无严重安全或师德事件。",
        school=lead.name,
        grade=grade,
        years=years,
    )
    return Finding("groups.lead_is_qualified", "clear", message, used[0].clause, figures, used)


def has_weak_member(context: CheckContext) -> Finding:
    """groups.has_weak_member (D02): at least one member is weak, rural or new.

    003·A2二(一)2: 成员学校优先选取新建学校、薄弱学校、农村学校.
    """
    asked = application(context)
    used, least = asked.policy.used("weak_members_min"), asked.policy.integer("weak_members_min")
    helped = {school.name: school.reason_for_help for school in asked.members}
    figures: Figures = {name: reason or Text("非薄弱、农村、新建") for name, reason in helped.items()}
    count = sum(reason is not None for reason in helped.values())
    if count < least:
        message = Text("成员校中薄弱、农村或新建学校{count}所，至少应有{least}所。", count=count, least=least)
        return _gate("groups.has_weak_member", message, (used,), figures, "members")
    found = [_with_remark(name, reason) for name, reason in helped.items() if reason]
    message = Text("成员校中有{listed}。", listed=listed(found))
    return Finding("groups.has_weak_member", "clear", message, used.clause, figures, (used,))


def same_stage(context: CheckContext) -> Finding:
    """groups.same_stage (D02): every school teaches the stage of the group (初中+初中, 小学+小学; 003·A2二(一)1)."""
    name, clause = "groups.same_stage", "003·A2二(一)1"
    asked = application(context)
    stage = str(asked.answers.get("stage") or "")
    figures: Figures = {school.name: school.label("stage") for school in asked.schools}
    others = [school for school in asked.schools if not school.teaches(stage)]
    label = bilingual(*CODES["stage"][stage]) if stage in CODES["stage"] else Text("{value}", value=stage)
    if others:
        differing = listed([_with_remark(school.name, school.label("stage")) for school in others])
        message = Text("集团学段为{stage}，下列学校学段不同：{listed}。", stage=label, listed=differing)
        return Finding(name, "gate", message, clause, figures, (), "members", OVERRIDE)
    return Finding(name, "clear", Text("各校学段一致：{stage}。", stage=label), clause, figures)


def not_brand_only(context: CheckContext) -> Finding:
    """groups.not_brand_only (D03): neither shared staff nor a shared plan means a group by brand alone.

    003·A2二(一)2: 不得仅以品牌输出、挂牌更名等方式组建. A stated veto: nobody may lift it. Who does not pledge as much
    (非品牌输出承诺) founds no group either.
    """
    answers = application(context).answers
    staff, plan = bool(answers.get("shared_staff")), bool(answers.get("shared_plan"))
    figures: Figures = {Text("统筹师资"): _yes_or_no(staff), Text("统一计划"): _yes_or_no(plan)}
    if not staff and not plan:
        message = Text("既不统筹师资，也无统一的工作计划，属于仅以品牌输出、挂牌更名方式组建，不予组建。")
        return Finding("groups.not_brand_only", "error", message, BRAND_ONLY_CLAUSE, figures, (), "shared_staff")
    if answers.get("pledge") is False:
        message = Text("没有承诺不以品牌输出、挂牌更名方式组建，不予组建。")
        return Finding("groups.not_brand_only", "error", message, BRAND_ONLY_CLAUSE, figures, (), "pledge")
    message = Text("不属于仅以品牌输出方式组建。")
    return Finding("groups.not_brand_only", "clear", message, BRAND_ONLY_CLAUSE, figures)


def before_autumn_term(context: CheckContext) -> Finding:
    """groups.before_autumn_term (D04): the founding is done before the autumn term with which the group begins.

    003·A2三(二): 确保教育集团组建、调整在每年秋季学期开学前完成. A group that begins within a term is a gate; a
    decision that is due only after the last day for it is an advice.
    """
    name = "groups.before_autumn_term"
    asked = application(context)
    policy = asked.policy
    used = (policy.used("autumn_term_start"), policy.used("hard_stop"), policy.used("approval_days"))
    starts, stop = policy.text("autumn_term_start"), policy.text("hard_stop")
    planned = _planned(asked) or next_autumn_term(asked.today, starts)
    term = next_autumn_term(planned, starts)
    last = day_in_year(term.year, stop)
    due = context.case.due_on or policy.due(
        load_calendar(context.act.session, context.act.bureau_id), "approval_days", asked.today
    )
    figures: Figures = {
        Text("拟生效日期"): day_text(planned),
        Text("应完成日期"): day_text(last),
        Text("审批到期日"): day_text(due),
    }
    if planned != term and planned > day_in_year(planned.year, stop):
        message = Text(
            "拟于{planned}生效，在学期中途；应在秋季学期开学前（{last}前）完成组建。",
            planned=day_text(planned),
            last=day_text(day_in_year(planned.year, stop)),
        )
        return _gate(name, message, used, figures, "effective_on")
    if asked.today > last:
        message = Text("今天已超过组建应完成的日期{last}。", last=day_text(last))
        return _gate(name, message, used, figures, "effective_on")
    if due > last:
        message = Text("审批到期日{due}晚于组建应完成的日期{last}。", due=day_text(due), last=day_text(last))
        return Finding(name, "advice", message, used[0].clause, figures, used, "effective_on")
    message = Text("自{planned}起生效，可在{last}前完成组建。", planned=day_text(planned), last=day_text(last))
    return Finding(name, "clear", message, used[0].clause, figures, used)


def not_in_other_close_knit(context: CheckContext) -> Finding:
    """groups.not_in_other_close_knit: no school of the group is in another close-knit group when this one begins.

    The register, what was agreed to in other cases, and the recorded attribute of the school count (通行做法,
    processes.md B1).
    """
    name, clause = "groups.not_in_other_close_knit", "通行做法"
    if turned_down(context):
        return Finding(name, "clear", Text("不组建集团。"), clause)
    asked = application(context)
    begins = next_autumn_term(asked.today, asked.policy.text("autumn_term_start"))
    ids = [school.id for school in asked.schools]
    other: dict[int, Text | str] = {**close_knit_agreed(context, ids, str(asked.answers.get("group_name") or ""))}
    other |= {school.id: group for school in asked.schools if (group := school.value("close_knit_group"))}
    other |= {school_id: belonging.group for school_id, belonging in elsewhere(context.act, ids, begins).items()}
    figures: Figures = {school.name: other.get(school.id, Text("无")) for school in asked.schools}
    if other:
        taken = [_with_remark(school.name, other[school.id]) for school in asked.schools if school.id in other]
        message = Text("下列学校已在其他紧密型集团：{listed}。", listed=listed(taken))
        return Finding(name, "gate", message, clause, figures, (), "members", OVERRIDE)
    return Finding(name, "clear", Text("各校均不在其他紧密型集团。"), clause, figures)


def score_band(context: CheckContext) -> Finding:
    """groups.score_band: 80 and more speaks for approval, 60 to below 80 for deferring, less for refusal (通行做法).

    The committee decides; a decision that differs from the band asks for a reason.
    """
    name = "groups.score_band"
    policy = load_policy(context.act.session, context.act.bureau_id, context.act.today)
    used = (policy.used("score_approve"), policy.used("score_revise"))
    stored = (context.case.facts.get("assessment") or {}).get("score")
    if stored is None:
        return Finding(name, "advice", Text("没有评估得分。"), used[0].clause, {}, used, "decision")
    band, suggested = _band(Decimal(str(stored)), policy)
    figures: Figures = {
        Text("评估得分"): str(stored),
        Text("同意分数线"): used[0].value,
        Text("暂缓分数线"): used[1].value,
    }
    decision = context.answers.get("decision")
    if decision is not None and decision != band:
        message = Text(
            "评估得分{score}分，按分数线应为“{suggested}”，与所作决定不一致。", score=stored, suggested=suggested
        )
        return Finding(name, "advice", message, used[0].clause, figures, used, "decision")
    message = Text("评估得分{score}分，按分数线应为“{suggested}”。", score=stored, suggested=suggested)
    return Finding(name, "clear", message, used[0].clause, figures, used)


def sections_agree(context: CheckContext) -> Finding:
    """groups.sections_agree: a section's 不同意 does not stop the case, but going on asks for a reason (B1, step ⑤)."""
    name, clause = "groups.sections_agree", "通行做法"
    against = [a for a in context.case.all_answers("sections_opinions") if a.decision == "disagree"]
    figures: Figures = {Text("不同意的科室"): str(len(against))}
    if against:
        message = Text("有{count}个科室不同意，继续办理请说明对其意见的处理情况。", count=len(against))
        return Finding(name, "advice", message, clause, figures)
    return Finding(name, "clear", Text("会审科室均同意。"), clause, figures)


def _gate(name: str, message: Text, used: tuple[Used, ...], figures: Figures, field_path: str | None = None) -> Finding:
    level: Level = "gate"
    return Finding(name, level, message, used[0].clause, figures, used, field_path, OVERRIDE)


def _last_appraisal(context: CheckContext, school: School) -> str | None:
    """A school's last appraisal: as recorded, or that of its group, which is every member's own (003·A2三(四))."""
    recorded = school.attributes.get("last_appraisal")
    shared = last_grade(context.act.session, context.act.bureau_id, school.id, context.act.today)
    if shared is not None and (recorded is None or recorded.since <= shared.decided_on):
        return shared.grade
    return recorded.value if recorded else None


def _with_remark(name: str, remark: Text | str) -> Text:
    return Text("{name}（{remark}）", name=name, remark=remark)


def _yes_or_no(value: bool) -> Text:
    return Text("是") if value else Text("否")


def _band(score: Decimal, policy: Policy) -> tuple[str, Text]:
    if score >= policy.decimal("score_approve"):
        return "approve", Text("同意")
    return ("defer", Text("暂缓")) if score >= policy.decimal("score_revise") else ("refuse", Text("不同意"))


def _planned(asked: Application) -> date | None:
    stored = asked.answers.get("effective_on")
    return date.fromisoformat(stored) if stored else None


def _parts(day: date) -> tuple[int, int, int]:
    return (day.year, day.month, day.day)


def _years_after(day: date, years: int) -> tuple[int, int, int]:
    # Compared as parts, because 29 February has no day of its own in most years.
    return (day.year + years, day.month, day.day)
