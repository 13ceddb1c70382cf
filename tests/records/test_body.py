"""The parts of a body: how a title is broken."""

from __future__ import annotations

import pytest

from workflow_app.records import page
from workflow_app.records.body import title_lines
from workflow_app.records.fonts import load_fonts
from workflow_app.records.typeset import Typesetter

WIDTH = page.TEXT_WIDTH - page.TITLE_SIZE


def lines(*pieces: str) -> list[str]:
    """The lines of a title."""
    return title_lines(Typesetter(load_fonts(), page.TITLE_SIZE, page.TITLE_SIZE), pieces, WIDTH)


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (("补正告知书",), ["补正告知书"]),
        (("关于同意甲校", "与", "乙校结对的批复"), ["关于同意甲校与乙校结对的批复"]),
        (("关于拟组建", "石桥教育集团", "的公示"), ["关于拟组建石桥教育集团的公示"]),
        (
            ("青禾县教育体育局", "关于同意组建", "青禾县实验小学教育集团", "的批复"),
            ["青禾县教育体育局关于同意组建", "青禾县实验小学教育集团的批复"],
        ),
        (
            ("青禾县教育体育局", "关于不同意组建", "青禾县柳溪镇中心小学和石桥村小学联合教育集团", "的批复"),
            ["青禾县教育体育局关于不同意组建", "青禾县柳溪镇中心小学和", "石桥村小学联合教育集团的批复"],
        ),
    ],
)
def test_a_title_breaks_between_its_pieces_of_sense(pieces: tuple[str, ...], expected: list[str]) -> None:
    assert lines(*pieces) == expected


def test_a_title_whose_pieces_are_too_long_is_broken_evenly() -> None:
    name = "青禾哈尼族彝族傣族自治县民族团结示范实验九年一贯制学校教育集团"
    broken = lines("青禾哈尼族彝族傣族自治县教育体育和科学技术局", "关于同意组建", name, "的批复")
    assert "".join(broken).endswith(f"{name}的批复")
    assert len(broken) == 4
    assert min(len(line) for line in broken) >= 11
