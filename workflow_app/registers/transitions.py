"""The transition after a change of a group (过渡方案): what has come into force, and who reports what was done.

003·A2二(一)2: 新增成员校或成员校退出，需经县教育体育局科学评估分析后审批，确保平稳过渡.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from workflow_app.calendar.duty_periods import first_day_of
from workflow_app.calendar.terms import next_school_year_start, school_year_start
from workflow_app.definitions.case_view import CheckContext, Owed
from workflow_app.directory.models import Organisation
from workflow_app.registers.change_models import GroupChangeEntry
from workflow_app.registers.changes import KINDS
from workflow_app.registers.membership import members_of
from workflow_app.registers.models import VOIDED, EducationGroup, MembershipEntry
from workflow_app.text import Text, in_lines

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Turn:
    """Something of a group that was decided by a case and is in force from a day on."""

    group_id: int
    effective_on: date
    words: Text


def owed_transitions(session: Session, bureau_id: int, day: date) -> list[Owed]:
    """groups.transitions: the lead school of every group that changed with this school year, once, from that day on.

    It is the school that led the group until then: a group that is dissolved has its transition, too.
    """
    found = turns(session, bureau_id, school_year_start(day), day)
    leads = _leads_before(session, bureau_id, found)
    owed = (Owed(leads[turn.group_id], None, turn.effective_on) for turn in found if turn.group_id in leads)
    return list(dict.fromkeys(owed))


def transition_changes(context: CheckContext) -> Text:
    """groups.transition_changes: what changed in the groups of the applicant with the school year of the case."""
    session, case = context.act.session, context.case
    first = first_day_of(case.period) if case.period else school_year_start(context.act.today)
    found = turns(session, case.bureau_id, first, next_school_year_start(first) - _ONE_DAY)
    leads = _leads_before(session, case.bureau_id, found)
    return in_lines([turn.words for turn in found if leads.get(turn.group_id) == case.applicant_id])


def turns(session: Session, bureau_id: int, first: date, last: date) -> list[Turn]:
    """What came into force for groups that stood already, from a day to another one: by day, then as entered."""
    return sorted([*_moves(session, bureau_id, first, last), *_changes(session, bureau_id, first, last)], key=_by_day)


def _moves(session: Session, bureau_id: int, first: date, last: date) -> list[Turn]:
    correction = aliased(MembershipEntry)
    rows = session.execute(
        select(MembershipEntry, Organisation.name, EducationGroup.name)
        .join(Organisation, Organisation.id == MembershipEntry.school_id)
        .join(EducationGroup, EducationGroup.id == MembershipEntry.group_id)
        .where(
            MembershipEntry.bureau_id == bureau_id,
            MembershipEntry.effective_on.between(first, last),
            MembershipEntry.case_id != EducationGroup.case_id,
            MembershipEntry.change != VOIDED,
            ~exists().where(correction.bureau_id == bureau_id, correction.corrects_id == MembershipEntry.id),
        )
        .order_by(MembershipEntry.id)
    )
    return [
        Turn(
            entry.group_id,
            entry.effective_on,
            Text("{school}加入{group}", school=school, group=group)
            if entry.change == "joined"
            else Text("{school}退出{group}", school=school, group=group),
        )
        for entry, school, group in rows
    ]


def _changes(session: Session, bureau_id: int, first: date, last: date) -> list[Turn]:
    correction = aliased(GroupChangeEntry)
    rows = session.execute(
        select(GroupChangeEntry, EducationGroup.name)
        .join(EducationGroup, EducationGroup.id == GroupChangeEntry.group_id)
        .where(
            GroupChangeEntry.bureau_id == bureau_id,
            GroupChangeEntry.effective_on.between(first, last),
            GroupChangeEntry.change != VOIDED,
            ~exists().where(correction.bureau_id == bureau_id, correction.corrects_id == GroupChangeEntry.id),
        )
        .order_by(GroupChangeEntry.id)
    )
    return [
        Turn(
            entry.group_id,
            entry.effective_on,
            Text("{group}变更为{kind}", group=group, kind=KINDS[entry.kind])
            if entry.kind is not None
            else Text("{group}撤销", group=group),
        )
        for entry, group in rows
    ]


def _leads_before(session: Session, bureau_id: int, found: list[Turn]) -> dict[int, int]:
    """Group to the school that led it on the day before its first change."""
    leads: dict[int, int] = {}
    for day in sorted({turn.effective_on for turn in found}):
        groups = {turn.group_id for turn in found if turn.effective_on == day} - leads.keys()
        members = members_of(session, bureau_id, groups, day - _ONE_DAY)
        leads |= {member.group_id: member.school_id for member in members if member.role == "lead"}
    return leads


def _by_day(turn: Turn) -> tuple[date, int]:
    return turn.effective_on, turn.group_id
