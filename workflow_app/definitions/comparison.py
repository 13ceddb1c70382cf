"""One text of clauses set against another (条文对照): what was added, deleted, changed, moved, to the character.

Clauses are paired by likeness, the most alike first; pairs that have left the common order have moved. Within a pair
the characters are compared. The result is plain data: pages and documents show it in their own way, in words as well as
by strokes and lines.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

from workflow_app.definitions.clauses import Clause, article
from workflow_app.text import Text

State = Literal["same", "changed", "added", "deleted", "moved", "moved_changed"]
"""What became of a clause. A clause that only got another number is the same."""

Mark = Literal["same", "added", "deleted"]

ALIKE = 0.4
"""From this share of common pairs of characters on (Dice) two clauses are versions of one."""

SHORTEST_KEPT = 2
"""Fewer equal characters between two changes are no help to a reader: they are shown as changed as well."""

LONGEST_BY_CHARACTER = 300
"""Longer clauses are compared phrase by phrase."""

_PHRASE = re.compile(r"[^，。；：、\n]*[，。；：、\n]|[^，。；：、\n]+")

STATES: Mapping[State, Text] = {
    "changed": Text("修改"),
    "added": Text("新增"),
    "deleted": Text("删除"),
    "moved": Text("移动"),
    "moved_changed": Text("移动并修改"),
    "same": Text("未变"),
}


@dataclass(frozen=True)
class Piece:
    """A run of characters: in both texts, in the new one only, or in the old one only."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Line:
    """One clause of either text: where it stood, where it stands, and its pieces in reading order."""

    state: State
    before: int | None  # number in the old text, from 1
    after: int | None  # number in the new text
    old: Clause | None
    new: Clause | None
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """Whether a reader has to look at it: a new number alone is no change."""
        return self.state != "same"

    @property
    def chapter(self) -> str:
        """The code of the chapter in which the clause stands, or stood."""
        clause = self.new or self.old
        return clause.chapter if clause else ""

    @property
    def change(self) -> Text:
        """What became of the clause, in words."""
        return STATES[self.state]

    @property
    def place(self) -> Text:
        """Which clause it is: 第三条, and where it stood before if that is another number."""
        if self.after is None:
            return Text("原{article}", article=article(self.before or 1))
        if self.before is None or self.before == self.after:
            return article(self.after)
        return Text("{article}（原{before}）", article=article(self.after), before=article(self.before))


@dataclass(frozen=True)
class Comparison:
    """A new text against an old one; ``against`` says in words what the old one is, ``chapters`` what codes mean."""

    against: Text
    lines: tuple[Line, ...]
    chapters: Mapping[str, Text] = field(default_factory=dict)

    @property
    def changes(self) -> tuple[Line, ...]:
        """The clauses that a reader has to look at."""
        return tuple(line for line in self.lines if line.is_changed)

    @property
    def unchanged(self) -> tuple[Line, ...]:
        """The others."""
        return tuple(line for line in self.lines if not line.is_changed)

    @property
    def counts(self) -> Sequence[tuple[Text, int]]:
        """How many clauses have been added, deleted and so on; states that do not occur are left out."""
        found = Counter(line.state for line in self.lines)
        return [(words, found[state]) for state, words in STATES.items() if found[state]]


def compare(
    old: Sequence[Clause], new: Sequence[Clause], against: Text, chapters: Mapping[str, Text] | None = None
) -> Comparison:
    """Set a text against an older one. A deleted clause stands where it stood, after the one that it followed."""
    pairs = _pairs(old, new)
    staying = _longest_run(pairs)
    before = dict(pairs)
    lines = [_line(old, new, before.get(number), number, staying) for number in range(len(new))]
    gone = sorted(set(range(len(old))) - set(before.values()))
    return Comparison(against, tuple(_with_deleted(old, lines, gone)), chapters or {})


def _line(old: Sequence[Clause], new: Sequence[Clause], was: int | None, now: int, staying: frozenset[int]) -> Line:
    if was is None:
        return Line("added", None, now + 1, None, new[now], (Piece("added", new[now].text),))
    is_equal = old[was] == new[now]
    states: tuple[State, State] = ("same", "changed") if now in staying else ("moved", "moved_changed")
    pieces = tuple(_pieces(old[was].text, new[now].text))
    return Line(states[not is_equal], was + 1, now + 1, old[was], new[now], pieces)


def _with_deleted(old: Sequence[Clause], lines: Sequence[Line], gone: Sequence[int]) -> Iterator[Line]:
    left = [Line("deleted", n + 1, None, old[n], None, (Piece("deleted", old[n].text),)) for n in gone]
    followed = 0
    for line in (None, *lines):
        if line is not None:
            # A clause that has moved says nothing about where its old neighbours stood.
            if line.before is not None and line.state in {"same", "changed"}:
                followed = line.before
                while left and (left[0].before or 0) < followed:
                    yield left.pop(0)
            yield line
        while left and left[0].before == followed + 1:
            followed += 1
            yield left.pop(0)
    yield from left


def _pairs(old: Sequence[Clause], new: Sequence[Clause]) -> list[tuple[int, int]]:
    """Clauses of the new text with that of the old text of which each is a version: (new, old), by new."""
    grams = [_grams(clause.text) for clause in old], [_grams(clause.text) for clause in new]
    scored = []
    for now, ours in enumerate(grams[1]):
        for was, theirs in enumerate(grams[0]):
            score = 1.0 if old[was].text == new[now].text else _likeness(theirs, ours)
            if score >= ALIKE:
                scored.append((-score, old[was].chapter != new[now].chapter, abs(now - was), now, was))
    found: dict[int, int] = {}
    for *_, now, was in sorted(scored):
        if now not in found and was not in found.values():
            found[now] = was
    return sorted(found.items())


def _grams(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters."""
    return frozenset(text[n : n + 2] for n in range(max(1, len(text) - 1)))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))


def _longest_run(pairs: Sequence[tuple[int, int]]) -> frozenset[int]:
    """The new places of the most pairs that keep their order in both texts: the others have moved."""
    tails: list[int] = []  # the old place in which a run of each length ends
    ends: list[int] = []  # which pair that is
    earlier: dict[int, int | None] = {}
    for number, (_, was) in enumerate(pairs):
        length = bisect_left(tails, was)
        tails[length : length + 1] = [was]
        ends[length : length + 1] = [number]
        earlier[number] = ends[length - 1] if length else None
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(pairs[last][0])
        last = earlier[last]
    return frozenset(kept)


def _pieces(old: str, new: str) -> Iterator[Piece]:
    """The runs of two versions of a clause: what went before what came in its place."""
    ours, theirs = _units(old, new)
    gone = come = ""
    for tag, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        before, after = "".join(ours[a:b]), "".join(theirs[c:d])
        if tag == "equal" and (len(before) >= SHORTEST_KEPT or a == 0 or b == len(ours)):
            yield from _change(gone, come)
            gone = come = ""
            yield Piece("same", before)
        else:
            gone, come = gone + before, come + after
    yield from _change(gone, come)


def _units(old: str, new: str) -> tuple[Sequence[str], Sequence[str]]:
    """What two versions are compared by: characters, or phrases where they are long: the cost grows by the square."""
    if max(len(old), len(new)) <= LONGEST_BY_CHARACTER:
        return old, new
    return _PHRASE.findall(old), _PHRASE.findall(new)


def _change(gone: str, come: str) -> Iterator[Piece]:
    if gone:
        yield Piece("deleted", gone)
    if come:
        yield Piece("added", come)
