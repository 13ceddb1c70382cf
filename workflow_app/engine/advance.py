"""What one call of the engine brings about. The engine knows no database, user, request or clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DEPTH_ALARM = 600
"""Depth of the task tree from which on a case is an incident: it has gone round some two hundred times."""


@dataclass(frozen=True)
class Advance:
    """The new state, and what the caller has to do about it. Keys are engine task ids, values element ids."""

    state: bytes
    opened: Mapping[str, str] = field(default_factory=dict)  # human steps that wait now and did not before
    closed: tuple[str, ...] = ()  # human steps and operations that this call completed
    undone: tuple[str, ...] = ()  # human steps dropped by a return, a withdrawal or an interrupting deadline
    undone_elements: tuple[str, ...] = ()  # every element whose completion a return has undone: their facts are void
    voided: tuple[str, ...] = ()  # the engine task ids of these completions: just these openings are void
    operations: Mapping[str, str] = field(default_factory=dict)  # every operation that waits now: run, then complete
    armed: Mapping[str, str] = field(default_factory=dict)  # deadlines that run now and did not before
    disarmed: tuple[str, ...] = ()  # deadlines that no longer run, the one just fired included
    outcome: str | None = None  # the id of the end event of the process, once it has ended
    reached: tuple[str, ...] = ()  # elements and flows passed in this call, in order, for the diagram
    waits_for: tuple[str, ...] = ()  # names of the messages that may be sent now (withdrawal), sorted
    depth: int = 0  # of the task tree; above DEPTH_ALARM the caller opens an incident
