"""In-app notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.columns import Id
from workflow_app.database import Base


class Notice(Base):
    """One line for one person: 任务到期提醒, 办件已办结."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_person", "bureau_id", "person_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(40))
    message: Mapped[dict[str, Any]]  # a Text
    case_id: Mapped[int | None] = mapped_column(Id)
    task_id: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
