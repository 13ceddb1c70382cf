"""A diagram as SVG for a page: presentation attributes only, because pages forbid inline styles and scripts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from workflow_app.definitions.diagram import picture
from workflow_app.definitions.diagram_operations import (
    Box,
    Circle,
    Drawn,
    Operation,
    Paint,
    Path,
    Picture,
    Status,
    Words,
)

_FONTS = "PingFang SC,HarmonyOS Sans SC,Microsoft YaHei,Noto Sans CJK SC,Noto Sans SC,sans-serif"


def diagram_svg(
    drawing: bytes,
    *,
    status: Mapping[str, Status],
    labels: Mapping[str, str],
    badges: Mapping[str, str],
    title: str,
) -> str:
    """A BPMN file as an ``<svg>`` element with one ``<g class="el" data-element="…">`` per element.

    See :func:`workflow_app.definitions.diagram.picture` for ``status``, ``labels`` and ``badges``.

    Args:
        title: what the picture shows, for those who cannot see it.

    Raises:
        DrawingRefused: the file is not safe, well-formed BPMN.
    """
    return svg(picture(drawing, status=status, labels=labels, badges=badges), title)


def svg(shown: Picture, title: str) -> str:
    """A picture as an ``<svg>`` element of its natural size; a page may only make it smaller."""
    area = " ".join(_number(value) for value in shown.bounds)
    size = f'width="{_number(shown.bounds.width)}" height="{_number(shown.bounds.height)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} viewBox="{area}" font-family="{_FONTS}">'
        f"<title>{escape(title)}</title>{''.join(_group(drawn) for drawn in shown.drawn)}</svg>"
    )


def _group(drawn: Drawn) -> str:
    status = f' data-status="{drawn.status}"' if drawn.status else ""
    name = f"<title>{escape(drawn.name)}</title>" if drawn.name else ""
    parts = "".join(_operation(operation) for operation in drawn.operations)
    return f'<g class="el" data-element="{escape(drawn.element)}"{status}>{name}{parts}</g>'


def _operation(operation: Operation) -> str:
    match operation:
        case Box(bounds, radius, paint):
            x, y, width, height = (_number(value) for value in bounds)
            return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{_number(radius)}"{_paint(paint)}/>'
        case Circle(x, y, radius, paint):
            return f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"{_paint(paint)}/>'
        case Path(points, paint, closed):
            kind = "polygon" if closed else "polyline"
            places = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
            return f'<{kind} points="{places}"{_paint(paint)} stroke-linejoin="round"/>'
        case Words():
            return _words(operation)


def _words(words: Words) -> str:
    place = f'x="{_number(words.x)}" y="{_number(words.y)}"'
    if words.turned:
        place = f'transform="translate({_number(words.x)} {_number(words.y)}) rotate(-90)"'
    weight = ' font-weight="600"' if words.bold else ""
    halo = ' paint-order="stroke" stroke="#ffffff" stroke-width="3" stroke-linejoin="round"' if words.halo else ""
    return (
        f'<text {place} font-size="{_number(words.size)}" fill="{words.fill}" text-anchor="{words.anchor}"'
        f"{weight}{halo}>{escape(words.text)}</text>"
    )


def _paint(paint: Paint) -> str:
    fill = f' fill="{paint.fill or "none"}"'
    if paint.stroke is None:
        return fill
    dashes = ' stroke-dasharray="4 3"' if paint.dashed else ""
    return f'{fill} stroke="{paint.stroke}" stroke-width="{_number(paint.line)}"{dashes}'


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
