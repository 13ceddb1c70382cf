"""Entering the days off and the worked weekends of a year: shipped, imported from a file, or edited by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import delete, insert, select

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.calendar.models import CalendarDay, CalendarYear
from workflow_app.calendar.working import SATURDAY, forget_calendar
from workflow_app.errors import InvalidError
from workflow_app.text import day_text

_DATA = Path(__file__).parent / "data"

SWAPPED = "调休上班"


@dataclass(frozen=True)
class DayRule:
    """One day that differs from the plain week, and its name: 劳动节, 调休上班."""

    day: date
    is_working: bool
    name: str


@dataclass(frozen=True)
class YearRules:
    """The days of one year, and the notice that they are taken from."""

    year: int
    days: tuple[DayRule, ...]
    source: str


def shipped_years() -> list[YearRules]:
    """The years that come with the product, earliest first."""
    return [read_year(path.read_text(encoding="utf-8")) for path in sorted(_DATA.glob("*.yaml"))]


def load_shipped_years(act: Act) -> None:
    """Enter every shipped year that the bureau has not entered yet; what was edited stays."""
    known = set(act.session.scalars(select(CalendarYear.year).where(CalendarYear.bureau_id == act.bureau_id)))
    for rules in shipped_years():
        if rules.year not in known:
            set_year(act, rules.year, rules.days, rules.source)


def import_year(act: Act, text: str) -> YearRules:
    """Enter a later year from a file in the form of the shipped ones.

    Raises:
        InvalidError: the file cannot be read, or its days are impossible.
    """
    rules = read_year(text)
    set_year(act, rules.year, rules.days, rules.source)
    return rules


def set_year(act: Act, year: int, days: Sequence[DayRule], source: str) -> None:
    """Replace the days of a year by those of its official notice; audited. Deadlines already set do not move.

    Raises:
        InvalidError: a day lies outside of the year, is given twice, or there is no source.
    """
    if not source.strip():
        raise InvalidError("请填写{year}年节假日安排的依据文件。", year=year)
    seen: set[date] = set()
    for rule in days:
        if rule.day.year != year:
            raise InvalidError("{day}不在{year}年内。", day=day_text(rule.day), year=year)
        if rule.day in seen:
            raise InvalidError("{day}重复出现。", day=day_text(rule.day))
        seen.add(rule.day)
    session, bureau_id = act.session, act.bureau_id
    session.execute(
        delete(CalendarDay).where(
            CalendarDay.bureau_id == bureau_id, CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
        )
    )
    session.execute(delete(CalendarYear).where(CalendarYear.bureau_id == bureau_id, CalendarYear.year == year))
    session.execute(insert(CalendarYear), [{"bureau_id": bureau_id, "year": year, "source": source}])
    differing = sorted((r for r in days if r.is_working != (r.day.weekday() < SATURDAY)), key=lambda r: r.day)
    if differing:
        session.execute(
            insert(CalendarDay), [{"bureau_id": bureau_id, "source": source, **vars(rule)} for rule in differing]
        )
    forget_calendar(session, bureau_id)
    body = {"year": year, "source": source, "days": {str(r.day): r.is_working for r in differing}}
    append(act, "policy", "calendar_changed", f"calendar:{year}", body)


def read_year(text: str) -> YearRules:
    """Read a year's file (see the shipped ones under ``data/``).

    Raises:
        InvalidError: it is not such a file.
    """
    try:
        content = yaml.safe_load(text)
        return YearRules(int(content["year"]), tuple(_days(content)), str(content["source"]))
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidError("无法读取节假日文件：{reason}", reason=str(error)) from error


def _days(content: Mapping[str, Any]) -> list[DayRule]:
    rules = []
    for holiday in content["holidays"]:
        first, last = _date(holiday["from"]), _date(holiday["to"])
        if last < first:
            raise ValueError(f"{holiday['name']}: {first} – {last}")
        for offset in range((last - first).days + 1):
            rules.append(DayRule(first + timedelta(days=offset), False, str(holiday["name"])))
    rules += [DayRule(_date(day), True, SWAPPED) for day in content["worked"]]
    return rules


def _date(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"{value!r}不是日期")
    return value
