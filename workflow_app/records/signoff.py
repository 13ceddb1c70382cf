"""The close of a document: 发文机关署名, 成文日期 and seal (GB/T 9704-2012, 7.3.5), or the parties' places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from workflow_app.records import page
from workflow_app.records.document import Signatory, chinese_date
from workflow_app.records.flow import Strip
from workflow_app.records.seal import Seal
from workflow_app.records.sheet import Sheet
from workflow_app.records.typeset import Line, Typesetter

_BLANK_LINES = 2
_BELOW_SEAL = 6 * page.MM
_ROOM_TO_SEAL = 2  # blank lines between the name of a party and where it signs
_ABREAST = 2  # parties that sign side by side
_SEAL_ABOVE_NAME = 8 + 4 * page.MM  # from the name's baseline to the seal's centre: it presses name and date


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


def signing_strips(setter: Typesetter, signatories: Sequence[Signatory]) -> list[Strip]:
    """Where the parties of an agreement seal, sign and date it by hand, two side by side (通行做法)."""
    rows = [signatories[start : start + _ABREAST] for start in range(0, len(signatories), _ABREAST)]
    return [_signing_strip(setter, row) for row in rows]


def _signing_strip(setter: Typesetter, row: Sequence[Signatory]) -> Strip:
    width = page.TEXT_WIDTH / _ABREAST
    columns = [_party_lines(setter, signatory, width - page.PITCH) for signatory in row]
    # Parties sign on one level, however long their names are.
    name_lines = max(len(lines) for lines in columns)
    signing = setter.break_lines([("fang", "签字：\n日期：　　年　　月　　日")], width)
    height = (1 + name_lines + _ROOM_TO_SEAL + len(signing)) * page.LINE

    def draw(sheet: Sheet, top: float) -> None:
        for number, lines in enumerate(columns):
            x = page.LEFT + number * width
            _draw_lines(sheet, setter, lines, x, top - page.LINE)
            _draw_lines(sheet, setter, signing, x, top - (1 + name_lines + _ROOM_TO_SEAL) * page.LINE)

    return Strip(height, draw)


def _party_lines(setter: Typesetter, signatory: Signatory, width: float) -> list[Line]:
    return setter.break_lines([("fang", f"{signatory.role}（盖章）：\n{signatory.name}")], width)


def _draw_lines(sheet: Sheet, setter: Typesetter, lines: Iterable[Line], x: float, top: float) -> None:
    for number, line in enumerate(lines):
        y = sheet.baseline(top - number * page.LINE, page.LINE, setter.size)
        sheet.line(setter, line, x, y, page.TEXT_WIDTH / _ABREAST, "left")
