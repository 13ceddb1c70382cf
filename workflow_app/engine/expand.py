"""Expansion at publish: shared drawings become embedded copies with prefixed ids; seats are read off and removed.

Expansion judges nothing but safety and form. What it cannot expand (a call of an unknown drawing, a call inside a
shared drawing, elements that the engine does not run) stays in the result, where the checks find and name it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from workflow_app.engine.drawing import BPMN, local_name, read_drawing, refuse_beyond, tag
from workflow_app.engine.expressions import ExpressionRefused, prefixed

ElementKind = Literal["user", "operation", "timer", "gateway", "start", "end", "message", "subprocess"]

_KINDS: Mapping[str, ElementKind] = {
    "userTask": "user",
    "serviceTask": "operation",
    "exclusiveGateway": "gateway",
    "parallelGateway": "gateway",
    "startEvent": "start",
    "endEvent": "end",
    "subProcess": "subprocess",
}
_EVENTS = ("intermediateCatchEvent", "boundaryEvent")
_REFERENCES = ("id", "sourceRef", "targetRef", "attachedToRef", "default", "messageRef")
_REFERRING = ("incoming", "outgoing")
# Lanes are read off; the picture, the explanations and the pools mean nothing to the engine.
_DROPPED = ("laneSet", "documentation", "textAnnotation", "association", "group")
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_PICTURE = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNDiagram"


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
        DrawingRefused: one of the files is not safe, well-formed BPMN with exactly one process, or the copies together
            are too large.
    """
    work = _Expansion(read_drawing(drawing))
    for call in list(work.process.iter(tag("callActivity"))):
        name = call.get("calledElement", "")
        if name in shared:
            work.embed(call, name, read_drawing(shared[name]))
    seats = _take_seats(work.process)
    flows = {flow.get("id", ""): flow for flow in work.process.iter(tag("sequenceFlow"))}
    return Expanded(
        xml=work.serialised(),
        process_id=work.process.get("id", ""),
        seats=seats,
        calls=work.calls,
        origin=work.origin,
        lanes=work.lanes,
        elements={
            node.get("id", ""): kind for node in work.process.iterdescendants() if (kind := _kind(node)) is not None
        },
        flows={name: (flow.get("sourceRef", ""), flow.get("targetRef", "")) for name, flow in flows.items()},
        conditions={
            name: (condition.text or "").strip()
            for name, flow in flows.items()
            if (condition := flow.find(tag("conditionExpression"))) is not None
        },
        messages=tuple(sorted(_awaited(work.root))),
    )


def ids_of(drawing: bytes) -> frozenset[str]:
    """The ids that stand in a drawing that :func:`expand` has read, however they are spelt in it."""
    return frozenset(name for node in read_drawing(drawing).iter() if (name := node.get("id")))


@dataclass
class _Expansion:
    """The executable drawing while it is being put together."""

    source: etree._Element
    root: etree._Element = field(init=False)
    process: etree._Element = field(init=False)
    calls: dict[str, str] = field(default_factory=dict)
    origin: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    lanes: dict[str, str] = field(default_factory=dict)
    parts: int = 0  # elements of all files that were put together

    def __post_init__(self) -> None:
        self.root = etree.Element(tag("definitions"), nsmap={"bpmn": BPMN}, targetNamespace="workflow_app")
        self.root.extend(_definitions_of(self.source))
        self.process = _process_of(self.source)
        self.lanes |= _lanes(self.process)
        _strip(self.process)
        self.process.set("isExecutable", "true")
        self.root.append(self.process)

    def embed(self, call: etree._Element, name: str, source: etree._Element) -> None:
        """Turn a call activity into a sub-process that holds a copy of a shared drawing."""
        self.parts += sum(1 for _ in source.iter())
        refuse_beyond(self.parts)
        call_id = call.get("id", "")
        process = _process_of(source)
        definitions = _definitions_of(source)
        ids = _ids([process, *definitions])
        self.calls[call_id] = name
        self.lanes |= {f"{call_id}_{element}": lane for element, lane in _lanes(process).items()}
        self.origin |= {
            f"{call_id}_{original}": (call_id, name, original)
            for node in process.iterdescendants()
            if (original := node.get("id")) and (_kind(node) or node.tag == tag("sequenceFlow"))
        }
        _strip(process)
        for part in (process, *definitions):
            _prefix(part, f"{call_id}_", ids)
        call.tag = tag("subProcess")
        del call.attrib["calledElement"]
        call.extend(process)
        for definition in definitions:
            self.process.addprevious(definition)

    def serialised(self) -> bytes:
        """The executable drawing as a file, the same bytes however its sources were laid out."""
        etree.cleanup_namespaces(self.root)
        for node in self.root.iter():
            node.tail = None
            if len(node):
                node.text = None
        return etree.tostring(self.root, xml_declaration=True, encoding="utf-8")


