"""From content to bytes. The same content on the same press gives the same bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from workflow_app.records.document import RecordContent
from workflow_app.records.fonts import FontSet, load_fonts
from workflow_app.records.layouts import lay_out
from workflow_app.records.seal import NoSeals, SealProvider
from workflow_app.records.sheet import Sheet

LAYOUT = "gb9704-2"
"""Version of the layout code; raised when the same content would look different."""


@dataclass(frozen=True)
class Press:
    """What a bureau prints with: its fonts, its seals, and the address under which records are verified."""

    base_url: str = ""
    fonts_folder: Path | None = None
    seals: SealProvider = field(default_factory=NoSeals)

    @property
    def fonts(self) -> FontSet:
        """The fonts, loaded at first use."""
        return load_fonts(self.fonts_folder)

    @property
    def layout_version(self) -> str:
        """Version of the layout code and of every font file, as stored with each record."""
        return f"{LAYOUT}+{self.fonts.version}"

    def verify_address(self, code: str) -> str:
        """What the QR symbol says."""
        return f"{self.base_url}/v/{code}"


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
    fonts = press.fonts
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
