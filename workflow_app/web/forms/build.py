"""A task's form file compiled to WTForms fields, once for each version, element and language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, cast

from werkzeug.datastructures import MultiDict
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from workflow_app.definitions.answers import Answers, is_empty, rows_of, shown, shown_columns
from workflow_app.definitions.clauses import article
from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.schema_fields import Evidence, Label
from workflow_app.definitions.schema_fields import Field as Spec
from workflow_app.errors import Problem
from workflow_app.text import Text
from workflow_app.typed import whole_number
from workflow_app.web.forms import fields as kinds

MOST_ROWS = 500
"""Rows that are read from a request; the form's own bound is the validator's."""

CACHE_SIZE = 512

_CLASSES: Mapping[str, type[kinds.AnswerField]] = {
    "text": kinds.AnswerField,
    "long_text": kinds.LongTextField,
    "integer": kinds.NumberField,
    "decimal": kinds.NumberField,
    "percentage": kinds.NumberField,
    "money": kinds.NumberField,
    "date": kinds.DateField,
    "date_time": kinds.DateTimeField,
    "yes_no": kinds.YesNoField,
    "choice": kinds.ChoiceField,
    "multiple_choice": kinds.MultipleChoiceField,
    "organisation": kinds.ReferenceField,
    "person": kinds.ReferenceField,
    "teacher": kinds.ReferenceField,
    "file": kinds.FilesField,
    "figure": kinds.FigureField,
}
_YES_NO = (("yes", Label(zh="是", en="Yes")), ("no", Label(zh="否", en="No")))


@dataclass(frozen=True)
class Compiled:
    """The unbound fields of one task in one language."""

    form: TaskForm
    language: str
    fields: Mapping[str, UnboundField[Any]]


_cache: dict[tuple[str, str, str], Compiled] = {}
_lock = Lock()


def compiled(content_hash: str, element: str, language: str, form: TaskForm) -> Compiled:
    """The compiled form of an element of a published version. Versions never change, so neither does this."""
    key = (content_hash, element, language)
    with _lock:
        if key not in _cache:
            if len(_cache) >= CACHE_SIZE:
                _cache.clear()
            _cache[key] = compile_form(form, language)
        return _cache[key]


def compile_form(form: TaskForm, language: str) -> Compiled:
    """Compile a form; labels, help and options in the given language (``zh`` or ``en``)."""
    fields = {spec.key: _unbound(spec, language) for spec in form.fields}
    if form.decisions:
        options = [(d.value, _in(language, d.label), _in(language, d.hint)) for d in form.decisions]
        fields["decision"] = UnboundField(kinds.ChoiceField, label="", choices=options)
    fields["opinion"] = UnboundField(kinds.LongTextField, label="")
    return Compiled(form, language, fields)


def _unbound(spec: Spec, language: str) -> UnboundField[Any]:
    settings: dict[str, Any] = {
        "spec": spec,
        "label": _in(language, spec.label),
        "description": _in(language, spec.help),
    }
    if spec.is_table:
        columns = {column.key: _unbound(column, language) for column in spec.columns}
        table = ClausesField if spec.type == "clauses" else RowsField
        return UnboundField(table, columns=columns, **settings)
    settings["choices"] = [(o.value, _in(language, o.label), _in(language, o.hint)) for o in spec.options]
    if spec.type == "yes_no":
        settings["choices"] = [(value, _in(language, label), "") for value, label in _YES_NO]
    return UnboundField(_CLASSES[spec.type], **settings)


def _in(language: str, label: Label | None) -> str:
    if label is None:
        return ""
    return label.en if language == "en" else label.zh


class RowForm(BaseForm):
    """One row of a table: its columns as fields."""

    def __init__(self, columns: Mapping[str, UnboundField[Any]], prefix: str, number: int) -> None:
        self.number = number
        super().__init__(columns, prefix=prefix)

    @property
    def fields(self) -> list[kinds.AnswerField]:
        """The columns of this row."""
        return _fields_of(self)

    @property
    def article(self) -> Text:
        """What the row is called where it is a clause: 第三条."""
        return article(self.number + 1)

    @property
    def answers(self) -> dict[str, Any]:
        """The row's values, empty ones left out."""
        return kinds.without_empty({f.short_name: f.data for f in self.fields})


def _fields_of(form: BaseForm) -> list[kinds.AnswerField]:
    """The fields of a compiled form; all of them are ours."""
    return cast(list[kinds.AnswerField], list(form))


class RowsField(kinds.AnswerField):
    """A table of rows. The hidden input of its own name carries the number of rows."""

    kind = "rows"

    def __init__(self, *, spec: Spec, columns: Mapping[str, UnboundField[Any]], **settings: Any) -> None:
        self.table = spec
        self.columns = columns
        self.rows: list[RowForm] = []
        super().__init__(spec=spec, **settings)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ARG002 - signature of the base class
        """Build one form for each row that was sent, else for each row of the answers."""
        given = kinds.row_values(data)
        if formdata is not None and (number := whole_number(formdata.get(self.name))) is not None:
            given = (given + [{}] * MOST_ROWS)[: min(number, MOST_ROWS)]
        self.rows = []
        for number, row in enumerate(given):
            form = RowForm(self.columns, f"{self.name}-{number}-", number)
            form.process(formdata, data=row)
            self.rows.append(form)
        self.data = [row.answers for row in self.rows]


class ClausesField(RowsField):
    """Numbered clauses: rows whose order matters, so that one may be put between two others, or moved."""

    kind = "clauses"


