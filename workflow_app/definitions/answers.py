"""The one validator of answers, for services, pages and the API alike, and what else is read out of a map of answers.

A map of answers is closed to unknown keys. What is not asked (``shown``) may not be answered; what is asked and
required must be. Problems come in the order of the form, with the path of the field: ``members.0.school``,
``evidence.consent.2``, ``decision``, ``reasons.groups.has_weak_member``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from workflow_app.definitions.answers_display import FilesShown, Names, Shown, StoredName, TableShown, display, files_in
from workflow_app.definitions.answers_shape import (
    NOTHING_MENTIONED,
    Answers,
    Mentioned,
    empty_answers,
    facts_of,
    is_empty,
    keep_asked,
    labelled,
    leaves,
    mentioned,
    numbers_in,
    rows_of,
    shown,
    shown_columns,
)
from workflow_app.definitions.answers_values import (
    LONGEST,
    Found,
    count_problem,
    files_problem,
    offered_by,
    plain,
    value_problem,
)
from workflow_app.definitions.clauses import article
from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.schema_fields import RESERVED_KEYS, Evidence, Field
from workflow_app.errors import Problem
from workflow_app.text import Text
from workflow_app.typed import text_problem

__all__ = [
    "NOTHING_MENTIONED",
    "Answers",
    "FilesShown",
    "Found",
    "Lookup",
    "Mentioned",
    "Names",
    "Shown",
    "StoredName",
    "TableShown",
    "check_answers",
    "display",
    "empty_answers",
    "facts_of",
    "files_in",
    "is_empty",
    "keep_asked",
    "mentioned",
    "offered_by",
    "rows_of",
    "shown",
    "shown_columns",
    "well_formed",
]


class Lookup(Protocol):
    """What exists. Each method is called once for each kind or position that the answers mention, with all ids."""

    def organisations(self, ids: Collection[int], kind: str | None) -> Mapping[int, str]:
        """Names of those among the ids that are active organisations of this bureau, of this kind if one is given."""

    def people(self, ids: Collection[int], position: str | None) -> Mapping[int, str]:
        """Names of those among the ids that are people of this bureau and hold this position today, if one is given."""

    def files(self, ids: Collection[int]) -> Mapping[int, str]:
        """Stored files of this case among the ids -> extension without the dot, in lower case."""


def check_answers(form: TaskForm, answers: Answers, lookup: Lookup, *, today: date) -> list[Problem]:
    """Every fault of the answers to a form; empty if they may be submitted.

    Whether an advice was given its reason and a gate its override depends on the findings, which ``cases`` knows; here
    only the texts themselves are checked.
    """
    return list(_Check(form, answers, _look_up(form, answers, lookup), today).problems())


def _look_up(form: TaskForm, answers: Answers, lookup: Lookup) -> Found:
    organisations: dict[str | None, set[int]] = defaultdict(set)
    people: dict[str | None, set[int]] = defaultdict(set)
    for field, value in leaves(form.fields, answers):
        if field.type in {"organisation", "person", "teacher"}:
            wanted = organisations if field.type == "organisation" else people
            wanted[offered_by(field)].update(numbers_in(value))
    files = mentioned(form, answers).files
    return Found(
        organisations={kind: lookup.organisations(ids, kind) for kind, ids in organisations.items() if ids},
        people={position: lookup.people(ids, position) for position, ids in people.items() if ids},
        files=lookup.files(files) if files else {},
    )


class _Check:
    """One run over one form."""

    def __init__(self, form: TaskForm, answers: Answers, found: Found, today: date) -> None:
        self.form, self.answers, self.found, self.today = form, answers, found, today
        self.asked = shown(form, answers)

    def problems(self) -> Iterator[Problem]:
        yield from self._unknown(self.answers, {f.key for f in self.form.fields} | (RESERVED_KEYS - {"typename"}), "")
        yield from self._fields(self.form.fields, self.answers, self.asked, "")
        yield from self._evidence()
        yield from self._decision()
        yield from self._opinion()
        yield from self._remarks("reasons")
        yield from self._remarks("overrides")

    def _unknown(self, given: Answers, known: set[str], path: str) -> Iterator[Problem]:
        for key in given:
            if key not in known:
                yield Problem(f"{path}{key}"[:160], Text("表单中没有“{key}”这一项", key=str(key)[:80]))

    def _fields(self, fields: Sequence[Field], answers: Answers, asked: frozenset[str], path: str) -> Iterator[Problem]:
        for field in fields:
            value = answers.get(field.key)
            where = f"{path}{field.key}"
            if is_empty(value):
                if field.required and field.key in asked and field.type != "figure":
                    yield Problem(where, _missing(field))
            elif field.key not in asked:
                yield Problem(where, Text("当前情形下不填写{label}", label=labelled(field.label)))
            elif field.is_table:
                yield from self._rows(field, value, where)
            elif message := value_problem(field, value, self.found, self.today):
                yield Problem(where, message)

    def _rows(self, field: Field, value: Any, where: str) -> Iterator[Problem]:
        if not isinstance(value, list) or any(not isinstance(row, Mapping) for row in value):
            yield Problem(where, Text("{label}的格式不正确", label=labelled(field.label)))
            return
        if message := count_problem(field, len(value)):
            yield Problem(where, message)
            return
        for number, row in enumerate(value):
            path = f"{where}.{number}."
            asked = shown_columns(self.form, field, self.answers, row)
            known = {column.key for column in field.columns}
            for problem in (*self._unknown(row, known, path), *self._fields(field.columns, row, asked, path)):
                yield Problem(problem.field, _in_row(field, number + 1, problem.message))

    def _evidence(self) -> Iterator[Problem]:
        given = self.answers.get("evidence") or {}
        if not isinstance(given, Mapping):
            yield Problem("evidence", Text("材料清单的格式不正确"))
            return
        yield from self._unknown(given, {line.key for line in self.form.evidence}, "evidence.")
        for line in self.form.evidence:
            value = given.get(line.key)
            asked = f"evidence.{line.key}" in self.asked
            if line.per is not None:
                yield from self._evidence_per_row(line, line.per, value, asked=asked)
            else:
                yield from self._files(line, value, f"evidence.{line.key}", labelled(line.label), asked=asked)

    def _evidence_per_row(self, line: Evidence, rows_key: str, value: Any, *, asked: bool) -> Iterator[Problem]:
        path = f"evidence.{line.key}"
        if not isinstance(value or {}, Mapping):
            yield Problem(path, Text("{label}的格式不正确", label=labelled(line.label)))
            return
        given: Mapping[str, Any] = value or {}
        rows = rows_of(self.answers.get(rows_key))
        yield from self._unknown(given, {str(number) for number in range(len(rows))}, f"{path}.")
        for number, row in enumerate(rows):
            label = Text("{row}的{label}", row=self._row_name(rows_key, number, row), label=labelled(line.label))
            yield from self._files(line, given.get(str(number)), f"{path}.{number}", label, asked=asked)

    def _files(self, line: Evidence, value: Any, path: str, label: Text, *, asked: bool) -> Iterator[Problem]:
        if is_empty(value):
            if line.required and asked:
                yield Problem(path, Text("请上传{label}", label=label))
        elif not asked:
            yield Problem(path, Text("当前情形下不填写{label}", label=label))
        elif message := files_problem(line, label, value, self.found):
            yield Problem(path, message)

    def _row_name(self, rows_key: str, number: int, row: Answers) -> Text:
        """The name of a row in a message: of its first organisation or person, else its first text, else its number."""
        columns = next(field.columns for field in self.form.fields if field.key == rows_key)
        for column in columns:
            value = row.get(column.key)
            named = self.found.names(column) if column.type in {"organisation", "person", "teacher"} else {}
            if isinstance(value, int) and (name := named.get(value)):
                return Text("{name}", name=name)
            if column.type == "text" and isinstance(value, str) and value.strip():
                return Text("{name}", name=value.strip()[:40])
        return Text("第{number}行", number=number + 1)

    def _decision(self) -> Iterator[Problem]:
        value = self.answers.get("decision")
        if not self.form.decisions:
            if not is_empty(value):
                yield Problem("decision", Text("本环节不需要选择结论"))
        elif is_empty(value):
            yield Problem("decision", Text("请选择结论"))
        elif value not in [decision.value for decision in self.form.decisions]:
            yield Problem("decision", Text("结论无效，请重新选择"))

    def _opinion(self) -> Iterator[Problem]:
        value = self.answers.get("opinion")
        chosen = [d for d in self.form.decisions if d.value == self.answers.get("decision")]
        if is_empty(value):
            if chosen and chosen[0].opinion_required:
                yield Problem("opinion", Text("选择“{decision}”时请填写意见", decision=labelled(chosen[0].label)))
            elif self.form.opinion == "required":
                yield Problem("opinion", Text("请填写意见"))
        elif self.form.opinion == "none" and not any(d.opinion_required for d in self.form.decisions):
            yield Problem("opinion", Text("本环节不填写意见"))
        elif message := text_problem(Text("意见"), value, LONGEST["opinion"], lines=True):
            yield Problem("opinion", message)

    def _remarks(self, key: str) -> Iterator[Problem]:
        given = self.answers.get(key) or {}
        if not isinstance(given, Mapping):
            yield Problem(key, Text("理由的格式不正确"))
            return
        for check, value in given.items():
            path = f"{key}.{check}"
            if check not in self.form.checks:
                yield Problem(path[:160], Text("表单中没有“{key}”这一项", key=str(check)[:80]))
            elif message := text_problem(Text("理由"), value, LONGEST["reason"], lines=True):
                yield Problem(path, message)


def _in_row(field: Field, number: int, what: Text) -> Text:
    """A problem of one row of a table, or of one clause."""
    if field.type == "clauses":
        return Text("{rows}{article}：{what}", rows=labelled(field.label), article=article(number), what=what)
    return Text("{rows}第{number}行：{what}", rows=labelled(field.label), number=number, what=what)


def _missing(field: Field) -> Text:
    label = labelled(field.label)
    if field.type == "file":
        return Text("请上传{label}", label=label)
    if field.is_table:
        return Text("请填写{label}，至少{least}行", label=label, least=plain(field.min or 1))
    if field.type in {"choice", "multiple_choice", "yes_no", "organisation", "person", "teacher"}:
        return Text("请选择{label}", label=label)
    return Text("请填写{label}", label=label)


def well_formed(form: TaskForm, answers: Answers, *, today: date) -> dict[str, Any]:
    """The answers without values of the wrong type or beyond their bounds: what checks may compute with while a draft
    is half typed. Whether organisations, people and files exist is not asked."""
    kept = _well_formed(form.fields, answers, today)
    decisions = [decision.value for decision in form.decisions]
    if answers.get("decision") in decisions:
        kept["decision"] = answers["decision"]
    evidence = answers.get("evidence")
    return {**kept, "evidence": evidence} if isinstance(evidence, Mapping) else kept


def _well_formed(fields: Sequence[Field], answers: Answers, today: date) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for field in fields:
        value = answers.get(field.key)
        if is_empty(value):
            continue
        if field.is_table:
            rows = [_well_formed(field.columns, row, today) for row in rows_of(value)]
            kept |= {field.key: rows} if any(rows) else {}
        elif field.type in {"organisation", "person", "teacher", "file"}:
            ids = list(numbers_in(value))
            if ids and (isinstance(value, list) is (field.many or field.type == "file")):
                kept[field.key] = ids if isinstance(value, list) else value
        elif value_problem(field, value, Found({}, {}, {}), today) is None:
            kept[field.key] = value
    return kept
