"""Characters as shapes: the curves of a TrueType glyph, for seals, whose text must not be found by text extraction."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reportlab.pdfbase.ttfonts import TTFontFace

_WORDS, _OFFSETS, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 0x1, 0x2, 0x8, 0x20, 0x40, 0x80


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a contour in font units; off-curve points steer a quadratic curve."""

    x: float
    y: float
    on: bool


Contour = list[Point]


class Outlines:
    """Reads the glyphs of one font."""

    def __init__(self, face: TTFontFace) -> None:
        self._positions: Sequence[int] = face.glyphPos
        self._glyphs: Mapping[int, int] = face.charToGlyph
        self._data = face.get_table("glyf")  # type: ignore[no-untyped-call]
        self.units = float(face.unitsPerEm)

    def contours(self, character: str) -> list[Contour]:
        """The closed contours of a character; none for a blank."""
        return self._contours(self._glyphs[ord(character)])

    def _contours(self, glyph: int) -> list[Contour]:
        data: bytes = self._data[self._positions[glyph] : self._positions[glyph + 1]]
        if not data:
            return []
        count = struct.unpack_from(">h", data)[0]
        return _simple(data, count) if count >= 0 else list(self._composite(data))

    def _composite(self, data: bytes) -> Iterator[Contour]:
        at, flags = 10, _MORE
        while flags & _MORE:
            flags, glyph = struct.unpack_from(">HH", data, at)
            dx, dy = struct.unpack_from(">hh" if flags & _WORDS else ">bb", data, at + 4)
            at += 8 if flags & _WORDS else 6
            a, b, c, d = 1.0, 0.0, 0.0, 1.0
            if flags & _SCALE:
                a = d = struct.unpack_from(">h", data, at)[0] / 16384
                at += 2
            elif flags & _TWO_SCALES:
                a, d = (v / 16384 for v in struct.unpack_from(">hh", data, at))
                at += 4
            elif flags & _MATRIX:
                a, b, c, d = (v / 16384 for v in struct.unpack_from(">hhhh", data, at))
                at += 8
            if not flags & _OFFSETS:
                dx = dy = 0
            for contour in self._contours(glyph):
                yield [Point(a * p.x + c * p.y + dx, b * p.x + d * p.y + dy, p.on) for p in contour]


def _simple(data: bytes, count: int) -> list[Contour]:
    ends = struct.unpack_from(f">{count}H", data, 10)
    at = 10 + 2 * count
    at += 2 + struct.unpack_from(">H", data, at)[0]
    total = ends[-1] + 1 if ends else 0
    flags: list[int] = []
    while len(flags) < total:
        flag = data[at]
        at += 1
        flags.append(flag)
        if flag & 8:
            flags += [flag] * data[at]
            at += 1
    xs, at = _coordinates(data, at, flags, short=2, same=16)
    ys, _ = _coordinates(data, at, flags, short=4, same=32)
    points = [Point(x, y, bool(flag & 1)) for x, y, flag in zip(xs, ys, flags, strict=True)]
    starts = [0, *(end + 1 for end in ends[:-1])]
    return [points[start : end + 1] for start, end in zip(starts, ends, strict=True)]


def _coordinates(data: bytes, at: int, flags: Sequence[int], *, short: int, same: int) -> tuple[list[int], int]:
    values: list[int] = []
    value = 0
    for flag in flags:
        if flag & short:
            value += data[at] if flag & same else -data[at]
            at += 1
        elif not flag & same:
            value += struct.unpack_from(">h", data, at)[0]
            at += 2
        values.append(value)
    return values, at


def trace(
    contour: Contour,
    move: Callable[[float, float], object],
    line: Callable[[float, float], object],
    curve: Callable[[float, float, float, float, float, float], object],
) -> None:
    """Walk a contour with the three moves of a PDF path; quadratic curves become cubic ones."""
    points = _with_implied(contour)
    here = points[0]
    move(here.x, here.y)
    at = 1
    while at <= len(points):
        point = points[at % len(points)]
        if point.on:
            line(point.x, point.y)
            here, at = point, at + 1
            continue
        end = points[(at + 1) % len(points)]
        curve(
            here.x + (point.x - here.x) * 2 / 3, here.y + (point.y - here.y) * 2 / 3,
            end.x + (point.x - end.x) * 2 / 3, end.y + (point.y - end.y) * 2 / 3,
            end.x, end.y,
        )  # fmt: skip
        here, at = end, at + 2


def _with_implied(contour: Contour) -> Contour:
    """The contour with the on-curve points written out that TrueType leaves between two off-curve ones."""
    points: Contour = []
    for point, following in zip(contour, [*contour[1:], contour[0]], strict=True):
        points.append(point)
        if not point.on and not following.on:
            points.append(Point((point.x + following.x) / 2, (point.y + following.y) / 2, on=True))
    first = next(i for i, p in enumerate(points) if p.on)
    return points[first:] + points[:first]
