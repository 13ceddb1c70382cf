"""The table of a process: every element with what it asks, who answers, by when, and what it issues."""

from __future__ import annotations

from workflow_app.definitions.show import describe
from workflow_app.definitions.version import ProcessVersion
from workflow_app.languages import translator


def test_every_element_is_one_line_with_its_settings(version: ProcessVersion) -> None:
    text = describe(version, translator("zh"))
    lines = {line.split()[0]: line.split() for line in text.splitlines() if line}
    assert version.expanded.elements.keys() <= lines.keys()
    assert lines["study-visit"] == ["study-visit", "外出考察"]
    assert lines["check"] == [
        "check", "任务", "受理", "section_officer@section", "submitted", "decision(accept/return)", "missing",
        "completeness_days",
    ]  # fmt: skip
    assert lines["extra_supply"][4:6] == ["supplement", "goal*"]
    assert lines["extra_notify"] == ["extra_notify", "操作", "告知补正", "records.issue", "supplement_notice"]
    assert lines["opinions"][3] == "section_officer@section、section_officer@finance"
    assert lines["late"] == ["late", "期限", "会签超期", "countersign", "countersign_days"]


def test_columns_stand_below_each_other_in_a_terminal(version: ProcessVersion) -> None:
    heading, *rows = describe(version, translator("zh")).splitlines()[5:]
    column = _terminal_column(heading, "类型")
    assert {_terminal_column(row, kind) for row in rows for kind in ("任务", "网关") if f" {kind} " in row} == {column}


def _terminal_column(line: str, word: str) -> int:
    return sum(2 if ord(c) > 0x2E80 else 1 for c in line[: line.index(word)])
