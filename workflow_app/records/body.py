"""The text of a document as strips: title, headings, paragraphs, the list of attachments and the annexes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from workflow_app.records import page
from workflow_app.records.document import Attachment, Block, Heading, Paragraph, Table
from workflow_app.records.flow import Strip, gap
from workflow_app.records.fonts import FontSet
from workflow_app.records.sheet import Sheet
from workflow_app.records.table import table_strips
from workflow_app.records.typeset import Align, Line, Run, Typesetter

_INDENT = 2 * page.PITCH
_TABLE_GAP = 0.3 * page.LINE


def line_strip(
    setter: Typesetter, line: Line, *, lead: float, x: float, width: float, align: Align = "justify", keep: bool = False
) -> Strip:
    """One broken line as a strip."""

    def draw(sheet: Sheet, top: float) -> None:
        sheet.line(setter, line, x, sheet.baseline(top, lead, setter.size), width, align)

    return Strip(lead, draw, keep=keep)


def paragraph_strips(
    fonts: FontSet, runs: Sequence[Run], *, indent: float = _INDENT, keep: bool = False
) -> list[Strip]:
    """A paragraph of body text on the grid."""
    setter = Typesetter(fonts, page.BODY_SIZE, page.PITCH)
    lines = setter.break_lines(runs, page.TEXT_WIDTH, indent)
    return [line_strip(setter, n, lead=page.LINE, x=page.LEFT, width=page.TEXT_WIDTH, keep=keep) for n in lines]


def title_strips(fonts: FontSet, pieces: Sequence[str]) -> list[Strip]:
    """The title in 2号小标宋, centred, broken between pieces of sense into few and even lines."""
    setter = Typesetter(fonts, page.TITLE_SIZE, page.TITLE_SIZE)
    x, width = page.LEFT + page.TITLE_SIZE / 2, page.TEXT_WIDTH - page.TITLE_SIZE
    lines = [n for text in title_lines(setter, pieces, width) for n in setter.break_lines([("title", text)], width)]
    return [line_strip(setter, n, lead=page.TITLE_LEAD, x=x, width=width, align="center", keep=True) for n in lines]


def title_lines(setter: Typesetter, pieces: Sequence[str], width: float) -> list[str]:
    """Join pieces of sense into as few lines as fit, and among those the most even ones.

    A piece that is longer than a line is first broken evenly, wherever that falls.
    """
    pieces = [part for piece in pieces for part in _even_lines(setter, piece, width)]
    widths = [setter.width(p, "title") for p in pieces]
    for count in range(len(pieces)):
        choices: list[tuple[float, list[str]]] = []
        for cuts in combinations(range(1, len(pieces)), count):
            spans = list(pairwise([0, *cuts, len(pieces)]))
            totals = [sum(widths[a:b]) for a, b in spans]
            if max(totals) <= width:
                choices.append((max(totals) - min(totals), ["".join(pieces[a:b]) for a, b in spans]))
        if choices:
            return min(choices)[1]
    raise AssertionError("each piece fits a line of its own")


def _even_lines(setter: Typesetter, text: str, width: float) -> list[str]:
    """The narrowest measure that needs no more lines than the full width does."""
    lines = setter.break_lines([("title", text)], width)
    measure = width
    # A single character takes one line however narrow the measure is.
    while measure > setter.size:
        narrower = setter.break_lines([("title", text)], measure - setter.size)
        if len(narrower) != len(lines):
            break
        measure -= setter.size
        lines = narrower
    return ["".join(token.text for token in line.tokens) for line in lines]


def block_strips(fonts: FontSet, blocks: Sequence[Block]) -> list[Strip]:
    """The blocks of a body in order."""
    strips: list[Strip] = []
    for block in blocks:
        match block:
            case Heading():
                strips += paragraph_strips(fonts, [("hei", block.text)], keep=True)
            case Paragraph():
                runs: list[Run] = [("kai", block.lead), ("fang", block.text)]
                strips += paragraph_strips(fonts, runs, indent=_INDENT if block.indent else 0.0)
            case Table():
                strips += [gap(_TABLE_GAP), *table_strips(fonts, block), gap(_TABLE_GAP)]
    return strips


def attachment_strips(fonts: FontSet, attachments: Sequence[Attachment]) -> list[Strip]:
    """附件说明: one line under the body, two characters in, names hanging under each other, without punctuation."""
    if not attachments:
        return []
    setter = Typesetter(fonts, page.BODY_SIZE, page.PITCH)
    strips = [gap(page.LINE)]
    for number, attachment in enumerate(attachments, start=1):
        label = "附件：" if number == 1 else ""
        mark = f"{number}. " if len(attachments) > 1 else ""
        start = _INDENT + 3 * page.PITCH
        hang = start + setter.width(mark)
        for at, line in enumerate(setter.break_lines([("fang", attachment.title)], page.TEXT_WIDTH - hang)):
            strips.append(_attachment_line(setter, line, hang, label if at == 0 else "", mark if at == 0 else ""))
    return strips


def _attachment_line(setter: Typesetter, line: Line, hang: float, label: str, mark: str) -> Strip:
    heads = setter.break_lines([("fang", label)], page.TEXT_WIDTH) if label else []

    def draw(sheet: Sheet, top: float) -> None:
        y = sheet.baseline(top, page.LINE, setter.size)
        for head in heads:
            sheet.line(setter, head, page.LEFT + _INDENT, y, page.TEXT_WIDTH)
        sheet.text(page.LEFT + _INDENT + 3 * page.PITCH, y, mark, "fang", setter.size)
        sheet.line(setter, line, page.LEFT + hang, y, page.TEXT_WIDTH - hang)

    return Strip(page.LINE, draw, keep=True)


def annex_strips(fonts: FontSet, attachments: Sequence[Attachment]) -> list[Strip]:
    """Each annex on a page of its own: 附件 and its number in 黑体 top left, its title centred in the third line."""
    drawn = [(number, a) for number, a in enumerate(attachments, start=1) if a.blocks]
    strips: list[Strip] = []
    for number, attachment in drawn:
        mark = f"附件{number}" if len(attachments) > 1 else "附件"
        head = paragraph_strips(fonts, [("hei", mark)], indent=0.0, keep=True)
        strips += [Strip(head[0].height, head[0].draw, keep=True, starts_page=True), gap(page.LINE)]
        strips += [*title_strips(fonts, [attachment.title]), gap(page.LINE / 2)]
        strips += block_strips(fonts, attachment.blocks)
    return strips
