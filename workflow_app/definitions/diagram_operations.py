"""The plain drawing operations that a diagram consists of; a page writes them as SVG, a document on its canvas.

Coordinates are those of the drawing (points, y grows downwards). Colours are ``#rrggbb``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from workflow_app.definitions.diagram_text import width_of

Status = Literal["done", "active", "late"]
Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]


class Bounds(NamedTuple):
    """A rectangle by its upper left corner and size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height

    @property
    def centre(self) -> Point:
        """The point in the middle."""
        return self.x + self.width / 2, self.y + self.height / 2


class Paint(NamedTuple):
    """How an outline and its inside are painted; None leaves it out. ``line`` is the width of the outline."""

    stroke: str | None
    fill: str | None = None
    line: float = 1.5
    dashed: bool = False


@dataclass(frozen=True)
class Box:
    """A rectangle with rounded corners."""

    bounds: Bounds
    radius: float
    paint: Paint


@dataclass(frozen=True)
class Circle:
    """A circle around a point."""

    x: float
    y: float
    radius: float
    paint: Paint


@dataclass(frozen=True)
class Path:
    """Straight lines from point to point; a closed path returns to its first point."""

    points: tuple[Point, ...]
    paint: Paint
    closed: bool = False


@dataclass(frozen=True)
class Words:
    """One line of text. ``y`` is its baseline; ``turned`` text runs upwards; ``halo`` keeps lines off its letters."""

    x: float
    y: float
    text: str
    size: float
    fill: str
    anchor: Anchor = "middle"
    bold: bool = False
    turned: bool = False
    halo: bool = False

    @property
    def extent(self) -> Bounds:
        """About the rectangle that the letters cover. Not for turned text."""
        width = width_of(self.text, self.size)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return Bounds(left, self.y - 0.88 * self.size, width, 1.1 * self.size)


Operation = Box | Circle | Path | Words


@dataclass(frozen=True)
class Drawn:
    """One element of the drawing with everything that shows it, from back to front."""

    element: str
    kind: str  # its BPMN tag: userTask, sequenceFlow, lane
    name: str
    status: Status | None
    operations: tuple[Operation, ...]


@dataclass(frozen=True)
class Picture:
    """A whole diagram, from back to front."""

    bounds: Bounds
    drawn: tuple[Drawn, ...]
