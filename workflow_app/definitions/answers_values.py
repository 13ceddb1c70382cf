"""The rules of single values: exact types of the canonical form, bounds, lengths, options, existence.

Each rule says in plain Chinese what is wrong with a value that was given; whether one had to be given is not its
concern. Bounds of a date are days counted from today: ``max: 0`` is a date that does not lie in the future.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from workflow_app.clock import COUNTY_ZONE
from workflow_app.definitions.answers_shape import labelled, numbers_in
from workflow_app.definitions.schema_fields import Evidence, Field
from workflow_app.files.kinds import FILE_KINDS
from workflow_app.text import Text, day_text
from workflow_app.typed import FIRST_YEAR, LAST_YEAR, LONGEST_REASON, text_problem

LONGEST = {"text": 200, "long_text": 5000, "opinion": 2000, "reason": LONGEST_REASON}
"""Longest texts in characters, where the form sets no bound of its own."""

MOST_ITEMS = 200
"""Most rows, choices or files of one field, where the form sets no bound of its own."""

DEFAULT_PLACES = {"decimal": 6, "percentage": 2, "money": 2}
"""Decimal places that a number may have, where the form does not say."""

_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,10})?", re.ASCII)
_LARGEST_INTEGER = 10**12


@dataclass(frozen=True)
class Found:
    """What the lookup found of the ids that the answers mention: names by kind or position, extensions of files."""

    organisations: Mapping[str | None, Mapping[int, str]]
    people: Mapping[str | None, Mapping[int, str]]
    files: Mapping[int, str]  # id -> extension without the dot, lower case

    def names(self, field: Field) -> Mapping[int, str]:
        """The organisations or people that this field may name."""
        known = self.organisations if field.type == "organisation" else self.people
        return known.get(offered_by(field), {})


def offered_by(field: Field) -> str | None:
    """What an organisation or person field offers: one kind of organisation, one position; None: everyone."""
    return "teacher" if field.type == "teacher" else field.kind


def value_problem(field: Field, value: Any, found: Found, today: date) -> Text | None:
    """What is wrong with a value that is not empty, or None. Rows are not values; see ``answers.check_answers``."""
    return _RULES[field.type](field, value, found, today)


def files_problem(what: Field | Evidence, label: Text, value: Any, found: Found) -> Text | None:
    """What is wrong with a list of file ids: its type, files that do not belong to this case, their formats."""
    if problem := _ids_problem(label, value):
        return problem
    if not what.many and len(value) > 1:
        return Text("{label}只能上传一个文件", label=label)
    if any(number not in found.files for number in value):
        return Text("{label}的文件已失效，请重新上传", label=label)
    if what.types and not all(_is_of(found.files[number], what.types) for number in value):
        return Text("{label}只接受{types}格式的文件", label=label, types="、".join(what.types))
    return None


def _is_of(extension: str, types: Collection[str]) -> bool:
    """Whether a file with this extension is of one of the types: ``jpeg`` is a ``jpg``, ``wps`` a ``doc``."""
    kinds = [FILE_KINDS[code] for code in types if code in FILE_KINDS]
    return extension in types or any(extension in kind.extensions for kind in kinds)


def _text(field: Field, value: Any, _found: Found, _today: date) -> Text | None:
    longest = LONGEST[field.type] if field.max is None else int(field.max)
    return text_problem(labelled(field.label), value, longest, lines=field.type == "long_text")


def _integer(field: Field, value: Any, _found: Found, _today: date) -> Text | None:
    if type(value) is not int or abs(value) > _LARGEST_INTEGER:
        return Text("{label}应为整数", label=labelled(field.label))
    return _outside(field, Decimal(value))


def _decimal(field: Field, value: Any, _found: Found, _today: date) -> Text | None:
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        return Text("{label}应为数字", label=labelled(field.label))
    places = DEFAULT_PLACES[field.type] if field.places is None else field.places
    if len(value.partition(".")[2]) > places:
        return Text("{label}最多保留{places}位小数", label=labelled(field.label), places=places)
    return _outside(field, Decimal(value))


def _outside(field: Field, number: Decimal) -> Text | None:
    if field.min is not None and number < _exact(field.min):
        return Text("{label}不得小于{least}", label=labelled(field.label), least=plain(field.min))
    if field.max is not None and number > _exact(field.max):
        return Text("{label}不得大于{most}", label=labelled(field.label), most=plain(field.max))
    return None


def plain(bound: float) -> str:
    """A bound of a form file as people write it: 100, 0.5."""
    return format(_exact(bound).normalize(), "f")


def _exact(bound: float) -> Decimal:
    return Decimal(str(bound))


def _date(field: Field, value: Any, _found: Found, today: date) -> Text | None:
    day = _parsed(date.fromisoformat, value)
    if day is None or day.isoformat() != value:
        return Text("{label}应为日期，如2026-04-08", label=labelled(field.label))
    return _outside_days(field, day, today)


def _date_time(field: Field, value: Any, _found: Found, today: date) -> Text | None:
    moment = _parsed(_in_county, value)
    if moment is None or moment.isoformat() != value:
        return Text("{label}应为日期和时间，如2026-04-08 09:00", label=labelled(field.label))
    return _outside_days(field, moment.date(), today)


def _in_county(value: str) -> datetime | None:
    """The moment in county time; None where it names no zone. At the ends of the calendar there is no such moment."""
    moment = datetime.fromisoformat(value)
    return moment.astimezone(COUNTY_ZONE) if moment.tzinfo else None


def _parsed(parse: Callable[[str], Any], value: Any) -> Any:
    try:
        return parse(value) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None


def _outside_days(field: Field, day: date, today: date) -> Text | None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return Text("{label}的年份不正确", label=labelled(field.label))
    if field.min is not None and day < (least := today + timedelta(days=int(field.min))):
        return Text("{label}不得早于{day}", label=labelled(field.label), day=day_text(least))
    if field.max is not None and day > (most := today + timedelta(days=int(field.max))):
        return Text("{label}不得晚于{day}", label=labelled(field.label), day=day_text(most))
    return None


def _yes_no(field: Field, value: Any, _found: Found, _today: date) -> Text | None:
    return None if isinstance(value, bool) else Text("{label}应为是或否", label=labelled(field.label))


def _choice(field: Field, value: Any, _found: Found, _today: date) -> Text | None:
    if value in {option.value for option in field.options} if isinstance(value, str) else False:
        return None
    return Text("{label}的选项无效，请重新选择", label=labelled(field.label))


def _multiple_choice(field: Field, value: Any, _found: Found, _today: date) -> Text | None:
    options = {option.value for option in field.options}
    if not isinstance(value, list) or any(not isinstance(item, str) or item not in options for item in value):
        return Text("{label}的选项无效，请重新选择", label=labelled(field.label))
    return _repeated(field, value) or count_problem(field, len(value))


def _organisation(field: Field, value: Any, found: Found, _today: date) -> Text | None:
    return _reference(field, value, found.names(field), Text("{label}中的单位无效，请重新选择", **_label(field)))


def _person(field: Field, value: Any, found: Found, _today: date) -> Text | None:
    return _reference(field, value, found.names(field), Text("{label}中的人员无效，请重新选择", **_label(field)))


def _label(field: Field) -> dict[str, Text]:
    return {"label": labelled(field.label)}


def _reference(field: Field, value: Any, known: Mapping[int, str], unknown: Text) -> Text | None:
    if field.many is not isinstance(value, list):
        return unknown
    ids = value if isinstance(value, list) else [value]
    if any(type(number) is not int or number not in known for number in ids):
        return unknown
    return _repeated(field, ids) or count_problem(field, len(ids)) if field.many else None


def _file(field: Field, value: Any, found: Found, _today: date) -> Text | None:
    return files_problem(field, labelled(field.label), value, found) or count_problem(field, len(value))


def _ids_problem(label: Text, value: Any) -> Text | None:
    if not isinstance(value, list) or len(list(numbers_in(value))) != len(value) or len(value) > MOST_ITEMS:
        return Text("{label}的格式不正确", label=label)
    return Text("{label}中有重复的文件", label=label) if len(set(value)) != len(value) else None


def _repeated(field: Field, items: list[Any]) -> Text | None:
    return Text("{label}中有重复项", **_label(field)) if len(set(items)) != len(items) else None


def count_problem(field: Field, count: int) -> Text | None:
    """Too few or too many rows, choices, persons or files."""
    most = MOST_ITEMS if field.max is None else int(field.max)
    if field.min is not None and count < field.min:
        return Text("{label}至少{least}项，现有{count}项", **_label(field), least=plain(field.min), count=count)
    if count > most:
        return Text("{label}最多{most}项，现有{count}项", **_label(field), most=most, count=count)
    return None


def _read_only(field: Field, _value: Any, _found: Found, _today: date) -> Text | None:
    return Text("{label}由系统计算，不能填写", **_label(field))


_RULES: Mapping[str, Callable[[Field, Any, Found, date], Text | None]] = {
    "text": _text,
    "long_text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "percentage": _decimal,
    "money": _decimal,
    "date": _date,
    "date_time": _date_time,
    "yes_no": _yes_no,
    "choice": _choice,
    "multiple_choice": _multiple_choice,
    "organisation": _organisation,
    "person": _person,
    "teacher": _person,
    "file": _file,
    "figure": _read_only,
}
