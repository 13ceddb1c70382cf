"""The completions of rounds that have left the tree: which steps they were, kept in small beside the packed state.

Their ids are random: no packing makes them smaller, and to pack them anew with each act would cost more the longer a
case goes round. In the tree they are one hexadecimal text an element, at the step before the rounds; stored, that text
is its number of ids, and the ids lie behind the packed text, sixteen bytes each, in the order of the tasks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from SpiffWorkflow.task import Task

_FORMER = "former"
_DIGITS = 32
"""Hexadecimal digits of an id."""

Document = Mapping[str, Any]


def note(before: Task, gone: Mapping[str, str]) -> None:
    """Write down at the step before a round what was completed in it: engine task id -> element."""
    former: dict[str, str] = dict(before.internal_data.get(_FORMER, {}))
    for name, element in gone.items():
        former[element] = former.get(element, "") + UUID(name).hex
    before.internal_data[_FORMER] = former


def noted(task: Task) -> Iterator[tuple[str, str]]:
    """The engine task ids that were written down at a step, each with its element."""
    for element, ids in task.internal_data.get(_FORMER, {}).items():
        for at in range(0, len(ids), _DIGITS):
            yield str(UUID(ids[at : at + _DIGITS])), element


def take_out(document: Document) -> bytes:
    """Take the ids out of a document that is to be stored, and leave their number."""
    apart = bytearray()
    for former in _places(document):
        for element, ids in former.items():
            apart += bytes.fromhex(ids)
            former[element] = len(ids) // _DIGITS
    return bytes(apart)


def put_back(document: Document, apart: bytes) -> None:
    """Undo :func:`take_out`; a document in which the ids stand themselves stays as it is.

    Raises:
        ValueError: there are more ids or fewer than were taken out.
    """
    digits, at = apart.hex(), 0
    for former in _places(document):
        for element, ids in former.items():
            if isinstance(ids, int):
                former[element] = digits[at : at + ids * _DIGITS]
                at += ids * _DIGITS
    if at != len(digits):
        raise ValueError(f"{len(digits)} digits of ids, {at} expected")


def _places(document: Document) -> Iterator[dict[str, Any]]:
    trees = (document["process"], *document["subprocesses"].values())
    return (task["internal_data"][_FORMER] for tree in trees for task in tree["tasks"].values() if _has_any(task))


def _has_any(task: Mapping[str, Any]) -> bool:
    return _FORMER in task["internal_data"]
