"""Tables of the registers. Rows are entries: they are added, never changed; a correction is a further entry."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.columns import Id
from workflow_app.database import Base

VOIDED = "voided"
"""An entry with this change says that the one that it corrects is void, and that nothing stands in its place."""


class EducationGroup(Base):
    """An education group (教育集团) as it was founded; its members and charters are entries of their own."""

    __tablename__ = "education_group"
    __table_args__ = (UniqueConstraint("bureau_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))  # close_knit 紧密型, cooperative 合作型
    stage: Mapped[str] = mapped_column(String(20))
    lead_school_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    approved_on: Mapped[date]
    effective_on: Mapped[date]
    case_id: Mapped[int] = mapped_column(Id)
    record_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class MembershipEntry(Base):
    """One entry of 成员校变动: a school joins or leaves with effect from a date; corrections name what they correct."""

    __tablename__ = "membership_entry"
    __table_args__ = (Index("ix_membership_entry_group", "bureau_id", "group_id", "effective_on"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("education_group.id"))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    change: Mapped[str] = mapped_column(String(10))  # joined, left, voided
    role: Mapped[str] = mapped_column(String(10))  # lead, member
    effective_on: Mapped[date]
    corrects_id: Mapped[int | None] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(String(200))
    case_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(80))


class PlanEntry(Base):
    """A group's filed plan of one school year (学年度工作计划备案)."""

    __tablename__ = "plan_entry"
    __table_args__ = (Index("ix_plan_entry_group", "bureau_id", "group_id", "school_year"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("education_group.id"))
    school_year: Mapped[str] = mapped_column(String(9))
    filed_on: Mapped[date]
    projects: Mapped[int]
    exchanged: Mapped[int]  # young teachers who are exchanged in the year
    young_teachers: Mapped[int | None]  # of all schools of the group, as recorded; None if one is not recorded
    case_id: Mapped[int] = mapped_column(Id)
    record_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class MeetingEntry(Base):
    """A group's meeting of one month (月例会)."""

    __tablename__ = "meeting_entry"
    __table_args__ = (Index("ix_meeting_entry_group", "bureau_id", "group_id", "month"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("education_group.id"))
    month: Mapped[str] = mapped_column(String(7))
    held_on: Mapped[date]
    filed_on: Mapped[date]
    schools_present: Mapped[int]
    case_id: Mapped[int] = mapped_column(Id)
    record_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class CharterEntry(Base):
    """One filed version of a group's charter (章程版本)."""

    __tablename__ = "charter_entry"
    __table_args__ = (UniqueConstraint("group_id", "version"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("education_group.id"))
    version: Mapped[int]
    filed_on: Mapped[date]
    effective_on: Mapped[date]
    file_id: Mapped[int | None] = mapped_column(Id)
    file_hash: Mapped[str | None] = mapped_column(String(64))
    clauses: Mapped[list[Any] | None]  # the text clause by clause; None for a version that is a file
    text_hash: Mapped[str | None] = mapped_column(String(64))  # of the clauses, as the council voted on them
    voted_on: Mapped[date | None]
    case_id: Mapped[int] = mapped_column(Id)
    record_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime]
