"""A table as an Excel workbook of one sheet, which WPS opens as well. The same table gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from workflow_app.clock import COUNTY_ZONE
from workflow_app.dossier.tables import Amount, Cell, Table, Value
from workflow_app.errors import InvalidError
from workflow_app.text import Text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Words = Callable[[str], str]
"""Turns message ids into the reader's language."""

Plain = str | int | Decimal | date | datetime | None

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
FIRST_DATE = date(1900, 3, 1)
"""Excel counts days from 1900 and takes that year for a leap year: an earlier date is written as text."""
LONGEST_TEXT = 32_767
"""Characters in one cell."""
LONGEST_NAME = 31
FORMULA = re.compile(r"[=+\-@\t\r]")
"""How a text begins that a spreadsheet might take for a formula."""
NARROWEST, WIDEST = 10, 48
"""Widths of columns in half-width characters."""
TITLE_ROW, NOTE_ROW, HEAD_ROW = 0, 1, 2


@dataclass(frozen=True)
class Origin:
    """Where a sheet comes from: the line below its title, who made it and when."""

    note: Text
    author: str
    made_at: datetime


def write_workbook(table: Table, origin: Origin, words: Words) -> bytes:
    """The sheet: title, note, frozen headings, one row for each row of the table.

    Dates and numbers are written as such. A text stays a text, also if it begins like a formula.

    Raises:
        InvalidError: a text is longer than a cell may hold.
    """
    from xlsxwriter import Workbook  # 2 MB that a process needs only once somebody exports

    target = BytesIO()
    with Workbook(target, OPTIONS) as workbook:
        title = title_of(table, words)
        made_at = origin.made_at.astimezone(COUNTY_ZONE).replace(tzinfo=None)
        workbook.set_properties({"title": title, "author": origin.author, "created": made_at})
        sheet = workbook.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:LONGEST_NAME])
        sheet.write_string(TITLE_ROW, 0, title, workbook.add_format({"bold": True, "font_size": 16}))
        sheet.write_string(NOTE_ROW, 0, origin.note.render(words), workbook.add_format({"font_color": "#595959"}))
        _write_rows(_Pens(workbook), sheet, table, words)
    return target.getvalue()


def title_of(table: Table, words: Words) -> str:
    """What a sheet is called: the object that it is about, and what it says of it."""
    return f"{table.of} {table.title.render(words)}".strip()


def plain(value: Value, words: Words) -> Plain:
    """What stands in the cell of a spreadsheet for a value."""
    if isinstance(value, str):
        return words(value)
    if isinstance(value, Text):
        return value.render(words)
    if isinstance(value, Amount):
        return value.number
    if isinstance(value, datetime):
        return value.astimezone(COUNTY_ZONE).replace(tzinfo=None, microsecond=0)
    return value


class _Pens:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def pen(self, **properties: object) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            common = {"border": 1, "border_color": "#BFBFBF", "valign": "top", "text_wrap": True}
            self._made[key] = self._workbook.add_format({**common, **properties})
        return self._made[key]


def _write_rows(pens: _Pens, sheet: Worksheet, table: Table, words: Words) -> None:
    heads = [column.render(words) for column in table.columns]
    for number, head in enumerate(heads):
        sheet.write_string(HEAD_ROW, number, head, pens.pen(bold=True, bg_color="#E8EEF6"))
    rows = table.cells
    for at, row in enumerate(rows, HEAD_ROW + 1):
        for number, cell in enumerate(row):
            _write_cell(pens, sheet, at, number, cell, heads[number], words)
    for number, head in enumerate(heads):
        sheet.set_column(number, number, _width([head, *(plain(row[number].value, words) for row in rows)]))
    sheet.freeze_panes(HEAD_ROW + 1, 0)
    sheet.autofilter(HEAD_ROW, 0, HEAD_ROW + len(rows), len(heads) - 1)
    sheet.repeat_rows(HEAD_ROW)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _write_cell(pens: _Pens, sheet: Worksheet, at: int, number: int, cell: Cell, head: str, words: Words) -> None:
    value = plain(cell.value, words)
    struck = {"font_strikeout": True} if cell.is_void else {}
    if value is None or value == "":
        sheet.write_blank(at, number, None, pens.pen(**struck))
    elif isinstance(value, datetime):
        sheet.write_datetime(at, number, value, pens.pen(num_format="yyyy-mm-dd hh:mm", **struck))
    elif isinstance(value, date) and value >= FIRST_DATE:
        sheet.write_datetime(at, number, datetime.combine(value, time()), pens.pen(num_format="yyyy-mm-dd", **struck))
    elif isinstance(value, int | Decimal):
        sheet.write_number(at, number, float(value), pens.pen(**struck))
    else:
        said = str(value)
        if len(said) > LONGEST_TEXT:
            raise InvalidError(
                "“{column}”一栏有超过{most}字的内容，Excel放不下，请在页面上查看。", column=head, most=LONGEST_TEXT
            )
        # Who edits such a cell in Excel would turn it into a formula; the quote prefix keeps it a text then, too.
        guarded = {"quote_prefix": True} if FORMULA.match(said) else {}
        sheet.write_string(at, number, said, pens.pen(**guarded, **struck))


def _width(values: Sequence[Plain]) -> int:
    """The width of a column that shows its longest value, within bounds; a Chinese character is two wide."""
    longest = max(
        sum(2 if east_asian_width(sign) in "WF" else 1 for sign in str(value)) for value in values if value is not None
    )
    return max(NARROWEST, min(WIDEST, longest + 2))
