"""Answers as read-only views show them: labels instead of keys, names instead of ids, personal values masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow_app.clock import moment_text
from workflow_app.definitions.answers_shape import (
    Answers,
    is_empty,
    labelled,
    numbers_in,
    rows_of,
    shown,
    shown_columns,
)
from workflow_app.definitions.clauses import article
from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.schema_fields import Evidence, Field
from workflow_app.files.kinds import is_picture
from workflow_app.text import Text, day_text, listed

UNITS: Mapping[str, Text] = {"money": Text("元"), "percentage": Text("%")}


@dataclass(frozen=True)
class StoredName:
    """A stored file as a page names it."""

    file_id: int
    name: str
    size: int
    sha256: str

    @property
    def is_picture(self) -> bool:
        """Whether a page may show a preview of it."""
        return is_picture(self.name)


@dataclass(frozen=True)
class Names:
    """The names of what answers mention."""

    organisations: Mapping[int, str] = field(default_factory=dict)
    persons: Mapping[int, str] = field(default_factory=dict)
    files: Mapping[int, StoredName] = field(default_factory=dict)


@dataclass(frozen=True)
class FilesShown:
    """Links to stored files; ``hidden`` counts those that the viewer may not open."""

    files: tuple[StoredName, ...]
    hidden: int = 0


@dataclass(frozen=True)
class TableShown:
    """Rows as a table."""

    head: tuple[Text, ...]
    rows: tuple[tuple[Text | FilesShown, ...], ...]


@dataclass(frozen=True)
class Shown:
    """One line of a read-only view: the label and what was answered."""

    key: str
    label: Text
    value: Text | TableShown | FilesShown
    long: bool = False  # a text of several lines


NOTHING = Text("—")


def files_in(value: Text | TableShown | FilesShown) -> list[StoredName]:
    """The files that a line links to, those in the cells of a table included."""
    if isinstance(value, FilesShown):
        return list(value.files)
    if isinstance(value, TableShown):
        return [file for row in value.rows for cell in row if isinstance(cell, FilesShown) for file in cell.files]
    return []


def display(form: TaskForm, answers: Answers, names: Names, *, may_see_personal: bool) -> list[Shown]:
    """The answers in the order of the form: fields, evidence, decision, opinion. What was not asked is left out."""
    asked = shown(form, answers)
    view = _View(form, answers, names, may_see_personal)
    lines = [view.line(f) for f in form.fields if f.key in asked and not is_empty(answers.get(f.key))]
    evidence = answers.get("evidence")
    given: Mapping[str, Any] = evidence if isinstance(evidence, Mapping) else {}
    for line in form.evidence:
        lines.extend(view.evidence(line, given.get(line.key)))
    for decision in form.decisions:
        if decision.value == answers.get("decision"):
            lines.append(Shown("decision", Text("结论"), labelled(decision.label)))
    if not is_empty(answers.get("opinion")):
        lines.append(Shown("opinion", Text("意见"), _as_is(answers["opinion"]), long=True))
    return lines


def masked(value: str) -> str:
    """A personal value with its middle hidden: 张*, 138****0011."""
    if len(value) >= 8:
        return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}"
    return value[:1] + "*" * (len(value) - 1)


def _as_is(value: Any) -> Text:
    return Text("{value}", value=str(value))


@dataclass(frozen=True)
class _View:
    form: TaskForm
    answers: Answers
    names: Names
    may_see_personal: bool

    def line(self, spec: Field) -> Shown:
        value = self.answers.get(spec.key)
        if spec.type == "clauses":
            return Shown(spec.key, labelled(spec.label), self._clauses(spec, rows_of(value)))
        if spec.type == "rows":
            return Shown(spec.key, labelled(spec.label), self._table(spec, rows_of(value)))
        return Shown(spec.key, labelled(spec.label), self._cell(spec, value), long=spec.type == "long_text")

    def evidence(self, line: Evidence, value: Any) -> list[Shown]:
        key = f"evidence.{line.key}"
        if not isinstance(value, Mapping):
            return [] if is_empty(value) else [Shown(key, labelled(line.label), self._files(value))]
        rows = rows_of(self.answers.get(line.per or ""))
        columns = next((f.columns for f in self.form.fields if f.key == line.per), ())
        return [
            Shown(
                f"{key}.{number}",
                Text("{row}的{label}", row=self._row_name(columns, rows, number), label=labelled(line.label)),
                self._files(value[str(number)]),
            )
            for number in range(len(rows))
            if not is_empty(value.get(str(number)))
        ]

    def _row_name(self, columns: Sequence[Field], rows: Sequence[Answers], number: int) -> Text:
        for column in columns:
            if column.type in {"organisation", "person", "teacher", "text"} and rows[number].get(column.key):
                value = self._cell(column, rows[number][column.key])
                if isinstance(value, Text):
                    return value
        return Text("第{number}行", number=number + 1)

    def _table(self, spec: Field, rows: Sequence[Answers]) -> TableShown:
        columns = [c for c in spec.columns if any(not is_empty(row.get(c.key)) for row in rows)]
        return TableShown(
            tuple(labelled(column.label) for column in columns),
            tuple(tuple(self._row_cell(spec, column, row) for column in columns) for row in rows),
        )

    def _clauses(self, spec: Field, rows: Sequence[Answers]) -> TableShown:
        """Clauses with their numbers: what refers to one names its number."""
        table = self._table(spec, rows)
        numbered = zip(range(1, len(rows) + 1), table.rows, strict=True)
        return TableShown((Text("条"), *table.head), tuple((article(number), *row) for number, row in numbered))

    def _row_cell(self, spec: Field, column: Field, row: Answers) -> Text | FilesShown:
        asked = shown_columns(self.form, spec, self.answers, row)
        return self._cell(column, row.get(column.key)) if column.key in asked else NOTHING

    def _cell(self, spec: Field, value: Any) -> Text | FilesShown:
        if is_empty(value):
            return NOTHING
        hidden = spec.sensitivity == "personal" and not self.may_see_personal
        if spec.type == "file":
            return FilesShown((), hidden=len(list(numbers_in(value)))) if hidden else self._files(value)
        said = self._said(spec, value)
        return _as_is(masked(str(said))) if hidden else said

    def _said(self, spec: Field, value: Any) -> Text:
        if spec.type == "yes_no":
            return Text("是") if value is True else Text("否")
        if spec.type in {"choice", "multiple_choice"}:
            labels = {option.value: labelled(option.label) for option in spec.options}
            return listed([labels.get(v, _as_is(v)) for v in (value if isinstance(value, list) else [value])])
        if spec.type in {"organisation", "person", "teacher"}:
            known = self.names.organisations if spec.type == "organisation" else self.names.persons
            return listed([_as_is(known.get(number, "—")) for number in numbers_in(value)])
        if spec.type in UNITS:
            return Text("{number}{unit}", number=_grouped(str(value)), unit=UNITS[spec.type])
        return _moment(spec, value) if spec.type in {"date", "date_time"} else _as_is(value)

    def _files(self, value: Any) -> FilesShown:
        return FilesShown(tuple(self.names.files[n] for n in numbers_in(value) if n in self.names.files))


def _grouped(number: str) -> str:
    sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
    whole, dot, places = digits.partition(".")
    return f"{sign}{int(whole):,}{dot}{places}" if whole.isdigit() else number


def _moment(spec: Field, value: Any) -> Text:
    """A date or a moment in county time; what a draft holds in its place is shown as it was typed."""
    try:
        return day_text(value) if spec.type == "date" else moment_text(datetime.fromisoformat(value))
    except (TypeError, ValueError):
        return _as_is(value)
