from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workflow_app.engine.expand import Expanded
from workflow_app.engine.faults import DrawingFault


@dataclass(frozen=True)
class Specification:
    """A parsed drawing. It never changes and may be shared by any number of threads and cases."""

    expanded: Expanded
    process: Any  # the library's specification of the process
    subprocesses: Any  # and those of its sub-processes, by name


def load(expanded: Expanded) -> Specification:
    """Parse a drawing.

    Raises:
        DrawingRefused: it holds something the engine does not run; all faults at once.
    """
    raise NotImplementedError


def drawing_faults(expanded: Expanded) -> tuple[DrawingFault, ...]:
    """Everything that :func:`load` would refuse, all at once and without raising."""
    raise NotImplementedError
