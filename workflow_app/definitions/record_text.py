"""What the check of a record template is told about the process around it: who issues it, and what it may speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workflow_app.definitions.faults import Fault
from workflow_app.definitions.schema import TaskForm


@dataclass(frozen=True)
class RecordUse:
    """One service task that issues the record: its element in the expanded drawing, and its arguments."""

    element: str
    args: Mapping[str, Any]


@dataclass(frozen=True)
class RecordText:
    """One record template of a process. ``uses`` is empty for one that nothing issues."""

    file: str  # below the content root
    text: str
    uses: tuple[RecordUse, ...]
    owner: str  # the element that a fault of the template is told with
    forms: Mapping[str, TaskForm]  # human steps of the expanded drawing, with what they revise merged in
    facts: Mapping[str, frozenset[str]]  # human step -> what the drawing may route on
    operations: frozenset[str]  # service tasks; which facts they leave is known when they have run
    parties: frozenset[str]
    figures: frozenset[str] = frozenset()  # the names that the catalogue offers


RecordCheck = Callable[[RecordText], Iterable[Fault]]
"""Every fault of one record template."""
