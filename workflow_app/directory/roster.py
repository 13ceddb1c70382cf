"""What administrators look up: people with today's positions and the state of their accounts, and organisations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from workflow_app.clock import local_date
from workflow_app.directory.holdings import valid_on
from workflow_app.directory.models import Account, Organisation, Person, PositionHolding
from workflow_app.directory.people import masked
from workflow_app.errors import NotFoundError
from workflow_app.security.vault import Vault

AccountState = Literal["disabled", "locked", "first", "active"]
"""first: its owner has yet to replace the first password · locked: after wrong passwords."""


@dataclass(frozen=True)
class Post:
    """A position held today, and where."""

    position: str
    organisation: str


@dataclass(frozen=True)
class AccountLine:
    """An account: its user name, how it stands, until when it is locked, since when it is disabled."""

    id: int
    username: str
    state: AccountState
    locked_until: datetime | None
    disabled_at: datetime | None


@dataclass(frozen=True)
class RosterLine:
    """A person as administrators see one; the telephone number is masked (G-30)."""

    id: int
    name: str
    staff_no: str | None
    is_teacher: bool
    organisation_id: int
    organisation: str
    phone: str | None
    account: AccountLine | None
    posts: tuple[Post, ...]


@dataclass(frozen=True)
class Roster:
    """One page of people; ``next_after`` is the last one's id if there are more."""

    lines: tuple[RosterLine, ...]
    next_after: int | None


@dataclass(frozen=True)
class OrganisationPage:
    """One page of organisations; ``next_after`` is the last one's id if there are more."""

    rows: tuple[Organisation, ...]
    next_after: int | None


def roster(
    session: Session,
    vault: Vault,
    bureau_id: int,
    now: datetime,
    *,
    organisation_id: int | None = None,
    name: str | None = None,
    after: int | None = None,
    limit: int,
) -> Roster:
    """The people of the bureau, by organisation and name: of one organisation, or with this in their name.

    ``after`` is the id of the person with whom the page before ended.
    """
    conditions = [Person.bureau_id == bureau_id]
    if organisation_id is not None:
        conditions.append(Person.organisation_id == organisation_id)
    if name:
        conditions.append(Person.name.contains(name, autoescape=True))
    if after is not None:
        key = (Organisation.name, Person.name, Person.id)
        last = session.execute(
            select(*key).join_from(Person, Organisation).where(Person.bureau_id == bureau_id, Person.id == after)
        ).one_or_none()
        conditions += _beyond(key, last)
    lines = _lines(session, vault, now, conditions, limit + 1)
    return Roster(tuple(lines[:limit]), lines[limit - 1].id if len(lines) > limit else None)


def roster_line(session: Session, vault: Vault, bureau_id: int, now: datetime, person_id: int) -> RosterLine:
    """One person as administrators see one.

    Raises:
        NotFoundError: this bureau has no such person.
    """
    lines = _lines(session, vault, now, [Person.bureau_id == bureau_id, Person.id == person_id], 1)
    if not lines:
        raise NotFoundError
    return lines[0]


def organisation_page(
    session: Session,
    bureau_id: int,
    *,
    kinds: Collection[str] = (),
    name: str | None = None,
    after: int | None = None,
    limit: int,
) -> OrganisationPage:
    """The organisations of the bureau, closed ones included, by kind and name: of some kinds, or with this in the name.

    ``after`` is the id of the organisation with which the page before ended.
    """
    conditions = [Organisation.bureau_id == bureau_id]
    if kinds:
        conditions.append(Organisation.kind.in_(kinds))
    if name:
        conditions.append(Organisation.name.contains(name, autoescape=True))
    key = (Organisation.kind, Organisation.name, Organisation.id)
    if after is not None:
        last = session.execute(
            select(*key).where(Organisation.bureau_id == bureau_id, Organisation.id == after)
        ).one_or_none()
        conditions += _beyond(key, last)
    rows = session.scalars(select(Organisation).where(*conditions).order_by(*key).limit(limit + 1)).all()
    return OrganisationPage(tuple(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None)


def _beyond(
    key: Iterable[InstrumentedAttribute[str] | InstrumentedAttribute[int]], last: Sequence[object] | None
) -> list[ColumnElement[bool]]:
    """The condition that a row comes after the last one of the page before; none if that one does not exist."""
    return [] if last is None else [tuple_(*key) > tuple_(*last)]


def _lines(
    session: Session, vault: Vault, now: datetime, conditions: Sequence[ColumnElement[bool]], limit: int
) -> list[RosterLine]:
    found = session.execute(
        select(Person, Organisation.name, Account)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(*conditions)
        .order_by(Organisation.name, Person.name, Person.id)
        .limit(limit)
    ).all()
    posts = _posts(session, [person.id for person, *_ in found], now)
    return [
        RosterLine(
            id=person.id,
            name=person.name,
            staff_no=person.staff_no,
            is_teacher=person.is_teacher,
            organisation_id=person.organisation_id,
            organisation=organisation,
            phone=masked(vault, person).phone,
            account=None if account is None else _account_line(account, now),
            posts=tuple(posts.get(person.id, ())),
        )
        for person, organisation, account in found
    ]


def _posts(session: Session, person_ids: Collection[int], now: datetime) -> dict[int, list[Post]]:
    """What each of these people holds today, longest held first, in one statement."""
    rows = session.execute(
        select(PositionHolding.person_id, PositionHolding.position, Organisation.name)
        .join(Organisation, Organisation.id == PositionHolding.organisation_id)
        .where(PositionHolding.person_id.in_(person_ids), valid_on(local_date(now)))
        .order_by(PositionHolding.valid_from, PositionHolding.id)
    )
    posts: dict[int, list[Post]] = {}
    for person_id, position, organisation in rows:
        posts.setdefault(person_id, []).append(Post(position, organisation))
    return posts


def _account_line(account: Account, now: datetime) -> AccountLine:
    state: AccountState = "first" if account.must_change else "active"
    if account.disabled_at is not None:
        state = "disabled"
    elif account.locked_until is not None and now < account.locked_until:
        state = "locked"
    return AccountLine(account.id, account.username, state, account.locked_until, account.disabled_at)
