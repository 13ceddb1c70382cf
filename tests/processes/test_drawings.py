"""The pictures of the drawings that ship: complete, and legible in both languages at the width of a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

import pytest

from workflow_app.definitions.diagram import picture
from workflow_app.definitions.diagram_case import Language, names
from workflow_app.definitions.diagram_operations import Bounds, Picture, Point, Words
from workflow_app.definitions.diagram_reading import Layout, Node, read_layout
from workflow_app.definitions.loading import load
from workflow_app.definitions.schema import Call, ProcessForms
from workflow_app.definitions.source import read_source, slugs
from workflow_app.definitions.version import ProcessVersion, load_version


@cache
def shipped(slug: str) -> ProcessVersion:
    """A process as it ships."""
    return load_version(read_source(slug), 1)


def calls_of(slug: str) -> Mapping[str, Call]:
    """The shared drawings that a process uses, by the id of the call."""
    forms, faults = load(read_source(slug).form, slug, ProcessForms)
    assert forms is not None, faults
    return forms.calls


SHOWN = [
    (slug, name, call)
    for slug in slugs()
    for name, call in [(slug, None), *((call.drawing, key) for key, call in calls_of(slug).items())]
]
"""Every process that ships, and each shared drawing as it is shown through each of its calls."""
Stretch = tuple[Point, Point]


@pytest.fixture
def shown(request: pytest.FixtureRequest) -> tuple[bytes, str | None]:
    """A drawing, and the call through which it is shown."""
    slug, name, call = request.param
    return shipped(slug).drawings[name], call


@pytest.fixture
def version(request: pytest.FixtureRequest) -> ProcessVersion:
    """The process of the drawing, as it ships."""
    return shipped(request.param)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test looks at every drawing, with the process to which it belongs."""
    if "shown" in metafunc.fixturenames:
        ids = ["-".join(filter(None, (slug, call))) for slug, _, call in SHOWN]
        if "version" in metafunc.fixturenames:
            pairs = [(drawing, drawing[0]) for drawing in SHOWN]
            metafunc.parametrize(("shown", "version"), pairs, ids=ids, indirect=True)
        else:
            metafunc.parametrize("shown", SHOWN, ids=ids, indirect=True)


def test_everything_has_its_place(shown: tuple[bytes, str | None]) -> None:
    assert read_layout(shown[0]).missing == ()


def test_the_drawing_fits_a_page(shown: tuple[bytes, str | None]) -> None:
    """At a width of 1200 the names of steps (14.5) are to be at least 11 high."""
    assert picture(shown[0]).bounds.width <= 1200 * 14.5 / 11


def test_flows_end_at_their_nodes_and_run_straight(shown: tuple[bytes, str | None], version: ProcessVersion) -> None:
    layout = read_layout(shown[0])
    places = {node.id: node.bounds for node in (*layout.boxes, *layout.nodes)}
    prefix = f"{shown[1]}_" if shown[1] else ""
    for flow in layout.flows:
        source, target = version.expanded.flows[prefix + flow.id]
        assert _at_edge(places[source.removeprefix(prefix)], flow.points[0]), flow.id
        assert _at_edge(places[target.removeprefix(prefix)], flow.points[-1]), flow.id
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(flow.points)), flow.id


