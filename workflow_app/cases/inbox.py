"""The inbox: open seats of one's positions, by due date. Each branch is a range of a partial index (performance.md).

Pages go by keyset, counts are capped, and nothing on the page grows with the number of open tasks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, get_args

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.calendar.working import WorkCalendar, load_calendar
from workflow_app.cases.due import SOON_DAYS, due_line
from workflow_app.cases.models import Case, Seat, Task
from workflow_app.cases.pages import InboxPage, InboxRow, InboxTab
from workflow_app.clock import local_date
from workflow_app.database import Id
from workflow_app.definitions.store import version
from workflow_app.directory.models import Organisation, Person

COUNT_CAP = 100
DUE_CAP = 500

OPEN: ColumnElement[str] = literal_column("'open'")
"""Written into the statement: with a parameter in its place, a plan that is kept could not use the partial index."""


def inbox(
    session: Session,
    actor: Actor,
    *,
    today: date,
    tab: InboxTab = "all",
    slug: str | None = None,
    text: str | None = None,
    after: str | None = None,
    limit: int = 20,
    days: tuple[date, date] | None = None,
) -> InboxPage:
    """One page of what this person may answer now, the most urgent first.

    ``after`` is the ``next_after`` of the page before; ``text`` is looked for in titles and numbers of cases. ``days``
    asks how many tasks fall due on each day from the first to the last, for the calendar beside the list.
    """
    calendar = load_calendar(session, actor.bureau_id)
    soon = calendar.add_working_days(today, SOON_DAYS)
    conditions = [*_tab(tab, actor, today, soon), *_after(after)]
    if slug or text:
        conditions.append(_case_is(slug, text))
    found = _rows(session, actor, conditions, limit + 1)
    rows = tuple(_row(session, calendar, today, actor, row) for row in found[:limit])
    last = found[limit - 1] if len(found) > limit else None
    next_after = f"{last['due_on'].isoformat()}_{last['seat_id']}" if last is not None else None
    return InboxPage(rows, next_after, *_counts(session, actor, today, soon, days))


def _places(actor: Actor) -> list[tuple[int, str]]:
    """The positions held, each with its organisation, always in the same order."""
    return sorted((h.organisation_id, h.position) for h in actor.holdings)


def _branches(actor: Actor, conditions: Iterable[ColumnElement[bool]], limit: int) -> list[Select[Any]]:
    """One index range per position held, and one for named seats; each already ordered and cut to the page."""
    own = [
        and_(Seat.organisation_id == organisation_id, Seat.position == position, ~Seat.is_named)
        for organisation_id, position in _places(actor)
    ]
    if actor.person_id is not None:
        held = sorted({h.position for h in actor.holdings})
        own.append(and_(Seat.person_id == actor.person_id, Seat.is_named, Seat.position.in_(held)))
    columns: Any = (Seat.id, Seat.due_on, Seat.task_id, Seat.person_id)
    return [
        select(*columns)
        .where(Seat.bureau_id == actor.bureau_id, Seat.state == OPEN, mine, *conditions)
        .order_by(Seat.due_on, Seat.id)
        .limit(limit)
        for mine in own
    ]


def _page(actor: Actor, conditions: Iterable[ColumnElement[bool]], limit: int) -> Select[Any] | None:
    branches = [select(b.subquery()) for b in _branches(actor, conditions, limit)]
    if not branches:
        return None
    merged = union_all(*branches).subquery("mine") if len(branches) > 1 else branches[0].subquery("mine")
    return select(merged).order_by(merged.c.due_on, merged.c.id).limit(limit)


def _rows(
    session: Session, actor: Actor, conditions: Iterable[ColumnElement[bool]], limit: int
) -> list[Mapping[str, Any]]:
    page = _page(actor, list(conditions), limit)
    if page is None:
        return []
    mine = page.subquery("page")
    query = (
        select(
            mine.c.id.label("seat_id"),
            mine.c.due_on,
            mine.c.person_id,
            Person.name.label("claimed_by"),
            Task.id.label("task_id"),
            Task.element,
            Task.stage,
            Task.opened_at,
            Case.id.label("case_id"),
            Case.number,
            Case.title,
            Case.version_id,
            Organisation.name.label("applicant"),
        )
        .join(Task, Task.id == mine.c.task_id)
        .join(Case, Case.id == Task.case_id)
        .join(Organisation, Organisation.id == Case.applicant_id)
        .outerjoin(Person, Person.id == mine.c.person_id)
        .order_by(mine.c.due_on, mine.c.id)
    )
    return [dict(row) for row in session.execute(query).mappings()]


def _row(session: Session, calendar: WorkCalendar, today: date, actor: Actor, row: Mapping[str, Any]) -> InboxRow:
    process = version(session, row["version_id"])
    return InboxRow(
        task_id=row["task_id"],
        case_id=row["case_id"],
        case_number=row["number"],
        case_title=row["title"],
        applicant=row["applicant"],
        process=process.head.title,
        step=process.label_of(row["element"]),
        stage=row["stage"],
        opened_at=row["opened_at"],
        due=due_line(calendar, local_date(row["opened_at"]), row["due_on"], today),
        claimed_by=row["claimed_by"],
        claimed_by_me=row["person_id"] is not None and row["person_id"] == actor.person_id,
    )


def _counts(
    session: Session, actor: Actor, today: date, soon: date, days: tuple[date, date] | None
) -> tuple[dict[InboxTab, int], dict[date, int]]:
    """How many tasks each tab holds, and how many fall due on each of the days, with one statement."""
    places = _places(actor)
    if not places:
        return dict.fromkeys(get_args(InboxTab), 0), {}
    values: dict[str, Any] = {"bureau": actor.bureau_id, "person": actor.person_id, "today": today, "soon": soon}
    values["first"], values["last"] = days or (today, today)
    for number, (organisation_id, position) in enumerate(places):
        values |= {f"organisation_{number}": organisation_id, f"position_{number}": position}
    tabs, due = dict.fromkeys(get_args(InboxTab), 0), dict[date, int]()
    for row in session.execute(_counting(len(places), days is not None), values):
        if row.day is None:
            tabs[row.tab] = min(tabs[row.tab] + row.tasks, COUNT_CAP)
        else:
            due[row.day] = due.get(row.day, 0) + row.tasks
    return tabs, due


@cache
def _counting(places: int, with_days: bool) -> CompoundSelect[Any]:
    """The statement of the counts for someone with so many positions, built once: that takes longer than to run it."""
    seat = Seat.__table__.c
    person, today, soon = bindparam("person", type_=Id), bindparam("today", type_=Date), bindparam("soon", type_=Date)
    tabs: dict[InboxTab, list[ColumnElement[bool]]] = {
        "all": [],
        "late": [seat.due_on < today],
        "soon": [seat.due_on >= today, seat.due_on <= soon],
        "mine": [seat.person_id == person],
        "unclaimed": [seat.person_id.is_(None)],
    }
    positions = [bindparam(f"position_{number}", type_=String) for number in range(places)]
    mine = [
        and_(
            seat.organisation_id == bindparam(f"organisation_{number}", type_=Id),
            seat.position == position,
            ~seat.is_named,
        )
        for number, position in enumerate(positions)
    ]
    mine.append(and_(seat.person_id == person, seat.is_named, seat.position.in_(positions)))
    open_here = and_(seat.bureau_id == bindparam("bureau", type_=Id), seat.state == OPEN)
    counted: list[Select[Any]] = []
    for own in mine:
        for tab, conditions in tabs.items():
            # The order is that of the partial index; without it SQLite takes any other index of the person's seats.
            found = select(seat.id).where(open_here, own, *conditions).order_by(seat.due_on).limit(COUNT_CAP).subquery()
            number_of = select(func.count()).select_from(found).scalar_subquery()
            counted.append(select(literal(tab).label("tab"), cast(null(), Date).label("day"), number_of.label("tasks")))
        if with_days:
            within = seat.due_on.between(bindparam("first", type_=Date), bindparam("last", type_=Date))
            found = select(seat.due_on).where(open_here, own, within).order_by(seat.due_on).limit(DUE_CAP).subquery()
            by_day = select(cast(null(), String), found.c.due_on, func.count()).group_by(found.c.due_on)
            counted.append(by_day)
    return union_all(*counted)


def _tab(tab: InboxTab, actor: Actor, today: date, soon: date) -> list[ColumnElement[bool]]:
    conditions: dict[InboxTab, list[ColumnElement[bool]]] = {
        "all": [],
        "late": [Seat.due_on < today],
        "soon": [Seat.due_on >= today, Seat.due_on <= soon],
        "mine": [Seat.person_id == actor.person_id],
        "unclaimed": [Seat.person_id.is_(None)],
    }
    return conditions[tab]


def _after(after: str | None) -> list[ColumnElement[bool]]:
    """The keyset condition; an ``after`` that cannot be read (an edited address) begins at the first page."""
    try:
        day, _, ident = (after or "").partition("_")
        return [tuple_(Seat.due_on, Seat.id) > (date.fromisoformat(day), int(ident))]
    except ValueError:
        return []


def _case_is(slug: str | None, text: str | None) -> ColumnElement[bool]:
    """A condition on the seat's own case: asked of one's open seats, not of every case of the bureau."""
    wanted = [Case.id == Seat.case_id]
    if slug:
        wanted.append(Case.slug == slug)
    if text:
        wanted.append(Case.title.contains(text, autoescape=True) | Case.number.contains(text, autoescape=True))
    return exists().where(*wanted)
