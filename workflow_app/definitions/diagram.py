"""A BPMN drawing as its author laid it out, as plain drawing operations, coloured by how far a case has come."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from workflow_app.definitions import diagram_symbols as symbols
from workflow_app.definitions.diagram_labels import INK, badge, flow_label, node_label
from workflow_app.definitions.diagram_operations import (
    Bounds,
    Box,
    Drawn,
    Operation,
    Paint,
    Path,
    Picture,
    Status,
    Words,
)
from workflow_app.definitions.diagram_reading import Flow, Layout, Node, read_layout
from workflow_app.definitions.diagram_text import LINE, fitted, width_of

_MARGIN = 12.0
_SIGN = 20.0  # what a sign in a corner of a task takes
_HEAD = 30.0  # width of the strip of a lane that carries its name
_TEXT = "#1c2430"
_FLOW = "#7a8494"
_COLOURS: Mapping[Status | None, tuple[str, str]] = {
    "done": ("#2f7d4f", "#e9f5ee"),
    "active": ("#1a56b0", "#e3edfc"),
    "late": ("#b3261e", "#fdecea"),
    None: ("#5b6472", "#ffffff"),
}
_NOTHING: Mapping[str, str] = {}


def picture(
    drawing: bytes,
    *,
    status: Mapping[str, Status] | None = None,
    labels: Mapping[str, str] = _NOTHING,
    badges: Mapping[str, str] = _NOTHING,
) -> Picture:
    """The picture of a BPMN file.

    Args:
        drawing: the BPMN file with its diagram interchange; elements without a place in it are left out.
        status: how far each node or flow is; those not named have not been reached.
        labels: names that replace those of the drawing; an empty one hides a name.
        badges: short notes put on nodes, such as the days left.

    Raises:
        DrawingRefused: the file is not safe, well-formed BPMN.
    """
    layout = read_layout(drawing)
    painter = _Painter(status or {}, labels, badges)
    drawn = chain(
        (painter.band(node) for node in layout.bands),
        (painter.box(node) for node in layout.boxes),
        (painter.flow(flow) for flow in sorted(layout.flows, key=lambda flow: flow.id in painter.status)),
        (painter.node(node) for node in layout.nodes),
    )
    return Picture(_around(layout), tuple(drawn))


def _around(layout: Layout) -> Bounds:
    """The rectangle around everything, with a margin; below it there is room for a name or badge under a shape."""
    places = [node.bounds for node in (*layout.bands, *layout.boxes, *layout.nodes)]
    places += [node.label for node in layout.nodes if node.label]
    places += [Bounds(x, y, 0, 0) for flow in layout.flows for x, y in flow.points]
    if not places:
        return Bounds(0, 0, 1, 1)
    left, top = min(p.x for p in places) - _MARGIN, min(p.y for p in places) - _MARGIN
    right = max(p.right for p in places) + _MARGIN
    bottom = max(p.bottom for p in places) + (_MARGIN if layout.bands else 2.5 * _MARGIN)
    return Bounds(left, top, right - left, bottom - top)


class _Painter:
    """Turns nodes and flows into drawing operations."""

    def __init__(self, status: Mapping[str, Status], labels: Mapping[str, str], badges: Mapping[str, str]) -> None:
        self.status = status
        self.labels = labels
        self.badges = badges

    def drawn(self, shape: Node | Flow, operations: list[Operation]) -> Drawn:
        kind = shape.kind if isinstance(shape, Node) else "sequenceFlow"
        if isinstance(shape, Node) and (text := self.badges.get(shape.id)):
            operations = [*operations, *badge(shape, text, self.paint(shape).stroke or INK)]
        return Drawn(shape.id, kind, self.name(shape), self.status.get(shape.id), tuple(operations))

    def name(self, shape: Node | Flow) -> str:
        return self.labels.get(shape.id, shape.name)

    def paint(self, node: Node) -> Paint:
        status = self.status.get(node.id)
        return Paint(*_COLOURS[status], 2.6 if status in ("active", "late") else 1.6)

    def band(self, node: Node) -> Drawn:
        """A lane or pool: a band with its name running upwards in a strip at the left."""
        bounds = node.bounds
        edge = Paint("#b5bfcc", "#ffffff", 1)
        strip = Box(Bounds(bounds.x, bounds.y, _HEAD, bounds.height), 0, Paint("#b5bfcc", "#eef2f7", 1))
        lines, size = fitted(self.name(node), bounds.height - 12, _HEAD, (13.5, 11))
        left = bounds.x + _HEAD / 2 - (len(lines) - 1) * size * LINE / 2 + size * 0.36
        words = [
            Words(left + number * size * LINE, bounds.centre[1], line, size, INK, bold=True, turned=True)
            for number, line in enumerate(lines)
        ]
        return self.drawn(node, [Box(bounds, 0, edge), strip, *words])

    def box(self, node: Node) -> Drawn:
        """An expanded sub-process: a frame around what it holds, its name in the upper left corner."""
        bounds = node.bounds
        paint = self.paint(node)._replace(fill=None)
        words = Words(bounds.x + 14, bounds.y + 21, self.name(node), 13.5, INK, "start", bold=True, halo=True)
        return self.drawn(node, [Box(bounds, 10, paint), words])

    def flow(self, flow: Flow) -> Drawn:
        """A flow with its arrow head and name; one that its author left without a name has none in any language."""
        status = self.status.get(flow.id)
        colour = _COLOURS[status][0] if status else _FLOW
        line = Path(flow.points, Paint(colour, None, 2.2 if status else 1.4))
        name = self.name(flow) if flow.name else ""
        words = flow_label(flow.points, flow.label, name) if name else []
        return self.drawn(flow, [line, symbols.arrow_head(flow.points, colour), *words])

    def node(self, node: Node) -> Drawn:
        """An event, gateway or task."""
        paint = self.paint(node)
        name = self.name(node)
        if node.kind.endswith("Event"):
            return self.drawn(node, [*symbols.event(node, paint), *(node_label(node, name) if name else [])])
        if node.kind.endswith("Gateway"):
            return self.drawn(node, [*symbols.gateway(node, paint), *(node_label(node, name) if name else [])])
        return self.drawn(node, self._task(node, paint, name))

    def _task(self, node: Node, paint: Paint, name: str) -> list[Operation]:
        bounds = node.bounds
        colour = paint.stroke or INK
        collapsed = node.kind in ("callActivity", "subProcess")
        edge = paint._replace(line=paint.line + 1.2) if node.kind == "callActivity" else paint
        parts: list[Operation] = [Box(bounds, 8, edge), *symbols.task_sign(node.kind, bounds, colour)]
        if self.status.get(node.id) == "done":
            parts.append(symbols.done_sign(bounds, colour))
        if collapsed:
            parts += symbols.collapsed_sign(bounds, colour)
        if node.seats:
            parts += symbols.seats_sign(bounds, colour)
        marked = 14.0 if collapsed or node.seats else 0.0
        return [*parts, *_inside(bounds, name, marked)]


def _inside(bounds: Bounds, name: str, marked: float) -> list[Operation]:
    """A name in the middle of a task; ``marked``: the height that a marker takes at the lower edge."""
    room = bounds.height - marked - 8
    lines, size = fitted(name, bounds.width - 12, room, (14.5, 13, 11.5, 10))
    x, y = bounds.centre
    height = len(lines) * size * LINE
    # A short name keeps to the middle as far as the marker leaves it room.
    top = y - height / 2 - marked / 4
    if lines and width_of(lines[0], size) > bounds.width - 2 * _SIGN:
        top = max(top, bounds.y + _SIGN - 3)  # a long first line keeps below the signs in the upper corners
    top = min(top, bounds.bottom - marked - 4 - height)
    return [Words(x, top + (number + 0.8) * size * LINE, line, size, _TEXT) for number, line in enumerate(lines)]
