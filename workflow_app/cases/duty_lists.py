"""应办事项 as pages show them: one's own to hand in, and for the handling section those of everybody.

Pages go by keyset, counts are capped, and each branch of the list is a range of an index, so that what was owed in
earlier years costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from workflow_app.act import Actor
from workflow_app.calendar.terms import school_year_start
from workflow_app.cases.checks import period_text
from workflow_app.cases.duty_plan import places_in, sections
from workflow_app.cases.models import Case, Duty
from workflow_app.cases.start import applicants
from workflow_app.definitions.schema_fields import Label
from workflow_app.definitions.store import published
from workflow_app.definitions.version import ProcessVersion
from workflow_app.directory.models import Organisation
from workflow_app.directory.rights import organisations_of, sees_whole_bureau
from workflow_app.errors import NotFoundError
from workflow_app.text import Text
from workflow_app.typed import day_and_id

COUNT_CAP = 100

DutyState = Literal["open", "missed", "draft", "filed", "done"]
"""open: to be handed in · missed: not handed in by the last day · draft: begun · filed: handed in · done: accepted."""

DutyTab = Literal["current", "earlier", "done"]
"""current: what is not done of this school year and the next · earlier: what was never done before · done: accepted."""

Branch = ColumnElement[bool]
"""A part of what a person may see, which one index finds."""

Found = Row[Duty, date | None, str, str | None]
"""A duty, the day on which its case was handed in, who owes it, and whom it is about."""


@dataclass(frozen=True)
class DutyLine:
    """One duty: who owes what for which period until when, and how it stands."""

    id: int
    slug: str
    title: Label
    period: Text
    organisation: str
    subject: str | None
    due_on: date
    state: DutyState
    missed_on: date | None  # once the last day came without it, for good
    case_id: int | None
    mine: bool  # may be begun or gone on with by this person


@dataclass(frozen=True)
class DutyPage:
    """One page of duties, and how many the tabs of what is not done hold, at most :data:`COUNT_CAP`."""

    lines: tuple[DutyLine, ...]
    next_after: str | None
    counts: Mapping[DutyTab, int]


def duties_of(
    session: Session,
    actor: Actor,
    *,
    today: date,
    tab: DutyTab = "current",
    after: str | None = None,
    limit: int = 20,
) -> DutyPage:
    """The duties that concern a person: those of their organisations, those that their section handles, and for
    leaders and auditors all of the bureau.

    What is owed now comes the earliest due first, with what was missed at the top; what is over the newest first.
    ``after`` is the ``next_after`` of the page before.
    """
    processes = {p.slug: p for _, p in published(session, actor.bureau_id)}
    branches = _branches(session, actor, processes)
    conditions = [*_tab(tab, today), *_after(tab, after)]
    page = _union([_ordered(b, tab, conditions, limit + 1) for b in branches]).subquery("page")
    ids = select(page.c.id).order_by(*_order(tab, page.c)).limit(limit + 1)
    found = session.execute(_shown(Duty.id.in_(ids)).order_by(*_order(tab, Duty))).all()
    rows = found[:limit]
    last: Duty | None = rows[-1][0] if len(found) > limit else None
    next_after = f"{last.due_on.isoformat()}_{last.id}" if last is not None else None
    lines = tuple(_line(actor, processes, row) for row in rows)
    return DutyPage(lines, next_after, _counts(session, branches, today))


def duty_line(session: Session, actor: Actor, duty_id: int) -> DutyLine:
    """One duty as its list shows it.

    Raises:
        NotFoundError: there is no such duty, or it does not concern this person.
    """
    processes = {p.slug: p for _, p in published(session, actor.bureau_id)}
    seen = or_(false(), *_branches(session, actor, processes))
    row = session.execute(_shown(Duty.id == duty_id, seen)).one_or_none()
    if row is None:
        raise NotFoundError
    return _line(actor, processes, row)


def _branches(session: Session, actor: Actor, processes: Mapping[str, ProcessVersion]) -> list[Branch]:
    """What a person may see: whole processes, and of the others what their organisations owe."""
    if sees_whole_bureau(actor):
        whole = set(processes)
    else:
        owed_again = {slug: p.head for slug, p in processes.items() if p.head.duty is not None}
        ids, mine = sections(session, actor.bureau_id, owed_again.values()), organisations_of(actor)
        whole = {slug for slug, head in owed_again.items() if mine & {i for i, _ in places_in(head, ids)}}
    owed: dict[int, list[str]] = {}
    for slug in sorted(processes.keys() - whole):
        for organisation_id in applicants(actor, processes[slug].head):
            owed.setdefault(organisation_id, []).append(slug)
    bureau = Duty.bureau_id == actor.bureau_id
    return [
        *(and_(bureau, Duty.slug == slug) for slug in sorted(whole)),
        *(and_(bureau, Duty.organisation_id == i, Duty.slug.in_(slugs)) for i, slugs in sorted(owed.items())),
    ]


def _tab(tab: DutyTab, today: date) -> list[ColumnElement[bool]]:
    """The conditions of a tab. A period bears the name of its school year or month: ``2026-09`` comes before those of
    the school year that begins then, and after those of the one before.
    """
    if tab == "done":
        return [Duty.fulfilled_at.is_not(None)]
    start = school_year_start(today)
    is_current = or_(Duty.period >= f"{start:%Y-%m}", Duty.due_on >= start)
    if tab == "earlier":
        return [Duty.fulfilled_at.is_(None), ~is_current]
    # What is owed before the school year begins falls due in that calendar year: so much of the index is walked along.
    return [Duty.fulfilled_at.is_(None), Duty.due_on >= start.replace(month=1), is_current]


def _after(tab: DutyTab, after: str | None) -> list[ColumnElement[bool]]:
    """The keyset condition; an ``after`` that cannot be read (an edited address) begins at the first page."""
    mark, place = day_and_id(after), tuple_(Duty.due_on, Duty.id)
    if mark is None:
        return []
    return [place > mark if tab == "current" else place < mark]


def _order(tab: DutyTab, columns: Any) -> list[ColumnElement[Any]]:
    order = [columns.due_on, columns.id]
    return order if tab == "current" else [column.desc() for column in order]


def _ordered(branch: Branch, tab: DutyTab, conditions: Sequence[ColumnElement[bool]], limit: int) -> Select[int, date]:
    return select(Duty.id, Duty.due_on).where(branch, *conditions).order_by(*_order(tab, Duty)).limit(limit)


def _union(branches: Sequence[Select[int, date]]) -> Any:
    """The branches as one; of somebody whom no duty concerns a statement that finds nothing."""
    if not branches:
        return select(Duty.id, Duty.due_on).where(false())
    return union_all(*(select(branch.subquery()) for branch in branches))


def _counts(session: Session, branches: Sequence[Branch], today: date) -> dict[DutyTab, int]:
    tabs: tuple[DutyTab, ...] = ("current", "earlier")
    counts = dict.fromkeys(tabs, 0)
    counted = []
    for tab in tabs:
        for branch in branches:
            found = _ordered(branch, tab, _tab(tab, today), COUNT_CAP).subquery()
            counted.append(select(literal(tab), select(func.count()).select_from(found).scalar_subquery()))
    for key, number in session.execute(union_all(*counted)) if counted else ():
        tab = cast(DutyTab, key)
        counts[tab] = min(counts[tab] + number, COUNT_CAP)
    return counts


def _shown(*conditions: ColumnElement[bool]) -> Select[Duty, date | None, str, str]:
    owner, subject = aliased(Organisation), aliased(Organisation)
    return (
        select(Duty, Case.filed_on, owner.name, subject.name)
        .join(owner, owner.id == Duty.organisation_id)
        .outerjoin(subject, subject.id == Duty.subject_id)
        .outerjoin(Case, Case.id == Duty.case_id)
        .where(*conditions)
    )


def _line(actor: Actor, processes: Mapping[str, ProcessVersion], row: Found) -> DutyLine:
    duty, filed_on, organisation, subject = row
    head = processes[duty.slug].head
    return DutyLine(
        id=duty.id,
        slug=duty.slug,
        title=head.title,
        period=period_text(duty.period),
        organisation=organisation,
        subject=subject,
        due_on=duty.due_on,
        state=_state(duty, filed_on),
        missed_on=duty.missed_on,
        case_id=duty.case_id,
        mine=duty.fulfilled_at is None and duty.organisation_id in applicants(actor, head),
    )


def _state(duty: Duty, filed_on: date | None) -> DutyState:
    if duty.fulfilled_at is not None:
        return "done"
    if filed_on is not None:
        return "filed"
    if duty.missed_on is not None:
        return "missed"
    return "draft" if duty.case_id is not None else "open"
