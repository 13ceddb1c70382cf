"""What a group hands in again and again: the plan of a school year, the meetings of a month (003·A2二(二)3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.calendar.duty_periods import first_day_of
from workflow_app.definitions.case_view import CaseView, CheckContext, OperationContext, OperationResult
from workflow_app.errors import WorkflowError
from workflow_app.registers.entries import add_entries, not_entered, record_in
from workflow_app.registers.membership import groups_of, members_of
from workflow_app.registers.models import EducationGroup, MeetingEntry, PlanEntry
from workflow_app.registers.schools import School, schools_at
from workflow_app.text import Text

FILE = "file"
"""The step in which the lead school hands in."""


@dataclass(frozen=True)
class LedGroup:
    """The group that a lead school hands in for, with its schools as they stand at the start of the period."""

    id: int
    name: str
    schools: tuple[School, ...]

    @property
    def young_teachers(self) -> int | None:
        """The recorded young teachers of all its schools; None if a school has no record."""
        counts = [school.number("young_teachers") for school in self.schools]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None


def led_group(session: Session, case: CaseView, today: date) -> LedGroup | None:
    """The group that the applicant leads in the period of the case; None if it leads none then."""
    day = first_day_of(case.period) if case.period else today
    belongings = groups_of(session, case.bureau_id, [case.applicant_id], day)
    members = members_of(session, case.bureau_id, [b.group_id for b in belongings], day)
    led = {m.group_id for m in members if m.role == "lead" and m.school_id == case.applicant_id}
    found = next((b for b in belongings if b.group_id in led), None)
    if found is None:
        return None
    ids = [m.school_id for m in members if m.group_id == found.group_id]
    return LedGroup(found.group_id, found.group, tuple(schools_at(session, case.bureau_id, ids, max(today, day))))


def exchanged(answers: Mapping[str, Any]) -> int:
    """The young teachers whom a plan sends to another school; who is named twice counts once."""
    rows = answers.get("exchange") or []
    named = [(row.get("teacher"), row.get("home")) for row in rows if row.get("is_young")]
    return len({who for who in named if all(who)})


def file_plan(context: OperationContext) -> OperationResult:
    """groups.file_plan: enter the plan that was accepted; ``issued_in`` names the element that issued the receipt."""
    case, group = context.case, _group(context)
    answers = case.answers(FILE)
    entry = PlanEntry(
        bureau_id=context.act.bureau_id,
        group_id=group.id,
        school_year=_period(case),
        filed_on=_filed_on(case),
        projects=len(answers.get("projects") or []),
        exchanged=exchanged(answers),
        young_teachers=group.young_teachers,
        case_id=case.case_id,
        record_id=record_in(context),
        recorded_at=context.act.now,
    )
    return _entered(context, entry, group)


def enter_meeting(context: OperationContext) -> OperationResult:
    """groups.enter_meeting: enter a meeting with its minutes; ``issued_in`` names the element that issued them."""
    case, group = context.case, _group(context)
    answers = case.answers(FILE)
    entry = MeetingEntry(
        bureau_id=context.act.bureau_id,
        group_id=group.id,
        month=_period(case),
        held_on=date.fromisoformat(answers["held_on"]),
        filed_on=_filed_on(case),
        schools_present=len(set(answers.get("present") or [])),
        case_id=case.case_id,
        record_id=record_in(context),
        recorded_at=context.act.now,
    )
    return _entered(context, entry, group)


def plans_of(session: Session, bureau_id: int, group_id: int) -> Sequence[PlanEntry]:
    """The filed plans of a group, the newest first."""
    query = select(PlanEntry).where(PlanEntry.bureau_id == bureau_id, PlanEntry.group_id == group_id)
    return session.scalars(query.order_by(PlanEntry.school_year.desc(), PlanEntry.id.desc())).all()


def meetings_of(session: Session, bureau_id: int, group_id: int) -> Sequence[MeetingEntry]:
    """The meetings of a group, the newest first."""
    query = select(MeetingEntry).where(MeetingEntry.bureau_id == bureau_id, MeetingEntry.group_id == group_id)
    return session.scalars(query.order_by(MeetingEntry.month.desc(), MeetingEntry.id.desc())).all()


def group_of_check(context: CheckContext) -> LedGroup | None:
    """The group that a check is about."""
    return led_group(context.act.session, context.case, context.act.today)


def _group(context: OperationContext) -> LedGroup:
    group = led_group(context.act.session, context.case, context.act.today)
    if group is None:
        raise not_entered(Text("台账中没有由本校牵头的集团，不能登记。"))
    # A group is locked while something is entered for it, so that two cases of one period queue up.
    context.act.session.execute(select(EducationGroup.id).where(EducationGroup.id == group.id).with_for_update())
    return group


def _entered(context: OperationContext, entry: PlanEntry | MeetingEntry, group: LedGroup) -> OperationResult:
    add_entries(context.act, entry)
    return OperationResult({"entry_id": entry.id, "group_id": group.id}, {"group": group.name})


def _period(case: CaseView) -> str:
    if case.period is None:
        raise WorkflowError("本办件不是由应办事项发起的，没有所属期间。")
    return case.period


def _filed_on(case: CaseView) -> date:
    assert case.filed_on is not None, "an operation runs after the first step"
    return case.filed_on
