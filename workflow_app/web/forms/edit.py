"""Changes to a draft that a button asks for: add or remove a row, add or remove a file. Answers in, answers out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflow_app.definitions.answers import Answers, rows_of
from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.schema_fields import Evidence, Field
from workflow_app.errors import NotFoundError
from workflow_app.typed import whole_number


def add_row(form: TaskForm, answers: Answers, key: str) -> dict[str, Any]:
    """One more blank row at the end of a table.

    Raises:
        NotFoundError: the form has no such table.
    """
    _table(form, key)
    return {**answers, key: [*rows_of(answers.get(key)), {}]}


def remove_row(form: TaskForm, answers: Answers, path: str) -> dict[str, Any]:
    """Without the row ``members.1``; the evidence of the rows after it moves up with them.

    Raises:
        NotFoundError: the form has no such table, or the table no such row.
    """
    key, _, last = path.partition(".")
    _table(form, key)
    rows = rows_of(answers.get(key))
    gone = whole_number(last)
    if gone is None or gone >= len(rows):
        raise NotFoundError
    kept = {**answers, key: [row for number, row in enumerate(rows) if number != gone]}
    evidence = dict(answers.get("evidence") or {})
    for line in form.evidence:
        given = evidence.get(line.key)
        if line.per == key and isinstance(given, Mapping):
            evidence[line.key] = _moved_up(given, gone)
    return {**kept, "evidence": evidence} if evidence else kept


def insert_clause(form: TaskForm, answers: Answers, path: str) -> dict[str, Any]:
    """With a new clause after the clause ``clauses.1``, in the same chapter.

    Raises:
        NotFoundError: the form has no such clauses, or no clause there.
    """
    key, number, rows = _clause(form, answers, path)
    chapter = rows[number].get("chapter")
    return {**answers, key: [*rows[: number + 1], {"chapter": chapter} if chapter else {}, *rows[number + 1 :]]}


def move_clause(form: TaskForm, answers: Answers, path: str, by: int) -> dict[str, Any]:
    """With the clause ``clauses.1`` one place up (``by=-1``) or down (``by=1``); at the end it stays where it is.

    Raises:
        NotFoundError: the form has no such clauses, or no clause there.
    """
    key, number, rows = _clause(form, answers, path)
    moved = rows.pop(number)
    rows.insert(max(0, number + by), moved)
    return {**answers, key: rows}


def _clause(form: TaskForm, answers: Answers, path: str) -> tuple[str, int, list[Answers]]:
    key, _, last = path.partition(".")
    rows, number = list(rows_of(answers.get(key))), whole_number(last)
    if _table(form, key).type != "clauses" or number is None or number >= len(rows):
        raise NotFoundError
    return key, number, rows


def _moved_up(given: Mapping[str, Any], gone: int) -> dict[str, Any]:
    numbers = sorted(known for number in given if (known := whole_number(number)) is not None)
    return {str(n - (n > gone)): given[str(n)] for n in numbers if n != gone}


def slot_of(form: TaskForm, answers: Answers, path: str) -> Evidence | Field:
    """What the form file says of an upload place: ``evidence.charter``, ``evidence.consent.0``, ``minutes``.

    Raises:
        NotFoundError: the form has no such place.
    """
    parts = path.split(".")
    if parts[0] == "evidence":
        for line in form.evidence:
            rows = rows_of(answers.get(line.per)) if line.per else []
            places = [[line.key, str(number)] for number in range(len(rows))] if line.per else [[line.key]]
            if parts[1:] in places:
                return line
        raise NotFoundError
    field = _file_field(form.fields, parts[0]) if len(parts) == 1 else None
    if len(parts) == 3:
        rows = rows_of(answers.get(parts[0]))
        is_row = whole_number(parts[1]) in range(len(rows))
        field = _file_field(_table(form, parts[0]).columns, parts[2]) if is_row else None
    if field is None:
        raise NotFoundError
    return field


def add_files(form: TaskForm, answers: Answers, path: str, ids: Sequence[int]) -> dict[str, Any]:
    """With these files in an upload place; where one file is wanted, the newest takes the place.

    Raises:
        NotFoundError: the form has no such place.
    """
    slot = slot_of(form, answers, path)
    before = _files_at(answers, path) if slot.many else []
    wanted = [*before, *(n for n in ids if n not in before)] if slot.many else list(ids[-1:])
    return _with_files(answers, path, wanted)


def remove_file(form: TaskForm, answers: Answers, path: str, file_id: int) -> dict[str, Any]:
    """Without this file in an upload place. The stored file stays: what was uploaded is on record.

    Raises:
        NotFoundError: the form has no such place.
    """
    slot_of(form, answers, path)
    return _with_files(answers, path, [n for n in _files_at(answers, path) if n != file_id])


def _table(form: TaskForm, key: str) -> Field:
    for field in form.fields:
        if field.key == key and field.is_table:
            return field
    raise NotFoundError


def _file_field(fields: Sequence[Field], key: str) -> Field | None:
    return next((f for f in fields if f.key == key and f.type == "file"), None)


def _files_at(answers: Answers, path: str) -> list[int]:
    place: Any = answers
    for part in path.split("."):
        known = place if isinstance(place, Mapping) else {}
        place = place[int(part)] if isinstance(place, list) else known.get(part)
    return list(place) if isinstance(place, list) else []


def _with_files(answers: Answers, path: str, ids: list[int]) -> dict[str, Any]:
    """The same answers with the list at the path replaced; nothing that was handed in is changed."""
    part, _, rest = path.partition(".")
    if not rest:
        return {**answers, part: ids}
    inner = answers.get(part)
    if isinstance(inner, list):
        number, _, column = rest.partition(".")
        rows = [_with_files(row, column, ids) if n == int(number) else row for n, row in enumerate(rows_of(inner))]
        return {**answers, part: rows}
    return {**answers, part: _with_files(inner if isinstance(inner, Mapping) else {}, rest, ids)}
