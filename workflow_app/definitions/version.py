"""One version of a process, ready to run: immutable, everything found by the id of the expanded element."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from workflow_app.definitions.faults import DefinitionRefused, Fault
from workflow_app.definitions.graph import Graph, graph
from workflow_app.definitions.loading import load
from workflow_app.definitions.merge import Merged, fact_keys_of, merged, resolve_revision
from workflow_app.definitions.schema import Head, OperationForm, Outcome, ProcessForms, SharedForms, TaskForm, TimerForm
from workflow_app.definitions.schema_fields import Label, Stage
from workflow_app.definitions.source import Source
from workflow_app.directory.positions import INVITED
from workflow_app.engine import DrawingRefused, Expanded, Specification, expand
from workflow_app.engine import load as load_drawing
from workflow_app.engine.expressions import facts_read, holds

TERMINATED: Final = "-terminated"
"""How a case of whatever process has ended that a leader has terminated. No end event bears such an id."""

_TERMINATION: Final = Outcome(label=Label(zh="终止办理", en="Terminated"), result="refused")


@dataclass(frozen=True)
class ProcessVersion:
    """A published process as the program uses it. Ids are those of the expanded drawing: ``notice_post``."""

    slug: str
    number: int
    content_hash: str
    head: Head
    spec: Specification
    expanded: Expanded
    tasks: Mapping[str, TaskForm]
    timers: Mapping[str, TimerForm]
    operations: Mapping[str, OperationForm]
    seats: frozenset[str]
    drawings: Mapping[str, bytes]  # the pictures as their authors drew them: the slug, and each shared drawing's name
    records: Mapping[str, str]
    graph: Graph = field(repr=False)
    _calls: Mapping[str, Mapping[str, str]] = field(repr=False)  # call -> lane of the shared drawing -> place
    _labels: Mapping[str, Label] = field(repr=False)  # calls and gateways

    def form(self, element: str) -> TaskForm:
        """The form of a human step; what it revises is merged in: fields and evidence first, checks as well.

        Raises:
            KeyError: the element is no human step.
        """
        return self._forms[element]

    @cached_property
    def _forms(self) -> Mapping[str, TaskForm]:
        return {element: resolve_revision(element, self.tasks) for element in self.tasks}

    def place_of(self, element: str) -> str:
        """``position@party`` of an element: its own place, else the place of its lane.

        Raises:
            KeyError: the element stands in no lane.
        """
        form = self.tasks.get(element)
        if form is not None and form.place is not None:
            return form.place
        lane = self.expanded.lanes[element]
        if element in self.expanded.origin:
            return self._calls[self.expanded.origin[element][0]][lane]
        return self.head.lanes[lane]

    def waits_outside(self, element: str) -> bool:
        """Whether a step is an outside organisation's, which answers by invitation. It never has several seats."""
        form = self.tasks.get(element)
        return form is not None and form.seats is None and self.place_of(element).startswith(f"{INVITED}@")

    def places(self, call: str | None = None) -> Mapping[str, str]:
        """Lane -> place, of the drawing of the process or of the shared drawing of a call.

        Raises:
            KeyError: there is no such call.
        """
        return self.head.lanes if call is None else self._calls[call]

    def stage_of(self, element: str) -> Stage:
        """The stage of a human step or timer; operations never wait and have none.

        Raises:
            KeyError: the element is neither.
        """
        return self.tasks[element].stage if element in self.tasks else self.timers[element].stage

    def label_of(self, element: str) -> Label:
        """The name of any element of the drawing, in both languages."""
        for forms in (self.tasks, self.timers, self.operations):
            if element in forms:
                return forms[element].label
        if element in self.head.outcomes:
            return self.head.outcomes[element].label
        name = self.graph.names.get(element, element)
        return self._labels.get(element) or Label(zh=name, en=name)

    def outcome(self, end: str) -> Outcome:
        """What an end event of the process means, or the termination of its case.

        Raises:
            KeyError: it is no end event of the process itself.
        """
        return _TERMINATION if end == TERMINATED else self.head.outcomes[end]

    def revised_by(self, element: str) -> tuple[str, ...]:
        """The steps whose answers are newer answers of this one, directly or through another."""
        direct = [name for name, form in self.tasks.items() if form.revises == element and name != element]
        return tuple(dict.fromkeys(step for name in direct for step in (name, *self.revised_by(name))))

    @cached_property
    def fact_keys(self) -> Mapping[str, tuple[str, ...]]:
        """The facts that each element may have. A human step's are declared; an operation's are those routed on."""
        found = {element: fact_keys_of(self.form(element)) for element in self.tasks}
        for expression in self.expanded.conditions.values():
            for element, key in sorted(facts_read(expression)):
                if element in self.operations and key not in found.get(element, ()):
                    found[element] = (*found.get(element, ()), key)
        return MappingProxyType({element: keys for element, keys in found.items() if keys})

    def complete_facts(self, facts: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """The facts with every known key present, None where it is not known yet, so that conditions never raise."""
        empty = {element: dict.fromkeys(keys) for element, keys in self.fact_keys.items()}
        return {element: {**empty.get(element, {}), **facts.get(element, {})} for element in {**empty, **facts}}

    def next_elements(self, open_elements: Iterable[str]) -> tuple[str, ...]:
        """The human steps that plausibly come next: the way if each open step is decided by the first of its decisions,
        which form files write as the ordinary one, and nothing else is known."""
        waiting = tuple(open_elements)
        usual = {element: {"decision": self._usual_decision(element)} for element in waiting}
        facts = self.complete_facts(usual)
        found: dict[str, None] = {}
        seen = set(waiting)
        queue = [target for element in waiting for target in self._after(element, facts)]
        while queue:
            node = queue.pop(0)
            if node in seen:
                continue
            seen.add(node)
            if self.expanded.elements[node] == "user":
                found[node] = None
            else:
                queue += self._after(node, facts)
        return tuple(found)

    def _after(self, node: str, facts: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
        if self.graph.tags[node] != "exclusiveGateway":
            return self.graph.after(node)
        flows = self.graph.outgoing[node]
        chosen = next((f for f in flows if f.condition is not None and holds(f.condition, facts)), flows[0])
        return (chosen.target,)

    def _usual_decision(self, element: str) -> str | None:
        form = self.tasks.get(element)
        if form is None or not form.decisions:
            return None
        return form.seats.passed if form.seats and form.seats.passing else form.decisions[0].value

    def record_template(self, kind: str) -> str:
        """The text of a record's template: the process's own, else the shared one.

        Raises:
            KeyError: there is neither.
        """
        own = self.records.get(f"{self.slug}/{kind}.yaml")
        return self.records[f"shared/{kind}.yaml"] if own is None else own


_cache: dict[str, ProcessVersion] = {}
_cache_lock = threading.Lock()


def load_version(source: Source, number: int) -> ProcessVersion:
    """The version of a source; the same content is parsed once per process of the operating system.

    Raises:
        DefinitionRefused: a drawing or form file cannot be read at all. Whether it is sound, ``check.faults`` says.
    """
    with _cache_lock:
        version = _cache.get(source.content_hash)
        if version is None:
            version = _cache[source.content_hash] = _load(source)
    return version if version.number == number else replace(version, number=number)


def _load(source: Source) -> ProcessVersion:
    forms, faults = load(source.form, source.form_file, ProcessForms)
    shared: dict[str, SharedForms] = {}
    for name, text in source.shared_forms.items():
        loaded, found = load(text, f"forms/shared/{name}.yaml", SharedForms)
        faults += found
        if loaded:
            shared[name] = loaded
    drawings = {name: text.encode() for name, text in source.shared.items()}
    if forms is None or faults:
        raise DefinitionRefused(faults)
    try:
        expanded = expand(source.drawing.encode(), drawings)
        spec = load_drawing(expanded)
    except DrawingRefused as refused:
        raise DefinitionRefused(
            [Fault(source.drawing_file, f.element, f.code, f.message) for f in refused.faults]
        ) from refused
    return build(source, expanded, spec, forms, shared)


def build(
    source: Source, expanded: Expanded, spec: Specification, forms: ProcessForms, shared: Mapping[str, SharedForms]
) -> ProcessVersion:
    """Put the parts of a version together."""
    joined: Merged = merged(forms, shared)
    titles = {
        name: call.label or shared[call.drawing].title for name, call in forms.calls.items() if call.drawing in shared
    }
    return ProcessVersion(
        slug=source.slug,
        number=1,
        content_hash=source.content_hash,
        head=forms.process,
        spec=spec,
        expanded=expanded,
        tasks=MappingProxyType(joined.tasks),
        timers=MappingProxyType(joined.timers),
        operations=MappingProxyType(joined.operations),
        seats=expanded.seats,
        drawings=MappingProxyType(
            {source.slug: source.drawing.encode(), **{name: text.encode() for name, text in source.shared.items()}}
        ),
        records=MappingProxyType(dict(source.records)),
        graph=graph(expanded),
        _calls=MappingProxyType({name: call.lanes for name, call in forms.calls.items()}),
        _labels=MappingProxyType({**titles, **joined.gateways}),
    )
