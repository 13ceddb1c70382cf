"""Checks on who was heard about the change of a group, and on what was decided upon it (003·A2二(一)2)."""

from __future__ import annotations

from decimal import Decimal

from workflow_app.definitions.case_view import CheckContext
from workflow_app.policy.finding import Figures, Finding, Level
from workflow_app.policy.parameters import Policy
from workflow_app.registers.changes import asked_change, named
from workflow_app.registers.changes_checks import CLAUSE
from workflow_app.text import Text, one_after_another


def parties_agree(context: CheckContext) -> Finding:
    """groups.parties_agree: nobody joins against their will; any other objection asks for a reason (通行做法, B1)."""
    name, clause, asked = "groups.parties_agree", CLAUSE, asked_change(context)
    stated = context.case.all_answers("statement")
    against = [a.organisation_id for a in stated if a.decision == "disagree"]
    supports = next((a.decision == "support" for a in reversed(context.case.all_answers("council"))), None)
    figures: Figures = {
        Text("集团理事会"): {True: Text("同意"), False: Text("不同意"), None: Text("未表态")}[supports],
        Text("不同意的学校"): str(len(against)),
    }
    if against and asked.kind == "join":
        message = Text("{schools}不同意加入，不能同意本申请。", schools=named(context, against))
        return Finding(name, "error", message, clause, figures, (), "decision")
    faults = [Text("集团理事会不同意")] if supports is False else []
    if against:
        faults.append(Text("{schools}不同意", schools=named(context, against)))
    if faults:
        message = Text("{faults}，继续办理请说明对其意见的处理情况。", faults=one_after_another(faults))
        return Finding(name, "advice", message, clause, figures)
    return Finding(name, "clear", Text("集团理事会和有关学校均同意。"), clause, figures)


def council_vote(context: CheckContext) -> Finding:
    """groups.council_vote: the vote of the council adds up and carries its conclusion: over half of those present.

    The council states an opinion (集团理事会意见＋vote, processes.md B1, 成员校加入/退出); the bureau decides, when
    each school concerned has stated its own will and the party committee has voted. No document asks for a quorum
    here: those who came are counted (``council_majority``, 通行做法), and how many did not stands in the report.
    :func:`workflow_app.registers.charters_checks.charter_vote` binds all members and counts all of them.
    """
    name = "groups.council_vote"
    asked = asked_change(context)
    used = asked.policy.used("council_majority")
    members, present, yes, no = (
        int(context.answers.get(key) or 0) for key in ("members", "present", "in_favour", "against")
    )
    figures: Figures = {
        Text("理事"): str(members),
        Text("到会"): str(present),
        Text("赞成"): str(yes),
        Text("反对"): str(no),
    }
    if present > members or yes + no > present:
        message = Text("到会人数不能多于理事人数，赞成和反对票之和不能多于到会人数。")
        return Finding(name, "error", message, used.clause, figures, (used,), "present")
    carried = yes > asked.policy.fraction("council_majority") * present
    if context.answers.get("decision") == "support" and not carried:
        message = Text("赞成{count}票，未超过到会人数的规定比例，结论不能为同意。", count=yes)
        return Finding(name, "error", message, used.clause, figures, (used,), "in_favour")
    message = Text("到会{present}人，赞成{yes}票，反对{no}票。", present=present, yes=yes, no=no)
    return Finding(name, "clear", message, used.clause, figures, (used,))


def change_assessed(context: CheckContext) -> Finding:
    """groups.change_assessed: only what was assessed can be approved; a decision beside the band asks for a reason.

    80 and more speaks for approval, 60 to below 80 for deferring, less for refusal (score_approve, score_revise).
    """
    name, asked = "groups.change_assessed", asked_change(context)
    used = (asked.policy.used("score_approve"), asked.policy.used("score_revise"))
    decision = context.answers.get("decision")
    proposed = (context.case.facts.get("first_review") or {}).get("decision")
    stored = (context.case.facts.get("assessment") or {}).get("score")
    if proposed == "unsuitable" or stored is None:
        level: Level = "clear"
        message = Text("初审拟不同意，未经专家评估和公示。")
        if decision == "approve":
            level = "error"
            message = Text("未经专家评估和公示，不能同意；需要同意的，请选择暂缓，退回重新审查。")
        return Finding(name, level, message, CLAUSE, {}, used, "decision")
    band, word = _band(Decimal(str(stored)), asked.policy)
    figures: Figures = {Text("评估得分"): str(stored)}
    if decision not in (None, band):
        message = Text("评估得分{score}分，按分数线应为“{suggested}”，与所作决定不一致。", score=stored, suggested=word)
        return Finding(name, "advice", message, CLAUSE, figures, used, "decision")
    message = Text("评估得分{score}分，按分数线应为“{suggested}”。", score=stored, suggested=word)
    return Finding(name, "clear", message, CLAUSE, figures, used)


def _band(score: Decimal, policy: Policy) -> tuple[str, Text]:
    if score >= policy.decimal("score_approve"):
        return "approve", Text("同意")
    return ("defer", Text("暂缓")) if score >= policy.decimal("score_revise") else ("refuse", Text("不同意"))
