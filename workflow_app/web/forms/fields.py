"""The fields of compiled forms, one class for each kind of input. Fields only parse.

What cannot be parsed stays as it was typed: the page shows it again, and the validator says what is wrong with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from wtforms import Field

from workflow_app.clock import COUNTY_ZONE
from workflow_app.definitions.answers import Answers, is_empty
from workflow_app.definitions.answers_values import plain
from workflow_app.definitions.schema_fields import Field as Spec
from workflow_app.text import Text
from workflow_app.typed import whole_number

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,15}", re.ASCII)
_SIGNS_IN_NUMBERS = str.maketrans("", "", ", +元%")


class AnswerField(Field):
    """A field of an answers form. ``kind`` names the macro that draws it."""

    kind = "text"

    def __init__(
        self, *, spec: Spec | None = None, choices: Sequence[tuple[str, str, str]] = (), **settings: Any
    ) -> None:
        self.spec = spec
        self.options = tuple(choices)
        self.asked = True
        self.problems: list[str] = []
        super().__init__(**settings)

    def process_data(self, value: Any) -> None:
        """Take a canonical value."""
        self.data = value

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what the browser sent; a field that was not sent keeps its value."""
        if valuelist:
            self.data = self.parse(unicodedata.normalize("NFC", str(valuelist[0])))

    def parse(self, typed: str) -> Any:
        """The canonical value of what was typed, or the text itself if it cannot be read."""
        return typed.strip()

    @property
    def shown(self) -> str:
        """What stands in the input."""
        return "" if self.data is None else str(self.data)

    @property
    def input_type(self) -> str:
        """The type of the input element."""
        return "text"

    @property
    def limits(self) -> Text | None:
        """The bounds of the field, told beforehand; a help text of the form file tells them in its own words."""
        return limits_of(self.spec) if self.spec is not None and not self.description else None

    @property
    def described_by(self) -> str:
        """The ids of the help and the error beside the input."""
        parts = [f"{self.id}-help"] if self.description or self.limits else []
        return " ".join([*parts, *([f"{self.id}-error"] if self.problems else [])])

    @property
    def path(self) -> str:
        """The path of the field in problems: ``members.0.school``."""
        return path_of(self.id)


def path_of(ident: str) -> str:
    """``f-members-0-school`` as ``members.0.school``; keys never contain a hyphen."""
    return ident.removeprefix("f-").replace("-", ".")


def id_of(path: str) -> str:
    """The inverse of :func:`path_of`; an empty path is the form as a whole."""
    return f"f-{path.replace('.', '-')}" if path else "task-form"


def limits_of(spec: Spec) -> Text | None:
    """The bounds that a form file sets, in words; None where it sets none worth telling beforehand."""
    if spec.type in {"text", "long_text"}:
        return Text("不超过{most}个字", most=plain(spec.max)) if spec.max is not None else None
    if spec.type not in {"integer", "decimal", "percentage", "money"}:
        return None
    bounds: Text | None = None
    if spec.min is not None and spec.max is not None:
        bounds = Text("{least}—{most}", least=plain(spec.min), most=plain(spec.max))
    elif spec.min is not None:
        bounds = Text("不小于{least}", least=plain(spec.min))
    elif spec.max is not None:
        bounds = Text("不大于{most}", most=plain(spec.max))
    places = Text("可保留{places}位小数", places=spec.places) if spec.places else None
    if bounds and places:
        return Text("{bounds}，{places}", bounds=bounds, places=places)
    return bounds or places


class LongTextField(AnswerField):
    """Several lines of text."""

    kind = "long_text"

    def parse(self, typed: str) -> str:
        return typed.replace("\r\n", "\n").replace("\r", "\n").strip()


