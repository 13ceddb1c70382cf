"""From an account to whoever acts: read anew at every request, so that what was revoked is gone with the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Row, and_, bindparam, select
from sqlalchemy.orm import Session

from workflow_app.act import Actor, Holding
from workflow_app.clock import local_date
from workflow_app.columns import digest
from workflow_app.database import read_columns
from workflow_app.directory.holdings import valid_on
from workflow_app.directory.models import Account, Bureau, Organisation, Person, PositionHolding
from workflow_app.errors import ForbiddenError
from workflow_app.security.models import LoginSession
from workflow_app.security.sessions import NOT_ENDED, Limits, touch_is_due

_VISITORS = (
    select(
        Account.id,
        Account.bureau_id,
        Account.username,
        Account.must_change,
        Account.password_changed_at,
        Account.language,
        Account.preferences,
        Person.id.label("person_id"),
        Person.name,
        Person.organisation_id.label("home_id"),
        Bureau.name.label("bureau_name"),
        Organisation.name.label("organisation_name"),
        PositionHolding.organisation_id.label("place_id"),
        PositionHolding.position,
    )
    .join(Person, Person.id == Account.person_id)
    .join(Bureau, Bureau.id == Account.bureau_id)
    .join(Organisation, Organisation.id == Person.organisation_id)
    .outerjoin(
        PositionHolding,
        and_(
            PositionHolding.bureau_id == Account.bureau_id,
            PositionHolding.person_id == Account.person_id,
            valid_on(bindparam("day", type_=Date)),
        ),
    )
    .where(Account.disabled_at.is_(None))
)

# Every request asks the second of these; they are built once, which takes longer than to run them.
_OF_ACCOUNT = _VISITORS.where(Account.id == bindparam("account_id"))
_OF_SESSION = (
    _VISITORS.add_columns(LoginSession.started_at, LoginSession.last_seen_at)
    .join(LoginSession, LoginSession.account_id == Account.id)
    .where(NOT_ENDED)
)


@dataclass(frozen=True)
class Visitor:
    """A signed-in person: who acts, and what the frame of every page shows of them."""

    actor: Actor
    username: str
    must_change: bool
    password_changed_at: datetime
    language: str
    preferences: Mapping[str, Any]
    bureau_name: str
    organisation_name: str


@dataclass(frozen=True)
class SeenVisitor:
    """Whose living session a request belongs to, and whether ``security.sessions.touch`` is due."""

    visitor: Visitor
    touch_due: bool


def visitor_for(session: Session, account_id: int, day: date) -> Visitor | None:
    """The person of an account with the positions held on ``day``, in one statement; None once it is disabled."""
    rows = read_columns(session, _OF_ACCOUNT, {"account_id": account_id, "day": day})
    return _visitor(rows) if rows else None


def visitor_of_session(session: Session, token: str, now: datetime, limits: Limits) -> SeenVisitor | None:
    """Whose session a token belongs to, with the positions held today, in one statement.

    None if the session is unknown, ended or beyond its limits, or the account is disabled. Nothing is written: a page
    reads in a session that is rolled back.
    """
    rows = read_columns(session, _OF_SESSION, {"token_hash": digest(token), "day": local_date(now)})
    if not rows or not limits.allow(now, rows[0].started_at, rows[0].last_seen_at):
        return None
    return SeenVisitor(_visitor(rows), touch_is_due(now, rows[0].last_seen_at))


def _visitor(rows: Sequence[Row[*tuple[Any, ...]]]) -> Visitor:
    """The person of some rows that differ in the position alone."""
    row = rows[0]
    actor = Actor(
        bureau_id=row.bureau_id,
        name=row.name,
        person_id=row.person_id,
        account_id=row.id,
        organisation_id=row.home_id,
        holdings=frozenset(Holding(held.place_id, held.position) for held in rows if held.position is not None),
    )
    return Visitor(
        actor=actor,
        username=row.username,
        must_change=row.must_change,
        password_changed_at=row.password_changed_at,
        language=row.language,
        preferences=row.preferences or {},
        bureau_name=row.bureau_name,
        organisation_name=row.organisation_name,
    )


def actor_for(session: Session, account_id: int, day: date) -> Actor:
    """Whoever acts with an account, with the positions held on ``day``, in one statement.

    Raises:
        ForbiddenError: there is no such account, or it is disabled.
    """
    visitor = visitor_for(session, account_id, day)
    if visitor is None:
        raise ForbiddenError("该账号不存在或已停用，请联系安全管理员。")
    return visitor.actor
