"""The shape of a map of answers: what is asked, what counts as empty, what is mentioned, what is a fact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.schema_fields import Field, Label
from workflow_app.text import Text, bilingual

Answers = Mapping[str, Any]
"""Canonical answers: field key -> canonical value, and the reserved keys beside them."""


def labelled(label: Label) -> Text:
    """A label of the content as part of a message."""
    return bilingual(label.zh, label.en)


def is_empty(value: Any) -> bool:
    """Whether a value says nothing: absent, blank text, no choice, no file, no row. ``False`` and 0 say something."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | dict) and not value)


def shown(form: TaskForm, answers: Answers) -> frozenset[str]:
    """The keys of the fields that are asked with these answers; evidence lines as ``evidence.<key>``.

    A field whose condition names a field that is itself not asked is not asked either.
    """
    fields = _visible(form.fields, answers, _decision_of(answers))
    value = _reader(form.fields, answers, _decision_of(answers))
    lines = {
        f"evidence.{line.key}"
        for line in form.evidence
        if _hold(line.show_if, value) and (line.per is None or line.per in fields)
    }
    return fields | lines


def shown_columns(form: TaskForm, rows: Field, answers: Answers, row: Answers) -> frozenset[str]:
    """The columns that are asked in one row; a condition names a column of the row, else a field of the form."""
    return _visible(rows.columns, row, _reader(form.fields, answers, _decision_of(answers)))


def rows_of(value: Any) -> list[Answers]:
    """The rows of a rows field, as far as they are rows at all."""
    return [row if isinstance(row, Mapping) else {} for row in value] if isinstance(value, list) else []


def numbers_in(value: Any) -> Iterator[int]:
    """The ids in a value that is one id or a list of ids; anything else is left out."""
    for item in value if isinstance(value, list) else [value]:
        if type(item) is int:
            yield item


@dataclass(frozen=True)
class Mentioned:
    """The ids that answers mention, so that each kind is looked up in one statement."""

    organisations: frozenset[int]
    persons: frozenset[int]
    files: frozenset[int]

    def __or__(self, other: Mentioned) -> Mentioned:
        return Mentioned(
            self.organisations | other.organisations, self.persons | other.persons, self.files | other.files
        )


NOTHING_MENTIONED = Mentioned(frozenset(), frozenset(), frozenset())


def mentioned(form: TaskForm, answers: Answers) -> Mentioned:
    """Every organisation, person and stored file that the answers name, rows and evidence included."""
    found: dict[str, set[int]] = {"organisation": set(), "person": set(), "teacher": set(), "file": set()}
    for field, value in leaves(form.fields, answers):
        if field.type in found:
            found[field.type].update(numbers_in(value))
    evidence = answers.get("evidence")
    for value in evidence.values() if isinstance(evidence, Mapping) else ():
        for ids in value.values() if isinstance(value, Mapping) else (value,):
            found["file"].update(numbers_in(ids))
    return Mentioned(
        frozenset(found["organisation"]), frozenset(found["person"] | found["teacher"]), frozenset(found["file"])
    )


def leaves(fields: Iterable[Field], answers: Answers) -> Iterator[tuple[Field, Any]]:
    """Every field that is not a table, with its value; the columns of a table once for each row."""
    for field in fields:
        value = answers.get(field.key)
        if not field.is_table:
            yield field, value
            continue
        for row in rows_of(value):
            yield from leaves(field.columns, row)


def _decision_of(answers: Answers) -> Callable[[str], Any]:
    return lambda key: answers.get("decision") if key == "decision" else None


def _visible(fields: Sequence[Field], answers: Answers, outer: Callable[[str], Any]) -> frozenset[str]:
    value = _reader(fields, answers, outer)
    return frozenset(field.key for field in fields if _hold(field.show_if, value))


def _reader(fields: Sequence[Field], answers: Answers, outer: Callable[[str], Any]) -> Callable[[str], Any]:
    """Reads a controlling value: None where the controlling field is not asked, the outer value where it is unknown."""
    by_key = {field.key: field for field in fields}

    def value(key: str, trail: frozenset[str] = frozenset()) -> Any:
        field = by_key.get(key)
        if field is None:
            return outer(key)
        if key in trail:  # A circle of conditions never shows its fields.
            return None
        return answers.get(key) if _hold(field.show_if, lambda k: value(k, trail | {key})) else None

    return value


def _hold(conditions: Mapping[str, tuple[str | bool, ...]], value: Callable[[str], Any]) -> bool:
    return all(_matches(value(key), allowed) for key, allowed in conditions.items())


def _matches(value: Any, allowed: tuple[str | bool, ...]) -> bool:
    given = value if isinstance(value, list) else [value]
    return any(type(item) is type(choice) and item == choice for item in given for choice in allowed)


def facts_of(form: TaskForm, answers: Answers) -> dict[str, Any]:
    """What the drawing may route on: the decision, and the fields marked as facts; None where not asked or empty."""
    asked = shown(form, answers)
    facts = {f.key: answers.get(f.key) if f.key in asked else None for f in form.fields if f.fact}
    return {"decision": answers.get("decision") or None, **{k: None if is_empty(v) else v for k, v in facts.items()}}


def empty_answers(form: TaskForm) -> dict[str, Any]:
    """What a form starts with when nothing is known: its fewest rows, all blank."""
    return {f.key: [{} for _ in range(int(f.min or 1))] for f in form.fields if f.is_table and f.required}


def keep_asked(form: TaskForm, answers: Answers) -> dict[str, Any]:
    """The answers without what is empty and without what is no longer asked: what a page hands to the service.

    Unknown keys stay, so that ``check_answers`` can refuse them.
    """
    asked = shown(form, answers)
    fields = {field.key: field for field in form.fields}
    kept: dict[str, Any] = {}
    for key, value in answers.items():
        if is_empty(value) or (key in fields and key not in asked):
            continue
        if key in fields and fields[key].is_table:
            kept[key] = _kept_rows(form, fields[key], answers)
        elif key == "evidence" and isinstance(value, Mapping):
            kept[key] = _kept_evidence(form, asked, value)
        elif key in {"reasons", "overrides"} and isinstance(value, Mapping):
            kept[key] = {check: text for check, text in value.items() if not is_empty(text)}
        else:
            kept[key] = value
    return {key: value for key, value in kept.items() if not is_empty(value)}


def _kept_rows(form: TaskForm, rows: Field, answers: Answers) -> list[dict[str, Any]]:
    """The rows without empty values; blank rows at the end go, as far as the form allows fewer rows."""
    known = {column.key for column in rows.columns}
    kept = []
    for row in rows_of(answers.get(rows.key)):
        asked = shown_columns(form, rows, answers, row)
        kept.append({k: v for k, v in row.items() if not is_empty(v) and (k in asked or k not in known)})
    while kept and not kept[-1] and len(kept) > (rows.min or 0):
        kept.pop()
    return kept


def _kept_evidence(form: TaskForm, asked: frozenset[str], given: Mapping[str, Any]) -> dict[str, Any]:
    known = {line.key for line in form.evidence}
    kept: dict[str, Any] = {}
    for key, value in given.items():
        if key in known and f"evidence.{key}" not in asked:
            continue
        kept[key] = {n: ids for n, ids in value.items() if not is_empty(ids)} if isinstance(value, Mapping) else value
    return {key: value for key, value in kept.items() if not is_empty(value)}
