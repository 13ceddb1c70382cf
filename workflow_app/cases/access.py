"""Who may see a case, decided in one place and used by pages, files, records and queries alike (promise 7).

internal: officers of bureau organisations that take part, leaders and auditors · party: the applicant and the schools
named in the case · panel: a named seat, such as an expert's. A right lost is lost on the next request. Until a case is
filed it is the applicant's own: what is only being written is nobody else's to see, a leader's neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true, union_all
from sqlalchemy.orm import Session, aliased

from workflow_app.act import Actor
from workflow_app.cases.models import Case, CaseParty, Seat
from workflow_app.database import remembered
from workflow_app.directory.positions import POSITIONS
from workflow_app.errors import NotFoundError

Access = Literal["internal", "party", "panel"]


def _organisations(actor: Actor, *, internal: bool | None = None) -> list[int]:
    """Where the actor holds a position that sees the cases of its organisation; None: inside the bureau or not."""
    return sorted(
        {
            h.organisation_id
            for h in actor.holdings
            if POSITIONS[h.position].sight == "own" and internal in (None, POSITIONS[h.position].internal)
        }
    )


def _sees_all(actor: Actor) -> bool:
    return any(POSITIONS[h.position].sight == "bureau" for h in actor.holdings)


def _takes_part(bureau_id: int, organisation_ids: list[int]) -> ColumnElement[bool]:
    return exists().where(
        CaseParty.bureau_id == bureau_id,
        CaseParty.organisation_id.in_(organisation_ids),
        CaseParty.case_id == Case.id,
    )


def _begun(case: type[Case], organisation_ids: list[int]) -> ColumnElement[bool]:
    """Whether a case has been filed, or is being written by one of these organisations."""
    return or_(case.filed_on.is_not(None), case.applicant_id.in_(organisation_ids))


def _sits(actor: Actor) -> ColumnElement[bool]:
    """A seat that names the actor, who still holds its position; who was taken off the table or has recused himself
    has none any more.
    """
    seat = exists().where(_named_seats(actor), Seat.case_id == Case.id)
    # Its own seats, even where the query around it is about seats as well.
    return seat.correlate(Case)


def _named_seats(actor: Actor) -> ColumnElement[bool]:
    return and_(
        Seat.bureau_id == actor.bureau_id,
        Seat.person_id == actor.person_id,
        Seat.is_named,
        Seat.position.in_(sorted(h.position for h in actor.holdings)),
        Seat.state.not_in(("removed", "recused")),
    )


def visible(actor: Actor) -> ColumnElement[bool]:
    """The condition under which a row of ``case`` may be shown to this actor. Every query of cases uses it,
    or :func:`newest`, which picks from the same ones."""
    own = _organisations(actor)
    everyone = [and_(true() if _sees_all(actor) else _takes_part(actor.bureau_id, own), _begun(Case, own))]
    if actor.person_id is not None:
        everyone.append(_sits(actor))
    return and_(Case.bureau_id == actor.bureau_id, or_(*everyone))


def newest(
    actor: Actor, only: Callable[[type[Case]], Sequence[ColumnElement[bool]]], limit: int
) -> ColumnElement[bool]:
    """The newest cases that this actor may see and that meet the conditions ``only``.

    Every organisation of the actor, and the actor's own seats, is walked along an index from the newest case on and
    left after ``limit`` cases, so that the cost does not grow with the cases of others.
    """
    if _sees_all(actor):
        return and_(visible(actor), *only(Case))
    case, own = aliased(Case), _organisations(actor)
    ways: list[tuple[Any, ColumnElement[bool]]] = [
        (
            CaseParty.case_id,
            and_(
                CaseParty.bureau_id == actor.bureau_id,
                CaseParty.organisation_id == organisation_id,
                _begun(case, own),
            ),
        )
        for organisation_id in own
    ]
    if actor.person_id is not None:
        ways.append((Seat.case_id, _named_seats(actor)))
    if not ways:
        return false()
    found = [
        select(case_id.label("id"))
        .join(case, case.id == case_id)
        .where(mine, *only(case))
        .distinct()
        .order_by(case_id.desc())
        .limit(limit)
        .subquery()
        for case_id, mine in ways
    ]
    # Nothing but the ids: a further condition would be an invitation to search through the cases themselves.
    return Case.id.in_(union_all(*(select(ids.c.id) for ids in found)))


def access_to(session: Session, actor: Actor, case: Case) -> Access | None:
    """How this actor may see this case; None: not at all."""
    if actor.bureau_id != case.bureau_id:
        return None
    inside, outside = _organisations(actor, internal=True), _organisations(actor, internal=False)
    if case.filed_on is None:
        # Whoever else takes part knows nothing of it yet.
        inside, outside = ([ident for ident in own if ident == case.applicant_id] for own in (inside, outside))
    elif _sees_all(actor):
        return "internal"
    row = session.execute(
        select(
            _takes_part(actor.bureau_id, inside).label("internal"),
            _takes_part(actor.bureau_id, outside).label("party"),
            _sits(actor).label("panel"),
        ).where(Case.id == case.id)
    ).one()
    return next((level for level in ("internal", "party", "panel") if getattr(row, level)), None)


def readable_case(session: Session, actor: Actor, case_id: int) -> tuple[Case, Access]:
    """A case for reading, with the level of sight; asked for again in the same transaction, it is not read again.

    Raises:
        NotFoundError: it does not exist or this actor may not see it; which of the two is not told.
    """
    known, key = remembered(session), (readable_case, actor, case_id)
    if key not in known:
        known[key] = _readable(session, actor, case_id)
    found: tuple[Case, Access] = known[key]
    return found


def _readable(session: Session, actor: Actor, case_id: int) -> tuple[Case, Access]:
    case = session.scalars(select(Case).where(Case.id == case_id, Case.bureau_id == actor.bureau_id)).one_or_none()
    level = access_to(session, actor, case) if case is not None else None
    if case is None or level is None:
        raise NotFoundError
    return case, level
