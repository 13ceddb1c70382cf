"""What a generated drawing is made of, before it is drawn: blocks in blocks, each with one way in and one way out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Is:
    """The decision of an element is this one."""

    element: str
    decision: str


@dataclass(frozen=True)
class AtLeast:
    """The score of an element is known and not below this."""

    element: str
    score: int


@dataclass(frozen=True)
class Not:
    """The opposite."""

    of: Condition


@dataclass(frozen=True)
class Both:
    """Two conditions hold."""

    one: Condition
    other: Condition


@dataclass(frozen=True)
class Either:
    """One of two conditions holds."""

    one: Condition
    other: Condition


Condition: TypeAlias = Is | AtLeast | Not | Both | Either


@dataclass(frozen=True)
class Boundary:
    """A symbol on the edge of a step or sub-process. ``message``: what it waits for; None: a deadline.

    Its path leads back to what follows its host (``joins``), or to an end of its own.
    """

    id: str
    interrupting: bool
    path: Block
    joins: bool
    message: str | None = None


@dataclass(frozen=True)
class Step:
    """A human step."""

    id: str
    seats: bool = False
    boundaries: tuple[Boundary, ...] = ()


@dataclass(frozen=True)
class Operation:
    """A service task."""

    id: str


@dataclass(frozen=True)
class Wait:
    """An event in the way: a message, or a deadline (None)."""

    id: str
    message: str | None = None


@dataclass(frozen=True)
class Choice:
    """An exclusive gateway; the last branch is the default."""

    id: str
    conditions: tuple[Condition, ...]
    branches: tuple[Block, ...]
    merged: bool  # by a gateway of its own, or by flows that meet at whatever follows


@dataclass(frozen=True)
class Parallel:
    """A split into branches, all of which are waited for."""

    id: str
    branches: tuple[Block, ...]


@dataclass(frozen=True)
class Loop:
    """A body that is run again as long as a condition holds after it."""

    id: str
    body: Block
    again: Condition
    merged: bool  # entered through a gateway, or directly at its first element


@dataclass(frozen=True)
class Nested:
    """A sub-process, or (``calls``) a shared drawing; the body has its ids as they are after expansion."""

    id: str
    body: Block
    scope: str  # what the ids of its start and its end begin with
    boundaries: tuple[Boundary, ...] = ()
    calls: str | None = None


@dataclass(frozen=True)
class End:
    """An end event of its own; nothing follows it in its block."""

    id: str


Item: TypeAlias = Step | Operation | Wait | Choice | Parallel | Loop | Nested | End
Block: TypeAlias = tuple[Item, ...]


@dataclass(frozen=True)
class Shape:
    """A whole drawing, and the shared drawings that it calls."""

    body: Block
    shared: dict[str, Block] = field(default_factory=dict)

    @property
    def whole(self) -> Nested:
        """The process as if it were a sub-process of nothing."""
        return Nested("process", self.body, "process")


def items(block: Block) -> Iterator[Item | Boundary]:
    """Everything in a block, however deep, copies of shared drawings included."""
    for item in block:
        yield item
        match item:
            case Choice(branches=blocks) | Parallel(branches=blocks):
                inner = blocks
            case Loop(body=body) | Nested(body=body):
                inner = (body,)
            case _:
                inner = ()
        for part in inner:
            yield from items(part)
        if isinstance(item, Step | Nested):
            for boundary in item.boundaries:
                yield boundary
                yield from items(boundary.path)


def prefixed(block: Block, prefix: str) -> Block:
    """A copy of a block in which every element carries a prefix, as expansion gives it to a shared drawing."""
    return tuple(_prefixed(item, prefix) for item in block)


def _prefixed(part: Any, prefix: str) -> Any:
    if isinstance(part, tuple):
        return tuple(_prefixed(member, prefix) for member in part)
    if not dataclasses.is_dataclass(part) or isinstance(part, type):
        return part
    changed = {}
    for name in (one.name for one in dataclasses.fields(part)):
        value = getattr(part, name)
        named = name in ("id", "element", "scope")
        changed[name] = f"{prefix}{value}" if named else _prefixed(value, prefix)
    return dataclasses.replace(part, **changed)
