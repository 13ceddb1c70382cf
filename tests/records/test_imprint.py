"""版记 with many copies: named in the imprint as far as one page holds them, in a list of their own beyond that."""

from __future__ import annotations

from datetime import date

import pytest

from tests.records.samples import Printed, document, paragraphs, printed
from workflow_app.records import page
from workflow_app.records.fonts import load_fonts
from workflow_app.records.imprint import Imprint

DAY = date(2026, 5, 13)
LIST = "抄送名单"
SEE_LIST = "抄送：见所附抄送名单。"


def schools(count: int) -> list[str]:
    """Names of seven to nine characters."""
    return [f"柳溪镇第{number}小学" for number in range(1, count + 1)]


def type_area(result: Printed) -> str:
    """The text that runs on from page to page, without what stands below it."""
    words = [word for number in range(1, len(result.texts) + 1) for word in result.words(number)]
    return "".join("".join(word.text.split()) for word in words if word.y >= page.BOTTOM)


@pytest.mark.parametrize(
    ("count", "sides", "listed"),
    [(5, 2, False), (60, 4, False), (150, 4, True)],
    ids=["5", "60", "150"],
)
def test_every_copy_is_named_once_and_nothing_leaves_the_type_area(count: int, sides: int, listed: bool) -> None:
    names = schools(count)
    result = printed(
        document(blocks=paragraphs(3), cc="、".join(names), printer="青禾县教育体育局办公室", printed_on=DAY)
    )
    said = type_area(result)
    assert len(result.texts) == sides
    assert said.count("、".join(names) + "。") == 1
    assert (LIST in said, SEE_LIST in result.texts[-1]) == (listed, listed)
    assert result.texts[2].startswith(LIST) if listed else "抄送：柳溪镇第1小学" in result.texts[-1]
    assert "办公室2026年5月13日印发" in result.texts[-1]
    assert max(word.y for number in range(1, sides + 1) for word in result.words(number)) < page.TOP_EDGE


def test_an_imprint_is_never_higher_than_a_page_however_many_are_sent_copies() -> None:
    fonts = load_fonts()
    listed = []
    for count in range(0, 200, 20):
        cc = "、".join(schools(count))
        imprint = Imprint(fonts, cc=cc, printer="青禾县教育体育局办公室", printed_on=DAY)
        assert imprint.height <= page.TEXT_HEIGHT
        listed.append(bool(imprint.list_strips()))
    assert listed == sorted(listed), "beyond a number of copies there is a list"
    assert (listed[0], listed[-1]) == (False, True)
