"""Checks on a group's charter (D06): its chapters, the members heard, each opinion answered, the vote, the text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby

from workflow_app.definitions.case_view import CheckContext
from workflow_app.definitions.clauses import text_hash
from workflow_app.policy.arithmetic import needed_of
from workflow_app.policy.finding import Figures, Finding
from workflow_app.policy.parameters import load_policy
from workflow_app.registers.application import member_ids
from workflow_app.registers.charters import (
    CHAPTERS,
    SETTLE,
    charter_group,
    in_groups,
    newest_filed,
    opinions,
    text_here,
    text_of,
    unheard,
)
from workflow_app.text import Text, day_text, listed

_CLAUSE = "003·A2二(二)2"


def charter_parts(context: CheckContext) -> Finding:
    """groups.charter_parts (D06): all parts of the charter are there, and every member school has been heard.

    003·A2二(二)2: 章程在广泛征求成员校意见的基础上，报县教育体育局核准、备案.
    """
    policy = load_policy(context.act.session, context.act.bureau_id, context.act.today)
    used = policy.used("charter_parts")
    wanted, present = policy.texts("charter_parts"), context.answers.get("parts") or []
    missing = [part for part in wanted if part not in present]
    members = member_ids(context.case.answers("apply"))
    heard = {row.get("school") for row in context.answers.get("consultation") or []}
    silent = [ident for ident in members if ident not in heard]
    figures: Figures = {
        Text("章程内容"): f"{len(wanted) - len(missing)}/{len(wanted)}",
        Text("成员校意见"): f"{len(members) - len(silent)}/{len(members)}",
    }
    if missing:
        message = Text("章程缺{count}项必备内容。", count=len(missing))
        return Finding("groups.charter_parts", "error", message, used.clause, figures, (used,), "parts")
    if silent:
        message = Text("还有{count}所成员校未反馈意见。", count=len(silent))
        return Finding("groups.charter_parts", "error", message, used.clause, figures, (used,), "consultation")
    message = Text("章程必备内容齐全，成员校均已反馈意见。")
    return Finding("groups.charter_parts", "clear", message, used.clause, figures, (used,))


def charter_chapters(context: CheckContext) -> Finding:
    """groups.charter_chapters (D06): the text has every mandatory part, and the clauses of a part stand together.

    003·A2二(二)2: 办学宗旨、理念、组织架构和运行机制、师生管理、教科研、安全、意识形态，权利义务，权责界限.
    """
    name = "groups.charter_chapters"
    if charter_group(context) is None:
        return Finding(name, "error", Text("本校目前不是任何教育集团的龙头校，不能报送章程。"), _CLAUSE)
    used = load_policy(context.act.session, context.act.bureau_id, context.act.today).used("charter_parts")
    wanted = [part.strip() for part in used.value.split(",")]
    runs = [chapter for chapter, _ in groupby(clause.chapter for clause in text_here(context))]
    missing = [part for part in wanted if part not in runs]
    figures: Figures = {Text("章程内容"): f"{len(wanted) - len(missing)}/{len(wanted)}"}
    if missing:
        message = Text("章程缺少必备内容：{parts}。", parts=_named(missing))
        return Finding(name, "error", message, used.clause, figures, (used,), "clauses")
    split = [chapter for chapter in dict.fromkeys(runs) if runs.count(chapter) > 1]
    if split:
        message = Text("同一章的条文应当排在一起：{parts}。", parts=_named(split))
        return Finding(name, "error", message, used.clause, figures, (used,), "clauses")
    return Finding(name, "clear", Text("章程必备内容齐全。"), used.clause, figures, (used,))


def charter_opinion(context: CheckContext) -> Finding:
    """groups.charter_opinion: what a member says is about clauses of the draft, and agrees with its conclusion."""
    name, count = "groups.charter_opinion", len(text_of(context.case))
    rows = context.answers.get("opinions") or []
    figures: Figures = {Text("条文数"): str(count), Text("意见"): str(len(rows))}
    beyond = [str(row["clause"]) for row in rows if row.get("clause") is not None and not 1 <= row["clause"] <= count]
    if beyond:
        message = Text("草案共{count}条，没有第{numbers}条。", count=count, numbers=listed(beyond))
        return Finding(name, "error", message, _CLAUSE, figures, (), "opinions")
    return Finding(name, "clear", Text("意见均对应草案条文。"), _CLAUSE, figures)


def charter_answered(context: CheckContext) -> Finding:
    """groups.charter_answered: every opinion of a member is answered, adopted or not, and none is invented."""
    name, raised = "groups.charter_answered", {opinion.key for opinion in opinions(context.case)}
    rows = context.answers.get("replies") or []
    answered = {(row.get("school"), row.get("clause"), row.get("remark")) for row in rows}
    figures: Figures = {Text("意见"): str(len(raised)), Text("已答复"): str(len(raised & answered))}
    if raised - answered:
        message = Text("还有{count}条意见没有答复；意见内容不得改动。", count=len(raised - answered))
        return Finding(name, "error", message, _CLAUSE, figures, (), "replies")
    if answered - raised:
        message = Text("有{count}条答复不对应任何成员校的意见。", count=len(answered - raised))
        return Finding(name, "error", message, _CLAUSE, figures, (), "replies")
    return Finding(name, "clear", Text("成员校的意见均已答复。"), _CLAUSE, figures)


def charter_heard(context: CheckContext) -> Finding:
    """groups.charter_heard (D06): every school that is a member today has answered. Silence is never consent."""
    name, silent, group = "groups.charter_heard", unheard(context), charter_group(context)
    members = len(group.schools) - 1 if group else 0
    figures: Figures = {Text("成员校意见"): f"{members - len(silent)}/{members}"}
    if silent:
        message = Text("下列成员校未反馈意见：{schools}。请退回后征求其意见。", schools=listed(silent))
        return Finding(name, "error", message, _CLAUSE, figures)
    return Finding(name, "clear", Text("成员校均已反馈意见。"), _CLAUSE, figures)


def charter_vote(context: CheckContext) -> Finding:
    """groups.charter_vote: the council had its quorum, and what is said to be adopted has the majority of its members.

    The vote settles the rules that bind every member school (003·A2二(二)2: 在广泛征求成员校意见的基础上). It is
    counted as that of the party committee (processes.md B1 ⑧): two thirds of the members present, more than half of
    all members in favour, present or not (``charter_majority``, 通行做法). An opinion of the council, which binds
    nobody, counts those present (:func:`workflow_app.registers.changes_hearing.council_vote`).
    """
    name = "groups.charter_vote"
    policy = load_policy(context.act.session, context.act.bureau_id, context.act.today)
    used = (policy.used("charter_quorum"), policy.used("charter_majority"))
    members, present, in_favour = (int(context.answers.get(k) or 0) for k in ("members", "present", "in_favour"))
    needed, majority = (
        needed_of(policy.fraction("charter_quorum"), members),
        policy.fraction("charter_majority") * members,
    )
    figures: Figures = {
        Text("应到"): str(members),
        Text("实到"): str(present),
        Text("赞成"): str(in_favour),
        Text("需到"): str(needed),
    }

    def error(message: Text, field: str) -> Finding:
        return Finding(name, "error", message, used[0].clause, figures, used, field)

    if present > members or in_favour > present:
        return error(Text("实到人数不能多于应到，赞成票不能多于实到。"), "present")
    if present < needed:
        words = Text("到会{present}人，未达到法定人数{needed}人，表决无效。", present=present, needed=needed)
        return error(words, "present")
    if problem := _decided_otherwise(context.answers.get("decision"), in_favour, majority):
        return error(problem, "in_favour")
    if (held := context.answers.get("held_on")) and date.fromisoformat(held) > context.act.today:
        return error(Text("会议日期不能晚于今天。"), "held_on")
    message = Text("到会{present}人（需{needed}人），赞成{count}票。", present=present, needed=needed, count=in_favour)
    return Finding(name, "clear", message, used[0].clause, figures, used)


def _decided_otherwise(decision: object, in_favour: int, majority: Fraction) -> Text | None:
    if decision == "adopted" and in_favour <= majority:
        return Text("赞成{count}票，未超过应到人数的半数，不能视为通过。", count=in_favour)
    if decision == "rejected" and in_favour > majority:
        return Text("赞成{count}票，已超过应到人数的半数，与“未通过”不一致。", count=in_favour)
    return None


def charter_as_voted(context: CheckContext) -> Finding:
    """groups.charter_as_voted: the text is the one that the council adopted, over the version that is in the register.

    Whatever was changed after the vote goes back to the vote.
    """
    name, settled = "groups.charter_as_voted", context.case.facts.get(SETTLE) or {}
    here, filed = text_hash(text_of(context.case)), newest_filed(context)
    version = filed.version if filed else 0
    figures: Figures = {
        Text("本次文本校验码"): in_groups(here),
        Text("表决文本校验码"): str(settled.get("shown") or "—"),
    }
    if here != settled.get("hash"):
        message = Text("章程文本与理事会表决的文本不一致，请退回重新表决。")
        return Finding(name, "error", message, _CLAUSE, figures)
    if filed is not None and version != settled.get("base"):
        message = Text(
            "表决后，第{version}版章程已于{day}备案，请退回，在该版基础上修改后重新表决。",
            version=version,
            day=day_text(filed.filed_on),
        )
        return Finding(name, "error", message, _CLAUSE, figures)
    return Finding(name, "clear", Text("章程文本与理事会表决通过的文本一致。"), _CLAUSE, figures)


def _named(chapters: Sequence[str]) -> Text:
    return listed([CHAPTERS.get(chapter, Text("{code}", code=chapter)) for chapter in chapters])
