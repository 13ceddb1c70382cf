"""The inbox: open seats of one's positions, by due date. Each branch is a range of a partial index (performance.md).

Pages go by keyset, counts are capped, and nothing on the page grows with the number of open tasks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.calendar.working import WorkCalendar, load_calendar
from workflow_app.cases.due import SOON_DAYS, due_line
from workflow_app.cases.inbox_statements import (
    COUNT_CAP,
    Shape,
    count_statement,
    page_statement,
    pattern_of,
    places_of,
    values_of,
)
from workflow_app.cases.pages import InboxPage, InboxRow, InboxTab
from workflow_app.clock import local_date
from workflow_app.definitions.store import version
from workflow_app.typed import day_and_id


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

    ``after`` is the ``next_after`` of the page before; ``text`` is looked for in titles and numbers of cases and in the
    names of the schools that apply. ``days`` asks how many tasks fall due on each day from the first to the last, for
    the calendar beside the list.
    """
    calendar = load_calendar(session, actor.bureau_id)
    places = len(places_of(actor))
    if not places:
        return InboxPage((), None, dict.fromkeys(get_args(InboxTab), 0), {})
    values = values_of(actor, today, calendar.add_working_days(today, SOON_DAYS))
    last = _place(after)
    shape = Shape(places, tab, last is not None, bool(slug), bool(text))
    asked = {**values, **(last or {}), "slug": slug, "pattern": pattern_of(text or ""), "limit": limit + 1}
    found = session.execute(page_statement(shape), asked).mappings().all()
    rows = tuple(_row(session, calendar, today, actor, row) for row in found[:limit])
    shown = found[limit - 1] if len(found) > limit else None
    next_after = f"{shown['due_on'].isoformat()}_{shown['seat_id']}" if shown is not None else None
    return InboxPage(rows, next_after, *_counts(session, places, values, days))


def _place(after: str | None) -> dict[str, Any] | None:
    """Where the page before ended; one that cannot be read (an edited address) begins at the first page."""
    mark = day_and_id(after)
    return None if mark is None else dict(zip(("day", "ident"), mark, strict=True))


def _row(session: Session, calendar: WorkCalendar, today: date, actor: Actor, row: RowMapping) -> InboxRow:
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
    session: Session, places: int, values: Mapping[str, Any], days: tuple[date, date] | None
) -> tuple[dict[InboxTab, int], dict[date, int]]:
    """How many tasks each tab holds, and how many fall due on each of the days, with one statement."""
    first, last = days or (None, None)
    tabs, due = dict.fromkeys(get_args(InboxTab), 0), dict[date, int]()
    asked = {**values, "first": first, "last": last}
    for row in session.execute(count_statement(places, days is not None), asked):
        if row.day is None:
            tabs[row.tab] = min(tabs[row.tab] + row.tasks, COUNT_CAP)
        else:
            due[row.day] = due.get(row.day, 0) + row.tasks
    return tabs, due
