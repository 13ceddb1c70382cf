"""What one call of the engine brings about. The engine knows no database, user, request or clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Advance:
    """The new state, and what the caller has to do about it. Keys are engine task ids, values element ids."""

    state: bytes
    opened: Mapping[str, str] = field(default_factory=dict)  # human steps that wait now and did not before
    closed: tuple[str, ...] = ()  # human steps and operations that this call completed
    undone: tuple[str, ...] = ()  # human steps dropped by a return, a withdrawal or an interrupting deadline
    undone_elements: tuple[str, ...] = ()  # every element whose completion a return has undone: their facts are void
    operations: Mapping[str, str] = field(default_factory=dict)  # named operations to run, then to complete
    armed: Mapping[str, str] = field(default_factory=dict)  # deadlines that run now and did not before
    disarmed: tuple[str, ...] = ()  # deadlines that no longer run
    outcome: str | None = None  # the id of the end event of the process, once it has ended
    reached: tuple[str, ...] = ()  # elements (flows included where known) passed in this call, for the diagram
