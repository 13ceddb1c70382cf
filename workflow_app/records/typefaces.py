"""Which characters the fonts of official documents have. No drawing library is needed for this: a process that issues
documents asks here, and only the one that draws them loads the fonts (:mod:`workflow_app.records.fonts`).

Each role (仿宋, 楷, 黑, 小标宋, 宋) has one font and a chain of others for the characters that it lacks. Glyphs of
differently licensed fonts are never merged: the choice is made at drawing time. A character that no font has is
refused before a document is numbered, so that no page ever shows an empty box.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

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
_SPACES = (0x20, 0xA0)  # a font that has one of them has the other: it is drawn alike


class Characters:
    """The characters of a font, kept as ranges of their codes."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self._first, self._last = array("L"), array("L")
        for first, last in sorted(ranges):
            self._first.append(first)
            self._last.append(last)

    def __contains__(self, code: int) -> bool:
        place = bisect_right(self._first, code) - 1
        return place >= 0 and code <= self._last[place]


class Typefaces:
    """The fonts of one printing press: the shipped ones, with a bureau's own licensed files put before them.

    Raises:
        OSError, ValueError: a file cannot be read, has no TrueType outlines, or no table of Unicode characters.
    """

    def __init__(self, override: Path | None = None) -> None:
        self.files: dict[str, Path] = {}
        self._characters: dict[str, Characters] = {}
        self._chains: dict[Role, tuple[str, ...]] = {}
        self._chosen: dict[tuple[Role, str], str | None] = {}
        shipped = {role: self._read(role, FOLDER / name) for role, name in FILES.items()}
        own = {
            role: self._read(role, override / name)
            for role, name in FILES.items()
            if override and (override / name).is_file()
        }
        for role in FILES:
            order = [role, *_NEXT_BEST[role], *FILES]
            names = [name for other in order for name in (own.get(other), shipped[other]) if name]
            self._chains[role] = tuple(dict.fromkeys(names))
        self.version = hashlib.sha256(" ".join(self.files).encode()).hexdigest()[:12]

    def _read(self, role: Role, path: Path) -> str:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            name = f"{role}-{hashlib.sha256(data).hexdigest()[:12]}"
            try:
                self._characters[name] = Characters(_ranges(data))
            except (struct.error, KeyError) as error:
                raise ValueError(f"{path.name}: {error}") from error
        self.files[name] = path
        return name

    def find(self, role: Role, character: str) -> str | None:
        """The name of the first font of the role's chain that has the character; None if none has."""
        key = (role, character)
        if key not in self._chosen:
            code = ord(character)
            # Digits and Latin letters of the body come from the serif companion, as printed documents set them.
            first: tuple[str, ...] = self._chains["song"][:1] if role == "fang" and 32 <= code < 127 else ()
            chain = (*first, *self._chains[role])
            self._chosen[key] = next((name for name in chain if code in self._characters[name]), None)
        return self._chosen[key]

    def covers(self, role: Role, character: str) -> bool:
        """Whether the role's own font has the character, without the help of another."""
        return ord(character) in self._characters[self._chains[role][0]]

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


def _ranges(data: mmap.mmap) -> list[tuple[int, int]]:
    """First and last code of each run of characters, from the table that the drawing library takes as well: the last
    one for Unicode, which is the largest (OpenType, "cmap").

    Raises:
        KeyError: the file lacks its outlines or such a table.
        struct.error: it is no font, or cut off.
    """
    tables = {tag: offset for tag, _, offset, _ in _records(data, 4, ">4sLLL", gap=6)}
    if b"glyf" not in tables:
        raise KeyError("no TrueType outlines")
    cmap = tables[b"cmap"]
    maps = _records(data, cmap + 2, ">HHL")
    unicode = [cmap + offset for platform, kind, offset in maps if platform == 3 or (platform == 0 and kind != 5)]
    if not unicode:
        raise KeyError("no table of Unicode characters")
    (form,) = struct.unpack_from(">H", data, unicode[-1])
    if form not in _READERS:
        raise KeyError(f"table of characters in format {form}, not 4 or 12")
    found = _READERS[form](data, unicode[-1])
    held = Characters(found)
    return [*found, *((code, code) for code in _SPACES if any(space in held for space in _SPACES))]


def _records(data: mmap.mmap, at: int, form: str, gap: int = 0) -> Iterator[tuple[Any, ...]]:
    """The records behind a count, and behind a gap after it."""
    count = struct.unpack_from(">H", data, at)[0]
    return (struct.unpack_from(form, data, at + 2 + gap + struct.calcsize(form) * number) for number in range(count))


def _segments(data: mmap.mmap, at: int) -> list[tuple[int, int]]:
    """Format 4: the characters of the first plane, without those of a segment to which no glyph is given."""
    count = struct.unpack_from(">H", data, at + 6)[0] // 2
    last = struct.unpack_from(f">{count}H", data, at + 14)
    first, deltas, offsets = (struct.unpack_from(f">{count}H", data, at + 16 + n * 2 * count) for n in (1, 2, 3))
    found: list[tuple[int, int]] = []
    for n in range(count):
        if offsets[n]:
            place = at + 16 + 6 * count + 2 * n + offsets[n]
            glyphs = struct.unpack_from(f">{last[n] - first[n] + 1}H", data, place)
            empty = [first[n] + number for number, glyph in enumerate(glyphs) if not glyph] if 0 in glyphs else []
        else:
            empty = [(-deltas[n]) & 0xFFFF]  # The glyph is the code and the delta: 0 for this one alone.
        found += _without(first[n], last[n], empty)
    return found


def _groups(data: mmap.mmap, at: int) -> list[tuple[int, int]]:
    """Format 12: the characters of all planes."""
    count = struct.unpack_from(">L", data, at + 12)[0]
    groups = [struct.unpack_from(">LLL", data, at + 16 + 12 * number) for number in range(count)]
    return [run for first, last, glyph in groups for run in _without(first, last, () if glyph else (first,))]


def _without(first: int, last: int, empty: Iterable[int]) -> Iterator[tuple[int, int]]:
    """What is left of a run of characters without some of them, which are in order."""
    for code in empty:
        if first <= code <= last:
            if first < code:
                yield first, code - 1
            first = code + 1
    if first <= last:
        yield first, last


_READERS = {4: _segments, 12: _groups}


@cache
def load_typefaces(override: Path | None = None) -> Typefaces:
    """What the fonts have, read once per process. ``override`` is a folder with a bureau's own licensed files, named as
    in :data:`FILES`; those that it lacks are taken from the shipped set."""
    return Typefaces(override)
