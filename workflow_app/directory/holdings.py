"""Who holds which position (岗位) at which organisation, from when until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.orm import Session

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.clock import start_of
from workflow_app.directory.kinds import INSIDE_KINDS
from workflow_app.directory.models import Organisation, Person, PositionHolding
from workflow_app.directory.organisations import CHAIN, organisation
from workflow_app.directory.people import PersonRef as PersonRef
from workflow_app.directory.positions import EXCLUSIVE, POSITIONS
from workflow_app.directory.rights import require
from workflow_app.errors import ForbiddenError, InvalidError, NotFoundError
from workflow_app.jobs import enqueue
from workflow_app.text import day_text

Place = tuple[int, str]
"""An organisation's id and a position's code."""

RELEASE_CLAIMS = "release_claims"
"""The kind of job that gives the claimed tasks of a person back (``cases.claims``) who may not go on with them."""


def assign_position(
    act: Act,
    *,
    person_id: int,
    organisation_id: int,
    position: str,
    valid_from: date,
    valid_to: date | None = None,
) -> PositionHolding:
    """Grant a position from a date on, or between two dates, both included. It acts from the next request on.

    Raises:
        ForbiddenError: the actor may not grant, or would grant to themself (G-26).
        NotFoundError: this bureau has no such person or organisation.
        InvalidError: no such position, a period that ends before it begins, an internal position outside the bureau,
            the same position held already, or administrators' powers that must stay apart (G-26).
    """
    require(act.actor, "manage_security")
    if act.actor.person_id == person_id:
        raise ForbiddenError("不能给自己授予岗位，请由其他安全管理员办理。")
    person = _locked_person(act, person_id)
    where = organisation(act.session, act.bureau_id, organisation_id)
    _check_place(where, position)
    if valid_to is not None and valid_to < valid_from:
        raise InvalidError("任期结束日期不能早于开始日期。")
    for held in _overlapping(act, person_id, valid_from, valid_to):
        _check_beside(person, held, where, position)
    row = PositionHolding(
        bureau_id=act.bureau_id,
        person_id=person_id,
        organisation_id=organisation_id,
        position=position,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    act.session.add(row)
    act.session.flush()
    body = {
        "organisation_id": organisation_id,
        "position": position,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    append(act, CHAIN, "position_assigned", f"person:{person_id}", body)
    _let_go(act, row)
    return row


def end_position(act: Act, holding_id: int, last_day: date | None = None) -> PositionHolding:
    """End a position after ``last_day``; without one it ends at once, so that the next request no longer carries it.

    Raises:
        ForbiddenError: the actor may not grant.
        NotFoundError: this bureau has no such holding.
        InvalidError: it ends by then anyway; a term is prolonged by a new grant only.
    """
    require(act.actor, "manage_security")
    row = act.session.scalar(
        select(PositionHolding).where(PositionHolding.bureau_id == act.bureau_id, PositionHolding.id == holding_id)
    )
    if row is None:
        raise NotFoundError
    ends = act.today - timedelta(days=1) if last_day is None else last_day
    if row.valid_to is not None and ends >= row.valid_to:
        raise InvalidError("该岗位的任期到{day}为止，不能用结束任期的办法延长。", day=day_text(row.valid_to))
    row.valid_to = ends
    act.session.flush()
    body = {"organisation_id": row.organisation_id, "position": row.position, "valid_to": ends}
    append(act, CHAIN, "position_ended", f"person:{row.person_id}", body)
    _let_go(act, row)
    return row


def _let_go(act: Act, row: PositionHolding) -> None:
    """When the term is over, what the person has claimed under it does not stay with them."""
    if row.valid_to is not None:
        over = max(act.now, start_of(row.valid_to + timedelta(days=1)))
        release_claims(act, row.person_id, f"{row.id}:{row.valid_to}", over)


def release_claims(act: Act, person_id: int, reason: str, at: datetime) -> None:
    """From an instant on see that a person's claims go back to their positions, as far as they may not go on with them
    then. ``reason`` names what has ended, so that it is asked for once.
    """
    args = {"person_id": person_id, "term": reason}
    enqueue(act, RELEASE_CLAIMS, args, f"{RELEASE_CLAIMS}:{reason}", due_at=at)


def valid_on(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """The condition that a holding counts on a day."""
    return (PositionHolding.valid_from <= day) & or_(
        PositionHolding.valid_to.is_(None), PositionHolding.valid_to >= day
    )


def holdings_of(session: Session, bureau_id: int, person_id: int) -> list[PositionHolding]:
    """Everything a person has held, holds or will hold, newest first."""
    rows = session.scalars(
        select(PositionHolding)
        .where(PositionHolding.bureau_id == bureau_id, PositionHolding.person_id == person_id)
        .order_by(PositionHolding.valid_from.desc(), PositionHolding.id.desc())
    )
    return list(rows)


def holders(session: Session, bureau_id: int, organisation_id: int, position: str, day: date) -> list[PersonRef]:
    """The people who hold a position at an organisation on a day, by name."""
    place = (organisation_id, position)
    return list(holders_of(session, bureau_id, [place], day)[place])


def holders_of(
    session: Session, bureau_id: int, places: Iterable[Place], day: date
) -> dict[Place, tuple[PersonRef, ...]]:
    """The holders of several places on a day, by name, in one statement. Every place asked for is a key."""
    found: dict[Place, list[PersonRef]] = {place: [] for place in places}
    if found:
        columns = tuple_(PositionHolding.organisation_id, PositionHolding.position)
        for place, person in _people(session, bureau_id, columns.in_(list(found)), day):
            found[place].append(person)
    return {place: tuple(dict.fromkeys(people)) for place, people in found.items()}


def people_with_position(session: Session, bureau_id: int, position: str, day: date) -> list[PersonRef]:
    """Everybody who holds a position on a day, wherever, by name: the pool of experts, the inspectors."""
    found = _people(session, bureau_id, PositionHolding.position == position, day)
    return list(dict.fromkeys(person for _, person in found))


def _people(
    session: Session, bureau_id: int, condition: ColumnElement[bool], day: date
) -> Iterator[tuple[Place, PersonRef]]:
    rows = session.execute(
        select(
            PositionHolding.organisation_id, PositionHolding.position, Person.id, Person.name, Person.organisation_id
        )
        .join(Person, Person.id == PositionHolding.person_id)
        .where(PositionHolding.bureau_id == bureau_id, condition, valid_on(day))
        .order_by(Person.name, Person.id)
    )
    for organisation_id, position, ident, name, home in rows:
        yield (organisation_id, position), PersonRef(ident, name, home)


def _locked_person(act: Act, person_id: int) -> Person:
    # Two grants to one person at once must see each other, or together they would break what each alone respects.
    person = act.session.scalar(
        select(Person).where(Person.bureau_id == act.bureau_id, Person.id == person_id).with_for_update()
    )
    if person is None:
        raise NotFoundError
    return person


def _overlapping(act: Act, person_id: int, valid_from: date, valid_to: date | None) -> Iterable[PositionHolding]:
    return act.session.scalars(
        select(PositionHolding).where(
            PositionHolding.bureau_id == act.bureau_id,
            PositionHolding.person_id == person_id,
            PositionHolding.valid_from <= (valid_to or date.max),
            or_(PositionHolding.valid_to.is_(None), PositionHolding.valid_to >= valid_from),
        )
    )


def _check_place(where: Organisation, position: str) -> None:
    if position not in POSITIONS:
        raise InvalidError("没有“{position}”这个岗位。", position=position)
    if POSITIONS[position].internal and where.kind not in INSIDE_KINDS:
        raise InvalidError(
            "“{position}”是机关岗位，不能设在“{name}”。", position=POSITIONS[position].name, name=where.name
        )


def _check_beside(person: Person, held: PositionHolding, where: Organisation, position: str) -> None:
    if held.position == position and held.organisation_id == where.id:
        raise InvalidError("{name}在这段时间已任“{position}”。", name=person.name, position=POSITIONS[position].name)
    if not _may_stand_together(held.position, position):
        raise InvalidError(
            "“{position}”与{name}现任的“{held}”不能由同一人担任：系统、安全、审计管理员须各自独立，且不办理业务。",
            position=POSITIONS[position].name,
            name=person.name,
            held=POSITIONS[held.position].name,
        )


def _may_stand_together(one: str, other: str) -> bool:
    """Whether one person may hold both: an administrator is no other administrator, acts on no case and reads none.

    Only the audit administrator may be an auditor as well: neither changes anything.
    """
    if one == other or {one, other} == {"audit_admin", "auditor"}:
        return True
    return not EXCLUSIVE & {one, other}