class NumberField(AnswerField):
    """A number: full-width digits, thousands separators and units may be typed."""

    kind = "number"

    def parse(self, typed: str) -> int | str | None:
        plain = unicodedata.normalize("NFKC", typed).translate(_SIGNS_IN_NUMBERS).strip()
        if self.spec is not None and self.spec.type == "integer":
            return int(plain) if _INTEGER.fullmatch(plain) else typed.strip() or None
        plain = re.sub(r"^(-?)0+(?=\d)", r"\1", plain)
        plain = re.sub(r"^(-?)\.", r"\g<1>0.", plain).removesuffix(".")
        return plain or typed.strip() or None


class DateField(AnswerField):
    """A date, as the browser's picker or a person writes it: 2026-4-8, 2026年4月8日."""

    kind = "date"

    def parse(self, typed: str) -> str | None:
        return _canonical_date(typed) or typed.strip() or None

    @property
    def input_type(self) -> str:
        # A date picker would hide what was typed if that is not a date.
        return "date" if not self.shown or _canonical_date(self.shown) == self.shown else "text"


class DateTimeField(AnswerField):
    """A date and a time in the county."""

    kind = "date_time"

    def parse(self, typed: str) -> str | None:
        day, _, clock = unicodedata.normalize("NFKC", typed).strip().replace("T", " ").partition(" ")
        time = _TIME.fullmatch(clock.strip())
        on = _canonical_date(day)
        if on is None or time is None or int(time[1]) > 23 or int(time[2]) > 59:
            return typed.strip() or None
        moment = datetime.fromisoformat(on).replace(hour=int(time[1]), minute=int(time[2]), tzinfo=COUNTY_ZONE)
        return moment.isoformat()

    @property
    def shown(self) -> str:
        return str(self.data or "").removesuffix(":00+08:00")

    @property
    def input_type(self) -> str:
        return "datetime-local" if not self.shown or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", self.shown) else "text"


def _canonical_date(typed: str) -> str | None:
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat() if found else None
    except ValueError:
        return None


class YesNoField(AnswerField):
    """Yes or no, as two radio buttons: an untouched question is not a no."""

    kind = "choice"

    def parse(self, typed: str) -> bool | None:
        return {"yes": True, "no": False}.get(typed)

    @property
    def shown(self) -> str:
        return {True: "yes", False: "no"}.get(self.data, "") if isinstance(self.data, bool) else ""


class ChoiceField(AnswerField):
    """One of a few: radio buttons, or a list where there are many."""

    kind = "choice"


class MultipleChoiceField(AnswerField):
    """Some of a few: check boxes."""

    kind = "multiple_choice"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Unticking every box sends nothing but the empty marker of the field."""
        if valuelist:
            self.data = [value for value in valuelist if value]

    @property
    def chosen(self) -> list[str]:
        """The values that are ticked."""
        return [str(item) for item in self.data] if isinstance(self.data, list) else []


class ReferenceField(AnswerField):
    """An organisation or a person: a list that may be searched, or check boxes where several are named."""

    kind = "reference"

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        ids = [v if (number := whole_number(v)) is None else number for v in valuelist if v]
        many = self.spec is not None and self.spec.many
        self.data = ids if many else next(iter(ids), None)

    @property
    def chosen(self) -> list[int]:
        """The ids that are chosen."""
        given = self.data if isinstance(self.data, list) else [self.data]
        return [item for item in given if isinstance(item, int)]


class FilesField(AnswerField):
    """The files of one place: their ids travel as hidden inputs, the bytes were stored when they were uploaded."""

    kind = "files"

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = [number for v in valuelist if (number := whole_number(v)) is not None]

    @property
    def chosen(self) -> list[int]:
        """The ids of the stored files."""
        return [item for item in self.data if isinstance(item, int)] if isinstance(self.data, list) else []


class FigureField(AnswerField):
    """A figure that the system computes; nothing is read from the browser."""

    kind = "figure"

    def process_formdata(self, valuelist: list[Any]) -> None:  # noqa: ARG002 - signature of the base class
        self.data = None


def row_values(data: Any) -> list[Answers]:
    """The rows that a rows field starts with."""
    return [row if isinstance(row, Mapping) else {} for row in data] if isinstance(data, list) else []


def without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that say something."""
    return {key: value for key, value in values.items() if not is_empty(value)}
