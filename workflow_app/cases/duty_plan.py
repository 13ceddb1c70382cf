"""What is owed again and again: duties are opened at the start of their period and looked after when they are due.

The form file says who owes what (``process.duty``), policy says when. Only colours and reminders are automatic: what
is missed too often becomes a duty of the handling section to draft a bulletin, which named people sign (promise 6).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from workflow_app import notices
from workflow_app.act import Act, system_actor
from workflow_app.audit import append
from workflow_app.calendar.duty_periods import DutyPeriod, months, school_years
from workflow_app.calendar.working import load_calendar
from workflow_app.cases.catalogue import HOLDERS
from workflow_app.cases.checks import period_text
from workflow_app.cases.duties import create_duty, watch_duty
from workflow_app.cases.duty_once import plan_once, release
from workflow_app.cases.models import Case, Duty
from workflow_app.definitions.answers_shape import labelled
from workflow_app.definitions.case_view import Owed
from workflow_app.definitions.schema import DutyRule, Head
from workflow_app.definitions.store import current, published
from workflow_app.directory.holdings import holders_of
from workflow_app.directory.models import Organisation
from workflow_app.directory.organisations import names
from workflow_app.policy.parameters import load_policy
from workflow_app.text import Text

LONGEST_ROW = 12
"""As many duties are looked back on; a policy that asks for more in a row would never ask for a bulletin."""

CHAIN = "registers"
BULLETIN_DAYS = "bulletin_days"
"""Policy parameter: working days within which a bulletin is drafted."""


def plan_duties(act: Act) -> int:
    """Open every duty whose period has begun; how many were new. Run daily, and harmless to repeat.

    A period that is over is not opened any more: nobody is late for what they were never asked.
    """
    opened = 0
    for _, version in published(act.session, act.bureau_id):
        if version.head.duty is not None:
            opened += _plan(act, version.slug, version.head.duty)
    return opened


def _plan(act: Act, slug: str, rule: DutyRule) -> int:
    if rule.every == "once":
        return plan_once(act, slug, rule)
    opened = 0
    for period in periods_open(act.session, act.bureau_id, rule, act.today):
        owing = HOLDERS[rule.holders](act.session, act.bureau_id, period.first_day)
        _release(act, slug, period.name, owing)
        for owed, name in _without(act.session, act.bureau_id, slug, period.name, owing):
            days = {"opens_on": period.opens_on, "due_on": period.due_on}
            watch_duty(act, slug=slug, owed=owed, period=name, parameter=rule.due, **days)
            opened += 1
    return opened


def _release(act: Act, slug: str, period: str, owing: Collection[Owed]) -> None:
    """Take back what is owed no more and was not begun: a group that ends owes no plan for the next school year."""
    still = {*owing, *(Owed(owed.organisation_id) for owed in owing)}
    release(
        act, [duty_id for duty_id, owed, _ in _planned(act.session, act.bureau_id, slug, period) if owed not in still]
    )


def periods_open(session: Session, bureau_id: int, rule: DutyRule, day: date) -> Iterator[DutyPeriod]:
    """The periods of a duty for which one may hand in on a day."""
    policy = load_policy(session, bureau_id, day)
    if rule.every == "school_year":
        assert rule.opens is not None, "the schema asks for it"
        ending = rule.in_year == "ends"
        found = school_years(day, policy.text(rule.opens), policy.text(rule.due), ending=ending)
    else:
        assert rule.months is not None, "the schema asks for it"
        taught = {int(month) for month in policy.texts(rule.months)}
        found = months(day, policy.integer(rule.due), taught, load_calendar(session, bureau_id))
    return (period for period in found if period.is_open(day))


def duty_due(act: Act, duty_id: int) -> None:
    """The last day of a duty has come: if nothing is handed in, say so to all concerned (processes.md B1).

    Several missed in a row give the handling section the duty to draft a bulletin.
    """
    duty = act.session.scalars(
        select(Duty).where(Duty.id == duty_id, Duty.bureau_id == act.bureau_id).with_for_update()
    ).one_or_none()
    if duty is None or duty.missed_on is not None or duty.fulfilled_at is not None or _is_filed(act.session, duty):
        return
    _, version = current(act.session, act.bureau_id, duty.slug)
    duty.missed_on = act.today
    body = {"duty_id": duty.id, "slug": duty.slug, "organisation_id": duty.organisation_id, "period": duty.period}
    append(act, CHAIN, "duty_missed", f"duty:{duty.id}", {**body, "due_on": str(duty.due_on)})
    act.session.flush()
    _tell(act, version.head, duty)
    rule = version.head.duty
    if rule is not None and rule.missed is not None and rule.bulletin is not None:
        needed = load_policy(act.session, act.bureau_id, act.today).integer(rule.missed)
        if missed_in_a_row(act.session, duty) >= needed:
            _ask_for_bulletin(act, version.head, rule.bulletin, duty)


def missed_in_a_row(session: Session, duty: Duty) -> int:
    """How many duties of this kind the organisation has missed one after another, this one the last."""
    missed = session.scalars(
        select(Duty.missed_on)
        .where(
            Duty.bureau_id == duty.bureau_id,
            Duty.slug == duty.slug,
            Duty.organisation_id == duty.organisation_id,
            Duty.due_on <= duty.due_on,
        )
        .order_by(Duty.due_on.desc())
        .limit(LONGEST_ROW)
    ).all()
    count = 0
    for day in missed:
        if day is None:
            break
        count += 1
    return count


def _is_filed(session: Session, duty: Duty) -> bool:
    """Whether the case that was opened for it has been handed in, also where it was returned since (B0: a return never
    resets the date).
    """
    filed = exists().where(Case.id == duty.case_id, Case.filed_on.is_not(None))
    return duty.case_id is not None and bool(session.scalar(select(filed)))


def _without(
    session: Session, bureau_id: int, slug: str, period: str, owing: Iterable[Owed]
) -> Iterator[tuple[Owed, str]]:
    """What is owed and has no duty yet, with the name of its period: ``2026-2027``, and of a further one that the
    organisation owes for the same time ``2026-2027/16``.

    A duty that does not say what it is about stands for any one of those that its organisation owes.
    """
    found = _planned(session, bureau_id, slug, period)
    known, names_taken = [owed for _, owed, _ in found], {(owed.organisation_id, name) for _, owed, name in found}
    wanting = [owed for owed in owing if owed not in known]
    for owed in wanting:
        if (unnamed := Owed(owed.organisation_id)) in known:
            known.remove(unnamed)
            continue
        taken = (owed.organisation_id, period) in names_taken
        names_taken.add((owed.organisation_id, period))
        yield owed, f"{period}/{owed.subject_id}" if taken else period


def _planned(session: Session, bureau_id: int, slug: str, period: str) -> list[tuple[int, Owed, str]]:
    """The duties of a period that were opened because it began: id, what is owed, and the name of the period."""
    rows = session.execute(
        select(Duty.id, Duty.organisation_id, Duty.subject_id, Duty.period).where(
            Duty.bureau_id == bureau_id,
            Duty.slug == slug,
            (Duty.period == period) | Duty.period.startswith(f"{period}/"),
        )
    )
    found = [(duty_id, Owed(organisation_id, subject_id), name) for duty_id, organisation_id, subject_id, name in rows]
    return [line for line in found if line[2] in {period, f"{period}/{line[1].subject_id}"}]


def _tell(act: Act, head: Head, duty: Duty) -> None:
    """Tell those who hand it in, and the handling section."""
    position = head.starts.partition("@")[0]
    places = [(duty.organisation_id, position), *handling_places(act.session, act.bureau_id, head)]
    found = holders_of(act.session, act.bureau_id, set(places), act.today)
    people = sorted({person.id for held in found.values() for person in held})
    who = names(act.session, act.bureau_id, {duty.organisation_id})[duty.organisation_id]
    message = Text(
        "{school}尚未报送“{duty}”（{period}）。", school=who, duty=labelled(head.title), period=period_text(duty.period)
    )
    notices.send(act, people, "duty_missed", message)


def handling_places(session: Session, bureau_id: int, head: Head) -> list[tuple[int, str]]:
    """The places of the bureau's lanes, as organisation and position: who handles the cases of this process."""
    return places_in(head, sections(session, bureau_id, [head]))


