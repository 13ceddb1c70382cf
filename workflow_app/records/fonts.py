"""The fonts of official documents as the drawing library wants them: registered once, slim in memory."""

from __future__ import annotations

import mmap
import threading
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics, ttfonts

from workflow_app.records.typefaces import Typefaces


def _to_unicode(fontname: str, subset: Any) -> str:  # noqa: ARG001 - signature of the function that it replaces
    """The character map by which a reader copies text out of the file.

    reportlab 5.1 writes ``<2CB4E>`` for characters beyond the first plane, so that a copied 𬭎 becomes Ⲵ; the format
    wants UTF-16BE, and at most 100 entries in a block.
    """
    entries = [
        f"<{code:02X}> <{chr(value).encode('utf-16-be').hex().upper()}>" for code, value in enumerate(subset) if value
    ]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<00> <FF>",
        "endcodespacerange",
    ]
    for start in range(0, len(entries), 100):
        block = entries[start : start + 100]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    return "\n".join([*lines, "endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"])


ttfonts.makeToUnicodeCMap = _to_unicode


class FontSet(Typefaces):
    """The fonts of one printing press, to be drawn with.

    Raises:
        OSError, ValueError: a file cannot be read, or has no TrueType outlines.
    """

    def __init__(self, override: Path | None = None) -> None:
        super().__init__(override)
        self._lock = threading.Lock()
        self._faces = {name: _face(name, path) for name, path in self.files.items()}

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """A reportlab font may serve one document at a time. What that has looked at in the files, up to 13 MB, is
        given back afterwards; the system keeps it at hand for the next."""
        with self._lock:
            try:
                yield
            finally:
                for face in self._faces.values():
                    face._ttf_data.madvise(mmap.MADV_DONTNEED)  # type: ignore[attr-defined] # as in _slim

    def advance(self, font: str, character: str, size: float) -> float:
        """The width of a character in points."""
        return float(self._faces[font].charWidths[ord(character)]) * size / 1000

    def face(self, font: str) -> ttfonts.TTFontFace:
        """The font file behind a registered name, for its outlines."""
        return self._faces[font]


def _face(name: str, path: Path) -> ttfonts.TTFontFace:
    # The library knows a font by its name alone: a second set draws with the same one, so it is also kept once.
    if name not in pdfmetrics.getRegisteredFontNames():
        try:
            font = ttfonts.TTFont(name, str(path))
        except ttfonts.TTFError as error:
            raise ValueError(f"{path.name}: {error}") from error
        _slim(font.face, path)
        pdfmetrics.registerFont(font)
    return pdfmetrics.getFont(name).face  # type: ignore[attr-defined, no-any-return] # it is one of ours


class _Widths(dict[int, float]):
    """The widths of a font's characters: only those are kept that differ from the usual one, a Chinese character's."""

    def __init__(self, widths: Mapping[int, float]) -> None:
        self.usual = Counter(widths.values()).most_common(1)[0][0]
        super().__init__({code: width for code, width in widths.items() if width != self.usual})

    def __missing__(self, code: int) -> float:
        return self.usual

    def get(self, code: int, default: object = None) -> float:  # noqa: ARG002 - the library's call
        """The width of a character that the font has."""
        return self[code]


class _Glyphs(Mapping[int, int]):
    """The glyphs of a font's characters, in two plain arrays."""

    def __init__(self, glyphs: Mapping[int, int]) -> None:
        self._codes = array("L", sorted(glyphs))
        self._glyphs = array("H", (glyphs[code] for code in self._codes))

    def __getitem__(self, code: int) -> int:
        place = bisect_left(self._codes, code)
        if place == len(self._codes) or self._codes[place] != code:
            raise KeyError(code)
        return self._glyphs[place]

    def __iter__(self) -> Iterator[int]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)


class _Outlines:
    """The table of outlines where it lies in the file: only what is cut out of it is copied, a glyph at a time."""

    def __init__(self, data: mmap.mmap, start: int) -> None:
        self._data, self._start = data, start

    def __getitem__(self, part: slice) -> bytes:
        return self._data[self._start + part.start : self._start + part.stop]


def _slim(face: ttfonts.TTFontFace, path: Path) -> None:
    """Take out of memory what the library reads in of a font (36 of 39 MB for the six), and what it copies to cut the
    glyphs of one document out (up to 5 MB): the bytes are looked at where they lie, numbers stand in arrays."""
    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    outlines, table = _Outlines(data, face.get_table_pos("glyf")[0]), face.get_table
    face._ttf_data = data  # type: ignore[attr-defined] # untold by its types
    face.get_table = lambda tag: outlines if tag == "glyf" else table(tag)  # type: ignore[method-assign, no-untyped-call]
    face.glyphPos = array("L", face.glyphPos)
    face.charToGlyph = _Glyphs(face.charToGlyph)
    face.charWidths = _Widths(face.charWidths)
    pairs: dict[tuple[int, int], tuple[int, int]] = {}
    face.hmetrics = [pairs.setdefault(pair, pair) for pair in face.hmetrics]
    face.glyphToChar = {}  # type: ignore[attr-defined] # only for the shaping of other scripts


@cache
def load_fonts(override: Path | None = None) -> FontSet:
    """The fonts, loaded once per process (about 0.3 s); ``override`` as for
    :func:`~workflow_app.records.typefaces.load_typefaces`."""
    return FontSet(override)
