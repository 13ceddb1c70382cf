"""Time in the product: instants are aware UTC, dates are those of the county (Asia/Shanghai)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from workflow_app.text import Text, day_text

COUNTY_ZONE = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]
"""Where the time comes from; tests hand in a frozen one."""


def system_clock() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def local_date(instant: datetime) -> date:
    """The county's date at an instant."""
    return instant.astimezone(COUNTY_ZONE).date()


def local_time(instant: datetime) -> datetime:
    """The county's wall-clock time at an instant."""
    return instant.astimezone(COUNTY_ZONE)


def moment_text(instant: datetime, today: date | None = None) -> Text:
    """An instant within a message: 2026年4月8日 09:05; of ``today`` the time alone."""
    moment = local_time(instant)
    clock = f"{moment:%H:%M}"
    if moment.date() == today:
        return Text("{time}", time=clock)
    return Text("{day} {time}", day=day_text(moment.date()), time=clock)


def start_of(day: date) -> datetime:
    """The instant at which a date begins in the county; a +n step fires then."""
    return datetime.combine(day, time.min, COUNTY_ZONE).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The instant at which a deadline on this date lapses: 24:00 in the county (DESIGN, Deadlines)."""
    return start_of(day + timedelta(days=1))
