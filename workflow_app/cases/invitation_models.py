"""The table of invitations: how an outside organisation is let in to one task, and no further."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.columns import Id
from workflow_app.database import Base


class Invitation(Base):
    """One link to one seat. Of link, code and session only hashes are kept.

    It lets somebody in while ``ended`` is empty, ``expires_on`` has not passed and the seat is open: so an answer, a
    return or a withdrawal ends it without another word. ``ended``: revoked, replaced (by a newer link), locked.
    """

    __tablename__ = "invitation"
    __table_args__ = (Index("ix_invitation_seat", "bureau_id", "seat_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case.id"))
    task_id: Mapped[int] = mapped_column(Id, ForeignKey("task.id"))
    seat_id: Mapped[int] = mapped_column(Id, ForeignKey("seat.id"))
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    contact: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str | None] = mapped_column(String(200))  # Argon2; none until the code has been made
    failed_count: Mapped[int] = mapped_column(default=0)
    issued_by: Mapped[int | None] = mapped_column(Id)
    issued_at: Mapped[datetime]
    expires_on: Mapped[date]  # the last day
    ended: Mapped[str | None] = mapped_column(String(10))
    ended_at: Mapped[datetime | None]
    session_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # one browser at a time
    session_since: Mapped[datetime | None]
    session_seen: Mapped[datetime | None]
