"""Checks on the course of a case, the same for every process: one supplement notice, panels large enough, quorum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil

from workflow_app.calendar.duty_periods import first_day_of
from workflow_app.calendar.terms import school_year_of
from workflow_app.definitions.case_view import Check, CheckContext, Figure
from workflow_app.policy.finding import Figures, Finding
from workflow_app.policy.parameters import load_policy
from workflow_app.text import Text, day_text


def supplement_once(context: CheckContext) -> Finding:
    """Missing items are told once, all together (行政许可法32条): a second return needs the section chief's reason."""
    name, clause = "cases.supplement_once", "行政许可法32条"
    before = [a for a in context.case.all_answers(context.element) if a.decision == "return"]
    if context.answers.get("decision") != "return" or not before:
        return Finding(name, "clear", Text("补正内容一次性告知。"), clause)
    return Finding(
        name,
        "gate",
        Text("本环节已于{day}一次性告知补正，再次退回须经科长说明理由。", day=day_text(before[-1].at_date)),
        clause,
        figures={Text("已退回次数"): str(len(before))},
        field_path="decision",
        override=f"section_chief@{context.party}",
    )


def experts_enough(context: CheckContext) -> Finding:
    """The panel has at least three experts, an odd number (通行做法, processes.md B1)."""
    name = "cases.experts_enough"
    policy = load_policy(context.act.session, context.act.bureau_id, context.act.today)
    least = policy.used("experts_min")
    experts: Sequence[int] = context.answers.get("experts") or ()
    count = len(set(experts))
    figures: Figures = {Text("专家人数"): str(count), Text("至少"): least.value}
    if count < policy.integer("experts_min"):
        return Finding(
            name,
            "error",
            Text("评估专家不少于{least}人，目前{count}人。", least=least.value, count=count),
            least.clause,
            figures,
            (least,),
            "experts",
        )
    if count % 2 == 0:
        return Finding(
            name,
            "error",
            Text("评估专家人数应为单数，目前{count}人。", count=count),
            least.clause,
            figures,
            (least,),
            "experts",
        )
    return Finding(
        name,
        "clear",
        Text("评估专家{count}人，人数符合要求。", count=count),
        least.clause,
        figures,
        (least,),
        "experts",
    )


def quorum(context: CheckContext) -> Finding:
    """A committee decides with ⅔ of its members present and more than half of its members in favour (B1, step ⑧).

    The half is that of all members, whoever came, as party committees count: 赞成票超过应到会成员半数为通过 (通行做法).
    """
    name = "cases.quorum"
    policy = load_policy(context.act.session, context.act.bureau_id, context.act.today)
    used = (policy.used("committee_quorum"), policy.used("committee_majority"))
    members, present, in_favour = (int(context.answers.get(k) or 0) for k in ("members", "present", "in_favour"))
    needed = ceil(policy.fraction("committee_quorum") * members)
    majority = Fraction(policy.fraction("committee_majority")) * members
    figures: Figures = {
        Text("应到"): str(members),
        Text("实到"): str(present),
        Text("赞成"): str(in_favour),
        Text("需到"): str(needed),
    }
    if present > members or in_favour > present:
        return Finding(
            name, "error", Text("实到人数不能多于应到，赞成票不能多于实到。"), used[0].clause, figures, used, "present"
        )
    if present < needed:
        return Finding(
            name,
            "error",
            Text("到会{present}人，未达到法定人数{needed}人，会议不能作出决定。", present=present, needed=needed),
            used[0].clause,
            figures,
            used,
            "present",
        )
    if context.answers.get("decision") == "approve" and in_favour <= majority:
        return Finding(
            name,
            "error",
            Text("赞成{count}票，未超过应到人数的半数，不能作出同意的决定。", count=in_favour),
            used[1].clause,
            figures,
            used,
            "in_favour",
        )
    return Finding(
        name,
        "clear",
        Text("到会{present}人（需{needed}人），赞成{count}票。", present=present, needed=needed, count=in_favour),
        used[0].clause,
        figures,
        used,
        "present",
    )


def objections_agree(context: CheckContext) -> Finding:
    """The result of a public notice agrees with what was found on each objection (processes.md B0, Public notice)."""
    name, clause = "cases.objections_agree", "通行做法"
    rows = context.answers.get("objections") or []
    upheld = sum(bool(row.get("upheld")) for row in rows)
    figures: Figures = {Text("收到异议"): str(len(rows)), Text("成立"): str(upheld)}
    expected = "upheld" if upheld else "dismissed" if rows else "none"
    decision = context.answers.get("decision")
    if decision is None or decision == expected:
        message = Text("收到异议{count}件，成立{upheld}件。", count=len(rows), upheld=upheld)
        return Finding(name, "clear", message, clause, figures, (), "decision")
    return Finding(
        name,
        "error",
        Text("收到异议{count}件，成立{upheld}件，与所选结论不一致。", count=len(rows), upheld=upheld),
        clause,
        figures,
        (),
        "decision",
    )


def period(context: CheckContext) -> Text:
    """cases.period: the school year or month for which the case was opened; 不限 if it was opened for none."""
    name = context.case.period
    return period_text(name) if name is not None else Text("不限")


def period_text(name: str) -> Text:
    """A period by its name, as an officer says it: 2026—2027学年, 2026年10月. What follows a stroke names the duty."""
    name = name.partition("/")[0]
    first = first_day_of(name)
    if name == school_year_of(first):
        return Text("{first}—{last}学年", first=first.year, last=first.year + 1)
    return Text("{year}年{month}月", year=first.year, month=first.month)


FIGURES: Mapping[str, Figure] = {"cases.period": period}

GATES: Mapping[str, str] = {"cases.supplement_once": "section_chief"}
"""The checks here that may stop a task, and the position whose holder may lift them."""

CHECKS: Mapping[str, Check] = {
    "cases.objections_agree": objections_agree,
    "cases.supplement_once": supplement_once,
    "cases.experts_enough": experts_enough,
    "cases.quorum": quorum,
}
