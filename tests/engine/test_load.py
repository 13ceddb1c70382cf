"""What a drawing may hold: each thing the engine must never be shown is refused by element and code."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.engine.conftest import SHARED, drawing
from workflow_app.engine import DrawingRefused, drawing_faults, expand, load

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
FLOW = '<sequenceFlow id="{0}" sourceRef="{1}" targetRef="{2}"/>'


def definitions(process: str, beside: str = "") -> bytes:
    return (
        f'<definitions xmlns="{BPMN}" xmlns:spiffworkflow="{SPIFF}" targetNamespace="t">{beside}'
        f'<process id="p">{process}</process></definitions>'
    ).encode()


def line(*nodes: str, extra: str = "", beside: str = "") -> bytes:
    """start → the nodes, each of which is given as XML with the id that its position says: n1, n2, … → end."""
    names = ["start", *(f"n{i + 1}" for i in range(len(nodes))), "finish"]
    flows = "".join(FLOW.format(f"f{i}", a, b) for i, (a, b) in enumerate(pairwise(names)))
    return definitions(f'<startEvent id="start"/>{"".join(nodes)}<endEvent id="finish"/>{flows}{extra}', beside)


def faults(content: bytes, **shared: bytes) -> set[tuple[str, str]]:
    found = drawing_faults(expand(content, shared))
    assert all(str(fault.message) for fault in found)
    return {(fault.element, fault.code) for fault in found}


USER = '<userTask id="n1"/>'


def test_a_plain_line_is_accepted_and_the_same_faults_are_raised_as_listed() -> None:
    assert faults(line(USER)) == set()
    bad = expand(line('<scriptTask id="n1"/>'), {})
    with pytest.raises(DrawingRefused) as caught:
        load(bad)
    assert caught.value.faults == drawing_faults(bad)
    assert len(caught.value.problems) == len(caught.value.faults)
    assert "n1 [script]" in str(caught.value)


@pytest.mark.parametrize(
    ("node", "code"),
    [
        ('<scriptTask id="n1"><script>import os</script></scriptTask>', "script"),
        ('<userTask id="n1"><extensionElements><spiffworkflow:preScript>x = 1</spiffworkflow:preScript>'
         "</extensionElements></userTask>", "extension"),
        ('<userTask id="n1"><extensionElements><spiffworkflow:postScript>x = 1</spiffworkflow:postScript>'
         "</extensionElements></userTask>", "extension"),
        ('<userTask id="n1" spiffworkflow:scriptsOnInstances="true"/>', "extension"),
        ('<callActivity id="n1" calledElement="nowhere"/>', "called_process"),
        ('<adHocSubProcess id="n1"/>', "ad_hoc"),
        ('<transaction id="n1"/>', "transaction"),
        ('<task id="n1"/>', "unsupported"),
        ('<manualTask id="n1"/>', "unsupported"),
        ('<businessRuleTask id="n1"/>', "decision_table"),
        ('<receiveTask id="n1"/>', "unsupported"),
        ('<inclusiveGateway id="n1"/>', "unsupported"),
        ('<eventBasedGateway id="n1"/>', "event"),
        ('<intermediateThrowEvent id="n1"/>', "event"),
        ('<intermediateCatchEvent id="n1"/>', "event"),
        ('<intermediateCatchEvent id="n1"><conditionalEventDefinition><condition>1</condition>'
         "</conditionalEventDefinition></intermediateCatchEvent>", "event"),
        ('<intermediateCatchEvent id="n1"><signalEventDefinition/></intermediateCatchEvent>', "event"),
        ('<intermediateCatchEvent id="n1"><linkEventDefinition/></intermediateCatchEvent>', "event"),
        ('<intermediateCatchEvent id="n1"><timerEventDefinition/><timerEventDefinition/></intermediateCatchEvent>',
         "event"),
        ('<intermediateCatchEvent id="n1"><timerEventDefinition><timeCycle>R3/PT1S</timeCycle></timerEventDefinition>'
         "</intermediateCatchEvent>", "timer"),
        ('<intermediateCatchEvent id="n1"><timerEventDefinition><timeDuration>PT1S</timeDuration>'
         "</timerEventDefinition></intermediateCatchEvent>", "timer"),
        ('<intermediateCatchEvent id="n1"><messageEventDefinition messageRef="gone"/></intermediateCatchEvent>',
         "message"),
        ('<userTask id="n1"><standardLoopCharacteristics loopMaximum="3"/></userTask>', "loop"),
        ('<serviceTask id="n1"><multiInstanceLoopCharacteristics/></serviceTask>', "loop"),
        ('<userTask id="n1"><ioSpecification/></userTask>', "data"),
        ('<userTask id="n1"><property id="x"/></userTask>', "data"),
        ('<userTask id="n1"><dataInputAssociation/></userTask>', "data"),
        ('<userTask id="n1" isForCompensation="true"/>', "attribute"),
        ('<userTask id="n1" startQuantity="2"/>', "attribute"),
        ('<subProcess id="n1" triggeredByEvent="true"><startEvent id="a"/><endEvent id="b"/>'
         '<sequenceFlow id="c" sourceRef="a" targetRef="b"/></subProcess>', "attribute"),
    ],
)  # fmt: skip
def test_a_dangerous_node_is_refused(node: str, code: str) -> None:
    assert ("n1", code) in faults(line(node))


@pytest.mark.parametrize(
    "end", ["terminate", "error", "escalation", "signal", "message", "cancel", "compensate"]
)  # fmt: skip
def test_only_plain_ends(end: str) -> None:
    content = (
        line(USER)
        .decode()
        .replace('<endEvent id="finish"/>', f'<endEvent id="finish"><{end}EventDefinition/></endEvent>')
    )
    assert "event" in {code for element, code in faults(content.encode()) if element == "finish"}


@pytest.mark.parametrize("start", ["timer", "message", "signal", "conditional"])
def test_only_plain_starts(start: str) -> None:
    content = (
        line(USER)
        .decode()
        .replace('<startEvent id="start"/>', f'<startEvent id="start"><{start}EventDefinition/></startEvent>')
    )
    assert ("start", "event") in faults(content.encode())


@pytest.mark.parametrize(
    ("beside", "code"),
    [
        ('<correlationProperty id="c"><correlationPropertyRetrievalExpression messageRef="m"><messagePath>open("x")'
         "</messagePath></correlationPropertyRetrievalExpression></correlationProperty>", "correlation"),
        ('<collaboration id="c"><correlationKey id="k" name="k"/></collaboration>', "correlation"),
        ('<itemDefinition id="i"/>', "correlation"),
        ('<signal id="s" name="s"/>', "event"),
        ('<error id="e"/>', "event"),
        ('<dataStore id="d" name="d"/>', "data"),
        ('<message id="m" name="m"><extensionElements><spiffworkflow:messagePayload>1</spiffworkflow:messagePayload>'
         "</extensionElements></message>", "extension"),
        ('<message id="m" name="m" itemRef="i"/>', "extension"),
    ],
)  # fmt: skip
def test_nothing_dangerous_beside_the_process(beside: str, code: str) -> None:
    assert code in {found for _, found in faults(line(USER, beside=beside))}


def test_data_objects_and_stores_are_refused() -> None:
    extra = '<dataObject id="d"/><dataObjectReference id="r" dataObjectRef="d"/><dataStoreReference id="t"/>'
    assert {("d", "data"), ("r", "data"), ("t", "data")} <= faults(line(USER, extra=extra))


@pytest.mark.parametrize("name", ["Activity_1", "a-b", "1a", "_a", "a.b", "class", "is", "ä", "a" * 81])
def test_ids_are_plain_names(name: str) -> None:
    content = line(USER).decode().replace("n1", name)
    assert (name, "id") in faults(content.encode())


def test_ids_are_unique_after_expansion() -> None:
    shared = line(USER)
    clash = line('<callActivity id="n1" calledElement="s"/>', '<userTask id="n2"/>', extra='<userTask id="n1_n1"/>')
    assert ("n1_n1", "duplicate_id") in faults(clash, s=shared)


def test_a_call_inside_a_shared_drawing_is_refused() -> None:
    inner = line('<callActivity id="n1" calledElement="s"/>')
    assert faults(line('<callActivity id="n1" calledElement="s"/>'), s=inner) == {("n1_n1", "called_process")}


def test_messages_need_a_plain_name() -> None:
    event = '<intermediateCatchEvent id="n1"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'
    assert faults(line(event, beside='<message id="m" name="withdraw"/>')) == set()
    assert faults(line(event, beside='<message id="m" name="撤回"/>')) == {("n1", "message")}
    assert faults(line(event, beside='<message id="m"/>')) == {("n1", "message")}


def choice(condition: str | None, default: str | None = "g2", second: str | None = None) -> bytes:
    def flow(name: str, target: str, text: str | None) -> str:
        inner = "" if text is None else f"<conditionExpression>{text}</conditionExpression>"
        return f'<sequenceFlow id="{name}" sourceRef="n2" targetRef="{target}">{inner}</sequenceFlow>'

    gateway = '<exclusiveGateway id="n2"/>' if default is None else f'<exclusiveGateway id="n2" default="{default}"/>'
    return definitions(
        f'<startEvent id="start"/><userTask id="n1"/>{gateway}<endEvent id="a"/><endEvent id="b"/>'
        + FLOW.format("f1", "start", "n1")
        + FLOW.format("f2", "n1", "n2")
        + flow("g1", "a", condition)
        + flow("g2", "b", second)
    )


def test_an_exclusive_gateway_needs_conditions_and_one_default() -> None:
    condition = "n1['decision'] == 'agree'"
    assert faults(choice(condition)) == set()
    assert faults(choice(condition, default=None)) == {("n2", "default")}
    assert faults(choice(condition, default="f1")) == {("n2", "default"), ("g2", "condition")}
    assert faults(choice(None)) == {("g1", "condition")}
    assert faults(choice(condition, second=condition)) == {("g2", "condition")}


@pytest.mark.parametrize("condition", ["__import__('os')", "n1.decision == 'a'", "", "9**9**9", "n1"])
def test_conditions_are_on_the_allow_list(condition: str) -> None:
    assert faults(choice(condition)) == {("g1", "expression")}


def test_conditions_read_steps_of_this_drawing_only() -> None:
    assert faults(choice("elsewhere['decision'] == 'a'")) == {("g1", "unknown_element")}
    assert faults(choice("start['decision'] == 'a'")) == {("g1", "unknown_element")}
    outer = line(USER, '<callActivity id="n2" calledElement="s"/>')
    shared = choice("n1['decision'] == 'a'").decode().replace("n1['decision']", "n9['decision']").encode()
    assert faults(outer, s=shared) == {("n2_g1", "unknown_element")}


def test_order_faults() -> None:
    lonely = line(USER, extra='<userTask id="island"/>')
    assert faults(lonely) == {("island", "unreachable")}
    stopped = line(USER, extra='<boundaryEvent id="late" attachedToRef="n1"><timerEventDefinition/></boundaryEvent>')
    assert faults(stopped) == {("late", "dead_end")}
    forked = line(USER, extra='<endEvent id="other"/>' + FLOW.format("g", "n1", "other"))
    assert faults(forked) == {("n1", "fork")}
    twice = line(USER, '<parallelGateway id="n2"/>', extra=FLOW.format("g", "n2", "finish"))
    assert faults(twice) == {("g", "double_flow")}
    endless = definitions(
        '<startEvent id="start"/><userTask id="a"/><userTask id="b"/><endEvent id="finish"/>'
        + FLOW.format("f1", "start", "a") + FLOW.format("f2", "a", "b") + FLOW.format("f3", "b", "a")
    )  # fmt: skip
    assert {("a", "dead_end"), ("b", "dead_end"), ("finish", "unreachable")} <= faults(endless)
    dangling = line(USER, extra=FLOW.format("g", "n1", "nowhere"))
    assert ("g", "flow") in faults(dangling)


def test_each_scope_has_one_start_and_an_end() -> None:
    inner = '<subProcess id="n1"><userTask id="a"/></subProcess>'
    assert {("n1", "start"), ("n1", "end")} <= faults(line(inner))
    crossing = '<subProcess id="n1"><startEvent id="s"/><userTask id="a"/><endEvent id="e"/>{}</subProcess>'
    flows = FLOW.format("i1", "s", "a") + FLOW.format("i2", "a", "e") + FLOW.format("i3", "a", "finish")
    assert ("i3", "flow") in faults(line(crossing.format(flows)))
    assert ("start", "start") in faults(line(USER, extra=FLOW.format("back", "n1", "start")))


def test_boundary_events_hang_on_steps_and_sub_processes() -> None:
    boundary = '<boundaryEvent id="late" attachedToRef="{}"><timerEventDefinition/></boundaryEvent><endEvent id="x"/>'
    flow = FLOW.format("g", "late", "x")
    assert faults(line(USER, extra=boundary.format("n1") + flow)) == set()
    assert ("late", "boundary") in faults(line('<serviceTask id="n1"/>', extra=boundary.format("n1") + flow))
    assert ("late", "boundary") in faults(line(USER, extra=boundary.format("gone") + flow))


def test_size_is_limited_after_expansion() -> None:
    many = [f'<userTask id="n{i + 1}"/>' for i in range(299)]
    assert faults(line(*many)) == {("", "too_many_nodes")}
    assert faults(line(*many[:298])) == set()
    empty = '<subProcess id="n{0}"><startEvent id="s{0}"/><endEvent id="e{0}"/>' + FLOW.format("i{0}", "s{0}", "e{0}")
    subs = [(empty + "</subProcess>").format(i + 1) for i in range(41)]
    assert faults(line(*subs)) == {("", "too_many_subprocesses")}


def test_all_faults_come_at_once() -> None:
    content = line('<scriptTask id="n1"/>', '<task id="n2"/>', extra='<userTask id="Island"/>')
    assert faults(content) == {
        ("n1", "script"), ("n2", "unsupported"), ("Island", "id"), ("Island", "unreachable"),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["approval", "deadlines", "branches", "rounds", "interrupted", *SHARED])
def test_the_fixture_drawings_are_accepted(name: str) -> None:
    spec = load(expand(drawing(name), {shared: drawing(shared) for shared in SHARED}))
    assert spec.expanded.process_id == name


def test_what_only_the_schema_knows_is_a_fault_too() -> None:
    misplaced = line(USER).decode().replace('<startEvent id="start"/>', '<startEvent id="start" default="f0"/>')
    assert faults(misplaced.encode()) == {("p", "library")}
