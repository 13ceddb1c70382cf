"""The course of a case as the model keeps it: what was begun, in the nesting of the drawing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tests.engine.shapes.structure import Block, Boundary, Choice, Loop, Nested, Operation, Parallel, Step, Wait


@dataclass(eq=False)
class Line:
    """A block under way: what was begun of it, in order. It is over when its last item is."""

    block: Block
    parent: Whole | Turn | Mark
    begun: list[Begun] = field(default_factory=list)
    over: bool = False


@dataclass(eq=False)
class Mark:
    """A boundary event of something that was begun."""

    item: Boundary
    parent: Open | Whole
    state: Literal["armed", "fired", "off"] = "armed"
    path: Line | None = None


@dataclass(eq=False)
class Open:
    """A step, an operation or an event that waits, was done, or was interrupted."""

    item: Step | Operation | Wait
    parent: Line
    state: Literal["waits", "done", "interrupted"] = "waits"
    done: int = 0  # when, as the number of the completion
    marks: list[Mark] = field(default_factory=list)


@dataclass(eq=False)
class Turn:
    """A choice (one line), a split (all of them), or a loop (one line for each round)."""

    item: Choice | Parallel | Loop
    parent: Line
    lines: list[Line] = field(default_factory=list)


@dataclass(eq=False)
class Whole:
    """A sub-process, or the process (whose parent is None)."""

    item: Nested
    parent: Line | None
    state: Literal["runs", "over", "interrupted"] = "runs"
    body: Line = field(init=False)
    marks: list[Mark] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.body = Line(self.item.body, self)


@dataclass(eq=False)
class Ended:
    """An end event that was reached."""

    id: str
    parent: Line


Begun: TypeAlias = Open | Turn | Whole | Ended
Node: TypeAlias = Begun | Mark


def message_of(event: Open | Mark) -> str | None:
    """The message that an event waits for; None: it is a deadline."""
    assert isinstance(event.item, Wait | Boundary)
    return event.item.message


def walk(node: Node, is_live: bool) -> Iterator[tuple[Node, bool]]:
    """Every node below this one, and whether it can still act: what is in an interrupted sub-process cannot."""
    yield node, is_live
    match node:
        case Whole(body=body, state=state):
            for part in body.begun:
                yield from walk(part, is_live and state == "runs")
        case Turn(lines=lines):
            for line in lines:
                for part in line.begun:
                    yield from walk(part, is_live)
        case Mark(path=Line(begun=begun)):
            for part in begun:
                yield from walk(part, is_live)
    if isinstance(node, Open | Whole):
        for mark in node.marks:
            yield from walk(mark, is_live)


def is_alive(line: Line) -> bool:
    """Whether anything is left to happen in a line; an armed boundary event alone keeps nothing alive."""
    inside = [(n, is_live) for part in line.begun for n, is_live in walk(part, True)]
    return any(is_live and isinstance(n, Open | Whole) and n.state in ("waits", "runs") for n, is_live in inside)


def main_ends(line: Line) -> Iterator[Ended]:
    """The ends of the process that are not those of side paths."""
    for node in line.begun:
        match node:
            case Ended():
                yield node
            case Turn(lines=lines):
                for one in lines:
                    yield from main_ends(one)
            case Open(marks=marks) | Whole(marks=marks):
                for mark in marks:
                    if mark.path is not None and mark.item.interrupting:
                        yield from main_ends(mark.path)
