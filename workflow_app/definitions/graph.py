"""The expanded drawing as a graph that can be walked: what follows what, sub-processes looked through."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from workflow_app.engine import Expanded
from workflow_app.engine.drawing import local_name, read_drawing, tag
from workflow_app.engine.graph import outcomes


class Flow(NamedTuple):
    """A sequence flow; a gateway's default is the one without a condition."""

    id: str
    source: str
    target: str
    condition: str | None


@dataclass(frozen=True)
class Graph:
    """Nodes of the expanded drawing in drawing order, with nesting, boundary events and flows."""

    tags: Mapping[str, str]  # node -> BPMN tag: exclusiveGateway
    names: Mapping[str, str]  # node -> the name its author wrote in the drawing
    parents: Mapping[str, str]  # node -> sub-process that holds it; nodes of the process itself are absent
    hosts: Mapping[str, str]  # boundary event -> what it is attached to
    flows: tuple[Flow, ...]
    outcomes: frozenset[str]  # end events that say how the process ended

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[Flow, ...]]:
        """Flows by source, the default first."""
        found: dict[str, list[Flow]] = {}
        for flow in sorted(self.flows, key=lambda f: f.condition is not None):
            found.setdefault(flow.source, []).append(flow)
        return {node: tuple(flows) for node, flows in found.items()}

    @cached_property
    def implied(self) -> Mapping[str, str]:
        """Flow -> its source, of the flows that are taken whenever that is passed: an only way on, a parallel split."""
        return {
            flow.id: flow.source
            for flow in self.flows
            if len(self.outgoing[flow.source]) == 1 or self.tags[flow.source] == "parallelGateway"
        }

    def walked(self, done: Collection[str]) -> frozenset[str]:
        """The nodes and flows that a case has passed, with the implied flows, which it need not remember."""
        return frozenset(done).union(flow for flow, source in self.implied.items() if source in done)

    @cached_property
    def starts(self) -> Mapping[str | None, tuple[str, ...]]:
        """Start events by the sub-process that holds them; None: the process itself."""
        found: dict[str | None, tuple[str, ...]] = {}
        for node, kind in self.tags.items():
            if kind == "startEvent":
                holder = self.parents.get(node)
                found[holder] = (*found.get(holder, ()), node)
        return found

    def after(self, node: str) -> tuple[str, ...]:
        """What follows a node when nothing is interrupted: into a sub-process by its start, out of it by its ends."""
        if self.tags[node] == "subProcess":
            return self.starts.get(node, ())
        if self.tags[node] == "endEvent":
            holder = self.parents.get(node)
            return () if holder is None else tuple(f.target for f in self.outgoing.get(holder, ()))
        return tuple(f.target for f in self.outgoing.get(node, ()))

    def inside(self, holder: str) -> frozenset[str]:
        """Every node inside a sub-process, at any depth."""
        return frozenset(node for node in self.tags if holder in self.holders(node))

    def holders(self, node: str) -> tuple[str, ...]:
        """The sub-processes around a node, the innermost first."""
        found: list[str] = []
        while (holder := self.parents.get(node)) is not None:
            found.append(holder)
            node = holder
        return tuple(found)

    @cached_property
    def edges(self) -> Mapping[str, frozenset[str]]:
        """Node -> every node that may come next, boundary events included: they follow their host and all in it."""
        found = {node: set(self.after(node)) for node in self.tags}
        for event, host in self.hosts.items():
            for node in (host, *self.inside(host)):
                found[node].add(event)
        return {node: frozenset(targets) for node, targets in found.items()}

    @cached_property
    def reversed(self) -> Mapping[str, frozenset[str]]:
        """The edges backwards."""
        found: dict[str, set[str]] = {node: set() for node in self.tags}
        for node, targets in self.edges.items():
            for target in targets:
                found[target].add(node)
        return {node: frozenset(sources) for node, sources in found.items()}

    def reaching(self, goals: Iterable[str], barrier: str | None = None) -> frozenset[str]:
        """Nodes from which one of the goals can be reached without passing the barrier; goals included."""
        found = set(goals)
        queue = list(found)
        while queue:
            for source in self.reversed[queue.pop()]:
                if source != barrier and source not in found:
                    found.add(source)
                    queue.append(source)
        return frozenset(found)


def graph(expanded: Expanded) -> Graph:
    """Read the graph off an expanded drawing."""
    tags: dict[str, str] = {}
    names: dict[str, str] = {}
    parents: dict[str, str] = {}
    hosts: dict[str, str] = {}
    root = read_drawing(expanded.xml)
    for node in root.iter():
        node_id = node.get("id", "")
        if node_id not in expanded.elements:
            continue
        tags[node_id] = local_name(node)
        if name := (node.get("name") or "").strip():
            names[node_id] = name
        holder = node.getparent()
        if holder is not None and holder.get("id") in expanded.elements:
            parents[node_id] = holder.get("id", "")
        if host := node.get("attachedToRef"):
            hosts[node_id] = host
    flows = tuple(
        Flow(flow, source, target, expanded.conditions.get(flow)) for flow, (source, target) in expanded.flows.items()
    )
    process = root.find(tag("process"))
    assert process is not None  # read_drawing has found it
    return Graph(tags, names, parents, hosts, flows, outcomes(process))
