"""The table of what becomes of a group after its founding. Rows are entries: added, never changed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.columns import Id
from workflow_app.database import Base


class GroupChangeEntry(Base):
    """One entry of 集团变动: the type of a group changes, or the group is dissolved, with effect from a date.

    The row of the founding stays as it was. An entry that a later one corrects is void (``corrects_id``).
    """

    __tablename__ = "group_change_entry"
    __table_args__ = (Index("ix_group_change_entry_group", "bureau_id", "group_id", "effective_on"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("education_group.id"))
    change: Mapped[str] = mapped_column(String(20))  # type_changed 类型变更, dissolved 撤销, voided 登记撤销
    kind: Mapped[str | None] = mapped_column(String(20))  # type_changed: the type from then on
    effective_on: Mapped[date]
    corrects_id: Mapped[int | None] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(String(200))
    case_id: Mapped[int | None] = mapped_column(Id)
    record_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(80))
