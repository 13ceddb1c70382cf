"""Who heads a group that is being founded (processes.md B1): 总校校长 and the lead school."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.definitions.case_view import Check, CheckContext
from workflow_app.directory.holdings import holders
from workflow_app.policy.finding import Figures, Finding
from workflow_app.registers.application import APPLY, application
from workflow_app.registers.groups_checks import OVERRIDE
from workflow_app.text import Text, listed

CLAUSE = "003·A2二(一)1a"
NAME = "groups.chief_heads_lead"


def chief_heads_lead(context: CheckContext) -> Finding:
    """groups.chief_heads_lead: the head of the group (总校校长) is the head of the lead school today.

    003·A2二(一)1a: 紧密型实行集团总校校长负责制, so whoever answers for people, property and money holds the office at
    the school that leads. The school is told and says why; the section's review is stopped.
    """
    asked = application(context)
    chosen = asked.answers.get("chief_head")
    if chosen is None:
        return Finding(NAME, "clear", Text("请选择总校校长。"), CLAUSE, {}, (), "chief_head")
    act, lead = context.act, asked.lead
    heads = holders(act.session, act.bureau_id, lead.id, "school_head", asked.today)
    figures: Figures = {Text("龙头校校长"): listed([head.name for head in heads]) if heads else Text("无记录")}
    if chosen in {head.id for head in heads}:
        return Finding(NAME, "clear", Text("总校校长是龙头校{school}的校长。", school=lead.name), CLAUSE, figures)
    message = Text("总校校长应为龙头校{school}的在任校长。", school=lead.name)
    if context.element == APPLY or context.element.endswith("_supply"):
        return Finding(NAME, "advice", message, CLAUSE, figures, (), "chief_head")
    return Finding(NAME, "gate", message, CLAUSE, figures, (), "chief_head", OVERRIDE)


CHECKS: Mapping[str, Check] = {NAME: chief_heads_lead}
GATES: Mapping[str, str] = {NAME: OVERRIDE.partition("@")[0]}
"""The check may stop a task; the position may lift it."""
