"""Dates and moments as the two languages write them. Few forms are in use, and all are here: a library of the
languages of the world took megabytes of every web process for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from workflow_app.clock import COUNTY_ZONE

# long 2026年4月8日, short 4月8日, day with the weekday.
_FORMS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "long": "{0.year}年{0.month}月{0.day}日",
        "short": "{0.month}月{0.day}日",
        "day": "{0.year}年{0.month}月{0.day}日 {weekday}",
    },
    "en": {
        "long": "{0.day} {month:.3} {0.year}",
        "short": "{0.day} {month:.3}",
        "day": "{weekday}, {0.day} {month} {0.year}",
    },
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def date_in(language: str, value: date, form: str) -> str:
    """A date in ``zh`` or ``en``: ``long`` 2026年4月8日, ``short`` 4月8日, ``day`` with the weekday.

    Raises:
        KeyError: there is no such language or form.
    """
    weekday = _WEEKDAYS[language][value.weekday()]
    return _FORMS[language][form].format(value, month=_MONTHS[value.month - 1], weekday=weekday)


def moment_in(language: str, value: datetime, form: str) -> str:
    """An instant in the county's time: hours and minutes, behind the date in a form of :func:`date_in`, but with
    ``time`` alone.

    Raises:
        KeyError: there is no such language or form.
    """
    there = value.astimezone(COUNTY_ZONE)
    time = f"{there.hour:02}:{there.minute:02}"
    return time if form == "time" else f"{date_in(language, there, form)} {time}"


def weekday_letters(language: str) -> list[str]:
    """The days of the week in their shortest form, Monday first: 一 二 三, M T W."""
    return [name[-1] if language == "zh" else name[0] for name in _WEEKDAYS[language]]
