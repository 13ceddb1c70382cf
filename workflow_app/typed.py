"""What people type: the rules that hold for every text, number and date, wherever it is typed.

A text is stored as it was typed or not at all. What cannot be printed is refused, because nobody can see what it does:
control characters, characters that change the direction of writing, separators that break a line unseen.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from workflow_app.text import Text

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""The years that a date of casework may lie in."""

HIGHEST_ID = 2**31 - 1
"""The last id of a table on PostgreSQL: a county writes a million rows of history a year at most."""

LONGEST_REASON = 500
"""Characters of a reason that an act is given."""

_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_UNSEEN = frozenset({"Cf", "Mn", "Me", "Zs"})
_NUMBER = re.compile(r"[0-9]{1,18}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def text_problem(label: Text, value: Any, longest: int, *, lines: bool = False) -> Text | None:
    """What is wrong with a text: its type, what cannot be printed, its length; an empty one is not judged."""
    if not isinstance(value, str):
        return Text("{label}的格式不正确", label=label)
    if any(_is_unprintable(c, lines=lines) for c in value) or (value.strip() and not any(map(_is_seen, value))):
        return Text("{label}含有无法显示的字符，请删除后重新填写", label=label)
    if len(value) > longest:
        return Text("{label}最多{most}个字，现有{count}个字", label=label, most=longest, count=len(value))
    return None


def whole_number(typed: str | None) -> int | None:
    """A number that was typed in plain digits and that the database can hold, such as an id; None for all else."""
    number = int(typed) if typed is not None and _NUMBER.fullmatch(typed) else None
    return number if number is not None and number <= HIGHEST_ID else None


def day_and_id(typed: str | None) -> tuple[date, int] | None:
    """Where a page of a list by day ended, ``2026-09-01_17``; None for all else, such as an edited address."""
    day, _, number = (typed or "").partition("_")
    ident = whole_number(number)
    try:
        return None if ident is None or not _DAY.fullmatch(day) else (date.fromisoformat(day), ident)
    except ValueError:
        return None


def plain_day(typed: str) -> date | None:
    """A date typed as ``2026-09-01`` that lies in :data:`FIRST_YEAR` to :data:`LAST_YEAR`; None for all else."""
    try:
        day = date.fromisoformat(typed) if _DAY.fullmatch(typed) else None
    except ValueError:
        return None
    return day if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _is_unprintable(character: str, *, lines: bool) -> bool:
    if lines and character in "\n\t":
        return False
    return unicodedata.category(character) in _UNPRINTABLE or character in _DIRECTION


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in _UNSEEN and not character.isspace()
