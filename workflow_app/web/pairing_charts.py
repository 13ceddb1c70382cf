"""Small charts of a pairing's targets, drawn on the server; the same figures stand in the table below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from workflow_app.registers.pairing_kinds import INDICATORS, Indicator
from workflow_app.registers.pairing_midterms import Reached
from workflow_app.registers.pairing_models import PairingIndicator

WIDTH, HEIGHT, MARGIN = 240, 72, 10


@dataclass(frozen=True)
class Point:
    """A value in a chart: where it is drawn, and what it is."""

    x: int
    y: int
    value: str


@dataclass(frozen=True)
class Chart:
    """One target with what was reached of it."""

    target: PairingIndicator
    indicator: Indicator
    points: tuple[Point, ...]
    target_y: int

    @property
    def line(self) -> str:
        """The points as a polyline takes them."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)


def charts(targets: Sequence[PairingIndicator], reached: Sequence[Reached]) -> list[Chart]:
    """A chart for each target: where it stood, what was reached since, and the target as a line."""
    return [_chart(target, [one.value for one in reached if one.indicator_id == target.id]) for target in targets]


def _chart(target: PairingIndicator, values: Sequence[str]) -> Chart:
    steps = [target.base, *values]
    figures = [Decimal(value) for value in steps]
    low, high = min(*figures, Decimal(target.target)), max(*figures, Decimal(target.target))
    spread = high - low or Decimal(1)

    def y(value: str) -> int:
        return MARGIN + int((high - Decimal(value)) * (HEIGHT - 2 * MARGIN) / spread)

    width = (WIDTH - 2 * MARGIN) // max(len(steps) - 1, 1)
    points = tuple(Point(MARGIN + n * width, y(value), value) for n, value in enumerate(steps))
    return Chart(target, INDICATORS[target.indicator], points, y(target.target))
