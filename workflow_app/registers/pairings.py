"""The register of pairings (结对台账): what was agreed, what was confirmed since, how it stands on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from workflow_app.act import Actor
from workflow_app.definitions.case_view import CaseView, Owed
from workflow_app.directory.models import Organisation
from workflow_app.directory.positions import POSITIONS
from workflow_app.registers.pairing_kinds import OUTSIDE
from workflow_app.registers.pairing_models import Pairing, PairingChange, PairingIndicator

NEEDS, MATCH, DRAFT, OUTSIDE_TERMS = "needs", "match", "draft", "outside_terms"
"""The steps in which the recipient states its needs, the section names a helper, and the terms are written."""

HELPER_LOAD = "pairings.helper_load"
"""The check on how much a helper carries, whose gate a leader may lift."""

PAGE = 50
"""Pairings on one page of the register."""


Term = tuple[date, date]
"""The first and the last day of a term."""


@dataclass(frozen=True)
class PairingLine:
    """One pairing as it stands on a day."""

    id: int
    kind: str
    recipient_id: int
    recipient: str
    helper_id: int
    helper: str
    starts_on: date
    ends_on: date
    terms: tuple[Term, ...]  # one after another: what was agreed at first, and each further time that was agreed since
    goals: str
    people: int
    case_id: int
    record_id: int | None
    ended: bool  # before its time, by an entry

    def runs_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.starts_on <= day <= self.ends_on


def agreed_terms(case: CaseView) -> Mapping[str, object]:
    """The newest terms of the case: those of the outside bureau where the helper is one."""
    outside = case.answers(MATCH).get("kind") in OUTSIDE
    return case.answers(OUTSIDE_TERMS if outside else DRAFT)


def pairings_at(
    session: Session,
    bureau_id: int,
    *,
    only: Collection[int] | None = None,
    of: int | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> list[PairingLine]:
    """Pairings, the newest first, with the changes that have been entered; two statements.

    ``only``: those of which one of these organisations is a side; ``of``: this one pairing; ``after``: those before
    this id (the next page).
    """
    recipient, helper = aliased(Organisation), aliased(Organisation)
    query = (
        select(Pairing, recipient.name, helper.name)
        .join(recipient, recipient.id == Pairing.recipient_id)
        .join(helper, helper.id == Pairing.helper_id)
        .where(Pairing.bureau_id == bureau_id)
        .order_by(Pairing.id.desc())
        .limit(limit)
    )
    if only is not None:
        query = query.where(or_(Pairing.recipient_id.in_(only), Pairing.helper_id.in_(only)))
    if of is not None:
        query = query.where(Pairing.id == of)
    if after is not None:
        query = query.where(Pairing.id < after)
    rows = session.execute(query).all()
    changes = changes_of(session, bureau_id, [pairing.id for pairing, _, _ in rows])
    return [_line(pairing, mine, theirs, changes) for pairing, mine, theirs in rows]


def changes_of(session: Session, bureau_id: int, pairing_ids: Collection[int]) -> Sequence[PairingChange]:
    """What was changed of pairings, in the order in which it was entered."""
    if not pairing_ids:
        return ()
    query = select(PairingChange).where(PairingChange.bureau_id == bureau_id, PairingChange.pairing_id.in_(pairing_ids))
    return session.scalars(query.order_by(PairingChange.id)).all()


def targets_of(session: Session, bureau_id: int, pairing_id: int) -> Sequence[PairingIndicator]:
    """The targets of a pairing in the order of its agreement."""
    query = select(PairingIndicator).where(
        PairingIndicator.bureau_id == bureau_id, PairingIndicator.pairing_id == pairing_id
    )
    return session.scalars(query.order_by(PairingIndicator.id)).all()


def pairing_between(session: Session, bureau_id: int, one: int, other: int, day: date) -> PairingLine | None:
    """The pairing between two organisations that is in force on a day, whichever of them helps; the newest."""
    sides = {one, other}
    found = pairings_at(session, bureau_id, only=[one])
    return next((p for p in found if {p.recipient_id, p.helper_id} == sides and p.runs_on(day)), None)


def carried_at(session: Session, bureau_id: int, day: date) -> dict[int, list[PairingLine]]:
    """The pairings that each helper carries on a day or has agreed to carry."""
    carried: dict[int, list[PairingLine]] = {}
    for line in pairings_at(session, bureau_id):
        if line.ends_on >= day:
            carried.setdefault(line.helper_id, []).append(line)
    return carried


def owed_by_recipients(session: Session, bureau_id: int, day: date) -> list[Owed]:
    """pairings.recipients: every school that is helped on a day, once for each helper."""
    running = [line for line in pairings_at(session, bureau_id) if line.runs_on(day)]
    return sorted({Owed(line.recipient_id, line.helper_id) for line in running})


def sides_seen(actor: Actor) -> frozenset[int] | None:
    """The organisations whose pairings an actor may see; None: all of the bureau, for those who work there.

    A school sees the pairings in which it is a side itself, and no other (promise 7).
    """
    held = [(holding, POSITIONS[holding.position]) for holding in actor.holdings]
    if any(position.internal and position.sight in {"own", "bureau"} for _, position in held):
        return None
    return frozenset(holding.organisation_id for holding, position in held if position.sight == "own")


def _line(pairing: Pairing, recipient: str, helper: str, changes: Iterable[PairingChange]) -> PairingLine:
    own = [change for change in changes if change.pairing_id == pairing.id]
    return PairingLine(
        id=pairing.id,
        kind=pairing.kind,
        recipient_id=pairing.recipient_id,
        recipient=recipient,
        helper_id=pairing.helper_id,
        helper=helper,
        starts_on=pairing.starts_on,
        ends_on=own[-1].ends_on if own else pairing.ends_on,
        terms=_terms(pairing, own),
        goals=pairing.goals,
        people=pairing.people,
        case_id=pairing.case_id,
        record_id=pairing.record_id,
        ended=bool(own) and own[-1].change == "ended",
    )


def _terms(pairing: Pairing, changes: Iterable[PairingChange]) -> tuple[Term, ...]:
    """What goes on beyond the last day agreed so far is a further term; going on within it is none."""
    terms = [(pairing.starts_on, pairing.ends_on)]
    for change in changes:
        before = terms[-1][1]
        if change.change != "ended" and change.ends_on > before:
            terms.append((before + timedelta(days=1), change.ends_on))
    return tuple(terms)
