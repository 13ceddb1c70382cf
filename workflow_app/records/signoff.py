"""The close of a document: 发文机关署名, 成文日期 and seal (GB/T 9704-2012, 7.3.5), never divided."""

from __future__ import annotations

from datetime import date

from workflow_app.records import page
from workflow_app.records.flow import Strip
from workflow_app.records.seal import Seal
from workflow_app.records.sheet import Sheet
from workflow_app.records.typeset import Typesetter

_BLANK_LINES = 2
_BELOW_SEAL = 6 * page.MM
_SEAL_ABOVE_NAME = 8 + 4 * page.MM  # from the name's baseline to the seal's centre: it presses name and date


def chinese_date(day: date) -> str:
    """2026年5月13日: full year, no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def sign_off_strip(setter: Typesetter, organisation: str, day: date, *, sealed: bool, seal: Seal | None) -> Strip:
    """Organisation over date. Sealed: the date four characters from the right, the name centred over it, the seal
    upright over both, its top within one line of the text. Unsealed: the name two characters from the right, the date
    beginning two characters after the name does."""
    written = chinese_date(day)
    name_width, date_width = setter.width(organisation), setter.width(written)
    if sealed:
        date_x = page.RIGHT_EDGE - 4 * page.PITCH - date_width
        middle = date_x + date_width / 2
        if name_width > date_width:
            middle = min(middle, page.RIGHT_EDGE - 2 * page.PITCH - name_width / 2)
            date_x = middle - date_width / 2
        name_x = middle - name_width / 2
    else:
        name_x = page.RIGHT_EDGE - 2 * page.PITCH - max(name_width, date_width)
        date_x = min(name_x + 2 * page.PITCH, page.RIGHT_EDGE - date_width)
        middle = name_x + name_width / 2
    height = (_BLANK_LINES + 2) * page.LINE + (_BELOW_SEAL if sealed else 0.0)

    def draw(sheet: Sheet, top: float) -> None:
        name_y = sheet.baseline(top - _BLANK_LINES * page.LINE, page.LINE, page.BODY_SIZE)
        sheet.text(name_x, name_y, organisation, "fang", page.BODY_SIZE)
        sheet.text(date_x, name_y - page.LINE, written, "fang", page.BODY_SIZE)
        if seal:
            seal.press(sheet, middle, name_y + _SEAL_ABOVE_NAME)

    return Strip(height, draw)
