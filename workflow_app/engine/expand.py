"""Expansion at publish: shared drawings become embedded copies with prefixed ids; seats are read off and removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ElementKind = Literal["user", "operation", "timer", "gateway", "start", "end", "message", "subprocess"]


@dataclass(frozen=True)
class Expanded:
    """One executable drawing: a single process, unique ids, no called process, no lanes, no picture.

    Keys of the mappings are ids of the expanded drawing: ``notice_post`` for ``post`` called through ``notice``.
    """

    xml: bytes
    process_id: str
    seats: frozenset[str]  # human steps that carried the multi-instance marker
    calls: Mapping[str, str]  # call element -> shared drawing
    origin: Mapping[str, tuple[str, str, str]]  # node or flow of a copy -> (call element, shared drawing, id there)
    lanes: Mapping[str, str]  # element -> lane; for an element of a copy the lane of the shared drawing
    elements: Mapping[str, ElementKind]
    flows: Mapping[str, tuple[str, str]]  # flow -> (source, target)
    conditions: Mapping[str, str]  # flow -> expression
    messages: tuple[str, ...]  # names of the messages that events of the drawing wait for, sorted


def expand(drawing: bytes, shared: Mapping[str, bytes]) -> Expanded:
    """Replace each call of a shared drawing by an embedded copy whose ids are prefixed with the id of the call.

    Args:
        drawing: the BPMN file of the process.
        shared: the BPMN files of the shared drawings, by the name that ``calledElement`` gives.

    Raises:
        DrawingRefused: one of the files is not safe, well-formed BPMN with exactly one process.
    """
    raise NotImplementedError
