"""From an account to whoever acts: read anew at every request, so that what was revoked is gone with the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, and_, bindparam, select
from sqlalchemy.orm import Session

from workflow_app.act import Actor, Holding
from workflow_app.directory.holdings import valid_on
from workflow_app.directory.models import Account, Bureau, Organisation, Person, PositionHolding
from workflow_app.errors import ForbiddenError

# Every request asks this; it is built once, which takes longer than to run it.
_VISITOR = (
    select(Account, Person, Bureau.name, Organisation.name, PositionHolding.organisation_id, PositionHolding.position)
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
    .where(Account.id == bindparam("account_id"), Account.disabled_at.is_(None))
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


def visitor_for(session: Session, account_id: int, day: date) -> Visitor | None:
    """The person of an account with the positions held on ``day``, in one statement; None once it is disabled."""
    rows = session.execute(_VISITOR, {"account_id": account_id, "day": day}).all()
    if not rows:
        return None
    account, person, bureau_name, organisation_name, *_ = rows[0]
    actor = Actor(
        bureau_id=account.bureau_id,
        name=person.name,
        person_id=person.id,
        account_id=account.id,
        organisation_id=person.organisation_id,
        holdings=frozenset(Holding(where, position) for *_, where, position in rows if position is not None),
    )
    return Visitor(
        actor=actor,
        username=account.username,
        must_change=account.must_change,
        password_changed_at=account.password_changed_at,
        language=account.language,
        preferences=account.preferences or {},
        bureau_name=bureau_name,
        organisation_name=organisation_name,
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
