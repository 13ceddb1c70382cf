"""Chinese line breaking on the 公文 grid: 避头尾 (kinsoku) by squeezing punctuation in, else by pushing out; justified.

Nothing here draws. Text goes in as runs of (role, text); lines come out, and each line as pieces with their places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Literal

from workflow_app.records.fonts import FontSet
from workflow_app.records.typefaces import Role

Run = tuple[Role, str]
Align = Literal["justify", "left", "center", "right"]

NO_START = frozenset("，。、；：？！）》〉」』】〕〗”’％‰…—·℃),.;:?!]}%")
"""Characters that never begin a line."""
NO_END = frozenset("（《〈「『【〔〖“‘([{")
"""Characters that never end a line."""
_GIVES_RIGHT = frozenset("，。、；：？！）》〉」』】〕”’")  # ink on the left half: the right half may go
_GIVES_LEFT = frozenset("（《〈「『【〔“‘")  # ink on the right half: the left half may go
_FULL_WIDTH_MARKS = frozenset("“”‘’—…·×①②③④⑤⑥⑦⑧⑨⑩℃№●○□■△▲☆★")
_LONG_WORD = 12  # a longer Latin token (an address, a file name) may break after - / _
_BREAKABLE = "-/_"
_MOST_PUSHED = 4  # tokens pushed to the next line before a bad break is accepted
_TOLERANCE = 0.05


def is_full_width(character: str) -> bool:
    """Whether the character takes a whole cell of the grid."""
    return ord(character) > 0x2E7F or character in _FULL_WIDTH_MARKS


@dataclass(frozen=True, slots=True)
class Token:
    """One full-width character, or one Latin word or space."""

    text: str
    role: Role
    width: float
    full: bool

    @property
    def gives(self) -> float:
        """How much of its width may be squeezed out."""
        return self.width / 2 if self.text in _GIVES_RIGHT or self.text in _GIVES_LEFT else 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """A broken line: its tokens, their natural width, its indent, and whether the paragraph ends with it."""

    tokens: tuple[Token, ...]
    width: float
    offset: float
    last: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of one font that are drawn in one go from x to end, with ``spacing`` added after each."""

    x: float
    end: float
    text: str
    font: str
    spacing: float


