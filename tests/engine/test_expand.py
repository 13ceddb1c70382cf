"""Shared drawings become embedded copies; seats, lanes and ids are read off."""

from __future__ import annotations

import pytest

from tests.engine.conftest import SHARED, drawing
from workflow_app.engine import Expanded, drawing_faults, expand
from workflow_app.engine.drawing import read_drawing, tag

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


@pytest.fixture(scope="module")
def expanded() -> Expanded:
    return expand(drawing("approval"), {name: drawing(name) for name in SHARED})


def test_calls_become_copies_with_prefixed_ids(expanded: Expanded) -> None:
    assert expanded.process_id == "approval"
    assert expanded.calls == {
        "supplement": "supplement",
        "school_notice": "public_notice",
        "county_notice": "public_notice",
    }
    assert expanded.origin["school_notice_post"] == ("school_notice", "public_notice", "post")
    assert expanded.origin["county_notice_post"] == ("county_notice", "public_notice", "post")
    assert expanded.origin["county_notice_flow_verdict_correct"][2] == "flow_verdict_correct"
    assert set(expanded.origin) <= expanded.elements.keys() | expanded.flows.keys()
    assert "apply" not in expanded.origin
    assert b"callActivity" not in expanded.xml
    assert drawing_faults(expanded) == ()


def test_every_reference_of_a_copy_points_into_the_copy(expanded: Expanded) -> None:
    root = read_drawing(expanded.xml)
    nodes = {node.get("id"): node for node in root.iter() if node.get("id")}
    assert nodes["supplement_overdue"].get("attachedToRef") == "supplement_supply"
    assert nodes["school_notice_verdict"].get("default") == "school_notice_flow_verdict_finish"
    assert expanded.flows["county_notice_flow_correct_post"] == ("county_notice_correct", "county_notice_post")
    incoming = [node.text for node in nodes["county_notice_post"].iterfind(tag("incoming"))]
    assert incoming == ["county_notice_flow_begin_post", "county_notice_flow_correct_post"]
    assert expanded.conditions["county_notice_flow_verdict_correct"] == "county_notice_result['decision'] == 'upheld'"
    # What the process says about the copy stays the process's.
    assert expanded.conditions["flow_supplied_work_lapsed"] == "supplement_lapse['decision'] == 'withdrawn'"
    assert expanded.flows["flow_join_school_notice"] == ("join", "school_notice")


def test_kinds_seats_messages(expanded: Expanded) -> None:
    assert expanded.seats == {"countersign"}
    assert b"multiInstance" not in expanded.xml
    assert expanded.messages == ("withdraw",)
    kinds = {kind: [name for name, k in expanded.elements.items() if k == kind] for kind in expanded.elements.values()}
    assert {"late", "supplement_overdue", "school_notice_period", "county_notice_period"} == set(kinds["timer"])
    assert {"issue", "register", "supplement_notify"} <= set(kinds["operation"])
    assert {"work", "supplement", "school_notice", "county_notice"} == set(kinds["subprocess"])
    assert kinds["message"] == ["taken_back"]
    assert {"apply", "decide", "supplement_supply"} <= set(kinds["user"])
    assert {"split", "join", "decided", "school_notice_verdict"} <= set(kinds["gateway"])
    assert {"begin", "work_begin", "supplement_begin"} <= set(kinds["start"])
    assert {"approved", "work_end", "chased"} <= set(kinds["end"])


def test_lanes_are_by_id_and_those_of_a_copy_are_the_shared_drawings(expanded: Expanded) -> None:
    assert expanded.lanes["apply"] == "school"
    assert expanded.lanes["accept"] == "officer"
    assert expanded.lanes["visit"] == "school"  # that of its sub-process
    assert expanded.lanes["county_notice_result"] == "recorder"
    assert expanded.lanes["supplement_lapse"] == "handler"
    assert (
        "county_notice_publish" not in expanded.lanes
    )  # the shared drawing gives it none, the caller's is not its own


def test_of_nested_lanes_the_innermost_counts() -> None:
    lanes = """<laneSet id="ls"><lane id="outer"><flowNodeRef>a</flowNodeRef><flowNodeRef>b</flowNodeRef>
      <childLaneSet id="cls"><lane id="inner"><flowNodeRef>b</flowNodeRef></lane></childLaneSet></lane></laneSet>"""
    process = f'<process id="p">{lanes}<userTask id="a"/><userTask id="b"/></process>'
    content = f'<definitions xmlns="{BPMN}">{process}</definitions>'
    assert expand(content.encode(), {}).lanes == {"a": "outer", "b": "inner"}


def test_pictures_pools_and_explanations_are_left_out() -> None:
    content = drawing("rounds").decode()
    extra = """<bpmn:textAnnotation id="Note_1"><bpmn:text>说明</bpmn:text></bpmn:textAnnotation>
      <bpmn:association id="Link_1" sourceRef="check" targetRef="Note_1"/></bpmn:process>
      <bpmn:collaboration id="c"><bpmn:participant id="pool" processRef="rounds"/></bpmn:collaboration>
      <bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="d"/>"""
    decorated = content.replace("</bpmn:process>", extra).replace(
        '<bpmn:userTask id="check">', '<bpmn:userTask id="check"><bpmn:documentation>核对</bpmn:documentation>'
    )
    assert expand(decorated.encode(), {}) == expand(content.encode(), {})


def test_other_prefixes_and_typed_conditions_are_read() -> None:
    typed = (
        drawing("rounds")
        .decode()
        .replace("bpmn:", "bpmn2:")
        .replace("xmlns:bpmn=", 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:bpmn2=')
        .replace("<bpmn2:conditionExpression>", '<bpmn2:conditionExpression xsi:type="bpmn2:tFormalExpression">')
    )
    expanded = expand(typed.encode(), {})
    assert drawing_faults(expanded) == ()
    assert expanded.conditions == expand(drawing("rounds"), {}).conditions


def test_a_message_of_a_shared_drawing_comes_along() -> None:
    content = f"""<definitions xmlns="{BPMN}"><process id="p"><startEvent id="s"><outgoing>f1</outgoing></startEvent>
      <callActivity id="one" calledElement="rounds"><incoming>f1</incoming><outgoing>f2</outgoing></callActivity>
      <endEvent id="e"><incoming>f2</incoming></endEvent>
      <sequenceFlow id="f1" sourceRef="s" targetRef="one"/><sequenceFlow id="f2" sourceRef="one" targetRef="e"/>
      </process></definitions>"""
    expanded = expand(content.encode(), {"rounds": drawing("rounds")})
    assert expanded.messages == ("withdraw",)
    assert drawing_faults(expanded) == ()


def test_expansion_gives_the_same_bytes_every_time(expanded: Expanded) -> None:
    assert expand(drawing("approval"), {name: drawing(name) for name in reversed(SHARED)}) == expanded
