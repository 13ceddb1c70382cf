"""The order that a drawing draws: what may follow what, in the process and in each sub-process by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from workflow_app.engine.drawing import local_name, tag
from workflow_app.engine.faults import DrawingFault
from workflow_app.text import Text

_CONTAINERS = (tag("process"), tag("subProcess"))
_SPLITTING = ("exclusiveGateway", "parallelGateway")


@dataclass(frozen=True)
class Scope:
    """One process or sub-process: its nodes, its flows, and the boundary events that its nodes carry."""

    container: etree._Element
    nodes: Mapping[str, etree._Element]
    flows: tuple[etree._Element, ...]

    def following(self, *, main_path: bool = False) -> dict[str, set[str]]:
        """Node -> nodes that may come next; ``main_path`` leaves out deadlines that interrupt nothing."""
        following: dict[str, set[str]] = {name: set() for name in self.nodes}
        for flow in self.flows:
            following.setdefault(flow.get("sourceRef", ""), set()).add(flow.get("targetRef", ""))
        for name, node in self.nodes.items():
            interrupts = node.get("cancelActivity", "true") == "true"
            if node.tag == tag("boundaryEvent") and (interrupts or not main_path):
                following.setdefault(node.get("attachedToRef", ""), set()).add(name)
        return following

    def of_kind(self, name: str) -> list[str]:
        """The ids of the nodes with this BPMN name."""
        return [node_id for node_id, node in self.nodes.items() if local_name(node) == name]


def scopes(process: etree._Element) -> Iterator[Scope]:
    """The process and every embedded sub-process."""
    for container in process.iter(*_CONTAINERS):
        yield Scope(
            container,
            {name: node for node in container if (name := node.get("id")) and node.tag != tag("sequenceFlow")},
            tuple(container.iterfind(tag("sequenceFlow"))),
        )


def outcomes(process: etree._Element) -> frozenset[str]:
    """The end events that say how the process ended: not those of side branches that interrupt nothing."""
    top = next(scopes(process))
    return frozenset(_reach(top.of_kind("startEvent"), top.following(main_path=True)) & set(top.of_kind("endEvent")))


def order_faults(process: etree._Element) -> Iterator[DrawingFault]:
    """Missing starts and ends, unreachable nodes, dead ends, forks without gateways, gateways that cannot choose."""
    for scope in scopes(process):
        yield from _shape_faults(scope)
        yield from _flow_faults(scope)
        yield from _reach_faults(scope)


def _shape_faults(scope: Scope) -> Iterator[DrawingFault]:
    owner = scope.container.get("id", "")
    if len(scope.of_kind("startEvent")) != 1:
        yield DrawingFault(owner, "start", Text("每个流程和子流程应当恰有一个开始事件。"))
    if not scope.of_kind("endEvent"):
        yield DrawingFault(owner, "end", Text("每个流程和子流程至少要有一个结束事件。"))
    for name in scope.of_kind("boundaryEvent"):
        host = scope.nodes.get(scope.nodes[name].get("attachedToRef", ""))
        if host is None or local_name(host) not in ("userTask", "subProcess"):
            yield DrawingFault(name, "boundary", Text("边界事件只能附在同一层的人工任务或子流程上。"))


def _flow_faults(scope: Scope) -> Iterator[DrawingFault]:
    seen: set[tuple[str, str]] = set()
    for flow in scope.flows:
        name, ends = flow.get("id", ""), (flow.get("sourceRef", ""), flow.get("targetRef", ""))
        if not set(ends) <= set(scope.nodes):
            yield DrawingFault(name, "flow", Text("连线的两端应当是同一层的元素。"))
        if ends in seen:
            # The library knows branches by their target; of two branches to one target it would take both.
            yield DrawingFault(name, "double_flow", Text("两条连线的起点和终点相同。"))
        seen.add(ends)
    for name, node in scope.nodes.items():
        leaving = [flow for flow in scope.flows if flow.get("sourceRef") == name]
        if len(leaving) > 1 and local_name(node) not in _SPLITTING:
            yield DrawingFault(name, "fork", Text("分出多条路须用网关。"))
        yield from _condition_faults(name, node, leaving)


def _condition_faults(name: str, node: etree._Element, leaving: list[etree._Element]) -> Iterator[DrawingFault]:
    default = node.get("default")
    chooses = local_name(node) == "exclusiveGateway" and len(leaving) > 1
    if default is not None and default not in {flow.get("id") for flow in leaving}:
        yield DrawingFault(name, "default", Text("默认连线不是从本元素出发的。"))
    elif chooses and default is None:
        yield DrawingFault(name, "default", Text("排他网关须有一条默认连线。"))
    for flow in leaving:
        conditional = flow.find(tag("conditionExpression")) is not None
        if conditional and (not chooses or flow.get("id") == default):
            yield DrawingFault(flow.get("id", ""), "condition", Text("只有排他网关的非默认连线可以带条件。"))
        if chooses and default is not None and not conditional and flow.get("id") != default:
            yield DrawingFault(flow.get("id", ""), "condition", Text("排他网关的非默认连线须带条件。"))


def _reach_faults(scope: Scope) -> Iterator[DrawingFault]:
    following = scope.following()
    preceding: dict[str, set[str]] = {name: set() for name in scope.nodes}
    for name, targets in following.items():
        for target in targets:
            preceding.setdefault(target, set()).add(name)
    reached = _reach(scope.of_kind("startEvent"), following)
    ending = _reach(scope.of_kind("endEvent"), preceding)
    leaving = {flow.get("sourceRef") for flow in scope.flows}
    for name, node in scope.nodes.items():
        if name not in reached:
            yield DrawingFault(name, "unreachable", Text("从开始事件到不了本元素。"))
        elif name not in ending or (name not in leaving and local_name(node) != "endEvent"):
            yield DrawingFault(name, "dead_end", Text("从本元素到不了结束事件。"))
        if local_name(node) == "startEvent" and preceding[name]:
            yield DrawingFault(name, "start", Text("开始事件不能有进入的连线。"))
        if local_name(node) == "endEvent" and following[name]:
            yield DrawingFault(name, "end", Text("结束事件不能有离开的连线。"))


def _reach(starts: Iterable[str], following: Mapping[str, set[str]]) -> set[str]:
    reached, todo = set[str](), list(starts)
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo.extend(following.get(name, ()))
    return reached
