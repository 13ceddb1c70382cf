"""The case clock (办理时限): a budget of working days that stops and resumes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from workflow_app.calendar.working import WorkCalendar


@dataclass(frozen=True)
class Pause:
    """One stop, from a day to a day, both included; ``to`` is None while it lasts."""

    since: date
    to: date | None
    element: str

    def covers(self, day: date, standing_until: date | None = None) -> bool:
        """Whether the clock stands on a day; one that lasts reaches to ``standing_until`` or has one day."""
        return self.since <= day <= (self.to or max(self.since, standing_until or self.since))


@dataclass(frozen=True)
class CaseClock:
    """A running period of working days. Immutable: each act returns the clock as it is afterwards.

    The day of the start is not counted (行政许可法82条). A working day that a stop touches does not count, its
    first and last day included; where stops overlap a day is taken out once (行政许可法45条).
    """

    parameter: str
    budget: int
    started: date
    pauses: tuple[Pause, ...] = ()
    ended: date | None = None

    def stop(self, day: date, element: str) -> CaseClock:
        """Stop for an element from a day on; nothing changes if the clock already stands for it.

        Raises:
            ValueError: the clock has ended.
        """
        if self.ended is not None:
            raise ValueError("a clock that has ended cannot be stopped")
        if any(pause.element == element and pause.to is None for pause in self.pauses):
            return self
        return replace(self, pauses=(*self.pauses, Pause(day, None, element)))

    def resume(self, day: date, element: str) -> CaseClock:
        """End the stop of an element with a day, which does not count itself; no change if it does not stand for it."""
        return replace(
            self,
            pauses=tuple(
                replace(pause, to=max(day, pause.since)) if pause.element == element and pause.to is None else pause
                for pause in self.pauses
            ),
        )

    def finish(self, day: date) -> CaseClock:
        """End the clock with the decision; stops that still last end on that day."""
        ended = self
        for pause in self.pauses:
            ended = ended.resume(day, pause.element)
        return replace(ended, ended=day)

    @property
    def stands(self) -> bool:
        """Whether a stop lasts."""
        return self.ended is None and any(pause.to is None for pause in self.pauses)

    def due(self, calendar: WorkCalendar, today: date | None = None) -> date:
        """The last day of the period. A stop that lasts is counted up to ``today``, or with its first day alone."""
        day, left = self.started, self.budget
        while left > 0:
            day += timedelta(days=1)
            left -= self._counts(calendar, day, today)
        return day

    def day_number(self, calendar: WorkCalendar, today: date) -> int:
        """第n天: the working days counted up to and including today, or to the end."""
        last = min(today, self.ended) if self.ended else today
        return sum(self._counts(calendar, day, last) for day in _days_after(self.started, last))

    def paused_days(self, calendar: WorkCalendar, today: date) -> int:
        """The working days taken out by stops up to and including today, or to the end."""
        last = min(today, self.ended) if self.ended else today
        days = _days_after(self.started, last)
        return sum(calendar.is_working(day) and self._stands(day, last) for day in days)

    def _counts(self, calendar: WorkCalendar, day: date, standing_until: date | None) -> bool:
        return calendar.is_working(day) and not self._stands(day, standing_until)

    def _stands(self, day: date, standing_until: date | None) -> bool:
        return any(pause.covers(day, standing_until) for pause in self.pauses)

    def to_json(self) -> dict[str, Any]:
        """What a case stores of its clock."""
        return {
            "parameter": self.parameter,
            "budget": self.budget,
            "started": self.started.isoformat(),
            "pauses": [
                {
                    "since": pause.since.isoformat(),
                    "to": pause.to.isoformat() if pause.to else None,
                    "element": pause.element,
                }
                for pause in self.pauses
            ],
            "ended": self.ended.isoformat() if self.ended else None,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> CaseClock:
        """The inverse of :meth:`to_json`."""
        pauses = tuple(
            Pause(date.fromisoformat(p["since"]), _optional(p["to"]), p["element"]) for p in stored["pauses"]
        )
        started, ended = date.fromisoformat(stored["started"]), _optional(stored["ended"])
        return cls(stored["parameter"], stored["budget"], started, pauses, ended)


def _optional(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None


def _days_after(start: date, last: date) -> list[date]:
    return [start + timedelta(days=n) for n in range(1, (last - start).days + 1)]
