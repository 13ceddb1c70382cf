"""What people type: texts, numbers and dates that are taken, and those that are not."""

from __future__ import annotations

from datetime import date

import pytest

from workflow_app.text import Text
from workflow_app.typed import day_and_id, plain_day, text_problem, whole_number


@pytest.mark.parametrize("text", ["李敏", "郭𬭎", "a b", "👨‍👩‍👧", "é", "", "  ", "<script>"])
def test_what_can_be_seen_is_taken(text: str) -> None:
    assert text_problem(Text("名称"), text, 20) is None


@pytest.mark.parametrize(
    "text", ["a\x00", "\x1b[31m", "a\nb", "\u202egnp", "a\u2028b", "\u200b", "\u200d\ufeff", "\ud800", "\u0301"]
)
def test_what_cannot_be_seen_is_refused(text: str) -> None:
    problem = text_problem(Text("名称"), text, 20)
    assert problem is not None
    assert "名称含有无法显示的字符" in str(problem)


def test_lines_are_taken_where_there_may_be_lines() -> None:
    assert text_problem(Text("意见"), "甲\n\t乙", 20, lines=True) is None
    assert text_problem(Text("意见"), "甲\r乙", 20, lines=True) is not None


def test_length_and_type_are_told() -> None:
    assert str(text_problem(Text("名称"), "长" * 21, 20)) == "名称最多20个字，现有21个字"
    assert str(text_problem(Text("名称"), ["a"], 20)) == "名称的格式不正确"


@pytest.mark.parametrize(
    ("typed", "number"),
    [("0", 0), ("007", 7), ("2147483647", 2**31 - 1), ("2147483648", None), ("-1", None), ("+1", None)],
)
def test_a_whole_number_is_one_that_the_database_holds(typed: str, number: int | None) -> None:
    assert whole_number(typed) == number


@pytest.mark.parametrize("typed", ["", " 1", "1 ", "１２", "²", "1e9", "0x1", "9" * 5000, None])
def test_all_else_is_no_number(typed: str | None) -> None:
    assert whole_number(typed) is None


@pytest.mark.parametrize(
    "typed",
    ["", "2026-04-08", "2026-04-08_", "_7", "2026-02-30_7", "20260408_7", "2026-04-08_-7", f"2026-04-08_{2**63}", None],
)
def test_a_page_goes_on_after_a_day_and_an_id(typed: str | None) -> None:
    assert day_and_id(typed) is None
    assert day_and_id("9999-12-31_7") == (date.max, 7)


@pytest.mark.parametrize(
    "typed", ["1899-12-31", "2201-01-01", "0000-01-01", "2026-02-29", "20260408", "2026-W01-1", "２０２６-04-08", ""]
)
def test_a_day_is_written_out_and_lies_in_our_time(typed: str) -> None:
    assert plain_day(typed) is None
    assert plain_day("2026-04-08") == date(2026, 4, 8)
