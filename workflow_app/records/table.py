"""Tables: titles repeated on every page, rows kept whole, and only a row taller than a page continued on the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workflow_app.records import page
from workflow_app.records.document import Table
from workflow_app.records.flow import Strip
from workflow_app.records.fonts import FontSet
from workflow_app.records.sheet import Sheet
from workflow_app.records.typefaces import Role
from workflow_app.records.typeset import Align, Line, Typesetter

_RULE = 0.5
_SLACK = 0.5  # points by which a full-page row stays below the height of the page


@dataclass(frozen=True)
class Cell:
    """The broken lines of one cell, its left edge, width and alignment."""

    lines: tuple[Line, ...]
    x: float
    width: float
    align: Align


def table_strips(
    fonts: FontSet, table: Table, *, size: float = page.TABLE_SIZE, lead: float = page.TABLE_LEAD
) -> list[Strip]:
    """A table over the whole type area; column widths are shares of it."""
    setter = Typesetter(fonts, size, size)
    total = sum(c.width for c in table.columns)
    widths = [page.TEXT_WIDTH * c.width / total for c in table.columns]
    header: Strip | None = None
    if table.has_header:
        titles = _cells(
            setter, [c.title for c in table.columns], widths, ["center"] * len(widths), ["hei"] * len(widths)
        )
        header = _row_strip(setter, titles, lead, filled=True)
    strips = [replace(header, keep=True)] if header else []
    room = page.TEXT_HEIGHT - (header.height if header else 0.0) - 2 * page.TABLE_PADDING - _SLACK
    aligns: list[Align] = [c.align for c in table.columns]
    roles: list[Role] = ["hei" if c.label else "fang" for c in table.columns]
    for row in table.rows:
        for part in _page_parts(_cells(setter, row, widths, aligns, roles), int(room // lead)):
            strips.append(replace(_row_strip(setter, part, lead), header=header))
    return strips


def _cells(
    setter: Typesetter, texts: Sequence[str], widths: Sequence[float], aligns: Sequence[Align], roles: Sequence[Role]
) -> list[Cell]:
    cells: list[Cell] = []
    x = page.LEFT
    for text, width, align, role in zip(texts, widths, aligns, roles, strict=True):
        lines = setter.break_lines([(role, text)], width - 2 * page.TABLE_PADDING)
        # A cell of several lines reads better from the left, whatever its column's alignment.
        cells.append(Cell(tuple(lines), x, width, align if len(lines) < 3 else "left"))
        x += width
    return cells


def _page_parts(cells: Sequence[Cell], most: int) -> list[list[Cell]]:
    """A row as it is, or in parts of at most ``most`` lines if it is taller than a page."""
    count = max((len(c.lines) for c in cells), default=0)
    return [[replace(c, lines=c.lines[start : start + most]) for c in cells] for start in range(0, max(count, 1), most)]


def _row_strip(setter: Typesetter, cells: Sequence[Cell], lead: float, *, filled: bool = False) -> Strip:
    height = max((len(c.lines) for c in cells), default=1) * lead + 2 * page.TABLE_PADDING

    def draw(sheet: Sheet, top: float) -> None:
        for cell in cells:
            sheet.canvas.setStrokeColor(page.BLACK)
            sheet.canvas.setLineWidth(_RULE)
            sheet.canvas.setFillColor(page.HEADER_FILL)
            sheet.canvas.rect(cell.x, top - height, cell.width, height, stroke=1, fill=int(filled))
            y = top - (height - len(cell.lines) * lead) / 2
            for line in cell.lines:
                inner = cell.width - 2 * page.TABLE_PADDING
                sheet.line(
                    setter, line, cell.x + page.TABLE_PADDING, sheet.baseline(y, lead, setter.size), inner, cell.align
                )
                y -= lead

    return Strip(max(height, lead + 2 * page.TABLE_PADDING), draw)
