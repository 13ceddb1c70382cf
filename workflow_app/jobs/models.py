"""The job table. A job is enqueued in the transaction of the act that wants it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.columns import Id
from workflow_app.database import Base, partial_index


class Job(Base):
    """Work to do at or after ``due_at``, once. ``key`` makes the same wish made twice one job."""

    __tablename__ = "job"
    __table_args__ = (partial_index("ix_job_ready", "due_at", "id", where="done_at IS NULL AND failed_at IS NULL"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(60))
    args: Mapped[dict[str, Any]]
    key: Mapped[str] = mapped_column(String(160), unique=True)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    owner: Mapped[str | None] = mapped_column(String(80))
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
