"""Checks on the change of a group: who may ask for what, from when, with whose consent (003·A2二(一)2, A2三(二))."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from workflow_app.calendar.terms import day_in_year, next_turn
from workflow_app.calendar.working import load_calendar
from workflow_app.definitions.case_view import CheckContext
from workflow_app.directory.kinds import CODES
from workflow_app.policy.finding import Figures, Finding, Level
from workflow_app.registers.application import APPLY
from workflow_app.registers.changes import KINDS, AskedChange, asked_change, named
from workflow_app.registers.group_agreed import close_knit_agreed, joining_agreed, turned_down
from workflow_app.registers.group_limits import CLOSE_KNIT, MEMBERS_MAX, elsewhere
from workflow_app.registers.groups_checks import OVERRIDE
from workflow_app.registers.schools import schools_at
from workflow_app.text import Text, bilingual, day_text, listed, one_after_another

CLAUSE = "003·A2二(一)2"
"""新增成员校或成员校退出，需经县教育体育局科学评估分析后审批，确保平稳过渡."""

GATES: Mapping[str, str] = dict.fromkeys(
    ("groups.joins_no_other_close_knit", "groups.joins_same_stage"), OVERRIDE.partition("@")[0]
)
"""The checks here that may stop a task, and the position whose holder may lift them."""

Faults = Iterator[tuple[Text, str]]
"""What is wrong, and the field that it is about."""


def change_is_possible(context: CheckContext) -> Finding:
    """groups.change_is_possible: the register has the group, the schools fit, and this school may ask for it.

    Members are those of the day on which the change would take effect, so that what is approved already counts.
    """
    name, asked = "groups.change_is_possible", asked_change(context)
    used = asked.policy.used(MEMBERS_MAX)
    if turned_down(context):
        return Finding(name, "clear", Text("不作变动。"), CLAUSE)
    if asked.lead_id is None or asked.kind not in _FAULTS:
        return Finding(name, "clear", Text("请填写变动事项和龙头校。"), CLAUSE)
    figures: Figures = {m.school: Text("龙头校") if m.role == "lead" else Text("成员校") for m in asked.members}
    faults = list(_group_faults(asked) if asked.group is None else _FAULTS[asked.kind](context, asked))
    if faults:
        message = Text("{faults}。", faults=one_after_another([fault for fault, _ in faults]))
        return Finding(name, "error", message, CLAUSE, figures, (used,), faults[0][1])
    return Finding(name, "clear", Text("申请事项与台账相符。"), CLAUSE, figures, (used,))


def _group_faults(asked: AskedChange) -> Faults:
    names = [belonging.group for belonging in asked.led]
    if names:
        yield Text("该龙头校牵头的集团为{groups}，请核对集团名称", groups=listed(names)), "group_name"
    else:
        yield Text("在{day}，该校不是任何集团的龙头校", day=day_text(asked.turn)), "lead_school"


def _joining(context: CheckContext, asked: AskedChange) -> Faults:
    if asked.applicant_id != asked.lead_id and asked.applicant_id not in asked.schools:
        yield Text("加入由龙头校或拟加入的学校申请"), "kind"
    present = {m.school_id for m in asked.members}
    if there := [i for i in asked.schools if i in present]:
        yield Text("{schools}已是该集团的学校", schools=named(context, there)), "schools"
    most, joined = asked.policy.integer(MEMBERS_MAX), {*asked.others, *asked.schools}
    coming = _also_joining(context, asked) - joined
    if len(joined) > most:
        yield Text("加入后成员校将超过{most}所", most=most), "schools"
    elif len(joined | coming) > most:
        words = Text("连同已同意待登记的{count}所，加入后成员校将超过{most}所", count=len(coming), most=most)
        yield words, "schools"


def _also_joining(context: CheckContext, asked: AskedChange) -> frozenset[int]:
    """Whom other cases let join. The applicant is not told of them: what is agreed to may yet be refused."""
    if asked.group is None or asked.lead_id is None or _applies(context):
        return frozenset()
    return joining_agreed(context, asked.lead_id, asked.group.group_id)


def _leaving(context: CheckContext, asked: AskedChange) -> Faults:
    if asked.applicant_id != asked.lead_id and set(asked.schools) != {asked.applicant_id}:
        yield Text("退出由龙头校或拟退出的学校申请，成员校只能为本校申请"), "schools"
    if asked.lead_id in asked.schools:
        yield Text("龙头校不能退出集团，更换龙头校须先申请撤销集团，再由新的龙头校申请组建"), "schools"
    absent = [i for i in asked.schools if i not in (*asked.others, asked.lead_id)]
    if absent:
        yield (
            Text("在{day}，{schools}不是该集团的成员校", day=day_text(asked.turn), schools=named(context, absent)),
            "schools",
        )
    if asked.others and set(asked.others) <= set(asked.schools):
        yield Text("退出后集团不再有成员校，应当申请撤销集团"), "kind"


def _for_all(context: CheckContext, asked: AskedChange) -> Faults:
    if asked.applicant_id != asked.lead_id:
        yield Text("集团类型变更和撤销由龙头校申请"), "kind"
    if missing := [i for i in asked.others if i not in asked.schools]:
        yield Text("还应列出成员校：{schools}", schools=named(context, missing)), "schools"
    if strange := [i for i in asked.schools if i not in asked.others]:
        yield Text("{schools}不是该集团的成员校", schools=named(context, strange)), "schools"


def _retyping(context: CheckContext, asked: AskedChange) -> Faults:
    yield from _for_all(context, asked)
    if asked.group is not None and asked.answers.get("new_type") == asked.group.kind:
        yield Text("集团已是{kind}，无须变更", kind=KINDS[asked.group.kind]), "new_type"


_FAULTS: Mapping[str, Callable[[CheckContext, AskedChange], Faults]] = {
    "join": _joining,
    "leave": _leaving,
    "retype": _retyping,
    "dissolve": _for_all,
}
"""What may be wrong with each kind of change."""


def change_at_year_turn(context: CheckContext) -> Finding:
    """groups.change_at_year_turn: a change takes effect with the school year after its approval, never within one.

    003·A2三(二): 确保教育集团组建、调整在每年秋季学期开学前完成. Who applies has to name such a day; where a decision
    becomes late afterwards the change waits for the following year, and that is said.
    """
    name = "groups.change_at_year_turn"
    asked = asked_change(context)
    policy, today = asked.policy, context.act.today
    used = (policy.used("autumn_term_start"), policy.used("hard_stop"), policy.used("approval_days"))
    starts, stop = policy.text("autumn_term_start"), policy.text("hard_stop")
    calendar = load_calendar(context.act.session, context.act.bureau_id)
    due = context.case.due_on or policy.due(calendar, "approval_days", today)
    soonest, in_time = next_turn(today, starts, stop), next_turn(max(due, today), starts, stop)
    planned = _planned(asked)
    figures: Figures = {
        Text("拟生效日期"): day_text(planned) if planned else Text("未填写"),
        Text("最早可生效日期"): day_text(soonest),
        Text("审批到期日"): day_text(due),
    }
    clause, field = used[0].clause, "effective_on"
    if planned is None:
        return Finding(name, "clear", Text("请填写拟生效日期。"), clause, figures, used, field)
    if planned != day_in_year(planned.year, starts):
        message = Text("变动只能自新学年开始之日起生效，不能在学年中途生效，应填写{day}。", day=day_text(soonest))
        return Finding(name, "error", message, clause, figures, used, field)
    if planned not in (soonest, in_time):
        message = Text("变动自批准后的下一学年起生效，应填写{day}。", day=day_text(soonest))
        # The applicant can still name another day; afterwards the reply says the day by itself.
        level: Level = "error" if _applies(context) else "advice"
        return Finding(name, level, message, clause, figures, used, field)
    if planned < in_time:
        last = day_text(day_in_year(planned.year, stop))
        message = Text(
            "审批到期日{due}晚于{last}，在此之后批准的，自{later}起生效。",
            due=day_text(due),
            last=last,
            later=day_text(in_time),
        )
        return Finding(name, "advice", message, clause, figures, used, field)
    message = Text("自{day}新学年开始之日起生效，此前一切照旧。", day=day_text(planned))
    return Finding(name, "clear", message, clause, figures, used)


def joins_same_stage(context: CheckContext) -> Finding:
    """groups.joins_same_stage (D02): a school that joins teaches the stage of the group (003·A2二(一)1)."""
    name, clause, asked = "groups.joins_same_stage", "003·A2二(一)1", asked_change(context)
    if asked.kind != "join" or asked.group is None:
        return Finding(name, "clear", Text("不涉及学校加入。"), clause)
    stage = asked.group.stage
    schools = schools_at(context.act.session, context.act.bureau_id, asked.schools, context.act.today)
    figures: Figures = {school.name: school.label("stage") for school in schools}
    label = bilingual(*CODES["stage"][stage]) if stage in CODES["stage"] else Text("{value}", value=stage)
    others = [_remark(s.name, s.label("stage")) for s in schools if not s.teaches(stage)]
    if others:
        message = Text("集团学段为{stage}，下列学校学段不同：{listed}。", stage=label, listed=listed(others))
        return Finding(name, "gate", message, clause, figures, (), "schools", OVERRIDE)
    return Finding(name, "clear", Text("拟加入学校与集团学段一致：{stage}。", stage=label), clause, figures)


def joins_no_other_close_knit(context: CheckContext) -> Finding:
    """groups.joins_no_other_close_knit: who joins, or belongs to a group that becomes close-knit, is in no other such.

    The register, for the day on which the change takes effect, what was agreed to in other cases, and the recorded
    attribute count (通行做法, B1).
    """
    name, clause, asked = "groups.joins_no_other_close_knit", "通行做法", asked_change(context)
    becomes = asked.kind == "retype" and asked.answers.get("new_type") == CLOSE_KNIT
    if asked.group is None or turned_down(context) or not (asked.kind == "join" or becomes):
        return Finding(name, "clear", Text("不涉及加入紧密型集团。"), clause)
    own = asked.group
    ids = [m.school_id for m in asked.members] if becomes else list(asked.schools)
    schools = schools_at(context.act.session, context.act.bureau_id, ids, context.act.today)
    other: dict[int, Text | str] = {**close_knit_agreed(context, ids, own.group)}
    other |= {s.id: group for s in schools if (group := s.value("close_knit_group")) and group != own.group}
    other |= {i: found.group for i, found in elsewhere(context.act, ids, asked.turn, own.group_id).items()}
    figures: Figures = {s.name: other.get(s.id, Text("无")) for s in schools}
    if other:
        taken = [_remark(s.name, other[s.id]) for s in schools if s.id in other]
        message = Text("下列学校已在其他紧密型集团：{listed}。", listed=listed(taken))
        return Finding(name, "gate", message, clause, figures, (), "schools", OVERRIDE)
    return Finding(name, "clear", Text("有关学校均不在其他紧密型集团。"), clause, figures)


def keeps_weak_member(context: CheckContext) -> Finding:
    """groups.keeps_weak_member (D02): when a school has left, the group still helps a weak, rural or new school.

    003·A2二(一)2: 成员学校优先选取新建学校、薄弱学校、农村学校. It bars nothing; going on asks for a reason.
    """
    name, asked = "groups.keeps_weak_member", asked_change(context)
    used, least = asked.policy.used("weak_members_min"), asked.policy.integer("weak_members_min")
    if asked.kind != "leave" or asked.group is None:
        return Finding(name, "clear", Text("不涉及学校退出。"), used.clause, {}, (used,))
    staying = [i for i in asked.others if i not in asked.schools]
    schools = schools_at(context.act.session, context.act.bureau_id, staying, context.act.today)
    figures: Figures = {s.name: s.reason_for_help or Text("非薄弱、农村、新建") for s in schools}
    count = sum(s.reason_for_help is not None for s in schools)
    if count < least:
        message = Text("退出后成员校中薄弱、农村或新建学校{count}所，不足{least}所。", count=count, least=least)
        return Finding(name, "advice", message, used.clause, figures, (used,))
    message = Text("退出后成员校中仍有薄弱、农村或新建学校{count}所。", count=count)
    return Finding(name, "clear", message, used.clause, figures, (used,))


def _planned(asked: AskedChange) -> date | None:
    stored = asked.answers.get("effective_on")
    return date.fromisoformat(stored) if stored else None


def _applies(context: CheckContext) -> bool:
    return context.element == APPLY or context.element.endswith("_supply")


def _remark(name: str, remark: Text | str) -> Text:
    return Text("{name}（{remark}）", name=name, remark=remark)
