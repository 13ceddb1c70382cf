"""Signing in, in three steps: a quick look, the slow check of the password outside of any transaction, a quick act.

    credentials = look_up(session, username, place, now)     # a read session
    checked = check_password(credentials, password)          # no session: the slow part holds up nobody
    answer = sign_in(session, checked, place, now)           # a write session, committed whatever the answer

A failed attempt is an act too: it is counted and recorded. So a refusal is a result, not an exception, and the caller
commits it. An unknown name, a wrong password, a locked and a disabled account get the same answer after the same work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Act, Actor
from workflow_app.audit import append
from workflow_app.directory.accounts import CHAIN, username_of
from workflow_app.directory.models import Account, Person
from workflow_app.security.counters import SIGN_IN_FAILURES, attempts, count_attempt
from workflow_app.security.passwords import (
    MAX_LENGTH,
    hash_password,
    needs_rehash,
    nobodys_hash,
    verify_password,
)
from workflow_app.security.sessions import close_session, open_session
from workflow_app.text import Text

MAX_FAILURES = 5
LOCK = timedelta(minutes=15)
"""Five wrong passwords in a row lock an account for a quarter of an hour (G-25)."""

REFUSED = Text(
    "用户名或密码不正确，或账号暂不能登录。连续输错{count}次将锁定{minutes}分钟，如需帮助请联系安全管理员。",
    count=MAX_FAILURES,
    minutes=LOCK // timedelta(minutes=1),
)
"""The one answer to every refused attempt: it does not tell whether the name exists."""


@dataclass(frozen=True)
class Credentials:
    """What a user name leads to: an account, its hash and since when it has this password, or nobody and nobody's
    hash.
    """

    account_id: int | None
    stored_hash: str
    changed_at: datetime | None


@dataclass(frozen=True)
class CheckedPassword:
    """Credentials and whether the password fits them; ``new_hash`` replaces a hash of older parameters."""

    credentials: Credentials
    is_right: bool
    new_hash: str | None


@dataclass(frozen=True)
class SignedIn:
    """A sign-in that succeeded; the token is for the cookie and exists nowhere else."""

    account_id: int
    bureau_id: int
    token: str
    must_change: bool


@dataclass(frozen=True)
class SignInRefused:
    """A sign-in that was refused and recorded."""

    message: Text


def look_up(session: Session, username: str, place: str, now: datetime) -> Credentials:
    """Find the account of a user name; writes nothing.

    Raises:
        TooManyError: too many failures came from this network address within the last minutes.
    """
    limit = SIGN_IN_FAILURES
    limit.refuse_beyond(attempts(session, limit.kind, place, now, limit.window_minutes))
    nobody = nobodys_hash()  # Made before the look-up, so that its first making does not mark an unknown name.
    row = session.execute(
        select(Account.id, Account.password_hash, Account.password_changed_at).where(
            Account.username == username_of(username)
        )
    ).one_or_none()
    return Credentials(*row) if row is not None else Credentials(None, nobody, None)


def check_password(credentials: Credentials, password: str) -> CheckedPassword:
    """Verify the password: exactly one Argon2 verification, whether the name is known or not."""
    # A longer password than anyone may have is cut, so that its length costs nothing, and fits nothing.
    fits = verify_password(credentials.stored_hash, password[:MAX_LENGTH]) and len(password) <= MAX_LENGTH
    renew = fits and needs_rehash(credentials.stored_hash)
    return CheckedPassword(credentials, fits, hash_password(password) if renew else None)


def sign_in(session: Session, checked: CheckedPassword, place: str, now: datetime) -> SignedIn | SignInRefused:
    """Open a session, or count and record the failure; the caller commits either way."""
    found = session.execute(
        select(Account, Person.name)
        .join(Person, Person.id == Account.person_id)
        .where(Account.id == checked.credentials.account_id)
        .with_for_update(of=Account)
    ).one_or_none()
    if found is None:
        return _refused(session, place, now)
    account, name = found
    if reason := _why_not(account, checked, now):
        _record_failure(session, account, reason, place, now)
        return _refused(session, place, now)
    account.failed_count, account.locked_until = 0, None
    account.password_hash = checked.new_hash or account.password_hash
    token = open_session(session, account.bureau_id, account.id, now)
    session.flush()
    actor = Actor(account.bureau_id, name, person_id=account.person_id, account_id=account.id)
    append(Act(session, actor, now), CHAIN, "signed_in", f"account:{account.id}", {"address": place})
    return SignedIn(account.id, account.bureau_id, token, account.must_change)


def sign_out(act: Act, token: str) -> None:
    """End the session of the browser that asks for it."""
    close_session(act.session, token, act.now)
    append(act, CHAIN, "signed_out", f"account:{act.actor.account_id}", {"reason": "user"})


def _why_not(account: Account, checked: CheckedPassword, now: datetime) -> str | None:
    if account.disabled_at is not None:
        return "disabled"
    if account.locked_until is not None and now < account.locked_until:
        return "locked"
    # The password may have been changed since it was checked; then what was checked counts for nothing. The hash does
    # not tell: that of older parameters is made anew by whoever signs in first, from the same password.
    if not checked.is_right or account.password_changed_at != checked.credentials.changed_at:
        return "wrong_password"
    return None


def _record_failure(session: Session, account: Account, reason: str, place: str, now: datetime) -> None:
    act = Act(session, Actor(account.bureau_id, "未登录者", kind="external"), now)
    subject = f"account:{account.id}"
    append(act, CHAIN, "sign_in_refused", subject, {"address": place, "reason": reason})
    if reason != "wrong_password":
        return  # A lock is not prolonged by more attempts, or anyone could keep its owner out for good.
    account.failed_count += 1
    if account.failed_count >= MAX_FAILURES:
        account.locked_until = now + LOCK
        body = {"failed_count": account.failed_count, "until": account.locked_until}
        append(act, CHAIN, "account_locked", subject, body)
        account.failed_count = 0


def _refused(session: Session, place: str, now: datetime) -> SignInRefused:
    count_attempt(session, SIGN_IN_FAILURES.kind, place, now, SIGN_IN_FAILURES.window_minutes)
    return SignInRefused(REFUSED)