@dataclass(frozen=True)
class Typesetter:
    """Breaks and justifies text in one size; ``pitch`` is the width of a grid cell."""

    fonts: FontSet
    size: float
    pitch: float

    def width(self, text: str, role: Role = "fang") -> float:
        """The natural width of a short text, with full-width characters in their own width, not on the grid."""
        return sum(self.fonts.advance(self.fonts.font_for(role, c), c, self.size) for c in text)

    def break_lines(self, runs: Sequence[Run], width: float, indent: float = 0.0) -> list[Line]:
        """Break runs into lines of at most ``width``, the first one indented. A newline ends a line."""
        tokens = list(self._tokens(runs))
        lines: list[Line] = []
        at = 0
        while at < len(tokens):
            offset = 0.0 if lines else indent
            taken, at, ended = self._fill(tokens, at, width - offset, skip_spaces=bool(lines))
            while taken and taken[-1].text == " ":
                taken.pop()
            lines.append(Line(tuple(taken), sum(t.width for t in taken), offset, last=ended or at >= len(tokens)))
        return lines

    def _tokens(self, runs: Sequence[Run]) -> Iterator[Token]:
        for role, text in runs:
            at = 0
            while at < len(text):
                end = self._token_end(text, at)
                word = text[at:end]
                full = is_full_width(word[0])
                natural = 0.0 if word == "\n" else self.pitch if full else self.width(word, role)
                yield Token(word, role, natural, full)
                at = end

    @staticmethod
    def _token_end(text: str, at: int) -> int:
        end = at
        while end < len(text) and not is_full_width(text[end]) and text[end] not in " \n":
            end += 1
        if end - at > _LONG_WORD:
            marks = [at + n for n, c in enumerate(text[at:end]) if c in _BREAKABLE]
            near = [n for n in marks if n < at + _LONG_WORD]
            end = (near[-1] if near else marks[0]) + 1 if marks else end
        return max(end, at + 1)

    def _fill(self, tokens: list[Token], at: int, room: float, *, skip_spaces: bool) -> tuple[list[Token], int, bool]:
        """Take tokens for one line from ``at`` on; returns them, the next index, and whether a newline ended it."""
        taken: list[Token] = []
        used = 0.0
        while at < len(tokens):
            token = tokens[at]
            if token.text == "\n":
                return taken, at + 1, True
            if skip_spaces and not taken and token.text == " ":
                at += 1
                continue
            if used + token.width > room + _TOLERANCE and not self._squeezes_in(taken, token, used, room):
                if taken:
                    return *self._push_out(taken, tokens, at), False
                head, tail = self._split_word(token, room)
                tokens[at : at + 1] = [head, tail] if tail else [head]
                token = head
            taken.append(token)
            used += token.width
            at += 1
        return taken, at, False

    @staticmethod
    def _squeezes_in(taken: Sequence[Token], token: Token, used: float, room: float) -> bool:
        own = token.gives if token.text in _GIVES_RIGHT else 0.0
        slack = sum(t.gives for t in taken) + own
        return token.text[0] in NO_START and used + token.width - room <= slack + _TOLERANCE

    @staticmethod
    def _push_out(taken: list[Token], tokens: Sequence[Token], at: int) -> tuple[list[Token], int]:
        """Move tokens to the next line until neither edge breaks the rule; give up rather than empty the line."""
        for pushed in range(min(_MOST_PUSHED + 1, len(taken))):
            end = len(taken) - pushed
            if tokens[at - pushed].text[0] not in NO_START and taken[end - 1].text not in NO_END:
                return taken[:end], at - pushed
        return taken, at

    def _split_word(self, token: Token, room: float) -> tuple[Token, Token | None]:
        """Cut a Latin token that is longer than a whole line; at least one character stays."""
        count = max(1, int(len(token.text) * room / token.width))
        if count >= len(token.text):
            return token, None
        head, tail = token.text[:count], token.text[count:]
        return (
            replace(token, text=head, width=self.width(head, token.role)),
            replace(token, text=tail, width=self.width(tail, token.role)),
        )

    def place(self, line: Line, x: float, width: float, align: Align = "justify") -> list[Piece]:
        """Where each character of a line goes: squeezed if too long, stretched to the full width if justified."""
        if not line.tokens:
            return []
        room = width - line.offset
        widths = _squeezed(line.tokens, line.width - room)
        spare = room - sum(widths)
        gap = 0.0
        if align == "justify" and not line.last and spare > 0 and len(widths) > 1:
            gap = spare / (len(widths) - 1)
        start = x + line.offset + {"center": spare / 2, "right": spare}.get(align, 0.0)
        return _joined(self._pieces(line.tokens, widths, start, gap))

    def _pieces(self, tokens: Sequence[Token], widths: Sequence[float], x: float, gap: float) -> Iterator[Piece]:
        for token, width in zip(tokens, widths, strict=True):
            if token.full:
                font = self.fonts.font_for(token.role, token.text)
                bearing = (self.pitch - self.size) / 2
                start = x + bearing + (width - self.pitch if token.text in _GIVES_LEFT else 0.0)
                end = x + bearing + width + gap
                natural = self.fonts.advance(font, token.text, self.size)
                yield Piece(start, end, token.text, font, end - start - natural)
            else:
                start = x
                for font, group in groupby(token.text, key=partial(self.fonts.font_for, token.role)):
                    text = "".join(group)
                    end = start + sum(self.fonts.advance(font, c, self.size) for c in text)
                    yield Piece(start, end, text, font, 0.0)
                    start = end
            x += width + gap


def _squeezed(tokens: Sequence[Token], over: float) -> list[float]:
    """The widths of the tokens after ``over`` points have been taken from the punctuation, the line's end first."""
    widths = [t.width for t in tokens]
    if over <= _TOLERANCE:
        return widths
    givers = [i for i, t in enumerate(tokens) if t.gives]
    if tokens[-1].text in _GIVES_RIGHT:
        cut = min(over, tokens[-1].gives)
        widths[-1] -= cut
        over -= cut
        givers.remove(len(tokens) - 1)
    share = over / len(givers) if givers else 0.0
    for i in givers:
        widths[i] -= min(share, tokens[i].gives)
    return widths


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """Neighbours of one font and one spacing become one piece: a smaller file and cleaner text extraction."""
    joined: list[Piece] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        if (
            before
            and before.font == piece.font
            and _close(before.spacing, piece.spacing)
            and _close(before.end, piece.x)
        ):
            joined[-1] = replace(before, text=before.text + piece.text, end=piece.end)
        else:
            joined.append(piece)
    return joined


def _close(one: float, other: float) -> bool:
    return abs(one - other) < 1e-6
