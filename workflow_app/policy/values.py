"""Amounts that are no numbers: codes, a month and day, a day of the month. What they may be, and how they are said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from workflow_app.calendar.terms import day_in_year
from workflow_app.text import MONTHS, Text, listed

LAST_DAY_OF_EVERY_MONTH = 28
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)", re.ASCII)
_SOME_YEAR = 2023
"""No leap year: 29 February would not be a day of every year."""


class Kind(Protocol):
    """What the values of a parameter may be, where its unit (``text``) does not say it."""

    @property
    def example(self) -> Text | None:
        """How a value is typed; None where it is chosen."""

    def allows(self, value: str) -> bool:
        """Whether a value can be read."""

    def said(self, value: str) -> Text:
        """A value in words; one that cannot be read is shown as it is."""


@dataclass(frozen=True)
class Codes:
    """One code out of some, or with ``many`` a list of them, written with commas: ``excellent,good``."""

    names: Mapping[str, Text]
    many: bool = True
    example = None

    def allows(self, value: str) -> bool:
        """Whether every code is known and stands there once; without ``many`` there is exactly one."""
        parts = self.split(value)
        return set(parts) <= set(self.names) and len(set(parts)) == len(parts) and (self.many or len(parts) == 1)

    def said(self, value: str) -> Text:
        """What the codes are called, as one enumeration."""
        return listed([self.names.get(part, part) for part in self.split(value)])

    def split(self, value: str) -> list[str]:
        """The codes of a value."""
        return [part.strip() for part in value.split(",")]


@dataclass(frozen=True)
class MonthDay:
    """A day of every year: ``09-01``."""

    example = Text("按“月-日”填写，例如09-01。")

    def allows(self, value: str) -> bool:
        """Whether every year has such a day."""
        try:
            return _MONTH_DAY.fullmatch(value) is not None and bool(day_in_year(_SOME_YEAR, value))
        except ValueError:
            return False

    def said(self, value: str) -> Text:
        """The day in words."""
        if not self.allows(value):
            return Text("{value}", value=value)
        month, day = (int(part) for part in value.split("-"))
        return Text("{month}{day}日", month=MONTHS[month - 1], day=day)


@dataclass(frozen=True)
class DayOfMonth:
    """A day that every month has: ``5``."""

    example = Text("填写1至28的数字。")

    def allows(self, value: str) -> bool:
        """Whether every month has such a day."""
        return re.fullmatch(r"[1-9]\d?", value, re.ASCII) is not None and int(value) <= LAST_DAY_OF_EVERY_MONTH

    def said(self, value: str) -> Text:
        """The day in words."""
        return Text("每月{day}日", day=value) if self.allows(value) else Text("{value}", value=value)
