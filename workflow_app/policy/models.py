"""Policy parameters (政策参数). A changed amount is a new row; rows are never updated."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.columns import Id
from workflow_app.database import Base


class PolicyParameter(Base):
    """One amount of one profile, valid from a date to a date, with the clause that it comes from."""

    __tablename__ = "policy_parameter"
    __table_args__ = (Index("ix_policy_parameter_key", "bureau_id", "profile", "key", "valid_from"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    profile: Mapped[str] = mapped_column(String(20))  # 003, 004
    key: Mapped[str] = mapped_column(String(60))  # approval_days
    value: Mapped[str] = mapped_column(String(200))  # decimals as text, exact
    unit: Mapped[str] = mapped_column(String(20))  # workday, day, ratio, count, yuan, text
    clause: Mapped[str] = mapped_column(String(80))  # 003·A2三(二), or 通行做法
    title: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    version: Mapped[int]
    recorded_at: Mapped[datetime]


class PolicyProposal(Base):
    """A change of one amount that one person proposes and another one decides on; nothing follows from it before."""

    __tablename__ = "policy_proposal"
    __table_args__ = (Index("ix_policy_proposal_key", "bureau_id", "profile", "key", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    profile: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(60))
    follows: Mapped[int]  # the version that was the newest one when the change was proposed
    value: Mapped[str] = mapped_column(String(200))
    clause: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    proposed_by: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(10))  # confirmed, rejected, withdrawn
    decided_by: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    remark: Mapped[str | None] = mapped_column(String(500))
