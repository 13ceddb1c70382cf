"""One PDF in the making: the canvas, its pages, and the few ways in which ink gets onto them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from workflow_app.records import page
from workflow_app.records.fonts import FontSet
from workflow_app.records.typefaces import Role
from workflow_app.records.typeset import Align, Line, Piece, Typesetter

_BASELINE = 0.36
"""Height of the middle of a Chinese character over its baseline, as a share of its size."""


class Sheet:
    """A canvas with a page count. Two sheets with the same drawing calls give the same bytes."""

    def __init__(self, fonts: FontSet, *, title: str, author: str, subject: str, made_on: date) -> None:
        self.fonts = fonts
        self.number = 1
        self._buffer = io.BytesIO()
        self.canvas = Canvas(
            self._buffer,
            pagesize=(page.WIDTH, page.HEIGHT),
            pageCompression=1,
            invariant=1,
            initialFontName=fonts.font_for("song", "一"),  # type: ignore[arg-type]  # the stubs take the name for a size
            initialFontSize=12,
            lang="zh-CN",
        )
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self.canvas.setSubject(subject)
        self.canvas.setCreator("workflow_app")
        self.canvas.setProducer("workflow_app")
        # The date in the file is the day of the document, so that the bytes do not depend on the hour of rendering.
        self.canvas.setDateFormatter(lambda *_: f"D:{made_on:%Y%m%d}000000+08'00'")

    def setter(self, size: float, pitch: float | None = None) -> Typesetter:
        """A typesetter in this size; without a pitch the characters stand close."""
        return Typesetter(self.fonts, size, pitch or size)

    def baseline(self, top: float, lead: float, size: float) -> float:
        """The baseline of a line whose box begins at ``top`` and is ``lead`` high."""
        return top - lead / 2 - size * _BASELINE

    def pieces(self, y: float, pieces: Sequence[Piece], size: float, color: Color = page.BLACK) -> None:
        """Draw placed pieces on the baseline ``y``."""
        self.canvas.setFillColor(color)
        text = self.canvas.beginText()
        for piece in pieces:
            text.setTextOrigin(piece.x, y)
            text.setFont(piece.font, size)
            text.setCharSpace(piece.spacing)
            text.textOut(piece.text)
        text.setCharSpace(0)
        self.canvas.drawText(text)

    def line(self, setter: Typesetter, line: Line, x: float, y: float, width: float, align: Align = "justify") -> None:
        """Draw a broken line on the baseline ``y``."""
        self.pieces(y, setter.place(line, x, width, align), setter.size)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        role: Role,
        size: float,
        *,
        color: Color = page.BLACK,
        spacing: float = 0.0,
        squeeze: float = 1.0,
    ) -> None:
        """Draw a short text from ``x`` on the baseline ``y``; ``squeeze`` narrows the characters."""
        self.canvas.setFillColor(color)
        drawn = self.canvas.beginText(x, y)
        drawn.setCharSpace(spacing)
        drawn.setHorizScale(squeeze * 100)
        for font, characters in groupby(text, key=lambda c: self.fonts.font_for(role, c)):
            drawn.setFont(font, size)
            drawn.textOut("".join(characters))
        drawn.setHorizScale(100)
        drawn.setCharSpace(0)
        self.canvas.drawText(drawn)

    def width(self, text: str, role: Role, size: float) -> float:
        """The natural width of a short text."""
        return self.setter(size).width(text, role)

    def centered(self, x: float, y: float, text: str, role: Role, size: float) -> None:
        """Draw a short text with its middle at ``x``."""
        self.text(x - self.width(text, role, size) / 2, y, text, role, size)

    def right(self, x: float, y: float, text: str, role: Role, size: float) -> None:
        """Draw a short text that ends at ``x``."""
        self.text(x - self.width(text, role, size), y, text, role, size)

    def rule(self, y: float, thickness: float, color: Color = page.BLACK) -> None:
        """A horizontal rule over the whole type area."""
        self.canvas.setStrokeColor(color)
        self.canvas.setLineWidth(thickness)
        self.canvas.line(page.LEFT, y, page.RIGHT_EDGE, y)

    def end_page(self) -> None:
        """Close the present page; the next one begins."""
        self.canvas.showPage()
        self.number += 1

    def finish(self) -> bytes:
        """The bytes of the file; the present page must have been ended."""
        self.canvas.save()
        return self._buffer.getvalue()
