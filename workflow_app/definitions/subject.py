"""What the checks work on: everything of one process that could be read, and where a fault of an element belongs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workflow_app.definitions.case_view import Catalogue
from workflow_app.definitions.faults import Fault
from workflow_app.definitions.graph import Graph, graph
from workflow_app.definitions.merge import Merged, merged, resolve_revision
from workflow_app.definitions.schema import ProcessForms, SharedForms, TaskForm
from workflow_app.definitions.source import Source
from workflow_app.engine import Expanded
from workflow_app.text import Text


@dataclass(frozen=True)
class Subject:
    """A process whose files could all be read and whose drawing the engine runs."""

    source: Source
    forms: ProcessForms
    shared: Mapping[str, SharedForms]
    expanded: Expanded
    shared_alone: Mapping[str, Expanded]  # each shared drawing by itself
    catalogue: Catalogue

    @cached_property
    def merged(self) -> Merged:
        """The forms by expanded element id."""
        return merged(self.forms, self.shared)

    @cached_property
    def graph(self) -> Graph:
        """The expanded drawing as a graph."""
        return graph(self.expanded)

    @cached_property
    def resolved(self) -> Mapping[str, TaskForm]:
        """The forms of human steps with what they revise merged in."""
        return {element: resolve_revision(element, self.merged.tasks) for element in self.merged.tasks}

    def of_kind(self, kind: str) -> Iterator[str]:
        """Elements of the expanded drawing of one kind, in drawing order."""
        return (element for element, found in self.expanded.elements.items() if found == kind)

    def place_of(self, element: str) -> str:
        """``position@party`` of a human step, empty where the files do not say."""
        form, lane = self.merged.tasks.get(element), self.expanded.lanes.get(element, "")
        if form is not None and form.place is not None:
            return form.place
        if element not in self.expanded.origin:
            return self.forms.process.lanes.get(lane, "")
        call = self.forms.calls.get(self.expanded.origin[element][0])
        return call.lanes.get(lane, "") if call else ""

    def fault(self, element: str, code: str, msgid: str, **args: Any) -> Fault:
        """A fault of a form. One of a shared form is told with that file and the id that it has there."""
        if element in self.expanded.origin:
            call, drawing, original = self.expanded.origin[element]
            own = self.forms.calls.get(call)
            if own is None or original not in own.tasks:
                return Fault(f"forms/shared/{drawing}.yaml", original, code, Text(msgid, **args))
        return Fault(self.source.form_file, element, code, Text(msgid, **args))
