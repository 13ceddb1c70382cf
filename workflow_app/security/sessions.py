"""Sessions kept by the server: the cookie holds a random token, the table its hash; ending one takes effect at once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from workflow_app.database import digest
from workflow_app.security.models import LoginSession

# Every request asks this; it is built once, which takes longer than to run it.
_LIVING = select(
    LoginSession.account_id, LoginSession.bureau_id, LoginSession.started_at, LoginSession.last_seen_at
).where(LoginSession.token_hash == bindparam("token_hash"), LoginSession.ended_at.is_(None))

TOUCH_EVERY = timedelta(minutes=1)
"""How often the moment of the last request is written at most."""


@dataclass(frozen=True)
class SeenSession:
    """A living session: whose it is, and whether :func:`touch` is due."""

    account_id: int
    bureau_id: int
    touch_due: bool


def open_session(session: Session, bureau_id: int, account_id: int, now: datetime) -> str:
    """Begin a session and return its token, the only copy there is."""
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            bureau_id=bureau_id, account_id=account_id, token_hash=digest(token), started_at=now, last_seen_at=now
        )
    )
    return token


def session_account(
    session: Session, token: str, now: datetime, idle_minutes: int, lifetime_hours: int = 12
) -> SeenSession | None:
    """The living session of a token; None if it is unknown, ended, was idle for longer than ``idle_minutes``, or began
    longer ago than ``lifetime_hours``: a cookie that was copied does not live on because it is used.

    Nothing is written: a page reads in a session that is rolled back. Where ``touch_due`` is set, the caller calls
    :func:`touch` in a write transaction of its own.
    """
    row = session.execute(_LIVING, {"token_hash": digest(token)}).one_or_none()
    if row is None or now - row.last_seen_at > timedelta(minutes=idle_minutes):
        return None
    if now - row.started_at > timedelta(hours=lifetime_hours):
        return None
    return SeenSession(row.account_id, row.bureau_id, touch_due=now - row.last_seen_at >= TOUCH_EVERY)


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