def sections(session: Session, bureau_id: int, heads: Iterable[Head]) -> dict[str, int]:
    """Code to id of the sections that some processes name, in one statement."""
    codes = {code for head in heads for code in _section_codes(head).values()}
    rows = session.execute(
        select(Organisation.code, Organisation.id).where(
            Organisation.bureau_id == bureau_id, Organisation.code.in_(codes)
        )
    )
    return {code: ident for code, ident in rows if code is not None}


def places_in(head: Head, section_ids: Mapping[str, int]) -> list[tuple[int, str]]:
    """What :func:`handling_places` says, the sections being known."""
    codes, places = _section_codes(head), [place.partition("@") for place in head.lanes.values()]
    return [(section_ids[codes[party]], position) for position, _, party in places if codes.get(party) in section_ids]


def _section_codes(head: Head) -> dict[str, str]:
    return {key: p.source.partition(":")[2] for key, p in head.parties.items() if p.source.startswith("section:")}


def _ask_for_bulletin(act: Act, head: Head, slug: str, duty: Duty) -> None:
    handling = handling_places(act.session, act.bureau_id, head)
    if not handling:
        return
    calendar = load_calendar(act.session, act.bureau_id)
    due_on = load_policy(act.session, act.bureau_id, act.today).due(calendar, BULLETIN_DAYS, act.today)
    create_duty(
        act,
        slug=slug,
        organisation_id=handling[0][0],
        subject_id=duty.organisation_id,
        period=f"{duty.period}/{duty.id}",
        parameter=BULLETIN_DAYS,
        opens_on=act.today,
        due_on=due_on,
    )


def run_due(session: Session, args: Mapping[str, Any], bureau_id: int, now: datetime) -> None:
    """The job of one duty, on its last day."""
    duty_due(Act(session, system_actor(bureau_id), now), args["duty_id"])
