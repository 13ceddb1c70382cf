"""How a page says a deadline: working days left, the colour, the share of the time used."""

from __future__ import annotations

from datetime import date

from workflow_app.calendar.clocks import CaseClock
from workflow_app.calendar.working import WorkCalendar
from workflow_app.cases.models import Case
from workflow_app.cases.pages import ClockLine, Colour, DueLine
from workflow_app.clock import local_date
from workflow_app.definitions.schema import Head

SOON_DAYS = 3
"""Working days before the due date from which a task is shown in amber (3日内到期)."""


def due_line(calendar: WorkCalendar, started: date, due_on: date | None, today: date) -> DueLine | None:
    """A deadline as of today; None where there is none."""
    if due_on is None or due_on == date.max:
        return None
    late = today > due_on
    left = -calendar.working_days_between(due_on, today) if late else calendar.working_days_between(today, due_on)
    total = max(1, calendar.working_days_between(started, due_on))
    used = calendar.working_days_between(started, min(today, due_on)) if today > started else 0
    colour: Colour = "late" if late else "soon" if left <= SOON_DAYS else "plain"
    return DueLine(due_on, left, colour, min(1.0, used / total), calendar.is_provisional(due_on))


def clock_line(calendar: WorkCalendar, head: Head, case: Case, today: date) -> ClockLine | None:
    """第7天／共20个工作日，暂停3天，原因…; None before acceptance."""
    if case.clock is None:
        return None
    clock = CaseClock.from_json(case.clock)
    if clock.ended is None and case.closed_at is not None:
        clock = clock.finish(local_date(case.closed_at))  # Withdrawn before a decision: it ran until then.
    standing = next((p for p in clock.pauses if p.to is None), None)
    due_on = clock.due(calendar)
    return ClockLine(
        day=clock.day_number(calendar, today),
        budget=clock.budget,
        paused_days=clock.paused_days(calendar, today),
        running=clock.ended is None and standing is None,
        stopped_because=head.clock.stops.get(standing.element) if standing and head.clock else None,
        started_on=clock.started,
        due_on=due_on,
        ended_on=clock.ended,
        provisional=calendar.is_provisional(due_on),
    )
