"""Checks on mentoring: who may be a mentor, how many apprentices, the shape of a studio (P2, D51).

A limit is told to the school when it files; the section's approval is stopped by it, and a leader may lift it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow_app.definitions.case_view import CheckContext
from workflow_app.policy.finding import Figures, Finding, Level, Used
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.registers.mentoring import (
    APPLY,
    STUDIO,
    Taught,
    running_with,
    taught_in,
    with_another_mentor,
)
from workflow_app.registers.teacher_codes import BACKBONE, TITLES, number_of, reaches, repeated
from workflow_app.text import Text, listed, one_after_another

OVERRIDE = "deputy_director@bureau"
"""Who may lift a limit, with a reason: 分管副局长."""

GATES: Mapping[str, str] = dict.fromkeys(
    ("mentoring.mentor_qualified", "mentoring.apprentice_limit", "mentoring.studio_shape"), OVERRIDE.partition("@")[0]
)
"""The checks here that may stop a task, and the position whose holder may lift them."""

QUOTAS: Mapping[str, str] = {
    "mentoring.apprentice_limit": "apprentices_most",
    "mentoring.studio_shape": "studio_members",
}
"""The checks here that count what others may be entering at the same moment. One row is locked for mentors of every
title, as what an application says of the title decides which of the limits it is compared with.
"""

_PRACTICE = "通行做法"
_ETHICS = "000·四(十一)"


@dataclass(frozen=True)
class Asked:
    """The application that a check is about."""

    answers: Mapping[str, Any]
    taught: list[Taught]
    policy: Policy
    context: CheckContext

    @property
    def is_studio(self) -> bool:
        """Whether a studio (名师工作室) is asked for."""
        return bool(self.answers.get("kind") == STUDIO)

    @property
    def period(self) -> tuple[date, date] | None:
        """First and last day, once both are given."""
        start, end = self.answers.get("start"), self.answers.get("end")
        return (date.fromisoformat(start), date.fromisoformat(end)) if start and end else None

    def limit(self, name: str, message: Text, figures: Figures, used: tuple[Used, ...], field: str) -> Finding:
        """A limit that is not kept: the school is asked for its reason, the section is stopped."""
        is_school = self.context.element == APPLY or self.context.element.endswith("_supply")
        level: Level = "advice" if is_school else "gate"
        return Finding(name, level, message, used[0].clause, figures, used, field, None if is_school else OVERRIDE)


def mentor_qualified(context: CheckContext) -> Finding:
    """mentoring.mentor_qualified: a backbone teacher of the county or above, or a leader of the subject, with the title
    of the parameter or above (000·五(十七): 向县级以上骨干教师拜师学习).
    """
    name, asked = "mentoring.mentor_qualified", _asked(context)
    level, title = asked.answers.get("mentor_level"), asked.answers.get("mentor_title")
    used = (asked.policy.used("mentor_level_min"), asked.policy.used("mentor_title_min"))
    leads = bool(asked.answers.get("subject_leader"))
    figures: Figures = {
        Text("骨干级别"): BACKBONE.get(str(level), Text("未填")),
        Text("学科带头人"): Text("是") if leads else Text("否"),
        Text("职称"): TITLES.get(str(title), Text("未填")),
    }
    faults = []
    if not leads and not reaches(BACKBONE, level, used[0].value):
        faults.append(Text("师傅应为{least}及以上或学科带头人", least=BACKBONE[used[0].value]))
    if not reaches(TITLES, title, used[1].value):
        faults.append(Text("师傅职称应为{least}及以上", least=TITLES[used[1].value]))
    if faults:
        message = Text("{faults}。", faults=one_after_another(faults))
        return asked.limit(name, message, figures, used, "mentor_level")
    return Finding(name, "clear", Text("师傅的骨干级别和职称符合要求。"), used[0].clause, figures, used)


def no_ethics_veto(context: CheckContext) -> Finding:
    """mentoring.no_ethics_veto (D20): who is under an ethics veto (师德一票否决) is no mentor; nobody may lift it."""
    name = "mentoring.no_ethics_veto"
    if _asked(context).answers.get("mentor_ethics") == "veto":
        message = Text("师傅有师德“一票否决”情形，不得担任师傅。")
        return Finding(name, "error", message, _ETHICS, {}, (), "mentor_ethics")
    return Finding(name, "clear", Text("师傅无师德“一票否决”情形。"), _ETHICS)


def apprentice_limit(context: CheckContext) -> Finding:
    """mentoring.apprentice_limit: a mentor of the highest title has two or three apprentices (004·N二(二)3), any other
    at most five; those of agreements that run in the same time anywhere in the county count.
    """
    name, asked = "mentoring.apprentice_limit", _asked(context)
    chief = asked.answers.get("mentor_title") == "chief"
    most = asked.policy.used("apprentices_per_chief" if chief else "apprentices_most")
    if asked.is_studio:
        return Finding(name, "clear", Text("名师工作室按工作室的人数核定。"), most.clause)
    running, new = _running(asked), len(asked.taught)
    total, limit = running + new, int(most.value)
    figures: Figures = {
        Text("本次结对"): str(new),
        Text("在带徒弟"): str(running),
        Text("合计"): str(total),
        Text("至多"): most.value,
    }
    if total > limit:
        message = Text(
            "师傅在带徒弟{running}人，本次{new}人，合计{total}人，超过{limit}人。",
            running=running,
            new=new,
            total=total,
            limit=limit,
        )
        return asked.limit(name, message, figures, (most,), "apprentices")
    if chief and total < (least := asked.policy.integer("apprentices_chief_least")):
        used = (asked.policy.used("apprentices_chief_least"), most)
        message = Text("正高级教师带教{total}人，应带教{least}至{limit}人。", total=total, least=least, limit=limit)
        return asked.limit(name, message, {**figures, Text("至少"): str(least)}, used, "apprentices")
    message = Text("师傅带徒弟合计{total}人，不超过{limit}人。", total=total, limit=limit)
    return Finding(name, "clear", message, most.clause, figures, (most,))


def studio_shape(context: CheckContext) -> Finding:
    """mentoring.studio_shape (D51): a studio is one host, five backbone members, and three trainees of each member
    (003·二(三)13: “1×5×3”); a host has one studio at a time.
    """
    name, asked = "mentoring.studio_shape", _asked(context)
    used = (
        asked.policy.used("studio_members"),
        asked.policy.used("studio_trainees"),
        asked.policy.used("mentor_level_min"),
    )
    if not asked.is_studio:
        return Finding(name, "clear", Text("不是名师工作室。"), used[0].clause)
    members = [person for person in asked.taught if person.role == "member"]
    trained = Counter(person.member_no for person in asked.taught if person.role == "trainee")
    wanted, each = int(used[0].value), int(used[1].value)
    figures: Figures = {Text("成员人数"): str(len(members)), Text("培养对象人数"): str(trained.total())}
    faults = []
    if len(members) != wanted:
        faults.append(Text("成员{count}人，应为{wanted}人", count=len(members), wanted=wanted))
    uneven = [m.name for m in members if trained[m.teacher_no] != each]
    if uneven:
        faults.append(Text("下列成员的培养对象不是{each}人：{names}", each=each, names=listed(uneven)))
    below = [m.name for m in members if not reaches(BACKBONE, m.level, used[2].value)]
    if below:
        faults.append(Text("下列成员不是{least}及以上：{names}", least=BACKBONE[used[2].value], names=listed(below)))
    if _running(asked):
        faults.append(Text("主持人已主持一个在办的工作室"))
    if faults:
        message = Text("{faults}。", faults=one_after_another(faults))
        return asked.limit(name, message, figures, used, "apprentices")
    message = Text(
        "工作室由主持人1人、成员{members}人、培养对象{trained}人组成。", members=wanted, trained=wanted * each
    )
    return Finding(name, "clear", message, used[0].clause, figures, used)


def people_agree(context: CheckContext) -> Finding:
    """mentoring.people_agree: everybody once, nobody as their own mentor, the roles of the kind, a trainee's member."""
    name, asked = "mentoring.people_agree", _asked(context)
    numbers = [person.teacher_no for person in asked.taught]
    mentor_no = number_of(asked.answers.get("mentor_no"))
    roles = {"member", "trainee"} if asked.is_studio else {"apprentice"}
    members = {person.teacher_no for person in asked.taught if person.role == "member"}
    faults = []
    if twice := repeated(numbers):
        faults.append(Text("工号{numbers}重复", numbers=listed(twice)))
    if mentor_no and mentor_no in numbers:
        faults.append(Text("师傅不能是自己的徒弟"))
    if wrong := [person.name for person in asked.taught if person.role and person.role not in roles]:
        faults.append(Text("{names}的身份与结对类型不符", names=listed(wrong)))
    if lost := [p.name for p in asked.taught if p.role == "trainee" and p.member_no not in members]:
        faults.append(Text("{names}的带教成员不在名单中", names=listed(lost)))
    if faults:
        message = Text("{faults}，请核对。", faults=one_after_another(faults))
        return Finding(name, "error", message, _PRACTICE, {}, (), "apprentices")
    return Finding(name, "clear", Text("人员名单无重复，身份相符。"), _PRACTICE)


