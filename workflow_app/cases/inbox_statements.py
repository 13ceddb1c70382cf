"""The two statements of the inbox, built once for everyone who holds as many positions: that takes longer than to run.

Every branch is a range of a partial index of the open seats, ordered as that index and cut to what is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
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
    or_,
    select,
    tuple_,
    union_all,
)

from workflow_app.act import Actor
from workflow_app.cases.models import Case, Seat, Task
from workflow_app.cases.pages import InboxTab
from workflow_app.columns import Id
from workflow_app.directory.models import Organisation, Person

COUNT_CAP = 100
DUE_CAP = 500

OPEN: ColumnElement[str] = literal_column("'open'")
"""Written into the statement: with a parameter in its place, a plan that is kept could not use the partial index."""

_seat, _task, _case = Seat.__table__.c, Task.__table__.c, Case.__table__.c
_organisation = Organisation.__table__.c
_bureau = bindparam("bureau", type_=Id)
_person, _today, _soon = bindparam("person", type_=Id), bindparam("today", type_=Date), bindparam("soon", type_=Date)

TABS: Mapping[InboxTab, tuple[ColumnElement[bool], ...]] = {
    "all": (),
    "late": (_seat.due_on < _today,),
    "soon": (_seat.due_on >= _today, _seat.due_on <= _soon),
    "mine": (_seat.person_id == _person,),
    "unclaimed": (_seat.person_id.is_(None),),
}


class Shape(NamedTuple):
    """What a page of the inbox is asked for, without the values."""

    places: int
    """The number of positions held."""
    tab: InboxTab
    is_further: bool
    """Whether it goes on after the seat ``ident`` that is due on ``day``."""
    of_process: bool
    """Whether only the cases of the process ``slug`` are wanted."""
    with_text: bool
    """Whether only cases are wanted whose title, number or school is like ``pattern``."""


def places_of(actor: Actor) -> list[tuple[int, str]]:
    """The positions held, each with its organisation, always in the same order."""
    return sorted((h.organisation_id, h.position) for h in actor.holdings)


def values_of(actor: Actor, today: date, soon: date) -> dict[str, Any]:
    """The values of both statements for whoever looks at the inbox."""
    values: dict[str, Any] = {"bureau": actor.bureau_id, "person": actor.person_id, "today": today, "soon": soon}
    for number, (organisation_id, position) in enumerate(places_of(actor)):
        values |= {f"organisation_{number}": organisation_id, f"position_{number}": position}
    return values


def pattern_of(text: str) -> str:
    """What is looked for anywhere in a title, a number or a name, each character as it was typed."""
    return f"%{text.replace('/', '//').replace('%', '/%').replace('_', '/_')}%"


@cache
def page_statement(shape: Shape) -> Select[Any]:
    """The rows of one page, ``limit`` at most, the most urgent first."""
    wanted = list(TABS[shape.tab])
    if shape.is_further:
        last = tuple_(bindparam("day", type_=Date), bindparam("ident", type_=Id))
        wanted.append(tuple_(_seat.due_on, _seat.id) > last)
    if shape.of_process or shape.with_text:
        wanted.append(_case_is(shape))
    limit = bindparam("limit", type_=Integer)
    branches = [
        select(_seat.id, _seat.due_on, _seat.task_id, _seat.person_id)
        .where(own, *wanted)
        .order_by(_seat.due_on, _seat.id)
        .limit(limit)
        .subquery()
        for own in _own(shape.places)
    ]
    merged = union_all(*map(select, branches)).subquery("mine")
    mine = select(merged).order_by(merged.c.due_on, merged.c.id).limit(limit).subquery("page").c
    holder, applicant = Person.__table__.c, Organisation.__table__.c
    columns = (
        *(mine.id.label("seat_id"), mine.due_on, mine.person_id, holder.name.label("claimed_by")),
        *(_task.id.label("task_id"), _task.element, _task.stage, _task.opened_at),
        *(_case.id.label("case_id"), _case.number, _case.title, _case.version_id, applicant.name.label("applicant")),
    )
    return (
        select(*columns)
        .join(Task.__table__, _task.id == mine.task_id)
        .join(Case.__table__, _case.id == _task.case_id)
        .join(Organisation.__table__, applicant.id == _case.applicant_id)
        .outerjoin(Person.__table__, holder.id == mine.person_id)
        .order_by(mine.due_on, mine.id)
    )


@cache
def count_statement(places: int, with_days: bool) -> CompoundSelect[Any]:
    """How many tasks each tab holds, and how many fall due on each day from ``first`` to ``last``."""
    counted: list[Select[Any]] = []
    for own in _own(places):
        for tab, conditions in TABS.items():
            # The order is that of the partial index; without it SQLite takes any other index of the person's seats.
            found = select(_seat.id).where(own, *conditions).order_by(_seat.due_on).limit(COUNT_CAP).subquery()
            number_of = select(func.count()).select_from(found).scalar_subquery()
            counted.append(select(literal(tab).label("tab"), cast(null(), Date).label("day"), number_of.label("tasks")))
        if with_days:
            within = _seat.due_on.between(bindparam("first", type_=Date), bindparam("last", type_=Date))
            found = select(_seat.due_on).where(own, within).order_by(_seat.due_on).limit(DUE_CAP).subquery()
            by_day = select(cast(null(), String), found.c.due_on, func.count()).group_by(found.c.due_on)
            counted.append(by_day)
    return union_all(*counted)


def _own(places: int) -> list[ColumnElement[bool]]:
    """The open seats of one's own: one index range per position held, and one for the seats that name the person."""
    positions = [bindparam(f"position_{number}", type_=String) for number in range(places)]
    ranges = [
        and_(
            _seat.organisation_id == bindparam(f"organisation_{number}", type_=Id),
            _seat.position == position,
            ~_seat.is_named,
        )
        for number, position in enumerate(positions)
    ]
    ranges.append(and_(_seat.person_id == _person, _seat.is_named, _seat.position.in_(positions)))
    open_here = and_(_seat.bureau_id == _bureau, _seat.state == OPEN)
    return [and_(open_here, own) for own in ranges]


def _case_is(shape: Shape) -> ColumnElement[bool]:
    """A condition on the seat's own case: asked of one's open seats, not of every case of the bureau."""
    wanted = [_case.id == _seat.case_id]
    if shape.of_process:
        wanted.append(_case.slug == bindparam("slug", type_=String))
    if shape.with_text:
        pattern = bindparam("pattern", type_=String)
        school = _case.applicant_id.in_(_named_like(pattern))
        wanted.append(_case.title.like(pattern, escape="/") | _case.number.like(pattern, escape="/") | school)
    return exists().where(*wanted)


def _named_like(pattern: BindParameter[str]) -> Select[tuple[int]]:
    """The organisations of the bureau with such a name: a few hundred rows, looked through once for the statement.

    Only who files a case is asked for, the name that the row shows: no index leads from a case to its other parties.
    """
    like = (column.like(pattern, escape="/") for column in (_organisation.name, _organisation.short_name))
    return select(_organisation.id).where(_organisation.bureau_id == _bureau, or_(*like))
