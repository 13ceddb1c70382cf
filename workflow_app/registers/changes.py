"""Changes of a group (集团变动): a school joins or leaves, the type changes, the group is dissolved.

What is approved takes effect with the next school year and is entered; nothing that was entered before is touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from workflow_app.act import Act
from workflow_app.calendar.terms import next_turn
from workflow_app.definitions.case_view import CheckContext, OperationContext, OperationResult
from workflow_app.directory.organisations import names
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.registers.application import APPLY
from workflow_app.registers.change_models import GroupChangeEntry
from workflow_app.registers.entries import add_entries, issued_in, not_entered, queue_up
from workflow_app.registers.group_limits import CLOSE_KNIT, refuse_elsewhere, refuse_too_many
from workflow_app.registers.membership import Belonging, Member, groups_of, members_at
from workflow_app.registers.models import EducationGroup, MembershipEntry
from workflow_app.registers.proof import enter
from workflow_app.text import Text, day_text, listed

CAUSES: Mapping[str, Text] = {
    "matured": Text("孵化成熟"),
    "layout": Text("布局调整"),
    "failed_appraisal": Text("考核不合格"),
    "merged": Text("学校撤并"),
    "voluntary": Text("自愿"),
}
"""Why a group changes, by the codes of the form (processes.md B1)."""
KINDS: Mapping[str, Text] = {"close_knit": Text("紧密型"), "cooperative": Text("合作型")}
DISSOLVED = str(Text("集团撤销"))


@dataclass(frozen=True)
class AskedChange:
    """What was applied for, and the group as it will stand at the turn of the school year.

    ``led`` are all groups of the named lead school at that day, ``group`` is the one of them that was named; None if
    none was. ``members`` are its schools, the lead school first.
    """

    answers: Mapping[str, Any]
    applicant_id: int
    turn: date
    led: tuple[Belonging, ...]
    group: Belonging | None
    members: tuple[Member, ...]
    policy: Policy

    @property
    def kind(self) -> str:
        """join, leave, retype or dissolve; empty while nothing has been chosen."""
        return str(self.answers.get("kind") or "")

    @property
    def lead_id(self) -> int | None:
        """The lead school that was named."""
        return self.answers.get("lead_school")

    @property
    def schools(self) -> tuple[int, ...]:
        """The schools that the change is about, each once."""
        return tuple(dict.fromkeys(self.answers.get("schools") or ()))

    @property
    def others(self) -> tuple[int, ...]:
        """The members of the group without its lead school."""
        return tuple(m.school_id for m in self.members if m.role != "lead")


def next_turn_of(act: Act, day: date) -> date:
    """The turn of the school year with which a decision of a day takes effect, by the policy of today."""
    policy = load_policy(act.session, act.bureau_id, act.today)
    return next_turn(day, policy.text("autumn_term_start"), policy.text("hard_stop"))


def asked_change(context: CheckContext | OperationContext, turn: date | None = None) -> AskedChange:
    """The change that a check or an operation is about: the answers being given, or those given before.

    The group is looked at on the day on which the change would take effect (``turn``; as of today if not given), so
    that what has been approved already counts.
    """
    act, case = context.act, context.case
    here = context.answers if isinstance(context, CheckContext) else {}
    answers = here if "lead_school" in here else case.answers(APPLY)
    turn = turn or next_turn_of(act, act.today)
    lead = answers.get("lead_school")
    belongings = groups_of(act.session, act.bureau_id, [lead], turn) if lead else []
    led = tuple(b for b in belongings if b.role == "lead")
    named = (answers.get("group_name") or "").strip()
    group = next((b for b in led if b.group == named), None)
    members = tuple(members_at(act.session, act.bureau_id, group.group_id, turn)) if group else ()
    return AskedChange(
        answers, case.applicant_id, turn, led, group, members, load_policy(act.session, act.bureau_id, act.today)
    )


def concerned(context: CheckContext) -> Text:
    """groups.concerned: the group as the register holds it for the day on which the change would take effect."""
    asked = asked_change(context)
    if asked.group is None:
        return Text("填写龙头校和集团名称并保存后显示。")
    return Text(
        "{group}（{kind}），{day}的学校：{schools}",
        group=asked.group.group,
        kind=KINDS[asked.group.kind],
        day=day_text(asked.turn),
        schools=listed([m.school for m in asked.members]),
    )


def next_turn_figure(context: CheckContext) -> Text:
    """groups.next_turn: the day from which a change that is decided today takes effect."""
    return day_text(next_turn_of(context.act, context.act.today))


def enter_change(context: OperationContext) -> OperationResult:
    """groups.enter_change: enter what was approved, with effect from the school year that follows the reply.

    ``issued_in`` names the element that issued the reply. What the register holds already for that day is not entered
    twice.

    Raises:
        ConflictError: the group does not exist any more on that day, would have too many members, or a school is in
            another close-knit group.
    """
    act, record = context.act, issued_in(context)
    approved_on = date.fromisoformat(record["issued_on"]) if record.get("issued_on") else act.today
    asked = asked_change(context, next_turn_of(act, approved_on))
    if asked.group is None:
        gone = str(asked.answers.get("group_name"))
        raise not_entered(Text("集团“{name}”在生效之日已不存在，不能登记。", name=gone))
    # Two changes of one group queue up, so that each sees what the other has entered.
    act.session.execute(select(EducationGroup.id).where(EducationGroup.id == asked.group.group_id).with_for_update())
    queue_up(act, *asked.schools)
    asked = asked_change(context, asked.turn)
    assert asked.group is not None, "groups are never deleted"
    _refuse_beyond_limits(context, asked, asked.group)
    count = 0
    if asked.kind in {"retype", "dissolve"}:
        _enter_group(context, asked, asked.group, record.get("record_id"))
        count += 1
    count += _enter_schools(context, asked, asked.group)
    facts = {"group_id": asked.group.group_id, "effective_on": asked.turn.isoformat(), "entries": count}
    return OperationResult(facts, {"group": asked.group.group, "effective_on": facts["effective_on"]})


def _refuse_beyond_limits(context: OperationContext, asked: AskedChange, group: Belonging) -> None:
    joins = asked.kind == "join"
    if joins:
        refuse_too_many(context, (*asked.others, *asked.schools))
    if joins or (asked.kind == "retype" and asked.answers.get("new_type") == CLOSE_KNIT):
        schools = asked.schools if joins else [member.school_id for member in asked.members]
        refuse_elsewhere(context, "groups.joins_no_other_close_knit", schools, asked.turn, group.group_id)


def _enter_schools(context: OperationContext, asked: AskedChange, group: Belonging) -> int:
    """Enter who joins or leaves; how many did."""
    act, present = context.act, {m.school_id: m.role for m in asked.members}
    cause = str(CAUSES[asked.answers["cause"]])
    if asked.kind == "join":
        change, reason, schools = "joined", cause, {i: "member" for i in asked.schools if i not in present}
    elif asked.kind == "leave":
        change, reason, schools = "left", cause, {i: present[i] for i in asked.schools if i in present}
    else:
        change, reason, schools = "left", DISSOLVED, present if asked.kind == "dissolve" else {}
    rows = [
        {
            "bureau_id": act.bureau_id,
            "group_id": group.group_id,
            "school_id": school_id,
            "change": change,
            "role": role,
            "effective_on": asked.turn,
            "corrects_id": None,
            "reason": reason,
            "case_id": context.case.case_id,
            "recorded_at": act.now,
            "recorded_by": act.actor.name,
        }
        for school_id, role in schools.items()
    ]
    for entry in act.session.scalars(insert(MembershipEntry).returning(MembershipEntry), rows) if rows else ():
        enter(act, entry, context.case.case_id)
    return len(rows)


def _enter_group(context: OperationContext, asked: AskedChange, group: Belonging, record_id: int | None) -> None:
    act = context.act
    entry = GroupChangeEntry(
        bureau_id=act.bureau_id,
        group_id=group.group_id,
        change="type_changed" if asked.kind == "retype" else "dissolved",
        kind=asked.answers.get("new_type") if asked.kind == "retype" else None,
        effective_on=asked.turn,
        reason=str(CAUSES[asked.answers["cause"]]),
        case_id=context.case.case_id,
        record_id=record_id,
        recorded_at=act.now,
        recorded_by=act.actor.name,
    )
    add_entries(act, entry)


def named(context: CheckContext, school_ids: Sequence[int]) -> Text:
    """Schools by their names, as a check lists them."""
    known = names(context.act.session, context.act.bureau_id, set(school_ids))
    return listed([known[ident] for ident in school_ids if ident in known])