def not_taken(context: CheckContext) -> Finding:
    """mentoring.not_taken: an apprentice who learns from somebody else in the same time is pointed out."""
    name, asked = "mentoring.not_taken", _asked(context)
    period = asked.period
    if period is None or not asked.taught:
        return Finding(name, "clear", Text("请填写徒弟名单和起止日期。"), _PRACTICE)
    act, numbers = context.act, [person.teacher_no for person in asked.taught]
    taken = with_another_mentor(act.session, act.bureau_id, numbers, *period, but_case=context.case.case_id)
    if taken:
        names = [
            Text("{name}（师傅{mentor}）", name=p.name, mentor=taken[p.teacher_no])
            for p in asked.taught
            if p.teacher_no in taken
        ]
        message = Text("下列人员在同一时期已有师傅：{names}。", names=listed(names))
        return Finding(name, "advice", message, _PRACTICE, {}, (), "apprentices")
    return Finding(name, "clear", Text("徒弟在同一时期没有其他师傅。"), _PRACTICE)


def dates_agree(context: CheckContext) -> Finding:
    """mentoring.dates_agree: the agreement ends after it begins, and is reviewed within its time."""
    name, asked = "mentoring.dates_agree", _asked(context)
    period, review = asked.period, asked.answers.get("review_on")
    if period is None or not review:
        return Finding(name, "clear", Text("请填写起止日期和考核日。"), _PRACTICE)
    if period[1] <= period[0]:
        return Finding(name, "error", Text("结束日期应晚于开始日期。"), _PRACTICE, {}, (), "end")
    if not period[0] < date.fromisoformat(review) <= period[1]:
        return Finding(name, "error", Text("考核日应在结对期间之内。"), _PRACTICE, {}, (), "review_on")
    return Finding(name, "clear", Text("起止日期和考核日相符。"), _PRACTICE)


def _asked(context: CheckContext) -> Asked:
    answers = context.answers if "apprentices" in context.answers else context.case.answers(APPLY)
    policy = load_policy(context.act.session, context.act.bureau_id, context.act.today)
    return Asked(answers, taught_in(answers), policy, context)


def _running(asked: Asked) -> int:
    """How many others the mentor has in the same time; 0 until mentor and dates are given."""
    act, number = asked.context.act, number_of(asked.answers.get("mentor_no"))
    if not number or asked.period is None:
        return 0
    kind, case_id = str(asked.answers.get("kind") or ""), asked.context.case.case_id
    return running_with(act.session, act.bureau_id, number, *asked.period, kind=kind, but_case=case_id)
