"""Seals as they are drawn; :mod:`workflow_app.records.seals` says where they come from."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.ttfonts import TTFontFace
from reportlab.pdfgen.pathobject import PDFPathObject

from workflow_app.records import page
from workflow_app.records.fonts import FontSet
from workflow_app.records.outlines import Outlines, trace
from workflow_app.records.sheet import Sheet

DIAMETER = 42 * page.MM
"""Of a county bureau's seal (at most 45 mm by the State Council's rules on seals)."""

_RING = 1.2 * page.MM
_STAR = 0.30  # of the radius
_INNER_STAR = 0.382  # of the star's radius
_OPACITY = 0.86


class Seal(Protocol):
    """Something that can be pressed onto a sheet."""

    def press(self, sheet: Sheet, x: float, y: float) -> None:
        """Draw the seal with its centre at (x, y)."""


class ImageSeal:
    """A seal from an image file, in natural size."""

    def __init__(self, path: Path) -> None:
        self._image = ImageReader(str(path))

    def press(self, sheet: Sheet, x: float, y: float) -> None:
        """Draw the image with its centre at (x, y)."""
        sheet.canvas.drawImage(
            self._image, x - DIAMETER / 2, y - DIAMETER / 2, DIAMETER, DIAMETER, mask="auto", preserveAspectRatio=True
        )


class SampleSeal:
    """Ring, star, the name in an arc and 样章, all as shapes: text extraction finds none of it."""

    def __init__(self, organisation: str) -> None:
        self._organisation = organisation

    def press(self, sheet: Sheet, x: float, y: float) -> None:
        """Draw the sample seal with its centre at (x, y)."""
        canvas = sheet.canvas
        radius = DIAMETER / 2
        canvas.saveState()
        canvas.setStrokeColor(page.RED)
        canvas.setFillColor(page.RED)
        canvas.setStrokeAlpha(_OPACITY)
        canvas.setFillAlpha(_OPACITY)
        canvas.setLineWidth(_RING)
        canvas.circle(x, y, radius - _RING / 2, stroke=1, fill=0)
        path = canvas.beginPath()
        _star(path, x, y, radius * _STAR)
        self._arc(path, sheet.fonts, x, y, radius)
        for offset, character in ((-0.5, "样"), (0.5, "章")):
            _glyph(path, sheet.fonts, character, x + offset * 11, y - radius * 0.58, 11, 0.0)
        canvas.drawPath(path, stroke=0, fill=1, fillMode=1)
        canvas.restoreState()

    def _arc(self, path: PDFPathObject, fonts: FontSet, x: float, y: float, radius: float) -> None:
        count = len(self._organisation)
        size = 17.0 if count <= 10 else max(8.0, 17.0 - (count - 10) * 0.7)
        span = math.radians(min(250.0, 24.0 * count))
        middle = radius - 1.8 * page.MM - size
        for at, character in enumerate(self._organisation):
            angle = math.pi / 2 + span / 2 - (span * at / (count - 1) if count > 1 else span / 2)
            turn = angle - math.pi / 2
            _glyph(path, fonts, character, x + middle * math.cos(angle), y + middle * math.sin(angle), size, turn)


@lru_cache(maxsize=4)
def _outlines(face: TTFontFace) -> Outlines:
    return Outlines(face)


def _star(path: PDFPathObject, x: float, y: float, radius: float) -> None:
    for corner in range(10):
        angle = math.pi / 2 + corner * math.pi / 5
        reach = radius if corner % 2 == 0 else radius * _INNER_STAR
        step = path.moveTo if corner == 0 else path.lineTo
        step(x + reach * math.cos(angle), y + reach * math.sin(angle))
    path.close()


def _glyph(path: PDFPathObject, fonts: FontSet, character: str, x: float, y: float, size: float, turn: float) -> None:
    """Add a character to the path, its foot centred on (x, y), turned about that point (radians)."""
    outlines = _outlines(fonts.face(fonts.font_for("title", character)))
    scale, cos, sin = size / outlines.units, math.cos(turn), math.sin(turn)

    def at(px: float, py: float) -> tuple[float, float]:
        dx, dy = px * scale - size / 2, py * scale
        return x + dx * cos - dy * sin, y + dx * sin + dy * cos

    for contour in outlines.contours(character):
        trace(
            contour,
            lambda px, py: path.moveTo(*at(px, py)),
            lambda px, py: path.lineTo(*at(px, py)),
            lambda ax, ay, bx, by, px, py: path.curveTo(*at(ax, ay), *at(bx, by), *at(px, py)),
        )
        path.close()
