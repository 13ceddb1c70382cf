"""版记: copies, printer and date at the foot of the last page, between its rules (GB/T 9704-2012, 7.4)."""

from __future__ import annotations

from datetime import date

from workflow_app.records import page
from workflow_app.records.fonts import FontSet
from workflow_app.records.sheet import Sheet
from workflow_app.records.signoff import chinese_date
from workflow_app.records.typeset import Line, Typesetter

_SIDE = page.IMPRINT_SIZE  # one character in from either edge
_LABEL = "抄送："


class Imprint:
    """The imprint of one document; its last rule lies on the lower edge of the type area."""

    def __init__(self, fonts: FontSet, *, cc: str | None, printer: str, printed_on: date) -> None:
        self._setter = Typesetter(fonts, page.IMPRINT_SIZE, page.IMPRINT_SIZE)
        self._printer, self._printed = printer, f"{chinese_date(printed_on)}印发"
        self._hang = len(_LABEL) * page.IMPRINT_SIZE
        self._width = page.TEXT_WIDTH - 2 * _SIDE - self._hang
        self._copies: list[Line] = self._setter.break_lines([("fang", f"{cc}。")], self._width) if cc else []

    @property
    def height(self) -> float:
        """Of the whole imprint, in points."""
        return (len(self._copies) + 1) * page.IMPRINT_LEAD

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
