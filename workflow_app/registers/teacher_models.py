"""Tables of the registers of teachers: mentoring (师徒结对台账) and support teaching (支教台账).

Rows are entries: they are added, never changed. There is no register of teachers yet, so a person is named by name,
staff number (工号) and school; nothing else about a person is kept here.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.columns import Id
from workflow_app.database import Base


class MentoringAgreement(Base):
    """An agreement between a mentor and apprentices (师徒结对协议), or a studio with its host (工作室)."""

    __tablename__ = "mentoring_agreement"
    __table_args__ = (
        UniqueConstraint("case_id"),
        Index("ix_mentoring_agreement_mentor", "bureau_id", "mentor_no", "starts_on"),
        Index("ix_mentoring_agreement_newest", "bureau_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(20))  # mentor 一对一、一对多师徒, studio 工作室
    mentor: Mapped[str] = mapped_column(String(40))
    mentor_no: Mapped[str] = mapped_column(String(20))
    mentor_title: Mapped[str] = mapped_column(String(20))  # a code of registers.teacher_codes.TITLES
    mentor_school_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))  # the school that filed it
    subject: Mapped[str] = mapped_column(String(40))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    review_on: Mapped[date]
    approved_on: Mapped[date]
    case_id: Mapped[int] = mapped_column(Id)
    record_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class MentoringApprentice(Base):
    """One apprentice of an agreement; in a studio a member, or a trainee of a member."""

    __tablename__ = "mentoring_apprentice"
    __table_args__ = (
        UniqueConstraint("agreement_id", "teacher_no"),
        Index("ix_mentoring_apprentice_teacher", "bureau_id", "teacher_no"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    agreement_id: Mapped[int] = mapped_column(Id, ForeignKey("mentoring_agreement.id"))
    role: Mapped[str] = mapped_column(String(20))  # apprentice 徒弟, member 工作室成员, trainee 培养对象
    name: Mapped[str] = mapped_column(String(40))
    teacher_no: Mapped[str] = mapped_column(String(20))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    member_no: Mapped[str | None] = mapped_column(String(20))  # of a trainee: the member who trains them
    case_id: Mapped[int] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class MentoringLog(Base):
    """What mentor and apprentices did in a term: lessons heard, demonstration lessons, hours of guidance."""

    __tablename__ = "mentoring_log"
    __table_args__ = (Index("ix_mentoring_log_agreement", "bureau_id", "agreement_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    agreement_id: Mapped[int] = mapped_column(Id, ForeignKey("mentoring_agreement.id"))
    term: Mapped[str] = mapped_column(String(20))
    heard: Mapped[int]  # 听课节数
    shown: Mapped[int]  # 示范课节数
    guided: Mapped[int]  # 指导次数
    logged_on: Mapped[date]
    case_id: Mapped[int] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class MentoringOutcome(Base):
    """How an agreement came to its end for one apprentice: reviewed, or ended early with the reason."""

    __tablename__ = "mentoring_outcome"
    __table_args__ = (
        UniqueConstraint("apprentice_id"),
        Index("ix_mentoring_outcome_agreement", "bureau_id", "agreement_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    agreement_id: Mapped[int] = mapped_column(Id, ForeignKey("mentoring_agreement.id"))
    apprentice_id: Mapped[int] = mapped_column(Id, ForeignKey("mentoring_apprentice.id"))
    result: Mapped[str] = mapped_column(String(20))  # passed, failed, ended_early
    ended_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(String(300))
    case_id: Mapped[int] = mapped_column(Id)
    record_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class SupportService(Base):
    """A teacher's service as support teacher (支教) from the day of reporting; one row for each person of a batch."""

    __tablename__ = "support_service"
    __table_args__ = (
        UniqueConstraint("case_id", "teacher_no"),
        Index("ix_support_service_teacher", "bureau_id", "teacher_no", "starts_on"),
        Index("ix_support_service_newest", "bureau_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    batch: Mapped[str] = mapped_column(String(40))
    pairing_id: Mapped[int | None] = mapped_column(Id)  # the pairing under which the batch is sent
    name: Mapped[str] = mapped_column(String(40))
    teacher_no: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(40))
    post: Mapped[str] = mapped_column(String(60))
    home_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    host_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    host_counts: Mapped[bool]  # the host was rural or weak: what a title evaluation asks for (D24)
    starts_on: Mapped[date]  # the day of reporting
    planned_until: Mapped[date]
    case_id: Mapped[int] = mapped_column(Id)
    record_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class SupportResult(Base):
    """How a service ended: until when, how many teaching months count, the grade, and whether it is proved."""

    __tablename__ = "support_result"
    __table_args__ = (
        UniqueConstraint("service_id"),
        Index("ix_support_result_case", "bureau_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    service_id: Mapped[int] = mapped_column(Id, ForeignKey("support_service.id"))
    ended_on: Mapped[date]
    months: Mapped[int]  # teaching months that count
    result: Mapped[str] = mapped_column(String(20))  # excellent, qualified, failed, returned_early
    proved: Mapped[bool]  # a proof of service (任教经历证明) was earned
    reason: Mapped[str | None] = mapped_column(String(300))  # of an early return
    case_id: Mapped[int] = mapped_column(Id)
    recorded_at: Mapped[datetime]


TeacherEntry = (
    MentoringAgreement | MentoringApprentice | MentoringLog | MentoringOutcome | SupportService | SupportResult
)

TEACHER_TABLES: tuple[type[TeacherEntry], ...] = (
    MentoringAgreement,
    MentoringApprentice,
    MentoringLog,
    MentoringOutcome,
    SupportResult,
    SupportService,
)
"""The tables whose rows the audit log vouches for."""
