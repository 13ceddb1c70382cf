"""版记: copies, printer and date at the foot of the last page, between its rules (GB/T 9704-2012, 7.4).

An imprint is never divided. Where so many are sent copies that no page holds it, it refers to a list, which is drawn
before it on pages of its own (通行做法).
"""

from __future__ import annotations

from datetime import date

from workflow_app.records import page
from workflow_app.records.body import line_strip, title_strips
from workflow_app.records.document import chinese_date
from workflow_app.records.flow import Strip, gap
from workflow_app.records.fonts import FontSet
from workflow_app.records.sheet import Sheet
from workflow_app.records.typeset import Line, Typesetter

_SIDE = page.IMPRINT_SIZE  # one character in from either edge
_LABEL = "抄送："
_SEE_LIST, _LIST = "见所附抄送名单", "抄送名单"


class Imprint:
    """The imprint of one document; its last rule lies on the lower edge of the type area."""

    def __init__(self, fonts: FontSet, *, cc: str | None, printer: str, printed_on: date) -> None:
        self._fonts, self._cc = fonts, cc
        self._setter = Typesetter(fonts, page.IMPRINT_SIZE, page.IMPRINT_SIZE)
        self._printer, self._printed = printer, f"{chinese_date(printed_on)}印发"
        self._hang = len(_LABEL) * page.IMPRINT_SIZE
        self._width = page.TEXT_WIDTH - 2 * _SIDE - self._hang
        self._copies = self._lines(cc) if cc else []
        self._has_list = self.height > page.TEXT_HEIGHT
        if self._has_list:
            self._copies = self._lines(_SEE_LIST)

    @property
    def height(self) -> float:
        """Of the whole imprint, in points; a page holds it."""
        return (len(self._copies) + 1) * page.IMPRINT_LEAD

    def list_strips(self) -> list[Strip]:
        """The list of copies on pages of its own; nothing where the imprint itself names them all."""
        if not self._has_list:
            return []
        title, *further = title_strips(self._fonts, [_LIST])
        first = Strip(title.height, title.draw, keep=True, starts_page=True)
        lines = self._setter.break_lines([("fang", f"{self._cc}。")], page.TEXT_WIDTH)
        lead, x, width = page.IMPRINT_LEAD, page.LEFT, page.TEXT_WIDTH
        return [
            *(first, *further, gap(page.LINE / 2)),
            *(line_strip(self._setter, line, lead=lead, x=x, width=width) for line in lines),
        ]

    def draw(self, sheet: Sheet) -> None:
        """Draw the imprint at the foot of the present page."""
        top = page.BOTTOM + self.height
        sheet.rule(top, page.OUTER_RULE)
        for number, line in enumerate(self._copies):
            y = sheet.baseline(top, page.IMPRINT_LEAD, page.IMPRINT_SIZE)
            if number == 0:
                sheet.text(page.LEFT + _SIDE, y, _LABEL, "fang", page.IMPRINT_SIZE)
            sheet.line(self._setter, line, page.LEFT + _SIDE + self._hang, y, self._width)
            top -= page.IMPRINT_LEAD
        if self._copies:
            sheet.rule(top, page.INNER_RULE)
        y = sheet.baseline(top, page.IMPRINT_LEAD, page.IMPRINT_SIZE)
        # A printer's name that would run into the date is narrowed.
        room = page.TEXT_WIDTH - 3 * _SIDE - self._setter.width(self._printed)
        squeeze = min(1.0, room / self._setter.width(self._printer))
        sheet.text(page.LEFT + _SIDE, y, self._printer, "fang", page.IMPRINT_SIZE, squeeze=squeeze)
        sheet.right(page.RIGHT_EDGE - _SIDE, y, self._printed, "fang", page.IMPRINT_SIZE)
        sheet.rule(page.BOTTOM, page.OUTER_RULE)

    def _lines(self, copies: str) -> list[Line]:
        return self._setter.break_lines([("fang", f"{copies}。")], self._width)
