"""How wide a text is about, and where it is broken into lines: Chinese between any two characters, Latin at words."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

LINE = 1.3  # line height, in sizes of the type
_NARROW = frozenset("iljftrI.,:;'|!()[] ")
_BROAD = frozenset("mwMW@%")
_NEVER_FIRST = frozenset("，。、；：？！）》」』”’…—·,.;:?!)%")
_LATIN = re.compile(r"[!-~À-ɏ]+")
_PIECE = re.compile(r"[!-~À-ɏ]+|\s+|.", re.DOTALL)


def width_of(text: str, size: float) -> float:
    """The width of a text, estimated without the font: a Chinese character is a square, a Latin letter half of one."""
    return size * sum(_share(character) for character in text)


def _share(character: str) -> float:
    if east_asian_width(character) in "WFA":
        return 1.0
    if character in _NARROW:
        return 0.34
    if character in _BROAD:
        return 0.9
    return 0.68 if character.isupper() else 0.57


def wrapped(text: str, size: float, width: float) -> list[str]:
    """The lines of a text not wider than ``width``, as few as possible and of about the same length."""
    text = " ".join(text.split())
    if not text:
        return []
    lines = _filled(text, size, width)
    longest_word = max(width_of(piece, size) for piece in _pieces(text, size, width))
    while len(lines) > 1:
        narrower = max(width_of(line, size) for line in lines) - 1
        if narrower < longest_word:
            break
        tried = _filled(text, size, narrower)
        if len(tried) > len(lines) or max(width_of(line, size) for line in tried) > narrower:
            break
        lines = tried
    return lines


def _filled(text: str, size: float, width: float) -> list[str]:
    lines = [""]
    for piece in _pieces(text, size, width):
        if lines[-1] and width_of((lines[-1] + piece).rstrip(), size) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [stripped for line in lines if (stripped := line.strip())]


def _pieces(text: str, size: float, width: float) -> list[str]:
    """What stays together: words, single Chinese characters, and a closing mark with the character before it."""
    pieces: list[str] = []
    for piece in _PIECE.findall(text):
        if pieces and piece[0] in _NEVER_FIRST:
            pieces[-1] += piece
        elif width_of(piece, size) > width:
            pieces += piece  # one word too long for a line is broken anywhere
        else:
            pieces.append(piece)
    return pieces


def fitted(text: str, width: float, height: float, sizes: tuple[float, ...]) -> tuple[list[str], float]:
    """The lines and the largest size at which a text fits with its words whole; if none does, it is cut with ``…``."""
    for size in sizes:
        lines = wrapped(text, size, width)
        whole = all(width_of(word, size) <= width for word in _LATIN.findall(text))
        if whole and len(lines) * size * LINE <= height:
            return lines, size
    kept = max(int(height / (sizes[-1] * LINE)), 1)
    if len(lines) <= kept:
        return lines, sizes[-1]
    return [*lines[: kept - 1], lines[kept - 1][:-1] + "…"], sizes[-1]
