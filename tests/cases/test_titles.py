"""Titles come from the first answers, or stay as they are."""

from __future__ import annotations

from typing import Any

import pytest

from workflow_app.cases.titles import case_title
from workflow_app.definitions.schema import Head
from workflow_app.definitions.source import read_source
from workflow_app.definitions.version import load_version


def head(pattern: str) -> Head:
    founding = load_version(read_source("group-formation"), 1).head
    return founding.model_copy(update={"case_title": pattern})


@pytest.mark.parametrize(
    ("pattern", "elements", "answers", "expected"),
    [
        ("组建{apply.group_name}", ["apply"], {"group_name": "青禾实验教育集团"}, "组建青禾实验教育集团"),
        ("组建{apply.group_name}", ["review"], {"group_name": "某集团"}, None),
        ("组建{apply.group_name}", ["apply"], {}, None),
        ("没有变量", ["apply"], {}, None),
        ("{apply.a}与{apply.b}", ["apply"], {"a": "甲", "b": "乙"}, "甲与乙"),
        ("组建{apply.group_name}", ["apply"], {"group_name": "{apply.group_name}"}, "组建{apply.group_name}"),
    ],
)
def test_case_title(pattern: str, elements: list[str], answers: dict[str, Any], expected: str | None) -> None:
    assert case_title(head(pattern), elements, answers) == expected


def test_a_title_never_outgrows_its_column() -> None:
    assert len(case_title(head("{apply.name}"), ["apply"], {"name": "长" * 500}) or "") == 200


def test_a_choice_is_named_by_its_label() -> None:
    founding = load_version(read_source("group-formation"), 1)
    fields = founding.form("apply").fields
    answers = {"group_type": "close_knit", "group_name": "某集团"}
    assert case_title(head("{apply.group_type}：{apply.group_name}"), ["apply"], answers, fields) == "紧密型：某集团"
