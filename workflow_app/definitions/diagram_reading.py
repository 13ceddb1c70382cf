"""What a BPMN file says about its picture: each element with its place, read from the diagram interchange (BPMN DI)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from lxml import etree

from workflow_app.definitions.diagram_operations import Bounds, Point
from workflow_app.engine.drawing import local_name, read_drawing, tag

Trigger = Literal["timer", "message"]

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
_WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
_NODE = re.compile(r"lane|participant|task|subProcess|callActivity|\w+(Task|Event|Gateway)")


@dataclass(frozen=True)
class Node:
    """A node, lane or pool with its place. ``label`` is where its name goes if that is outside."""

    id: str
    kind: str  # its BPMN tag
    name: str
    bounds: Bounds
    label: Bounds | None
    expanded: bool  # a sub-process shown with what it holds
    trigger: Trigger | None
    interrupting: bool
    seats: bool  # the multi-instance marker


@dataclass(frozen=True)
class Flow:
    """A sequence flow with its way from node to node."""

    id: str
    name: str
    points: tuple[Point, ...]
    label: Bounds | None


@dataclass(frozen=True)
class Layout:
    """Everything that has a place, what lies behind first."""

    bands: tuple[Node, ...]  # pools, then lanes
    boxes: tuple[Node, ...]  # expanded sub-processes, the outer ones first
    flows: tuple[Flow, ...]
    nodes: tuple[Node, ...]  # everything else; boundary events last
    missing: tuple[str, ...]  # elements that ought to be seen but have no usable place


def read_layout(drawing: bytes) -> Layout:
    """Read the picture of a BPMN file.

    Raises:
        DrawingRefused: the file is not safe, well-formed BPMN.
    """
    root = read_drawing(drawing)
    elements = {element.get("id", ""): element for element in root.iter() if _is_seen(element)}
    nodes = sorted(_nodes(root, elements), key=lambda node: node.kind == "boundaryEvent")
    flows = tuple(_flows(root, elements))
    placed = {node.id for node in nodes} | {flow.id for flow in flows}
    bands = sorted((node for node in nodes if node.kind in ("lane", "participant")), key=lambda n: n.kind == "lane")
    boxes = sorted((node for node in nodes if node.expanded), key=lambda node: _depth(elements[node.id]))
    return Layout(
        bands=tuple(bands),
        boxes=tuple(boxes),
        flows=flows,
        nodes=tuple(node for node in nodes if node not in bands and node not in boxes),
        missing=tuple(element for element in elements if element not in placed),
    )


def _is_seen(element: etree._Element) -> bool:
    kind = local_name(element)
    return bool(element.get("id")) and (kind == "sequenceFlow" or _NODE.fullmatch(kind) is not None)


def _depth(element: etree._Element) -> int:
    return sum(1 for _ in element.iterancestors())


def _nodes(root: etree._Element, elements: Mapping[str, etree._Element]) -> Iterator[Node]:
    for shape in root.iter(f"{_DI}BPMNShape"):
        element = elements.get(shape.get("bpmnElement", ""))
        bounds = _bounds(shape.find(_BOUNDS))
        if element is None or bounds is None:
            continue
        yield Node(
            id=element.get("id", ""),
            kind=local_name(element),
            name=element.get("name", "").strip(),
            bounds=bounds,
            label=_label(shape),
            expanded=local_name(element) == "subProcess" and shape.get("isExpanded") == "true",
            trigger=_trigger(element),
            interrupting=element.get("cancelActivity", "true") == "true",
            seats=element.find(tag("multiInstanceLoopCharacteristics")) is not None,
        )


def _flows(root: etree._Element, elements: Mapping[str, etree._Element]) -> Iterator[Flow]:
    for edge in root.iter(f"{_DI}BPMNEdge"):
        element = elements.get(edge.get("bpmnElement", ""))
        points = [_numbers(waypoint, "x", "y") for waypoint in edge.iterfind(_WAYPOINT)]
        known = tuple((point[0], point[1]) for point in points if point is not None)
        if element is not None and len(known) == len(points) >= 2:
            yield Flow(element.get("id", ""), element.get("name", "").strip(), known, _label(edge))


def _trigger(element: etree._Element) -> Trigger | None:
    if element.find(tag("timerEventDefinition")) is not None:
        return "timer"
    return "message" if element.find(tag("messageEventDefinition")) is not None else None


def _label(shape: etree._Element) -> Bounds | None:
    return _bounds(shape.find(f"{_DI}BPMNLabel/{_BOUNDS}"))


def _bounds(element: etree._Element | None) -> Bounds | None:
    numbers = None if element is None else _numbers(element, "x", "y", "width", "height")
    return None if numbers is None else Bounds(*numbers)


def _numbers(element: etree._Element, *names: str) -> list[float] | None:
    """The named attributes as numbers; None if one is missing or no finite number, so that no file can break a page."""
    try:
        numbers = [float(element.get(name, "")) for name in names]
    except ValueError:
        return None
    return numbers if all(isfinite(number) and abs(number) < 1e6 for number in numbers) else None
