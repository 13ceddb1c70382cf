"""Clauses: their numbers as people say them, the hash that names a text, their place in forms and answers."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.definitions.answers_form import TODAY, label
from workflow_app.definitions.answers import Names, TableShown, check_answers, display, empty_answers, keep_asked
from workflow_app.definitions.clauses import Clause, article, as_answer, clauses_in, numeral, text_hash
from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.schema_fields import Field

CHAPTERS = [{"value": "purpose", "label": label("办学宗旨")}, {"value": "safety", "label": label("安全")}]
FIELD = {
    "key": "clauses",
    "type": "clauses",
    "label": label("章程条文"),
    "required": True,
    "max": 3,
    "options": CHAPTERS,
}
FORM = TaskForm.model_validate({"label": label("起草"), "stage": "draft", "opinion": "none", "fields": [FIELD]})


class Nobody:
    """A lookup that is not asked for anything: clauses name neither people nor files."""

    def organisations(self, _ids: Any, _kind: Any) -> dict[int, str]:
        return {}

    def people(self, _ids: Any, _position: Any) -> dict[int, str]:
        return {}

    def files(self, _ids: Any) -> dict[int, str]:
        return {}


def clause(chapter: str, text: str) -> dict[str, str]:
    return {"chapter": chapter, "text": text}


def said(clauses: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(p.field, str(p.message)) for p in check_answers(FORM, {"clauses": clauses}, Nobody(), today=TODAY)]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        *((1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")),
        *((100, "一百"), (101, "一百零一"), (110, "一百一十"), (112, "一百一十二"), (200, "二百"), (999, "九百九十九")),
    ],
)
def test_a_number_as_it_is_written_in_a_charter(number: int, words: str) -> None:
    assert numeral(number) == words
    assert str(article(number)) == f"第{words}条"


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_there_is_no_numeral_outside_the_range(number: int) -> None:
    with pytest.raises(ValueError, match="no numeral"):
        numeral(number)


def test_the_hash_names_chapters_words_and_order() -> None:
    text = (Clause("purpose", "坚持公益办学。"), Clause("safety", "校园安全。"))
    other = (*text[:1], Clause("safety", "校园安全！"))
    assert text_hash(text) == text_hash(clauses_in(as_answer(text)))
    assert len({text_hash(text), text_hash(text[::-1]), text_hash(text[:1]), text_hash(other)}) == 4
    assert text_hash((Clause("safety", text[0].text),)) != text_hash(text[:1])


def test_what_is_not_filled_in_is_no_clause_yet() -> None:
    assert clauses_in([clause("purpose", " 一。 "), {}, {"chapter": "safety"}, {"text": "二"}, 3]) == (
        Clause("purpose", "一。"),
    )
    assert clauses_in(None) == ()


def test_sound_clauses_may_be_handed_in() -> None:
    assert said([clause("purpose", "坚持公益办学。"), clause("safety", "校园安全。")]) == []


@pytest.mark.parametrize(
    ("clauses", "problem"),
    [
        ([clause("purpose", "甲"), {"chapter": "safety"}], ("clauses.1.text", "章程条文第二条：请填写条文")),
        ([{"text": "甲"}], ("clauses.0.chapter", "章程条文第一条：请选择章节")),
        ([clause("finance", "甲")], ("clauses.0.chapter", "章程条文第一条：章节的选项无效，请重新选择")),
        ([clause("purpose", "字" * 2001)], ("clauses.0.text", "章程条文第一条：条文最多2000个字，现有2001个字")),
        ([clause("purpose", "甲")] * 4, ("clauses", "章程条文最多3项，现有4项")),
    ],
)
def test_what_is_wrong_is_told_by_the_number_of_the_clause(
    clauses: list[dict[str, Any]], problem: tuple[str, str]
) -> None:
    assert said(clauses) == [problem]


def test_clauses_are_read_with_their_numbers_and_chapters() -> None:
    (line,) = display(FORM, {"clauses": [clause("safety", "校园安全。")]}, Names(), may_see_personal=False)
    assert isinstance(line.value, TableShown)
    assert [str(head) for head in line.value.head] == ["条", "章节", "条文"]
    assert [[str(cell) for cell in row] for row in line.value.rows] == [["第一条", "安全", "校园安全。"]]


def test_a_form_begins_with_one_blank_clause_and_drops_blank_ones_at_the_end() -> None:
    assert empty_answers(FORM) == {"clauses": [{}]}
    assert keep_asked(FORM, {"clauses": [clause("purpose", "甲"), {"text": " "}]}) == {
        "clauses": [clause("purpose", "甲")]
    }


@pytest.mark.parametrize("broken", [{"options": []}, {"columns": [FIELD]}])
def test_clauses_need_chapters_and_have_their_own_columns(broken: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="options"):
        Field.model_validate({**FIELD, **broken})
