"""Line breaking: the rules of beginnings and ends, squeezing, stretching, long words."""

from __future__ import annotations

import pytest

from workflow_app.records import page
from workflow_app.records.fonts import load_fonts
from workflow_app.records.typeset import NO_END, NO_START, Line, Typesetter


@pytest.fixture
def setter() -> Typesetter:
    """The body text of a document."""
    return Typesetter(load_fonts(), page.BODY_SIZE, page.PITCH)


def broken(setter: Typesetter, text: str, cells: float, indent: float = 0.0) -> list[str]:
    """The lines of a text in a measure of so many cells."""
    lines = setter.break_lines([("fang", text)], cells * setter.pitch, indent * setter.pitch)
    return ["".join(t.text for t in line.tokens) for line in lines]


def test_a_line_of_body_text_holds_28_characters(setter: Typesetter) -> None:
    assert [len(line) for line in broken(setter, "局" * 60, page.CHARACTERS_PER_LINE, indent=2)] == [26, 28, 6]


def test_a_full_stop_is_squeezed_in_where_punctuation_gives_way(setter: Typesetter) -> None:
    assert broken(setter, "经审查，同意。此复", 6) == ["经审查，同意。", "此复"]


def test_punctuation_that_cannot_be_squeezed_in_takes_a_character_along(setter: Typesetter) -> None:
    assert broken(setter, "经审查研究的…此复", 6) == ["经审查研究", "的…此复"]


def test_an_opening_bracket_never_ends_a_line(setter: Typesetter) -> None:
    assert broken(setter, "根据该教育（试行）规定", 6) == ["根据该教育", "（试行）规定"]


@pytest.mark.parametrize("cells", range(4, 29))
def test_no_line_begins_or_ends_wrongly(setter: Typesetter, cells: int) -> None:
    text = (
        "根据《教育督导条例》（国令第624号）第十八条、第二十五条规定，“县管校聘”改革“试点”工作"
        "应当于2026年5月13日前完成；逾期的……予以通报。"
    )
    lines = broken(setter, text, cells)
    assert "".join(lines) == text
    assert not [line for line in lines[1:] if line[0] in NO_START]
    assert not [line for line in lines[:-1] if line[-1] in NO_END]


def test_a_row_of_dashes_does_not_empty_the_line(setter: Typesetter) -> None:
    assert [len(line) for line in broken(setter, "同意" + "—" * 58, 20)] == [20, 20, 20]


def test_numbers_and_words_stay_whole_and_long_addresses_break(setter: Typesetter) -> None:
    assert broken(setter, "核准于2026年", 5) == ["核准于", "2026年"]
    lines = broken(setter, "见https://qinghe.example.cn/notices/2026/very-long-name", 12)
    assert len(lines) > 1
    assert "".join(lines) == "见https://qinghe.example.cn/notices/2026/very-long-name"
    assert all(line[-1] in "/-见" for line in lines[:-1])


def test_a_word_longer_than_the_line_is_cut(setter: Typesetter) -> None:
    lines = broken(setter, "A" * 100, 4)
    assert "".join(lines) == "A" * 100
    assert len(lines) > 3


def test_full_lines_reach_the_right_edge_and_the_last_one_does_not(setter: Typesetter) -> None:
    width = 10 * setter.pitch
    lines = setter.break_lines([("fang", "依据2026年工作计划，同意该校报送的方案。")], width)
    ends = [setter.place(line, 100.0, width)[-1].end for line in lines]
    assert ends[0] == pytest.approx(100 + width, abs=0.6)
    assert ends[-1] < 100 + width


def test_a_squeezed_line_keeps_inside_the_measure(setter: Typesetter) -> None:
    width = 6 * setter.pitch
    squeezed = setter.break_lines([("fang", "经审查，同意。此复")], width)[0]
    assert squeezed.width > width
    pieces = setter.place(squeezed, 0.0, width)
    assert pieces[-1].end == pytest.approx(width, abs=0.6)


@pytest.mark.parametrize(("align", "start"), [("left", 0.0), ("center", 3.0), ("right", 6.0)])
def test_alignment(setter: Typesetter, align: str, start: float) -> None:
    close = Typesetter(setter.fonts, 16, 16)
    line: Line = close.break_lines([("fang", "批复内容")], 160)[0]
    first = close.place(line, 0.0, 160, align)[0]  # type: ignore[arg-type]
    assert first.x == pytest.approx(start * 16)


def test_a_line_break_in_the_text_ends_the_line(setter: Typesetter) -> None:
    assert broken(setter, "第一行\n第二行", 20) == ["第一行", "第二行"]
