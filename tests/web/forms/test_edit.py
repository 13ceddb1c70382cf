"""Rows and files are added and removed without disturbing the rest of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest

from tests.web.forms.example import ANSWERS, CHARTER, DECISION, FORM, STONE
from workflow_app.definitions.schema import TaskForm
from workflow_app.errors import NotFoundError
from workflow_app.web.forms.edit import (
    add_files,
    add_row,
    insert_clause,
    move_clause,
    remove_file,
    remove_row,
    slot_of,
)


@pytest.fixture(autouse=True)
def _example_stays_as_it_is() -> object:
    before = deepcopy(ANSWERS)
    yield
    assert before == ANSWERS


def test_a_row_is_added_at_the_end() -> None:
    assert add_row(FORM, ANSWERS, "members")["members"] == [*ANSWERS["members"], {}]
    assert add_row(FORM, {}, "members") == {"members": [{}]}


def test_evidence_moves_up_with_its_row() -> None:
    given = {**ANSWERS, "evidence": {"charter": [CHARTER], "consent": {"0": [1], "1": [2]}}}
    left = remove_row(FORM, given, "members.0")
    assert [row["school"] for row in left["members"]] == [STONE]
    assert left["evidence"] == {"charter": [CHARTER], "consent": {"0": [2]}}


def test_removing_the_last_row_leaves_the_others_evidence() -> None:
    left = remove_row(FORM, ANSWERS, "members.1")
    assert left["evidence"] == ANSWERS["evidence"]


@pytest.mark.parametrize("path", ["members.2", "members.x", "members", "group_name.0", "nothing.0", "members.-1"])
def test_a_row_that_is_not_there(path: str) -> None:
    with pytest.raises(NotFoundError):
        remove_row(FORM, ANSWERS, path)


def test_files_are_added_beside_or_instead() -> None:
    assert add_files(FORM, ANSWERS, "evidence.consent.0", [50, DECISION])["evidence"]["consent"]["0"] == [DECISION, 50]
    assert add_files(FORM, ANSWERS, "evidence.consent.1", [50])["evidence"]["consent"] == {"0": [DECISION], "1": [50]}
    assert add_files(FORM, ANSWERS, "evidence.charter", [50, 51])["evidence"]["charter"] == [51]
    assert add_files(FORM, ANSWERS, "plan", [50])["plan"] == [50]
    assert add_files(FORM, {}, "evidence.charter", [50]) == {"evidence": {"charter": [50]}}


def test_a_file_is_removed() -> None:
    assert remove_file(FORM, ANSWERS, "evidence.consent.0", DECISION)["evidence"]["consent"] == {"0": []}
    assert remove_file(FORM, ANSWERS, "evidence.consent.0", 999)["evidence"] == ANSWERS["evidence"]


def test_a_file_column_of_a_row() -> None:
    form = TaskForm.model_validate(
        {
            "label": {"zh": "表", "en": "Form"},
            "stage": "draft",
            "fields": [
                {
                    "key": "visits",
                    "type": "rows",
                    "label": {"zh": "走访", "en": "Visits"},
                    "columns": [{"key": "photo", "type": "file", "many": True, "label": {"zh": "照片", "en": "Photo"}}],
                }
            ],
        }
    )
    answers = {"visits": [{}, {"photo": [1]}]}
    assert add_files(form, answers, "visits.1.photo", [2]) == {"visits": [{}, {"photo": [1, 2]}]}
    assert slot_of(form, answers, "visits.0.photo").key == "photo"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "opinion",
        "group_name",
        "members.0.school",
        "members.9.school",
        "evidence",
        "evidence.unknown",
        "evidence.consent",
        "evidence.consent.2",
        "evidence.charter.0",
    ],
)
def test_an_upload_place_that_is_not_there(path: str) -> None:
    with pytest.raises(NotFoundError):
        add_files(FORM, ANSWERS, path, [1])


CLAUSES = TaskForm.model_validate(
    {
        "label": {"zh": "起草", "en": "Draft"},
        "stage": "draft",
        "fields": [
            {
                "key": "clauses",
                "type": "clauses",
                "label": {"zh": "条文", "en": "Clauses"},
                "options": [{"value": "purpose", "label": {"zh": "宗旨", "en": "Purpose"}}],
            }
        ],
    }
)
THREE = {"clauses": [{"chapter": "purpose", "text": text} for text in "甲乙丙"]}


def words(answers: Mapping[str, Any]) -> list[str]:
    rows = answers["clauses"]
    return [row.get("text", "") for row in rows]


def test_a_clause_is_put_between_two_others_in_the_same_chapter() -> None:
    after = insert_clause(CLAUSES, THREE, "clauses.0")
    assert words(after) == ["甲", "", "乙", "丙"]
    assert after["clauses"][1] == {"chapter": "purpose"}
    assert insert_clause(CLAUSES, {"clauses": [{}]}, "clauses.0") == {"clauses": [{}, {}]}


@pytest.mark.parametrize(
    ("path", "by", "order"),
    [("clauses.1", -1, "乙甲丙"), ("clauses.1", 1, "甲丙乙"), ("clauses.0", -1, "甲乙丙"), ("clauses.2", 1, "甲乙丙")],
)
def test_a_clause_is_moved_and_stays_at_the_ends(path: str, by: int, order: str) -> None:
    assert "".join(words(move_clause(CLAUSES, THREE, path, by))) == order
    assert words(THREE) == ["甲", "乙", "丙"]


def test_a_clause_is_removed_as_a_row_is() -> None:
    assert words(remove_row(CLAUSES, THREE, "clauses.1")) == ["甲", "丙"]


@pytest.mark.parametrize("path", ["clauses.3", "clauses.x", "clauses", "nothing.0", "clauses.-1"])
def test_a_clause_that_is_not_there(path: str) -> None:
    with pytest.raises(NotFoundError):
        insert_clause(CLAUSES, THREE, path)
    with pytest.raises(NotFoundError):
        move_clause(CLAUSES, THREE, path, 1)


def test_rows_of_a_table_are_not_moved_since_evidence_belongs_to_them() -> None:
    with pytest.raises(NotFoundError):
        move_clause(FORM, ANSWERS, "members.0", 1)
