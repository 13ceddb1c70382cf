"""Where the names of elements stand that have no room inside: beside events and gateways, along flows, on badges."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from workflow_app.definitions.diagram_operations import Anchor, Bounds, Box, Operation, Paint, Point, Words
from workflow_app.definitions.diagram_reading import Node
from workflow_app.definitions.diagram_text import LINE, width_of, wrapped

SIZE = 12.5
INK = "#3a4250"
_WIDTH = 80.0  # the least width at which a name is broken into lines
_BADGE = 18.0  # height of a badge


def node_label(node: Node, text: str) -> list[Operation]:
    """The name of an event or gateway: on the side where its author put it, growing away from the shape."""
    bounds = node.bounds
    place = node.label or _usual_place(node)
    anchor: Anchor = "middle"
    if place.x >= bounds.centre[0]:
        anchor = "start"
    elif place.right <= bounds.centre[0]:
        anchor = "end"
    rises = 0.5
    if place.bottom <= bounds.y + 8:
        rises = 1.0
    elif place.y >= bounds.bottom - 8:
        rises = 0.0
    return _lines(text, place, anchor, rises)


def _usual_place(node: Node) -> Bounds:
    x = node.bounds.centre[0]
    if node.kind == "boundaryEvent":
        return Bounds(x + 4, node.bounds.bottom + 2, _WIDTH, 16)
    above = "Gateway" in node.kind
    return Bounds(x - _WIDTH / 2, node.bounds.y - 19 if above else node.bounds.bottom + 3, _WIDTH, 16)


def flow_label(points: Sequence[Point], place: Bounds | None, text: str) -> list[Operation]:
    """The name of a flow: beside an upright stretch, above or below a level one."""
    if place is None:
        place = _beside_start(points, width_of(text, SIZE))
    start, end = min(pairwise(points), key=lambda stretch: _distance(stretch, place))
    x, y = place.centre
    if abs(start[0] - end[0]) < abs(start[1] - end[1]):
        return _lines(text, place, "start" if x > start[0] else "end", 0.5)
    return _lines(text, place, "middle", 1.0 if y < start[1] else 0.0)


def _beside_start(points: Sequence[Point], width: float) -> Bounds:
    (x, y), (to_x, to_y) = points[0], points[1]
    if abs(to_x - x) < abs(to_y - y):
        return Bounds(x + 5, y + (10 if to_y > y else -26), width, 16)
    return Bounds(x + 8 if to_x > x else x - 8 - width, y - 19, width, 16)


def _distance(stretch: tuple[Point, Point], place: Bounds) -> float:
    """How far a stretch of a flow is from the middle of a label; the stretch is taken as the box around it."""
    (x1, y1), (x2, y2) = stretch
    x, y = place.centre
    return max(min(x1, x2) - x, 0, x - max(x1, x2)) + max(min(y1, y2) - y, 0, y - max(y1, y2))


def _lines(text: str, place: Bounds, anchor: Anchor, rises: float) -> list[Operation]:
    """``rises``: the share of the further lines that goes above the place: 1 grows upwards, 0 downwards."""
    lines = wrapped(text, SIZE, max(place.width + 4, _WIDTH))
    x = {"start": place.x, "middle": place.centre[0], "end": place.right}[anchor]
    top = place.y + (place.height - SIZE * LINE) / 2 - rises * (len(lines) - 1) * SIZE * LINE
    return [
        Words(x, top + (number + 0.83) * SIZE * LINE, line, SIZE, INK, anchor, halo=True)
        for number, line in enumerate(lines)
    ]


def badge(node: Node, text: str, colour: str) -> list[Operation]:
    """A note in a pill: below a task, inside a box beside its name, on the free side of an event or gateway."""
    width = width_of(text, 11) + 16
    x, y = node.bounds.centre[0] - width / 2, node.bounds.bottom + 3
    if node.expanded:
        x, y = node.bounds.right - width - 12, node.bounds.y + 8
    elif "Event" in node.kind or "Gateway" in node.kind:
        label = node.label or _usual_place(node)
        if label.y > node.bounds.centre[1]:
            y = node.bounds.y - 3 - _BADGE
    pill = Box(Bounds(x, y, width, _BADGE), _BADGE / 2, Paint(None, colour))
    return [pill, Words(x + width / 2, y + 13, text, 11, "#ffffff", bold=True)]
