"""Templates: a closed world, and nothing missing goes unnoticed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from workflow_app.content import content_root
from workflow_app.records.closed import Answers, environment
from workflow_app.records.document import Paragraph, RecordContent, Table, chinese_date
from workflow_app.records.template import (
    Filler,
    TemplateFaultError,
    fill,
    read_template,
)

HEAD = """
name: {zh: 受理通知书, en: Notice of acceptance}
word: 受
layout: plain
title: [受理通知书]
"""


def filled(blocks: str, head: str = HEAD, **data: Any) -> RecordContent:
    """A template of these blocks, filled with this data."""
    template = read_template("notice", f"{head}blocks:\n{blocks}")
    filler = Filler(template.name.zh, environment({"label": template.labels.__getitem__}), data)
    return fill(
        "notice", template, filler, bureau="青禾县教育体育局", number="1", signed_on=date(2026, 5, 13), code="A" * 15
    )


def texts(content: RecordContent) -> list[str]:
    """The paragraphs."""
    return [block.text for block in content.blocks if isinstance(block, Paragraph)]


def test_dates_are_written_without_leading_zeros() -> None:
    assert chinese_date(date(2026, 5, 3)) == "2026年5月3日"
    assert texts(filled("- paragraph: '{{ day|date }}'", day="2026-05-03")) == ["2026年5月3日"]


def test_what_one_case_makes_of_a_string_is_not_kept_for_the_next() -> None:
    template = "- paragraph: '{{ \"lead\"|label }}校'"
    for word in ("牵头", "核心"):
        assert texts(filled(template, f"{HEAD}labels: {{lead: {word}}}\n")) == [f"{word}校"]


def test_what_is_missing_is_named_and_refused() -> None:
    with pytest.raises(TemplateFaultError, match=r"文书“受理通知书”缺少内容“apply\.group_name”，不能制发。"):
        filled("- paragraph: '同意组建{{ a.group_name }}'", a=Answers("apply", {}))


SIDES = """sealed: false
signatories:
  - {role: 甲方, name: "{{ first }}"}
  - {role: 乙方, name: "{{ second }}"}
"""


def test_an_agreement_names_the_parties_that_sign_it() -> None:
    content = filled(
        "- paragraph: 本协议自签字盖章之日起生效。", HEAD + SIDES, first="白鹭湾小学", second="青禾县实验小学"
    )
    assert [(side.role, side.name) for side in content.signatories] == [
        ("甲方", "白鹭湾小学"),
        ("乙方", "青禾县实验小学"),
    ]
    with pytest.raises(TemplateFaultError):
        filled("- paragraph: 好", HEAD + SIDES, first="白鹭湾小学", second=" ")


@pytest.mark.parametrize(
    ("line", "other"), [("sealed: false\n", ""), ("layout: plain", "layout: red_head")], ids=["sealed", "red head"]
)
def test_what_parties_sign_the_bureau_neither_seals_nor_heads(line: str, other: str) -> None:
    with pytest.raises(TemplateFaultError):
        filled("- paragraph: 好", (HEAD + SIDES).replace(line, other), first="甲", second="乙")


@pytest.mark.parametrize(
    "block",
    [
        "- paragraph: '{{ nobody }}'",
        "- {paragraph: 好, when: nobody}",
        "- {paragraph: 好, each: nobody}",
        "- paragraph: '{{ a.empty }}'",
        "- paragraph: '{{ a.blank }}'",
        "- paragraph: '{{ a.wrong|date }}'",
        "- paragraph: '{{ a.wrong|label }}'",
        "- paragraph: '{{ 1 / 0 }}'",
        "- paragraph: '{{ broken'",
        "- table: {columns: [{width: 1}], each: rows, row: ['{{ row.item }}']}",
    ],
)
def test_nothing_that_is_missing_is_passed_over(block: str) -> None:
    answers = Answers("apply", {"empty": None, "blank": " ", "wrong": "no date"})
    with pytest.raises(TemplateFaultError):
        filled(block, a=answers, rows=[{}])


@pytest.mark.parametrize(
    "expression",
    [
        "{{ a.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ a.update({'x': 1}) }}",
        "{{ rows.append(1) }}",
        "{{ range(10) }}",
        "{{ cycler }}",
        "{% include 'secret' %}",
        "{{ a|attr('path') }}",
    ],
)
def test_a_template_can_reach_and_change_nothing_else(expression: str) -> None:
    answers, rows = Answers("apply", {"a": "1"}), [1]
    with pytest.raises(TemplateFaultError):
        filled(f'- paragraph: "{expression}"', a=answers, rows=rows)
    assert (dict(answers), rows) == ({"a": "1"}, [1])


def test_blocks_are_repeated_chosen_and_counted() -> None:
    content = filled(
        "- {paragraph: '{{ number }}. {{ row }}', each: rows}\n"
        "- {paragraph: 有, when: rows|length == 2}\n"
        "- {paragraph: 无, when: rows|length == 0}\n"
        "- table:\n"
        "    columns: [{title: 序号, width: 1}, {title: 事项, width: 2}]\n"
        "    each: rows\n"
        "    row: ['{{ number }}', '{{ row }}']",
        rows=["章程", "决议"],
    )
    assert texts(content) == ["1. 章程", "2. 决议", "有"]
    assert [block.rows for block in content.blocks if isinstance(block, Table)] == [(("1", "章程"), ("2", "决议"))]


def test_labels_say_what_a_value_is_called() -> None:
    head = f"{HEAD}labels: {{close_knit: 紧密型}}\n"
    assert texts(filled("- paragraph: '{{ kind|label }}'", head, kind="close_knit")) == ["紧密型"]


@pytest.mark.parametrize(
    "text",
    ["- [", "nonsense: 1", f"{HEAD}blocks: []\nextra: 1", f"{HEAD.replace('plain', 'fancy')}blocks: []", "1"],
)
def test_a_template_with_unknown_parts_is_refused(text: str) -> None:
    with pytest.raises(TemplateFaultError, match="文书模板“notice”有误"):
        read_template("notice", text)


def test_every_shipped_template_can_be_read_and_has_its_own_word_or_series() -> None:
    paths = sorted((content_root() / "templates" / "records").glob("*/*.yaml"))
    words = {
        f"{path.parent.name}/{path.stem}": read_template(path.stem, path.read_text(encoding="utf-8")).word
        for path in paths
    }
    assert words["group-formation/approval"] == words["group-formation/refusal"] == "复"
    assert words["group-formation/charter_receipt"] == words["group-plan/plan_receipt"] == "备"
    assert {len(word) for word in words.values()} <= {1, 2}
