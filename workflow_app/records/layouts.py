"""The two looks of a document: red-head (批复) and plain (working papers), put together from their parts."""

from __future__ import annotations

from collections.abc import Callable

from workflow_app.records import page
from workflow_app.records.body import (
    annex_strips,
    attachment_strips,
    block_strips,
    paragraph_strips,
    title_strips,
)
from workflow_app.records.codes import grouped
from workflow_app.records.document import RecordContent
from workflow_app.records.flow import Flow, Strip, gap, keep_ending
from workflow_app.records.fonts import FontSet
from workflow_app.records.imprint import Imprint
from workflow_app.records.qr import draw_qr
from workflow_app.records.redhead import plain_number_strip, red_head_strip
from workflow_app.records.seal import Seal
from workflow_app.records.sheet import Sheet
from workflow_app.records.signoff import sign_off_strip, signing_strips
from workflow_app.records.table import table_strips

_PAGE_NUMBER_BELOW = 7 * page.MM  # upper edge of the number under the type area
_PAGE_NUMBER_HEIGHT = 10.0
_QR_SIZE, _QR_BOTTOM, _QR_GAP = 15 * page.MM, 12 * page.MM, 2 * page.MM
_SMALL = 8.0
_BEFORE_SIGNATURE = 3  # drawn strips that it takes to a new page: the closing words and the two lines before them
_TITLE_GAP = Strip(page.LINE)  # does not tie the title to the text: both begin the first page


def lay_out(sheet: Sheet, content: RecordContent, *, seal: Seal | None, verify_address: str) -> int:
    """Draw a whole document; returns the number of its pages."""
    fonts = sheet.fonts
    unnumbered: set[int] = set()
    flow = Flow(sheet, _page_end(content, verify_address, unnumbered))
    flow.place([*_head(fonts, content), *_body(sheet, content, seal)])
    if content.printer and content.printed_on:
        imprint = Imprint(fonts, cc=content.cc, printer=content.printer, printed_on=content.printed_on)
        flow.place(imprint.list_strips())
        _imprint(flow, imprint, unnumbered)
    flow.end()
    return sheet.number - 1


def _head(fonts: FontSet, content: RecordContent) -> list[Strip]:
    if content.layout == "red_head":
        return [red_head_strip(content.issuer, content.number), *title_strips(fonts, content.title), _TITLE_GAP]
    # An agreement of others begins with its own name; the issuer stands in its number.
    above = [] if content.signatories else title_strips(fonts, [content.issuer])
    titles = [*above, *title_strips(fonts, content.title)]
    return [*titles, gap(0.3 * page.LINE), plain_number_strip(content.number)]


def _body(sheet: Sheet, content: RecordContent, seal: Seal | None) -> list[Strip]:
    fonts = sheet.fonts
    strips: list[Strip] = []
    if content.recipient:
        strips += paragraph_strips(fonts, [("fang", f"{content.recipient}：")], indent=0.0)
    strips += block_strips(fonts, content.blocks)
    attachments = attachment_strips(fonts, content.attachments)
    strips = keep_ending(strips, 1 if attachments else _BEFORE_SIGNATURE) + attachments
    setter = sheet.setter(page.BODY_SIZE)
    if content.signatories:
        strips += signing_strips(setter, content.signatories)
    else:
        strips.append(sign_off_strip(setter, content.issuer, content.signed_on, sealed=content.sealed, seal=seal))
    if content.note:
        strips += paragraph_strips(fonts, [("fang", content.note)])
    if content.receipt:
        strips += [gap(0.4 * page.LINE), *_together(table_strips(fonts, content.receipt))]
    return strips + annex_strips(fonts, content.attachments)


def _together(strips: list[Strip]) -> list[Strip]:
    return [*keep_ending(strips[:-1], len(strips)), strips[-1]]


def _imprint(flow: Flow, imprint: Imprint, unnumbered: set[int]) -> None:
    """On the last page, which is an even one because the document is printed on both sides of the sheet. A page left
    blank before it and the page of the imprint carry no number (GB/T 9704-2012, 7.5)."""
    if flow.sheet.number % 2 == 0 and flow.room < imprint.height:
        flow.next_page()
        unnumbered |= {flow.sheet.number, flow.sheet.number + 1}
    if flow.sheet.number % 2:
        flow.next_page()
    imprint.draw(flow.sheet)


def _page_end(content: RecordContent, verify_address: str, unnumbered: set[int]) -> Callable[[Sheet], None]:
    def draw(sheet: Sheet) -> None:
        if sheet.number not in unnumbered:
            _page_number(sheet)
        _verification(sheet, content, verify_address)

    return draw


def _page_number(sheet: Sheet) -> None:
    """— 1 —: odd pages one character in from the right edge, even pages one from the left."""
    text = f"— {sheet.number} —"
    y = page.BOTTOM - _PAGE_NUMBER_BELOW - _PAGE_NUMBER_HEIGHT
    if sheet.number % 2:
        sheet.right(page.RIGHT_EDGE - page.PITCH, y, text, "song", page.PAGE_NUMBER_SIZE)
    else:
        sheet.text(page.LEFT + page.PITCH, y, text, "song", page.PAGE_NUMBER_SIZE)


def _verification(sheet: Sheet, content: RecordContent, address: str) -> None:
    """The QR symbol opposite the page number, the code beside it for those who type."""
    lines = (f"{content.number}　扫码核验", f"核验码 {grouped(content.verify_code)}")
    odd = sheet.number % 2
    x = page.LEFT if odd else page.RIGHT_EDGE - _QR_SIZE
    draw_qr(sheet, address, x, _QR_BOTTOM, _QR_SIZE)
    for number, text in enumerate(lines):
        y = _QR_BOTTOM + _SMALL * 1.6 * (len(lines) - 1 - number) + 1
        beside = x + _QR_SIZE + _QR_GAP if odd else x - _QR_GAP - sheet.width(text, "song", _SMALL)
        sheet.text(beside, y, text, "song", _SMALL, color=page.GREY)
