"""How a document fills its pages: a list of strips, each kept whole, some kept with the strip that follows.

A heading never ends a page, the titles of a table's columns return on each of its pages, and a signature never
stands alone: the strips before it are kept with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from workflow_app.records import page
from workflow_app.records.sheet import Sheet

Draw = Callable[[Sheet, float], None]
"""Draws on the sheet, with the top edge of the strip given."""

_TOLERANCE = 0.5


@dataclass(frozen=True)
class Strip:
    """A horizontal band of the page that is never divided."""

    height: float
    draw: Draw | None = None  # None: a gap, left out where a page begins
    keep: bool = False  # on the same page as the strip that follows
    header: Strip | None = None  # drawn again where this strip begins a page
    starts_page: bool = False


def gap(height: float) -> Strip:
    """White space."""
    return Strip(height, keep=True)


def keep_ending(strips: Sequence[Strip], lines: int) -> list[Strip]:
    """The same strips, with the last ``lines`` drawn ones kept with what follows."""
    kept = list(strips)
    for at in range(len(kept) - 1, -1, -1):
        if lines == 0:
            break
        lines -= kept[at].draw is not None
        kept[at] = replace(kept[at], keep=True)
    return kept


class Flow:
    """Places strips on pages; ``on_page_end`` draws page number and verification code of each page."""

    def __init__(self, sheet: Sheet, on_page_end: Callable[[Sheet], None]) -> None:
        self.sheet = sheet
        self.y = page.TOP_EDGE
        self._on_page_end = on_page_end

    @property
    def room(self) -> float:
        """What is left of the present page's type area, in points."""
        return self.y - page.BOTTOM

    @property
    def at_top(self) -> bool:
        """Whether nothing stands on the present page yet."""
        return self.y >= page.TOP_EDGE

    def next_page(self) -> None:
        """End the present page."""
        self._on_page_end(self.sheet)
        self.sheet.end_page()
        self.y = page.TOP_EDGE

    def place(self, strips: Sequence[Strip]) -> None:
        """Place strips in order, kept groups together. Of a group that no page can hold the end is kept together."""
        for group in _groups(strips):
            if group[0].starts_page and not self.at_top:
                self.next_page()
            loose = _first_that_fits(group)
            for strip in group[:loose]:
                self._put(strip)
            if not self.at_top and _height(group[loose:]) > self.room + _TOLERANCE:
                self.next_page()
            for strip in group[loose:]:
                self._put(strip)

    def _put(self, strip: Strip) -> None:
        if strip.draw is None:
            self.y -= 0 if self.at_top else strip.height
            return
        if self.room + _TOLERANCE < strip.height and not self.at_top:
            self.next_page()
        if self.at_top and strip.header and strip.header.draw:
            strip.header.draw(self.sheet, self.y)
            self.y -= strip.header.height
        strip.draw(self.sheet, self.y)
        self.y -= strip.height

    def end(self) -> None:
        """End the last page."""
        self._on_page_end(self.sheet)
        self.sheet.end_page()


def _height(strips: Sequence[Strip]) -> float:
    return sum(s.height for s in strips)


def _first_that_fits(group: Sequence[Strip]) -> int:
    """Where the longest end of a group begins that one page holds, with the header it may bring along."""
    for start, strip in enumerate(group):
        header = strip.header.height if strip.header else 0.0
        if header + _height(group[start:]) <= page.TEXT_HEIGHT + _TOLERANCE:
            return start
    return len(group) - 1


def _groups(strips: Sequence[Strip]) -> list[list[Strip]]:
    groups: list[list[Strip]] = [[]]
    for strip in strips:
        if strip.starts_page and groups[-1]:
            groups.append([])
        groups[-1].append(strip)
        if not strip.keep:
            groups.append([])
    return [g for g in groups if g]
