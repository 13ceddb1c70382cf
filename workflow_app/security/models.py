"""Tables of the security room: sessions that can be ended from the server, and counters of attempts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.columns import Id
from workflow_app.database import Base


class LoginSession(Base):
    """One signed-in browser. The cookie holds the token, the table only its hash."""

    __tablename__ = "login_session"
    __table_args__ = (Index("ix_login_session_account", "bureau_id", "account_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AttemptCounter(Base):
    """Attempts of one kind from one place within one window: sign-ins per address, verifications per address."""

    __tablename__ = "attempt_counter"
    __table_args__ = (UniqueConstraint("kind", "place", "window_start"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    place: Mapped[str] = mapped_column(String(80))
    window_start: Mapped[datetime]
    count: Mapped[int] = mapped_column(default=0)
