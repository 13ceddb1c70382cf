"""Who belongs to which group on a day, worked out from the entries. Nothing here is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from workflow_app.directory.models import Organisation
from workflow_app.registers.models import EducationGroup, MembershipEntry


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
    """A group that a school belongs to."""

    group_id: int
    group: str
    kind: str
    school_id: int
    since: date


def members_at(session: Session, bureau_id: int, group_id: int, day: date) -> list[Member]:
    """The members of a group on a day, the lead school first, with one statement."""
    return members_of(session, bureau_id, [group_id], day)


def members_of(session: Session, bureau_id: int, group_ids: Iterable[int], day: date) -> list[Member]:
    """The members of several groups on a day, each with its lead school first, with one statement."""
    found = _read(session, bureau_id, MembershipEntry.group_id.in_(list(group_ids)))
    names = {entry.school_id: school for entry, school, _ in found}
    members = [
        Member(entry.group_id, entry.school_id, names[entry.school_id], entry.role, entry.effective_on)
        for entry in standing([entry for entry, _, _ in found], day)
    ]
    return sorted(members, key=lambda m: (m.group_id, m.role != "lead", m.since, m.school_id))


def groups_of(session: Session, bureau_id: int, school_ids: Iterable[int], day: date) -> list[Belonging]:
    """The groups that schools belong to on a day, with one statement."""
    found = _read(session, bureau_id, MembershipEntry.school_id.in_(list(school_ids)))
    groups = {group.id: group for _, _, group in found}
    return [
        Belonging(e.group_id, groups[e.group_id].name, groups[e.group_id].kind, e.school_id, e.effective_on)
        for e in standing([entry for entry, _, _ in found], day)
    ]


def leads(session: Session, bureau_id: int, day: date) -> list[int]:
    """groups.leads: the lead schools (龙头校) of a day, who file plans and hold meetings for their groups."""
    found = _read(session, bureau_id, MembershipEntry.role == "lead")
    return sorted({entry.school_id for entry in standing([entry for entry, _, _ in found], day)})


def members_led_by(session: Session, bureau_id: int, lead_id: int, day: date) -> list[int]:
    """groups.members: the member schools, without the lead itself, of the groups that a school leads on a day."""
    led = _read(session, bureau_id, (MembershipEntry.role == "lead") & (MembershipEntry.school_id == lead_id))
    groups = {entry.group_id for entry in standing([entry for entry, _, _ in led], day)}
    members = members_of(session, bureau_id, groups, day)
    return sorted({member.school_id for member in members if member.school_id != lead_id})


def standing(entries: Sequence[MembershipEntry], day: date) -> list[MembershipEntry]:
    """The entries by which a school is a member on a day.

    An entry that a later one corrects is void, its correction stands in its place. Of what is left the last effective
    entry of each school in each group decides.
    """
    void = {entry.corrects_id for entry in entries if entry.corrects_id is not None}
    valid = [entry for entry in entries if entry.id not in void and entry.effective_on <= day]
    last: dict[tuple[int, int], MembershipEntry] = {}
    for entry in sorted(valid, key=lambda e: (e.effective_on, e.id)):
        last[entry.group_id, entry.school_id] = entry
    return [entry for entry in last.values() if entry.change == "joined"]


def _read(
    session: Session, bureau_id: int, condition: ColumnElement[bool]
) -> list[tuple[MembershipEntry, str, EducationGroup]]:
    rows = session.execute(
        select(MembershipEntry, Organisation.name, EducationGroup)
        .join(Organisation, Organisation.id == MembershipEntry.school_id)
        .join(EducationGroup, EducationGroup.id == MembershipEntry.group_id)
        .where(MembershipEntry.bureau_id == bureau_id, condition)
        .order_by(MembershipEntry.id)
    )
    return [(entry, school, group) for entry, school, group in rows]