@dataclass
class Slot:
    """One place for evidence: a line of the checklist, for a row where the line says ``per``."""

    line: Evidence
    field: kinds.FilesField
    row: int | None = None


@dataclass
class AnswersForm:
    """A form filled with answers, from the draft or from a request."""

    compiled: Compiled
    base: BaseForm
    slots: list[Slot] = field(default_factory=list)
    remarks: dict[str, dict[str, str]] = field(default_factory=lambda: {"reasons": {}, "overrides": {}})
    unplaced: list[Problem] = field(default_factory=list)
    summary: list[tuple[str, str]] = field(default_factory=list)  # id to go to, message

    @classmethod
    def fill(cls, compiled: Compiled, answers: Answers, sent: MultiDict[str, str] | None = None) -> AnswersForm:
        """The form with these answers, overwritten by what the browser sent."""
        base = BaseForm(compiled.fields, prefix="f-")
        base.process(sent, data=dict(answers))
        form = cls(compiled, base)
        form._fill_evidence(answers.get("evidence"), sent)
        form._fill_remarks(answers, sent)
        form._mark_asked()
        return form

    @property
    def answers(self) -> dict[str, Any]:
        """The answers as far as they could be parsed, empty ones left out; what is not asked is still in."""
        found: dict[str, Any] = kinds.without_empty({f.short_name: f.data for f in _fields_of(self.base)})
        evidence: dict[str, Any] = {}
        for slot in self.slots:
            if not slot.field.chosen:
                continue
            if slot.row is None:
                evidence[slot.line.key] = slot.field.chosen
            else:
                evidence.setdefault(slot.line.key, {})[str(slot.row)] = slot.field.chosen
        for key, value in (("evidence", evidence), *self.remarks.items()):
            kept = {k: v for k, v in value.items() if not is_empty(v)}
            if kept:
                found[key] = kept
        return found

    @property
    def fields(self) -> list[kinds.AnswerField]:
        """The fields of the form file, in its order."""
        return [entry for entry in _fields_of(self.base) if entry.spec is not None]

    def at(self, path: str) -> kinds.AnswerField:
        """The field at a path: ``members.1.school``, ``evidence.charter``.

        Raises:
            KeyError: the form has no such field.
        """
        return {entry.path: entry for entry in self.every_field()}[path]

    def show_problems(self, problems: Sequence[Problem], say: Callable[[Text], str]) -> None:
        """Put each problem beside its field, and all of them into the summary in the order that they came."""
        by_path = {f.path: f for f in self.every_field()}
        for problem in problems:
            words = say(problem.message)
            target = self._nearest(problem.field, by_path)
            if target is not None:
                target.problems.append(words)
            self.summary.append((kinds.id_of(problem.field) if target is None else target.id, words))

    def every_field(self) -> list[kinds.AnswerField]:
        """All fields, those of rows and evidence included."""
        found: list[kinds.AnswerField] = []
        for entry in _fields_of(self.base):
            found.append(entry)
            for row in entry.rows if isinstance(entry, RowsField) else ():
                found.extend(row.fields)
        return [*found, *(slot.field for slot in self.slots)]

    def _nearest(self, path: str, by_path: Mapping[str, kinds.AnswerField]) -> kinds.AnswerField | None:
        while path:
            if path in by_path:
                return by_path[path]
            path = path.rpartition(".")[0]
        return None

    def _fill_evidence(self, given: Any, sent: MultiDict[str, str] | None) -> None:
        stored = given if isinstance(given, Mapping) else {}
        for line in self.compiled.form.evidence:
            value = stored.get(line.key)
            if line.per is None:
                self.slots.append(Slot(line, self._files(f"evidence-{line.key}", value, sent)))
                continue
            rows = rows_of(self.base[line.per].data) if line.per in self.base else []
            for number in range(len(rows)):
                ids = value.get(str(number)) if isinstance(value, Mapping) else None
                self.slots.append(Slot(line, self._files(f"evidence-{line.key}-{number}", ids, sent), number))

    def _files(self, name: str, value: Any, sent: MultiDict[str, str] | None) -> kinds.FilesField:
        bound = UnboundField(kinds.FilesField, label="").bind(form=self.base, name=name, prefix="f-")
        assert isinstance(bound, kinds.FilesField)
        bound.process(sent, value)
        return bound

    def _fill_remarks(self, answers: Answers, sent: MultiDict[str, str] | None) -> None:
        for kind, texts in self.remarks.items():
            given = answers.get(kind)
            for check in self.compiled.form.checks:
                stored = given.get(check, "") if isinstance(given, Mapping) else ""
                typed = sent.get(kinds.id_of(f"{kind}.{check}"), stored) if sent is not None else stored
                texts[check] = str(typed).replace("\r\n", "\n").strip()

    def _mark_asked(self) -> None:
        form, answers = self.compiled.form, self.answers
        asked = shown(form, answers)
        for entry in self.fields:
            entry.asked = entry.short_name in asked
            if not isinstance(entry, RowsField):
                continue
            for row in entry.rows:
                columns = shown_columns(form, entry.table, answers, row.answers)
                for column in row.fields:
                    column.asked = column.short_name in columns
        for slot in self.slots:
            slot.field.asked = f"evidence.{slot.line.key}" in asked


def sent_answers(content_hash: str, element: str, form: TaskForm, sent: MultiDict[str, str]) -> dict[str, Any]:
    """The answers in what a browser sent, whatever the language of its page."""
    return AnswersForm.fill(compiled(content_hash, element, "zh", form), {}, sent).answers
