"""Who belongs to which group on a day, worked out from the entries. Nothing here is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from workflow_app.definitions.case_view import Owed
from workflow_app.directory.models import Organisation
from workflow_app.registers.change_models import GroupChangeEntry
from workflow_app.registers.models import VOIDED, EducationGroup, MembershipEntry

Value = TypeVar("Value")


@dataclass(frozen=True)
class Member:
    """A school in a group: its role (lead, member) and since when."""

    group_id: int
    school_id: int
    school: str
    role: str
    since: date


@dataclass(frozen=True)
class Belonging:
    """A group that a school belongs to, with the type that the group has on that day."""

    group_id: int
    group: str
    kind: str
    stage: str
    school_id: int
    role: str
    since: date
    case_id: int | None  # in which the school was entered; None where it was by a correction


def members_at(session: Session, bureau_id: int, group_id: int, day: date) -> list[Member]:
    """The members of a group on a day, the lead school first, with one statement."""
    return members_of(session, bureau_id, [group_id], day)


def members_of(session: Session, bureau_id: int, group_ids: Iterable[int], day: date) -> list[Member]:
    """The members of several groups on a day, each with its lead school first, with one statement."""
    rows = session.execute(
        select(MembershipEntry, Organisation.name)
        .join(Organisation, Organisation.id == MembershipEntry.school_id)
        .where(MembershipEntry.bureau_id == bureau_id, MembershipEntry.group_id.in_(list(group_ids)))
        .order_by(MembershipEntry.id)
    ).all()
    names = {entry.school_id: school for entry, school in rows}
    members = [
        Member(entry.group_id, entry.school_id, names[entry.school_id], entry.role, entry.effective_on)
        for entry in standing([entry for entry, _ in rows], day)
    ]
    return sorted(members, key=lambda m: (m.group_id, m.role != "lead", m.since, m.school_id))


def groups_of(session: Session, bureau_id: int, school_ids: Iterable[int], day: date) -> list[Belonging]:
    """The groups that schools belong to on a day, with one statement."""
    rows = session.execute(
        select(MembershipEntry, EducationGroup.name, kind_on(day), EducationGroup.stage)
        .join(EducationGroup, EducationGroup.id == MembershipEntry.group_id)
        .where(MembershipEntry.bureau_id == bureau_id, MembershipEntry.school_id.in_(list(school_ids)))
        .order_by(MembershipEntry.id)
    ).all()
    groups = {entry.group_id: (name, kind, stage) for entry, name, kind, stage in rows}
    return [
        Belonging(e.group_id, *groups[e.group_id], e.school_id, e.role, e.effective_on, e.case_id)
        for e in standing([entry for entry, *_ in rows], day)
    ]


def leads(session: Session, bureau_id: int, day: date) -> list[int]:
    """The lead schools (龙头校) of a day."""
    # All entries are read: the correction of a lead school's entry may say that it is a member only.
    entries = session.scalars(select(MembershipEntry).where(MembershipEntry.bureau_id == bureau_id)).all()
    return sorted({entry.school_id for entry in standing(entries, day) if entry.role == "lead"})


def owed_by_leads(session: Session, bureau_id: int, day: date) -> list[Owed]:
    """groups.leads: every lead school of a day files plans and holds meetings, whichever groups it leads."""
    return [Owed(school_id) for school_id in leads(session, bureau_id, day)]


def members_led_by(session: Session, bureau_id: int, lead_id: int, day: date) -> list[int]:
    """groups.members: the member schools, without the lead itself, of the groups that a school leads on a day."""
    led = [b.group_id for b in groups_of(session, bureau_id, [lead_id], day) if b.role == "lead"]
    members = members_of(session, bureau_id, led, day)
    return sorted({member.school_id for member in members if member.school_id != lead_id})


def standing(entries: Sequence[MembershipEntry], day: date) -> list[MembershipEntry]:
    """The entries by which a school is a member on a day.

    An entry that a later one corrects is void, its correction stands in its place, if it does not say that nothing
    does. Of what is left the last effective
    entry of each school in each group decides.
    """
    void = {entry.corrects_id for entry in entries if entry.corrects_id is not None}
    valid = [e for e in entries if e.id not in void and e.change != VOIDED and e.effective_on <= day]
    last: dict[tuple[int, int], MembershipEntry] = {}
    for entry in sorted(valid, key=lambda e: (e.effective_on, e.id)):
        last[entry.group_id, entry.school_id] = entry
    return [entry for entry in last.values() if entry.change == "joined"]


def kind_on(day: date) -> ColumnElement[str]:
    """The type of a group on a day, beside ``EducationGroup`` in a query: as founded, or as changed by then."""
    newest = _valid_changes(GroupChangeEntry.kind, "type_changed").where(GroupChangeEntry.effective_on <= day)
    return func.coalesce(newest.scalar_subquery(), EducationGroup.kind)


def dissolved_on() -> ScalarSelect[date]:
    """The day from which a group is dissolved, beside ``EducationGroup`` in a query; NULL if it is not."""
    return _valid_changes(GroupChangeEntry.effective_on, "dissolved").scalar_subquery()


def _valid_changes(column: InstrumentedAttribute[Value], change: str) -> Select[Value]:
    """A column of the last change of one sort of the outer query's group; what was corrected does not count."""
    correction = aliased(GroupChangeEntry)
    return (
        select(column)
        .where(
            GroupChangeEntry.bureau_id == EducationGroup.bureau_id,
            GroupChangeEntry.group_id == EducationGroup.id,
            GroupChangeEntry.change == change,
            ~exists().where(correction.corrects_id == GroupChangeEntry.id),
        )
        .order_by(GroupChangeEntry.effective_on.desc(), GroupChangeEntry.id.desc())
        .limit(1)
        .correlate(EducationGroup)
    )
