"""Sessions kept by the server: the cookie holds a random token, the table its hash; ending one takes effect at once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from workflow_app.columns import digest
from workflow_app.security.models import LoginSession

NOT_ENDED = (LoginSession.token_hash == bindparam("token_hash")) & LoginSession.ended_at.is_(None)
"""The session of a token whose digest is bound as ``token_hash``, unless it was ended; :meth:`Limits.allow` says if it
still lives. The statement that asks is with the directory, because it asks in one go whose session it is."""

TOUCH_EVERY = timedelta(minutes=1)
"""How often the moment of the last request is written at most."""


@dataclass(frozen=True)
class Limits:
    """How long a session may be idle, and how long it may last: a cookie that was copied does not live on because it
    is used."""

    idle_minutes: int
    lifetime_hours: int = 12

    def allow(self, now: datetime, started_at: datetime, last_seen_at: datetime) -> bool:
        """Whether a session that was not ended still lives."""
        is_used = now - last_seen_at <= timedelta(minutes=self.idle_minutes)
        return is_used and now - started_at <= timedelta(hours=self.lifetime_hours)


def touch_is_due(now: datetime, last_seen_at: datetime) -> bool:
    """Whether the moment of this request is to be written down by :func:`touch`, in a write transaction of its own."""
    return now - last_seen_at >= TOUCH_EVERY


def open_session(session: Session, bureau_id: int, account_id: int, now: datetime) -> str:
    """Begin a session and return its token, the only copy there is."""
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            bureau_id=bureau_id, account_id=account_id, token_hash=digest(token), started_at=now, last_seen_at=now
        )
    )
    return token


def touch(session: Session, token: str, now: datetime) -> None:
    """Note that the session was used; an ended session stays ended, and the moment never moves back."""
    session.execute(
        update(LoginSession)
        .where(
            LoginSession.token_hash == digest(token), LoginSession.ended_at.is_(None), LoginSession.last_seen_at < now
        )
        .values(last_seen_at=now)
    )


def close_session(session: Session, token: str, now: datetime) -> None:
    """End one session; ending it twice changes nothing."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == digest(token), LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def close_all(
    session: Session, bureau_id: int, account_id: int, now: datetime, *, keep_token: str | None = None
) -> None:
    """End every session of an account, but for the one whose token is kept (the browser that changes the password)."""
    condition = [
        LoginSession.bureau_id == bureau_id,
        LoginSession.account_id == account_id,
        LoginSession.ended_at.is_(None),
    ]
    if keep_token is not None:
        condition.append(LoginSession.token_hash != digest(keep_token))
    session.execute(update(LoginSession).where(*condition).values(ended_at=now))
