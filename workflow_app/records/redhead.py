"""The red head: 发文机关标志, 发文字号 and the red rule (GB/T 9704-2012, 7.2.4 to 7.2.7)."""

from __future__ import annotations

from workflow_app.records import page
from workflow_app.records.flow import Strip
from workflow_app.records.sheet import Sheet

_MARK_BELOW_TOP = 35 * page.MM  # upper edge of the mark under the upper edge of the type area
_LARGEST, _SMALLEST = 54.0, 38.0  # a longer name is narrowed, not set smaller
_ASCENT = 0.86
_WIDEST_GAP = 12.0
_RULE_BELOW_NUMBER = 4 * page.MM


def red_head_strip(issuer: str, number: str) -> Strip:
    """The head of a red-head document, down to two lines under the rule, where the title begins."""
    mark = f"{issuer}文件"
    size = min(_LARGEST, max(_SMALLEST, page.TEXT_WIDTH / len(mark)))
    squeeze = min(1.0, page.TEXT_WIDTH / (size * len(mark)))
    spare = page.TEXT_WIDTH - size * len(mark) * squeeze
    spacing = min(_WIDEST_GAP, spare / max(1, len(mark) - 1))
    mark_y = _MARK_BELOW_TOP + size * _ASCENT
    number_y = mark_y + 2 * page.LINE + page.BODY_SIZE
    rule_y = number_y + _RULE_BELOW_NUMBER
    # The lead of the title's line already holds half of its surplus over the characters.
    height = rule_y + 2 * page.LINE - (page.TITLE_LEAD - page.TITLE_SIZE) / 2

    def draw(sheet: Sheet, top: float) -> None:
        width = size * len(mark) * squeeze + spacing * (len(mark) - 1)
        x = page.LEFT + (page.TEXT_WIDTH - width) / 2
        sheet.text(x, top - mark_y, mark, "title", size, color=page.RED, spacing=spacing / squeeze, squeeze=squeeze)
        sheet.centered(page.LEFT + page.TEXT_WIDTH / 2, top - number_y, number, "fang", page.BODY_SIZE)
        sheet.rule(top - rule_y, page.RED_RULE, page.RED)

    return Strip(height, draw, keep=True)


def plain_number_strip(number: str) -> Strip:
    """The number of a working paper, under its title, at the right edge."""
    height = 1.4 * page.LINE

    def draw(sheet: Sheet, top: float) -> None:
        y = sheet.baseline(top, page.LINE, page.BODY_SIZE)
        sheet.right(page.RIGHT_EDGE, y, number, "fang", page.BODY_SIZE)

    return Strip(height, draw, keep=True)