def test_no_flow_runs_through_a_node_or_across_another(shown: tuple[bytes, str | None]) -> None:
    layout = read_layout(shown[0])
    for flow in layout.flows:
        for stretch in pairwise(flow.points):
            for node in layout.nodes:
                assert not _meets(_shrunk(node.bounds, 2), stretch), (flow.id, node.id)
            for other in layout.flows:
                if other.points[-1] != flow.points[-1]:
                    assert not any(_cross(stretch, there) for there in pairwise(other.points)), (flow.id, other.id)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_name_touches_a_shape_a_flow_a_lane_or_another_name(
    shown: tuple[bytes, str | None], version: ProcessVersion, language: Language
) -> None:
    drawing, call = shown
    layout = read_layout(drawing)
    labels = list(_labels(picture(drawing, labels=names(version, language, call))))
    lines = list(_lines(layout))
    for number, (owner, words) in enumerate(labels):
        area = _shrunk(words.extent, 1)
        for node in layout.nodes:
            assert not _overlap(area, _core(node)), (words.text, node.id)
        assert not [line for line in lines if _meets(area, line)], (owner, words.text)
        for _, other in labels[:number]:
            assert not _overlap(area, _shrunk(other.extent, 1)), (words.text, other.text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_names_stay_inside_their_steps(
    shown: tuple[bytes, str | None], version: ProcessVersion, language: Language
) -> None:
    drawing, call = shown
    places = {node.id: node.bounds for node in read_layout(drawing).nodes}
    for drawn in picture(drawing, labels=names(version, language, call)).drawn:
        if drawn.kind.endswith("Task") or drawn.kind == "callActivity":
            box = places[drawn.element]
            words = [operation for operation in drawn.operations if isinstance(operation, Words)]
            assert words, drawn.element
            for line in words:
                area = line.extent
                assert box.x <= area.x, line.text
                assert area.right <= box.right, line.text
                assert box.y <= area.y, line.text
                assert area.bottom <= box.bottom, line.text
                assert "…" not in line.text


def test_an_english_page_shows_no_chinese(shown: tuple[bytes, str | None], version: ProcessVersion) -> None:
    drawing, call = shown
    for drawn in picture(drawing, labels=names(version, "en", call)).drawn:
        assert not any("一" <= character <= "鿿" for character in drawn.name), drawn.name


def _labels(shown: Picture) -> Iterator[tuple[str, Words]]:
    for drawn in shown.drawn:
        for operation in drawn.operations:
            if isinstance(operation, Words) and operation.halo and drawn.kind != "subProcess":
                yield drawn.element, operation


def _lines(layout: Layout) -> Iterator[Stretch]:
    for flow in layout.flows:
        yield from pairwise(flow.points)
    for node in (*layout.bands, *layout.boxes):
        x, y, right, bottom = node.bounds.x, node.bounds.y, node.bounds.right, node.bounds.bottom
        yield from pairwise(((x, y), (right, y), (right, bottom), (x, bottom), (x, y)))


def _core(node: Node) -> Bounds:
    """What a node covers for certain: of a diamond the square in its middle."""
    return _shrunk(node.bounds, node.bounds.width / 4 if node.kind.endswith("Gateway") else 0)


def _shrunk(bounds: Bounds, by: float) -> Bounds:
    return Bounds(bounds.x + by, bounds.y + by, bounds.width - 2 * by, bounds.height - 2 * by)


def _overlap(one: Bounds, other: Bounds) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def _meets(bounds: Bounds, stretch: Stretch) -> bool:
    (x1, y1), (x2, y2) = stretch
    return (
        min(x1, x2) < bounds.right
        and bounds.x < max(x1, x2) + 0.01
        and min(y1, y2) < bounds.bottom
        and bounds.y < max(y1, y2) + 0.01
    )


def _cross(one: Stretch, other: Stretch) -> bool:
    """Whether two stretches, each level or upright, have a point in common."""
    (ax, ay), (bx, by) = one
    (cx, cy), (dx, dy) = other
    return (
        min(ax, bx) <= max(cx, dx)
        and min(cx, dx) <= max(ax, bx)
        and min(ay, by) <= max(cy, dy)
        and min(cy, dy) <= max(ay, by)
    )


def _at_edge(bounds: Bounds, point: Point) -> bool:
    """Whether a point lies on the middle of an edge, or for a box anywhere on its outline."""
    x, y = point
    on_side = x in (bounds.x, bounds.right) and bounds.y <= y <= bounds.bottom
    return on_side or (y in (bounds.y, bounds.bottom) and bounds.x <= x <= bounds.right)
