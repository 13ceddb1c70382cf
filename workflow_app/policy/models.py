"""Policy parameters (政策参数). A changed amount is a new row; rows are never updated."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.database import Base, Id


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
