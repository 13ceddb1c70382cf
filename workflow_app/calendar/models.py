"""The calendar table: only the days that differ from the plain week."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.columns import Id
from workflow_app.database import Base


class CalendarDay(Base):
    """A day off on a weekday, or a worked weekend, by the State Council's yearly notice."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("bureau_id", "day"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    day: Mapped[date]
    is_working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(40))  # 劳动节, 调休上班
    source: Mapped[str] = mapped_column(String(120))


class CalendarYear(Base):
    """A year whose official notice has been entered; deadlines beyond such years are shown as provisional."""

    __tablename__ = "calendar_year"
    __table_args__ = (UniqueConstraint("bureau_id", "year"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    year: Mapped[int]
    source: Mapped[str] = mapped_column(String(120))
