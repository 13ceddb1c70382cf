"""The tables of registers. Each is described once: its page shows the description, a spreadsheet is made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.text import Text


@dataclass(frozen=True)
class Amount:
    """A number that a page says in words (``3所``, ``4人／共63人``); a spreadsheet holds the number alone."""

    number: int | Decimal
    said: Text


class Code(str):
    """A hash or the like, which is compared sign by sign."""


Value = str | Text | date | datetime | int | Decimal | Amount | None
"""What a cell says. A ``Text`` is the product's own words; a ``str`` was typed or named by somebody, or is a
stored word that the catalogue may know; None says nothing."""

Tone = Literal["", "run", "ok", "warn", "bad"]


@dataclass(frozen=True)
class Link:
    """Where a cell leads on a page: the endpoint and its values."""

    endpoint: str
    values: Mapping[str, object]


@dataclass(frozen=True)
class Cell:
    """A value, with what a page alone shows: where it leads, a coloured mark. A void value is struck out everywhere."""

    value: Value
    link: Link | None = None
    tone: Tone | None = None
    is_void: bool = False


Row = Sequence[Value | Cell]


@dataclass(frozen=True)
class Table:
    """A register, or the part of it that is about one object, as of a day.

    ``about`` is the id of that object and ``of`` its name. A row is as long as ``columns``; its first cell says what
    the row is about. ``as_of`` is the day of a register that is kept for today alone, whatever day was asked for.
    """

    name: str
    title: Text
    columns: Sequence[Text]
    rows: Sequence[Row]
    about: int | None = None
    of: str = ""
    as_of: date | None = None

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"{self.name}: a row has more or fewer cells than there are columns")

    @property
    def cells(self) -> list[list[Cell]]:
        """The rows with every value as a cell."""
        return [[one if isinstance(one, Cell) else Cell(one) for one in row] for row in self.rows]


@dataclass(frozen=True)
class Asked:
    """What a reader wants to see of a register.

    ``args`` are the further words of the page's address, such as a filter. ``limit`` is how many rows at most are
    wanted: a page asks for as many as it shows, the export for as many as a file may have.
    """

    actor: Actor
    day: date
    today: date
    about: int | None = None
    args: Mapping[str, str] = field(default_factory=dict)
    limit: int | None = None

    @property
    def on(self) -> str | None:
        """The day as it stands in the address of a page; None is today."""
        return None if self.day == self.today else self.day.isoformat()


Describe = Callable[[Session, Asked], Table]
"""Describes a table for a reader.

Raises:
    NotFoundError: what is asked about does not exist, or this reader may not see it.
    ForbiddenError: the table is not for this reader.
"""
