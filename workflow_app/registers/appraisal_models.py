"""Tables of the yearly appraisal of education groups (捆绑式考核台账). Rows are entries: added, never changed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.columns import Id
from workflow_app.database import Base


class AppraisalEntry(Base):
    """A group's appraisal of one school year, as it was decided. Scores are exact decimals in the form of text."""

    __tablename__ = "appraisal_entry"
    __table_args__ = (UniqueConstraint("bureau_id", "school_year", "group_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("education_group.id"))
    school_year: Mapped[str] = mapped_column(String(9))
    decided_on: Mapped[date]
    total: Mapped[str] = mapped_column(String(5))  # 79.0
    grade: Mapped[str] = mapped_column(String(10))  # excellent, good, qualified, failed
    resources: Mapped[str] = mapped_column(String(6))  # 资源增减: the mean of the scorers, or what replaced it
    gap: Mapped[str] = mapped_column(String(6))  # 校际差距
    radiation: Mapped[str] = mapped_column(String(6))  # 辐射带动
    integration: Mapped[str] = mapped_column(String(6))  # 融入提升
    satisfaction: Mapped[str] = mapped_column(String(6))  # 满意度
    value_added: Mapped[str] = mapped_column(String(6))  # 增值分
    scorers: Mapped[int]
    uses: Mapped[str] = mapped_column(String(80))  # what the result is used for, by codes with commas
    case_id: Mapped[int] = mapped_column(Id)
    record_id: Mapped[int | None] = mapped_column(Id)  # the score sheet
    recorded_at: Mapped[datetime]


class SchoolAppraisalEntry(Base):
    """The grade of one school of an appraised group: the same for the lead school and every member."""

    __tablename__ = "school_appraisal_entry"
    __table_args__ = (Index("ix_school_appraisal_entry_school", "bureau_id", "school_id", "school_year"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    appraisal_id: Mapped[int] = mapped_column(Id, ForeignKey("appraisal_entry.id"))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    role: Mapped[str] = mapped_column(String(10))  # lead, member
    school_year: Mapped[str] = mapped_column(String(9))
    grade: Mapped[str] = mapped_column(String(10))
    decided_on: Mapped[date]
    recorded_at: Mapped[datetime]


class AppraisalCorrection(Base):
    """A correction (更正) of a decided appraisal, of a group or of a pairing: the newest one of an appraisal stands."""

    __tablename__ = "appraisal_correction"
    __table_args__ = (Index("ix_appraisal_correction_entry", "bureau_id", "register", "entry_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    register: Mapped[str] = mapped_column(String(30))  # appraisal_entry, pairing_appraisal
    entry_id: Mapped[int] = mapped_column(Id)
    total: Mapped[str] = mapped_column(String(5))
    grade: Mapped[str] = mapped_column(String(10))
    document: Mapped[str] = mapped_column(String(80))  # 依据文号
    reason: Mapped[str] = mapped_column(String(200))
    case_id: Mapped[int] = mapped_column(Id)  # the case that the appraisal was decided in
    recorded_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(80))


AppraisalRow = AppraisalEntry | SchoolAppraisalEntry | AppraisalCorrection
APPRAISAL_TABLES: tuple[type[AppraisalRow], ...] = (AppraisalEntry, SchoolAppraisalEntry, AppraisalCorrection)
"""Every table here, for the proof of the registers."""
