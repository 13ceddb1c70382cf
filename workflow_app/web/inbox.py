"""What waits for me, what I have done, what I was told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.calendar.working import load_calendar
from workflow_app.cases.inbox import inbox
from workflow_app.cases.lists import closed_tasks, done_by_me
from workflow_app.cases.pages import InboxTab
from workflow_app.definitions.store import published
from workflow_app.notices import latest, mark_read
from workflow_app.text import Text
from workflow_app.web import i18n
from workflow_app.web.request import asked_number, asked_words, current_actor, reading, today, writing

blueprint = Blueprint("inbox", __name__)

PAGE_SIZE = 20
NOTICES_SHOWN = 50
TABS: Mapping[InboxTab, Text] = {
    "all": Text("全部"),
    "late": Text("已超期"),
    "soon": Text("3日内到期"),
    "mine": Text("我认领的"),
    "unclaimed": Text("待认领"),
}
WEEKS_SHOWN = 4
"""The calendar of deadlines: last week, this one and the two to come."""


@dataclass(frozen=True)
class Day:
    """One field of the deadline calendar."""

    day: date
    working: bool
    today: bool
    late: bool
    count: int


def first_day(today: date) -> date:
    """The Monday of last week, with which the calendar begins."""
    return today - timedelta(days=today.weekday() + 7)


def calendar_weeks(today: date, is_working: Callable[[date], bool], due: Mapping[date, int]) -> list[list[Day]]:
    """The weeks around today, Monday first, with how many tasks fall due on each day."""
    days = [first_day(today) + timedelta(days=n) for n in range(7 * WEEKS_SHOWN)]
    shown = [Day(d, is_working(d), d == today, d < today, due.get(d, 0)) for d in days]
    return [shown[n : n + 7] for n in range(0, len(shown), 7)]


@blueprint.get("/inbox")
def index() -> str:
    """待办任务: what I may answer now, the most urgent first."""
    tab, slug, text, after = _tab(), asked_words("slug"), asked_words("text"), asked_words("after")
    day, actor = today(), current_actor()
    first = first_day(day)
    days = (first, first + timedelta(days=7 * WEEKS_SHOWN - 1))
    with reading() as session:
        page = inbox(session, actor, today=day, tab=tab, slug=slug, text=text, after=after, limit=PAGE_SIZE, days=days)
        calendar = load_calendar(session, actor.bureau_id)
        return render_template(
            "inbox/index.html",
            page=page,
            tab=tab,
            tabs=TABS,
            slug=slug,
            search=text,
            after=after,
            today=day,
            processes={p.slug: p.head.title for _, p in published(session, actor.bureau_id)},
            weekdays=i18n.weekday_names(),
            weeks=calendar_weeks(day, calendar.is_working, page.due),
        )


@blueprint.get("/done")
def done() -> str:
    """已办事项: what I have answered, newest first."""
    after = asked_number("after")
    with reading() as session:
        found = done_by_me(session, current_actor(), after=after, limit=PAGE_SIZE)
    return render_template("inbox/done.html", page=found, after=after)


@blueprint.get("/notices")
def notices() -> str:
    """What I was told, newest first."""
    actor, before = current_actor(), asked_number("before")
    with reading() as session:
        found = latest(session, actor.bureau_id, actor.person_id or 0, limit=NOTICES_SHOWN, before_id=before)
        done = closed_tasks(session, actor.bureau_id, {n.task_id for n in found if n.task_id is not None})
    more = found[-1].id if len(found) == NOTICES_SHOWN else None
    return render_template("inbox/notices.html", notices=found, done=done, before=before, more=more)


@blueprint.post("/notices/read")
def read_notices() -> Response:
    """Mark all my notices as read."""
    with writing() as act:
        mark_read(act)
    return redirect(url_for("inbox.notices"), 303)


def _tab() -> InboxTab:
    asked = request.args.get("tab")
    return next((tab for tab in TABS if tab == asked), "all")