def _process_of(root: etree._Element) -> etree._Element:
    process = root.find(tag("process"))
    assert process is not None  # read_drawing has counted them
    return copy.deepcopy(process)


def _definitions_of(root: etree._Element) -> list[etree._Element]:
    """What stands beside the process and may mean something: messages, and whatever the checks will refuse."""
    kept = [node for node in root if node.tag not in (tag("process"), tag("collaboration"), _PICTURE)]
    kept += root.iterfind(f"{tag('collaboration')}/{tag('correlationKey')}")
    return [copy.deepcopy(node) for node in kept]


def _ids(parts: Sequence[etree._Element]) -> set[str]:
    return {node.get("id", "") for part in parts for node in part.iter() if node.tag != tag("process")} - {""}


def _lanes(process: etree._Element) -> dict[str, str]:
    """Element -> lane. Of nested lanes the innermost counts; without one an element is in that of its sub-process."""
    lanes = {
        (reference.text or "").strip(): lane.get("id", "")
        for lane in process.iter(tag("lane"))
        for reference in lane.iterfind(tag("flowNodeRef"))
    }
    for container in process.iter(tag("subProcess")):
        lane_of_container = lanes.get(container.get("id", ""))
        if lane_of_container is not None:
            for node in container:
                lanes.setdefault(node.get("id", ""), lane_of_container)
    kinds = {node.get("id", "") for node in process.iterdescendants() if _kind(node) or node.tag == tag("callActivity")}
    return {element: lane for element, lane in lanes.items() if element in kinds}


def _strip(process: etree._Element) -> None:
    etree.strip_elements(process, *(tag(name) for name in _DROPPED), with_tail=False)
    for node in process.iter():
        # The value is a qualified name whose prefix may mean nothing in the new file; the default type serves.
        node.attrib.pop(_XSI_TYPE, "")


def _prefix(part: etree._Element, prefix: str, ids: set[str]) -> None:
    for node in part.iter():
        for name in _REFERENCES:
            if node.get(name) in ids:
                node.set(name, prefix + node.get(name, ""))
        if local_name(node) in _REFERRING and (node.text or "").strip() in ids:
            node.text = prefix + (node.text or "").strip()
        if node.tag == tag("conditionExpression"):
            try:
                node.text = prefixed(node.text or "", prefix)
            except ExpressionRefused:
                continue  # it stays as it is, and the checks refuse it


def _take_seats(process: etree._Element) -> frozenset[str]:
    seats = set()
    for marker in list(process.iterfind(f".//{tag('userTask')}/{tag('multiInstanceLoopCharacteristics')}")):
        task = marker.getparent()
        assert task is not None
        seats.add(task.get("id", ""))
        task.remove(marker)
    return frozenset(seats)


def _kind(node: etree._Element) -> ElementKind | None:
    name = local_name(node)
    if name in _EVENTS:
        if node.find(tag("timerEventDefinition")) is not None:
            return "timer"
        return "message" if node.find(tag("messageEventDefinition")) is not None else None
    return _KINDS.get(name)


def _awaited(root: etree._Element) -> set[str]:
    names = {message.get("id"): message.get("name", "") for message in root.iterfind(tag("message"))}
    references = {event.get("messageRef") for event in root.iter(tag("messageEventDefinition"))}
    return {names[reference] for reference in references if reference in names}
