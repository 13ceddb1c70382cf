"""Diagrams: every sign of BPMN drawn, names placed, nothing a page forbids."""

from __future__ import annotations

import pytest
from lxml import etree

from workflow_app.definitions.diagram import picture
from workflow_app.definitions.diagram_operations import Bounds, Box, Circle, Drawn, Path, Words
from workflow_app.definitions.diagram_reading import read_layout
from workflow_app.definitions.diagram_svg import diagram_svg
from workflow_app.definitions.diagram_text import fitted, width_of, wrapped
from workflow_app.definitions.version import ProcessVersion
from workflow_app.engine import DrawingRefused

SVG = "{http://www.w3.org/2000/svg}"
HEAD = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="t">"""


def drawing(elements: str, shapes: str) -> bytes:
    """A BPMN file with these elements and this picture."""
    plane = f'<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    return f'{HEAD}<process id="p">{elements}</process>{plane}</definitions>'.encode()


def shape(element: str, x: float, y: float, width: float, height: float, label: str = "", more: str = "") -> str:
    """The place of a node."""
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return f'<bpmndi:BPMNShape bpmnElement="{element}" {more}>{bounds}{label}</bpmndi:BPMNShape>'


def label(x: float, y: float, width: float, height: float) -> str:
    """The place of a name."""
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return f"<bpmndi:BPMNLabel>{bounds}</bpmndi:BPMNLabel>"


def edge(element: str, *points: tuple[float, float]) -> str:
    """The way of a flow."""
    ways = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
    return f'<bpmndi:BPMNEdge bpmnElement="{element}">{ways}</bpmndi:BPMNEdge>'


STEP = drawing(
    '<startEvent id="s" name="发起"/><userTask id="a" name="初审"/>'
    '<sequenceFlow id="f" name="转办" sourceRef="s" targetRef="a"/>',
    shape("s", 0, 15, 34, 34) + shape("a", 100, 0, 112, 64) + edge("f", (34, 32), (100, 32)),
)


def one(kind: str, inside: str = "", more: str = "", marks: str = "") -> Drawn:
    """A single node of a kind, drawn at (0, 0)."""
    found = picture(
        drawing(f'<{kind} id="x" name="名称" {more}>{inside}</{kind}>', shape("x", 0, 0, 40, 40, "", marks))
    )
    (drawn,) = found.drawn
    return drawn


def test_an_element_is_a_group_with_its_id_status_and_name() -> None:
    root = etree.fromstring(diagram_svg(STEP, status={"s": "done", "a": "late"}, labels={}, badges={}, title="流程图"))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "流程图"
    groups = root.findall(f"{SVG}g[@class='el']")
    assert [(g.get("data-element"), g.get("data-status"), g.findtext(f"{SVG}title")) for g in groups] == [
        ("f", None, "转办"),
        ("s", "done", "发起"),
        ("a", "late", "初审"),
    ]
    assert {box.get("stroke") for box in groups[2].iter(f"{SVG}rect")} == {"#b3261e"}


def test_labels_replace_names_and_an_empty_one_hides_the_name() -> None:
    shown = diagram_svg(STEP, status={}, labels={"a": "First review", "f": ""}, badges={}, title="Diagram")
    assert "First review" in shown
    assert "初审" not in shown
    assert "转办" not in shown
    assert "发起" in shown


def test_a_badge_is_a_pill_below_its_step() -> None:
    badge_of = {"a": "剩2天", "s": "4月8日"}
    drawn = {d.element: d for d in picture(STEP, status={"a": "active"}, badges=badge_of).drawn}
    pill, words = drawn["a"].operations[-2:]
    assert isinstance(pill, Box)
    assert isinstance(words, Words)
    assert words.text == "剩2天"
    assert pill.bounds.y > 64
    assert pill.bounds.centre[0] == 156
    above = drawn["s"].operations[-2]  # its name stands below it
    assert isinstance(above, Box)
    assert above.bounds.bottom < 15


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><image href="x"/>', "a & b ]]>"])
def test_texts_are_escaped_and_nothing_is_written_that_a_page_forbids(hostile: str) -> None:
    shown = diagram_svg(STEP, status={}, labels={"a": hostile, "s": hostile}, badges={"a": hostile}, title=hostile)
    root = etree.fromstring(shown)
    assert {str(e.tag).removeprefix(SVG) for e in root.iter()} <= {
        *("svg", "title", "g", "rect", "circle", "polygon", "polyline", "text")
    }
    assert not [e for e in root.iter() if e.get("style") or any(name.startswith("on") for name in map(str, e.attrib))]
    assert root.findtext(f"{SVG}title") == hostile


def test_ids_are_escaped() -> None:
    odd = drawing('<userTask id="a&quot;b"/>', shape("a&quot;b", 0, 0, 100, 60))
    root = etree.fromstring(diagram_svg(odd, status={}, labels={}, badges={}, title=""))
    assert [g.get("data-element") for g in root.findall(f"{SVG}g")] == ['a"b']


def test_events_are_told_apart_by_their_rings_and_signs() -> None:
    def rings(drawn: Drawn) -> list[Circle]:
        return [o for o in drawn.operations if isinstance(o, Circle)]

    assert len(rings(one("startEvent"))) == 1
    (end,) = rings(one("endEvent"))
    assert end.paint.line > 3
    timer = one("intermediateCatchEvent", "<timerEventDefinition/>")
    assert [ring.radius for ring in rings(timer)] == [20, 17, 14]
    assert len([o for o in timer.operations if isinstance(o, Path)]) == 5  # four ticks and the hands
    letter = one("boundaryEvent", "<messageEventDefinition/>")
    assert [type(o) for o in letter.operations[2:4]] == [Box, Path]
    assert not rings(letter)[0].paint.dashed
    assert rings(one("boundaryEvent", "<timerEventDefinition/>", 'cancelActivity="false"'))[0].paint.dashed


def test_gateways_are_diamonds_with_a_cross_a_plus_or_a_ring() -> None:
    diamond, *cross = one("exclusiveGateway").operations[:3]
    assert isinstance(diamond, Path)
    assert diamond.closed
    assert diamond.points == ((20, 0), (40, 20), (20, 40), (0, 20))
    assert all(isinstance(line, Path) and line.points[0][0] != line.points[1][0] for line in cross)
    level, upright = one("parallelGateway").operations[1:3]
    assert isinstance(level, Path)
    assert isinstance(upright, Path)
    assert level.points[0][1] == level.points[1][1]
    assert upright.points[0][0] == upright.points[1][0]
    assert isinstance(one("inclusiveGateway").operations[1], Circle)


def test_a_call_has_a_plus_in_a_box_and_a_step_with_seats_three_bars() -> None:
    call = one("callActivity")
    assert [type(o) for o in call.operations[:4]] == [Box, Box, Path, Path]
    closed = one("subProcess", marks='isExpanded="false"')
    assert [type(o) for o in closed.operations[:4]] == [Box, Box, Path, Path]
    seats = one("userTask", "<multiInstanceLoopCharacteristics/>")
    bars = [o for o in seats.operations if isinstance(o, Path) and not o.closed and len(o.points) == 2]
    assert len(bars) == 3


def test_what_is_done_carries_a_tick_besides_its_colour() -> None:
    plain = picture(STEP).drawn[2].operations
    assert len(picture(STEP, status={"a": "done"}).drawn[2].operations) == len(plain) + 1


def test_lanes_lie_behind_boxes_behind_flows_behind_nodes_behind_boundary_events() -> None:
    found = picture(
        drawing(
            '<laneSet><lane id="l" name="科室"/></laneSet><boundaryEvent id="b" attachedToRef="v"/>'
            '<subProcess id="v" name="办理"><userTask id="a"/><subProcess id="w"/></subProcess>'
            '<sequenceFlow id="f" sourceRef="a" targetRef="b"/>',
            shape("b", 0, 0, 34, 34)
            + shape("a", 0, 0, 9, 9)
            + shape("w", 0, 0, 9, 9, "", 'isExpanded="true"')
            + shape("v", 0, 0, 9, 9, "", 'isExpanded="true"')
            + edge("f", (0, 0), (9, 0))
            + shape("l", 0, 0, 99, 99),
        )
    )
    assert [d.element for d in found.drawn] == ["l", "v", "w", "f", "a", "b"]
    assert [o.turned for o in found.drawn[0].operations if isinstance(o, Words)] == [True]


def test_flows_that_were_passed_lie_above_the_others() -> None:
    two = drawing(
        '<sequenceFlow id="f" sourceRef="a" targetRef="b"/><sequenceFlow id="g" sourceRef="a" targetRef="b"/>',
        edge("f", (0, 0), (9, 0)) + edge("g", (0, 0), (9, 0)),
    )
    assert [d.element for d in picture(two, status={"f": "done"}).drawn] == ["g", "f"]


def test_an_arrow_head_points_where_the_flow_ends() -> None:
    (flow, *_) = picture(STEP).drawn
    head = flow.operations[1]
    assert isinstance(head, Path)
    assert head.points[0] == (100, 32)
    assert all(x < 93 for x, _ in head.points[1:])


@pytest.mark.parametrize(
    ("place", "anchor", "rises"),
    [
        ((-70, 12, 60, 16), "end", None),
        ((50, 12, 60, 16), "start", None),
        ((-10, -20, 60, 16), "middle", True),
        ((-10, 44, 60, 16), "middle", False),
    ],
)
def test_a_name_grows_away_from_its_shape(
    place: tuple[float, float, float, float], anchor: str, rises: bool | None
) -> None:
    node = drawing('<exclusiveGateway id="x" name="Was it handed in?"/>', shape("x", 0, 0, 40, 40, label(*place)))
    words = [o for o in picture(node).drawn[0].operations if isinstance(o, Words)]
    assert len(words) == 2
    assert {w.anchor for w in words} == {anchor}
    if rises is not None:
        assert all((w.y < 0) == rises for w in words)
        assert all((w.y > 40) != rises for w in words)


def test_names_without_a_place_stand_where_they_are_expected() -> None:
    def extent(kind: str) -> Bounds:
        return next(o.extent for o in one(kind).operations if isinstance(o, Words))

    assert extent("exclusiveGateway").bottom < 0
    assert extent("endEvent").y > 40
    assert extent("boundaryEvent").x > 20


def test_elements_without_a_usable_place_are_left_out_and_named() -> None:
    broken = drawing(
        '<userTask id="a"/><userTask id="b"/><userTask id="c"/><sequenceFlow id="f" sourceRef="a" targetRef="b"/>',
        shape("a", 0, 0, 9, 9)
        + '<bpmndi:BPMNShape bpmnElement="b"><dc:Bounds x="nan" y="0" width="1" height="1"/></bpmndi:BPMNShape>'
        + edge("f", (0, 0))
        + shape("nobody", 0, 0, 9, 9),
    )
    assert read_layout(broken).missing == ("b", "c", "f")
    assert [d.element for d in picture(broken).drawn] == ["a"]


def test_a_file_without_any_picture_is_an_empty_one_and_another_file_is_refused(version: ProcessVersion) -> None:
    assert picture(version.drawings["study-visit"]).drawn == ()
    with pytest.raises(DrawingRefused):
        picture(b"<svg/>")


def test_chinese_is_broken_into_even_lines_and_latin_at_words() -> None:
    assert wrapped("出具受理通知书", 14, 84) == ["出具受理", "通知书"]
    assert wrapped("退回，请补正", 14, 42) == ["退回，", "请补正"]
    assert wrapped("Issue the notice of acceptance", 14, 90) == ["Issue the", "notice of", "acceptance"]
    assert wrapped("初审 First review", 14, 90) == ["初审 First", "review"]
    assert wrapped("  ", 14, 90) == []
    assert "".join(wrapped("Donaudampfschifffahrt", 14, 60)) == "Donaudampfschifffahrt"
    assert width_of("初审", 14) == 28


def test_a_long_name_is_set_smaller_before_words_break_and_cut_at_last() -> None:
    assert fitted("Countersigning", 94, 40, (14.5, 13)) == (["Countersigning"], 13)
    lines, size = fitted("章程" * 40, 60, 40, (14, 10))
    assert size == 10
    assert len(lines) == 3
    assert lines[-1].endswith("…")
