"""Reading YAML: words stay words, hostile files are refused with their line, pydantic's refusals are in Chinese."""

from __future__ import annotations

import re

import pytest

from workflow_app.definitions.loading import load, read_yaml
from workflow_app.definitions.schema import SharedForms


def test_words_that_older_yaml_reads_as_values_stay_words() -> None:
    value, _, faults = read_yaml("on: no\nday: 2026-04-08\ntime: 12:30\nyes: ~\nn: 010\nquoted: 'true'\n", "f.yaml")
    assert faults == []
    assert value == {"on": "no", "day": "2026-04-08", "time": "12:30", "yes": None, "n": 10, "quoted": "true"}


def test_aliases_are_read_and_counted() -> None:
    value, _, faults = read_yaml("a: &x [1, 2.5, true]\nb: *x\n", "f.yaml")
    assert faults == []
    assert value == {"a": [1, 2.5, True], "b": [1, 2.5, True]}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "yaml_duplicate_key", 3),
        ("a: 1\nb: *missing\n", "yaml_alias", 2),
        ("&a [*a]\n", "yaml_alias", 1),
        ("a: !!python/name:os.system x\n", "yaml_tag", 1),
        ("a: 1\n---\nb: 2\n", "yaml_documents", 2),
        ("? [a]\n: b\n", "yaml_key", 1),
        ("a: 1\nb: [\n", "yaml_syntax", 3),
        ("a: b: c\n", "yaml_syntax", 1),
        ("a: \x01\n", "yaml_syntax", None),
        ("[" * 100_000, "yaml_depth", 1),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_line(text: str, code: str, line: int | None) -> None:
    value, _, faults = read_yaml(text, "f.yaml")
    assert value is None
    assert [(f.code, f.line) for f in faults] == [(code, line)]


def test_a_file_of_very_many_items_is_refused() -> None:
    _, _, faults = read_yaml("[" + "1," * 70_000 + "]", "f.yaml")
    assert [f.code for f in faults] == ["yaml_size"]


def test_refusals_of_the_schema_name_element_and_line_and_speak_chinese() -> None:
    text = """\
title: {zh: 补正}
lanes: {handler: {zh: 经办, en: Handler}}
tasks:
  supply:
    label: {zh: '', en: Supply}
    stage: somewhere
    internal: perhaps
    checks: [nameless]
    fields:
      - {key: n, type: rows, label: {zh: 表, en: Table}}
    colour: red
"""
    model, faults = load(text, "forms/shared/x.yaml", SharedForms)
    assert model is None
    found = {(f.element, f.line, f.code) for f in faults}
    assert found == {
        ("", 1, "form_missing"),
        ("supply", 5, "form_string_too_short"),
        ("supply", 6, "form_literal_error"),
        ("supply", 7, "form_bool_parsing"),
        ("supply", 8, "form_string_pattern_mismatch"),
        ("supply", 10, "form_value_error"),
        ("supply", 11, "form_extra_forbidden"),
    }
    assert all(re.search("[一-鿿]{2}", str(f.message)) for f in faults)
    assert "缺少英文" in " ".join(str(f.message) for f in faults)


def test_a_text_that_is_no_map_is_refused() -> None:
    for text in ("", "- 1\n", "words"):
        model, faults = load(text, "f.yaml", SharedForms)
        assert model is None
        assert [f.code for f in faults] == ["yaml_shape"]
