"""The verification code as a QR symbol, drawn as rectangles."""

from __future__ import annotations

from itertools import groupby

import segno

from workflow_app.records import page
from workflow_app.records.sheet import Sheet


def draw_qr(sheet: Sheet, address: str, x: float, y: float, size: float) -> None:
    """Draw a QR symbol (error correction M) with its lower left corner at (x, y); it needs a quiet zone around it."""
    rows = segno.make(address, error="m", micro=False).matrix
    unit = size / len(rows)
    path = sheet.canvas.beginPath()
    for row_number, row in enumerate(rows, start=1):
        column = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                path.rect(x + column * unit, y + size - row_number * unit, length * unit, unit)
            column += length
    sheet.canvas.setFillColor(page.BLACK)
    sheet.canvas.drawPath(path, stroke=0, fill=1)
