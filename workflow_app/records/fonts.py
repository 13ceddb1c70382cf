"""The fonts of official documents: registered once, chosen for every character, checked before anything is drawn.

Each role (仿宋, 楷, 黑, 小标宋, 宋) has one font and a chain of others for the characters that it lacks. Glyphs of
differently licensed fonts are never merged: the choice is made at drawing time. A character that no font has is
refused before a document is numbered, so that no page ever shows an empty box.
"""

from __future__ import annotations

import hashlib
import mmap
import threading
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal

from reportlab.pdfbase import pdfmetrics, ttfonts

Role = Literal["fang", "rare", "kai", "song", "title", "hei"]
"""fang 仿宋 body · rare 仿宋 for rare characters · kai 楷体 · song 宋体 · title 小标宋 · hei 黑体."""

FOLDER = Path(__file__).resolve().parent / "fonts"
FILES: dict[Role, str] = {
    "fang": "fang.ttf",
    "rare": "fangfb.ttf",
    "kai": "wenkai.ttf",
    "song": "song.ttf",
    "title": "songb.ttf",
    "hei": "hei.ttf",
}
_NEXT_BEST: dict[Role, tuple[Role, ...]] = {
    "fang": ("rare", "song"),
    "rare": ("song",),
    "kai": ("song",),
    "song": (),
    "title": ("song",),
    "hei": ("song",),
}
_UNDRAWN = frozenset("\n")


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


class FontSet:
    """The fonts of one printing press: the shipped ones, with a bureau's own licensed files put before them.

    Raises:
        OSError, ValueError: a file cannot be read, or has no TrueType outlines.
    """

    def __init__(self, override: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._faces: dict[str, ttfonts.TTFontFace] = {}
        self._chains: dict[Role, tuple[str, ...]] = {}
        self._chosen: dict[tuple[Role, str], str | None] = {}
        numbers: dict[int, int] = {}
        shipped = {role: self._register(role, FOLDER / name, numbers) for role, name in FILES.items()}
        own = {
            role: self._register(role, override / name, numbers)
            for role, name in FILES.items()
            if override and (override / name).is_file()
        }
        for role in FILES:
            order = [role, *_NEXT_BEST[role], *FILES]
            names = [name for other in order for name in (own.get(other), shipped[other]) if name]
            self._chains[role] = tuple(dict.fromkeys(names))
        self.version = hashlib.sha256(" ".join(self._faces).encode()).hexdigest()[:12]

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

    def _register(self, role: Role, path: Path, numbers: dict[int, int]) -> str:
        name = f"{role}-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
        # The library knows a font by its name alone: a second set draws with the same one, so it is also kept once.
        if name not in pdfmetrics.getRegisteredFontNames():
            try:
                font = ttfonts.TTFont(name, str(path))
            except ttfonts.TTFError as error:
                raise ValueError(f"{path.name}: {error}") from error
            _slim(font.face, path, numbers)
            pdfmetrics.registerFont(font)
        self._faces[name] = pdfmetrics.getFont(name).face  # type: ignore[attr-defined] # it is one of ours
        return name

    def find(self, role: Role, character: str) -> str | None:
        """The registered name of the first font of the role's chain that has the character; None if none has."""
        key = (role, character)
        if key not in self._chosen:
            code = ord(character)
            # Digits and Latin letters of the body come from the serif companion, as printed documents set them.
            first: tuple[str, ...] = self._chains["song"][:1] if role == "fang" and 32 <= code < 127 else ()
            chain = (*first, *self._chains[role])
            self._chosen[key] = next((name for name in chain if code in self._faces[name].charToGlyph), None)
        return self._chosen[key]

    def covers(self, role: Role, character: str) -> bool:
        """Whether the role's own font has the character, without the help of another."""
        return ord(character) in self._faces[self._chains[role][0]].charToGlyph

    def font_for(self, role: Role, character: str) -> str:
        """As :meth:`find`, for text that has passed :meth:`missing_glyphs`.

        Raises:
            LookupError: no font has the character.
        """
        name = self.find(role, character)
        if name is None:
            raise LookupError(f"no font has U+{ord(character):04X}")
        return name

    def missing_glyphs(self, text: str) -> set[str]:
        """The characters that no font has; line breaks are not drawn and do not count."""
        return {c for c in set(text) - _UNDRAWN if self.find("fang", c) is None}

    def advance(self, font: str, character: str, size: float) -> float:
        """The width of a character in points."""
        return float(self._faces[font].charWidths[ord(character)]) * size / 1000

    def face(self, font: str) -> ttfonts.TTFontFace:
        """The font file behind a registered name, for its outlines."""
        return self._faces[font]


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


def _slim(face: ttfonts.TTFontFace, path: Path, numbers: dict[int, int]) -> None:
    """Take out of memory what the library reads in of a font (33 of 39 MB for the six): the bytes are looked at where
    they lie, positions stand in an array, a number that stands in several tables is one object."""
    with path.open("rb") as file:
        face._ttf_data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)  # type: ignore[attr-defined] # untold by its types
    face.glyphPos = array("L", face.glyphPos)
    face.charToGlyph = {numbers.setdefault(k, k): numbers.setdefault(v, v) for k, v in face.charToGlyph.items()}
    face.charWidths = _Widths(face.charWidths)
    pairs: dict[tuple[int, int], tuple[int, int]] = {}
    face.hmetrics = [pairs.setdefault(pair, pair) for pair in face.hmetrics]
    face.glyphToChar = {}  # type: ignore[attr-defined] # only for the shaping of other scripts


@cache
def load_fonts(override: Path | None = None) -> FontSet:
    """The fonts, loaded once per process (about 0.3 s). ``override`` is a folder with a bureau's own licensed files,
    named as in :data:`FILES`; those that it lacks are taken from the shipped set."""
    return FontSet(override)
