"""What a drawing may hold: an allow-list. Everything else is refused by name, with the reason and the element."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from lxml import etree

from workflow_app.engine.drawing import local_name, read_drawing, tag
from workflow_app.engine.expand import Expanded
from workflow_app.engine.expressions import ExpressionRefused, facts_read
from workflow_app.engine.faults import DrawingFault
from workflow_app.engine.graph import order_faults
from workflow_app.text import Text

MAX_NODES = 300
MAX_FLOWS = 900
MAX_SUBPROCESSES = 40

MAX_SHOWN = 80
"""Characters of a refused condition that its fault repeats."""

_ID = re.compile(r"[a-z][a-z0-9_]*")
_ID_LENGTH = 80  # of the columns that hold element ids

# Element -> where it may stand.
_ALLOWED: Mapping[str, frozenset[str]] = {
    "definitions": frozenset(),
    "message": frozenset({"definitions"}),
    "process": frozenset({"definitions"}),
    "timerEventDefinition": frozenset({"intermediateCatchEvent", "boundaryEvent"}),
    "messageEventDefinition": frozenset({"intermediateCatchEvent", "boundaryEvent"}),
    "conditionExpression": frozenset({"sequenceFlow"}),
    **dict.fromkeys(
        (
            "startEvent", "endEvent", "userTask", "serviceTask", "exclusiveGateway", "parallelGateway",
            "subProcess", "intermediateCatchEvent", "boundaryEvent", "sequenceFlow",
        ),
        frozenset({"process", "subProcess"}),
    ),
}  # fmt: skip
_FLOW_ENDS = ("incoming", "outgoing")
_NODES = frozenset(name for name, places in _ALLOWED.items() if "process" in places) - {"sequenceFlow"}

# Attribute -> the values it may have; None: any.
_ATTRIBUTES: Mapping[str, frozenset[str] | None] = {
    **dict.fromkeys(("id", "name", "sourceRef", "targetRef", "attachedToRef", "default", "messageRef"), None),
    **dict.fromkeys(("targetNamespace", "gatewayDirection", "processType"), None),
    "cancelActivity": frozenset({"true", "false"}),
    "isExecutable": frozenset({"true"}),
    "isClosed": frozenset({"true", "false"}),
    "isInterrupting": frozenset({"true"}),
    "isImmediate": frozenset({"true"}),
    "triggeredByEvent": frozenset({"false"}),
    "isForCompensation": frozenset({"false"}),
    "parallelMultiple": frozenset({"false"}),
    "startQuantity": frozenset({"1"}),
    "completionQuantity": frozenset({"1"}),
    "implementation": frozenset({"##unspecified", "##WebService"}),  # the defaults that editors write out
}

_DANGEROUS: Mapping[str, tuple[str, Text]] = {
    "scriptTask": ("script", Text("流程图不得含脚本任务，自动完成的工作用系统任务（serviceTask）。")),
    "script": ("script", Text("流程图不得含脚本。")),
    "businessRuleTask": (
        "decision_table",
        Text("流程图不得含决策表任务（DMN）：走哪条路写在网关的条件里，数额写在政策参数里。"),
    ),
    "callActivity": ("called_process", Text("调用的共用流程图不存在，或者共用流程图里又调用了别的流程图。")),
    "extensionElements": ("extension", Text("流程图不得含扩展元素，设置写在表单文件里。")),
    "ioSpecification": ("data", Text("流程图不得含数据输入输出。")),
    **dict.fromkeys(
        ("dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "property",
         "dataInputAssociation", "dataOutputAssociation"),
        ("data", Text("流程图不得含数据对象和数据存储，数据在表单里。")),
    ),
    **dict.fromkeys(
        ("conditionalEventDefinition", "signalEventDefinition", "escalationEventDefinition", "errorEventDefinition",
         "cancelEventDefinition", "compensateEventDefinition", "terminateEventDefinition", "linkEventDefinition",
         "signal", "escalation", "error", "intermediateThrowEvent", "eventBasedGateway"),
        ("event", Text("事件只能是期限（定时）或消息。")),
    ),
    **dict.fromkeys(
        ("timeCycle", "timeDuration", "timeDate"),
        ("timer", Text("期限在表单文件里指定，流程图的定时符号里不写时间。")),
    ),
    **dict.fromkeys(
        ("correlationKey", "correlationProperty", "correlationSubscription", "itemDefinition"),
        ("correlation", Text("消息不得带关联表达式和数据。")),
    ),
    "adHocSubProcess": ("ad_hoc", Text("流程图不得含自由子流程。")),
    "transaction": ("transaction", Text("流程图不得含事务子流程。")),
    "standardLoopCharacteristics": ("loop", Text("流程图不得含循环标记，循环用网关画出。")),
    "multiInstanceLoopCharacteristics": ("loop", Text("多实例标记（席位）只能用在人工任务上。")),
}  # fmt: skip


def content_faults(expanded: Expanded) -> Iterator[DrawingFault]:
    """Everything that the library does not have to be asked about."""
    root = read_drawing(expanded.xml)
    process = root.find(tag("process"))
    assert process is not None  # read_drawing has found it
    if oversized := list(_size_faults(process)):
        # What is beyond the caps is not looked at further: that could take hours.
        yield from oversized
        return
    for node in root.iter():
        yield from _node_faults(node)
        yield from _attribute_faults(node)
    yield from _id_faults(root)
    yield from _message_faults(root)
    yield from _expression_faults(expanded)
    yield from order_faults(process)


def _size_faults(process: etree._Element) -> Iterator[DrawingFault]:
    names = Counter(local_name(node) for node in process.iterdescendants())
    if (nodes := sum(names[name] for name in _NODES)) > MAX_NODES:
        yield DrawingFault(
            "", "too_many_nodes", Text("展开后有{count}个元素，最多{limit}个。", count=nodes, limit=MAX_NODES)
        )
    if (count := names["sequenceFlow"]) > MAX_FLOWS:
        yield DrawingFault(
            "", "too_many_flows", Text("展开后有{count}条连线，最多{limit}条。", count=count, limit=MAX_FLOWS)
        )
    if (count := names["subProcess"]) > MAX_SUBPROCESSES:
        yield DrawingFault(
            "",
            "too_many_subprocesses",
            Text("展开后有{count}个子流程，最多{limit}个。", count=count, limit=MAX_SUBPROCESSES),
        )


def _node_faults(node: etree._Element) -> Iterator[DrawingFault]:
    name, parent = local_name(node), node.getparent()
    if name in _FLOW_ENDS:
        return
    if name not in _ALLOWED:
        code, message = _DANGEROUS.get(name, ("unsupported", Text("流程图不支持元素“{name}”。", name=name)))
        yield DrawingFault(_owner(node), code, message)
    elif parent is not None and local_name(parent) not in _ALLOWED[name]:
        yield DrawingFault(_owner(node), "event", Text("“{name}”不能放在这里。", name=name))
    if (
        name in ("intermediateCatchEvent", "boundaryEvent")
        and sum("EventDefinition" in local_name(c) for c in node) != 1
    ):
        yield DrawingFault(_owner(node), "event", Text("事件应当恰有一个期限或消息标记。"))


def _attribute_faults(node: etree._Element) -> Iterator[DrawingFault]:
    if local_name(node) not in _ALLOWED:
        return  # the element itself is the fault
    for name, value in node.attrib.items():
        if name not in _ATTRIBUTES:
            yield DrawingFault(_owner(node), "extension", Text("流程图不得含属性“{name}”。", name=str(name)))
        elif (values := _ATTRIBUTES[str(name)]) is not None and value not in values:
            yield DrawingFault(_owner(node), "attribute", Text("属性“{name}”的值不支持。", name=str(name)))


def _id_faults(root: etree._Element) -> Iterator[DrawingFault]:
    used = Counter(node.get("id", "") for node in root.iter() if node.get("id"))
    yield from (
        DrawingFault(name, "duplicate_id", Text("展开后编号“{name}”重复。", name=name))
        for name, n in used.items()
        if n > 1
    )
    for node in root.iter(*(tag(name) for name in (*_NODES, "sequenceFlow"))):
        name = node.get("id", "")
        if not _ID.fullmatch(name) or keyword.iskeyword(name) or len(name) > _ID_LENGTH:
            yield DrawingFault(
                name, "id", Text("编号“{name}”应当由小写字母、数字和下划线组成，以字母开头。", name=name)
            )


def _message_faults(root: etree._Element) -> Iterator[DrawingFault]:
    messages = {message.get("id"): message for message in root.iterfind(tag("message"))}
    for event in root.iter(tag("messageEventDefinition")):
        message = messages.get(event.get("messageRef"))
        if message is None or not _ID.fullmatch(message.get("name", "")):
            yield DrawingFault(
                _owner(event), "message", Text("消息事件须指向一个消息，消息名由小写字母、数字和下划线组成。")
            )


def _expression_faults(expanded: Expanded) -> Iterator[DrawingFault]:
    for flow, expression in expanded.conditions.items():
        try:
            elements = {element for element, _ in facts_read(expression)}
        except ExpressionRefused as refused:
            shown = expression if len(expression) <= MAX_SHOWN else f"{expression[:MAX_SHOWN]}…"
            message = Text("条件“{text}”写法不对：只能用任务的事实和常量作比较，以and、or、not连接。", text=shown)
            yield DrawingFault(flow, "expression", message, str(refused))
            continue
        for element in sorted(elements):
            if expanded.elements.get(element) not in ("user", "operation"):
                yield DrawingFault(flow, "unknown_element", Text("条件用到的“{name}”不是本图的任务。", name=element))


def _owner(node: etree._Element) -> str:
    """The id of the node or flow that this part belongs to: the outermost below its process or sub-process."""
    part, parent = node, node.getparent()
    while parent is not None and local_name(parent) not in ("process", "subProcess", "definitions"):
        part, parent = parent, parent.getparent()
    return part.get("id", "")
