"""The small signs of BPMN as drawing operations: clocks, envelopes, gateways, markers, arrow heads."""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2, cos, pi, sin

from workflow_app.definitions.diagram_operations import Bounds, Box, Circle, Operation, Paint, Path, Point
from workflow_app.definitions.diagram_reading import Node

_ARROW = 9.0  # length of an arrow head


def arrow_head(points: Sequence[Point], colour: str) -> Path:
    """The filled triangle at the end of a flow."""
    x, y = points[-1]
    before = next((point for point in reversed(points) if point != points[-1]), points[0])
    towards = atan2(y - before[1], x - before[0])
    wings = [(x - _ARROW * cos(towards + turn), y - _ARROW * sin(towards + turn)) for turn in (-0.4, 0.4)]
    return Path(((x, y), *wings), Paint(None, colour), closed=True)


def event(node: Node, paint: Paint) -> list[Operation]:
    """A start, intermediate, boundary or end event: one thin ring, two rings, one thick ring; then what triggers it."""
    x, y = node.bounds.centre
    radius = min(node.bounds.width, node.bounds.height) / 2
    dashed = not node.interrupting
    if node.kind == "endEvent":
        return [Circle(x, y, radius - 1, paint._replace(line=paint.line + 2)), *_trigger(node, radius, paint)]
    rings: list[Operation] = [Circle(x, y, radius, paint._replace(dashed=dashed))]
    if node.kind != "startEvent":
        rings.append(Circle(x, y, radius - 3, Paint(paint.stroke, None, 1, dashed)))
    return [*rings, *_trigger(node, radius, paint)]


def _trigger(node: Node, radius: float, paint: Paint) -> list[Operation]:
    x, y = node.bounds.centre
    thin = Paint(paint.stroke, None, 1.3)
    if node.trigger == "timer":
        face = radius - 6
        ticks = [(x + face * cos(turn * pi / 2), y + face * sin(turn * pi / 2)) for turn in range(4)]
        inner = [(x + (face - 2) * cos(turn * pi / 2), y + (face - 2) * sin(turn * pi / 2)) for turn in range(4)]
        return [
            Circle(x, y, face, thin),
            *(Path(pair, thin) for pair in zip(inner, ticks, strict=True)),
            Path(((x, y - face * 0.7), (x, y), (x + face * 0.5, y)), thin),
        ]
    if node.trigger == "message":
        width, height = radius * 0.95, radius * 0.65
        box = Bounds(x - width / 2, y - height / 2, width, height)
        return [Box(box, 0, thin), Path(((box.x, box.y), (x, y + 1), (box.right, box.y)), thin)]
    return []


def gateway(node: Node, paint: Paint) -> list[Operation]:
    """A diamond with a cross (one way), a plus (all ways) or a ring (some ways)."""
    bounds = node.bounds
    x, y = bounds.centre
    arm = bounds.width * 0.17
    thick = Paint(paint.stroke, None, 2.6)
    corners = ((x, bounds.y), (bounds.right, y), (x, bounds.bottom), (bounds.x, y))
    diamond = Path(corners, paint, closed=True)
    if node.kind == "inclusiveGateway":
        return [diamond, Circle(x, y, arm * 1.3, thick)]
    if node.kind == "parallelGateway":
        reach = arm * 1.35
        return [diamond, Path(((x - reach, y), (x + reach, y)), thick), Path(((x, y - reach), (x, y + reach)), thick)]
    cross = (((x - arm, y - arm), (x + arm, y + arm)), ((x - arm, y + arm), (x + arm, y - arm)))
    return [diamond, *(Path(line, thick) for line in cross)]


def task_sign(kind: str, bounds: Bounds, colour: str) -> list[Operation]:
    """In the upper left corner: a person for what somebody does, a gear wheel for what the program does."""
    x, y = bounds.x + 11, bounds.y + 11
    thin = Paint(colour, None, 1.1)
    if kind in ("userTask", "manualTask"):
        shoulders = [(x - 4.2 * cos(turn * pi / 6), y + 4.6 - 4.2 * sin(turn * pi / 6)) for turn in range(7)]
        return [Circle(x, y - 2.4, 2.3, thin), Path(tuple(shoulders), thin, closed=True)]
    if kind == "serviceTask":
        turns = [turn * pi / 4 for turn in range(8)]
        teeth = [((x + 3.2 * cos(t), y + 3.2 * sin(t)), (x + 5 * cos(t), y + 5 * sin(t))) for t in turns]
        return [Circle(x, y, 3.2, thin), Circle(x, y, 1, thin), *(Path(t, thin._replace(line=1.6)) for t in teeth)]
    return []


def done_sign(bounds: Bounds, colour: str) -> Operation:
    """A tick in the upper right corner, so that what is done can be told without colours."""
    x, y = bounds.right - 17, bounds.y + 11
    return Path(((x, y), (x + 3.5, y + 3.5), (x + 10, y - 4)), Paint(colour, None, 1.8))


def collapsed_sign(bounds: Bounds, colour: str) -> list[Operation]:
    """A plus in a small box at the lower edge: there is another drawing behind."""
    x, y = bounds.centre[0], bounds.bottom - 9
    thin = Paint(colour, None, 1.2)
    box = Box(Bounds(x - 6.5, y - 6.5, 13, 13), 1, thin)
    return [box, Path(((x - 4, y), (x + 4, y)), thin), Path(((x, y - 4), (x, y + 4)), thin)]


def seats_sign(bounds: Bounds, colour: str) -> list[Operation]:
    """Three bars at the lower edge: several people answer."""
    x, y = bounds.centre[0], bounds.bottom - 5
    return [Path(((x + step, y - 9), (x + step, y)), Paint(colour, None, 2)) for step in (-5, 0, 5)]
