"""From content to bytes. The same content on the same press gives the same bytes."""

from __future__ import annotations

from dataclasses import dataclass

from workflow_app.records.document import RecordContent
from workflow_app.records.fonts import load_fonts
from workflow_app.records.layouts import lay_out
from workflow_app.records.press import Press
from workflow_app.records.sheet import Sheet


@dataclass(frozen=True)
class Rendered:
    """A finished PDF and its number of pages."""

    data: bytes
    pages: int


def render(content: RecordContent, press: Press | None = None) -> Rendered:
    """Draw a document.

    Raises:
        LookupError: a character is in no font; the check before numbering makes sure that this does not happen.
    """
    press = press or Press()
    fonts = load_fonts(press.fonts_folder)
    with fonts.drawing():
        sheet = Sheet(
            fonts,
            title=content.full_title,
            author=content.issuer,
            subject=content.number,
            made_on=content.signed_on,
        )
        seal = press.seals.seal_of(content.issuer) if content.sealed else None
        pages = lay_out(sheet, content, seal=seal, verify_address=press.verify_address(content.verify_code))
        return Rendered(sheet.finish(), pages)
