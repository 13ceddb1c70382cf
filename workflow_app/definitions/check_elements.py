"""Drawing against form files: each element that needs a form has one, each form has its element, each lane a place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow_app.definitions.check_process import answer_field
from workflow_app.definitions.faults import Fault
from workflow_app.definitions.schema import Call, ProcessForms, SharedForms, TaskForm
from workflow_app.definitions.subject import Subject
from workflow_app.engine import Expanded
from workflow_app.text import Text

_MISSING = {
    "user": ("task_without_form", Text("人工任务没有表单（tasks）")),
    "timer": ("timer_without_period", Text("期限没有写明时长（timers）")),
    "operation": ("operation_unnamed", Text("系统任务没有写明执行什么（operations）")),
}
_SUPERFLUOUS = {
    "tasks": ("user", "form_without_task", Text("流程图中没有这个人工任务")),
    "timers": ("timer", "timer_not_drawn", Text("流程图中没有这个期限")),
    "operations": ("operation", "operation_not_drawn", Text("流程图中没有这个系统任务")),
    "gateways": ("gateway", "gateway_not_drawn", Text("流程图中没有这个网关")),
}


def faults(subject: Subject) -> Iterator[Fault]:
    """Faults of the joining of drawing and forms."""
    main = {e: k for e, k in subject.expanded.elements.items() if e not in subject.expanded.origin}
    yield from _superfluous(subject.forms, subject.source.form_file, main)
    for name, forms in subject.shared.items():
        yield from _superfluous(forms, f"forms/shared/{name}.yaml", subject.shared_alone[name].elements)
        yield from _shared_lanes(forms, name, subject.shared_alone[name])
    yield from _missing(subject)
    yield from _seats(subject)
    yield from _lanes(subject)
    yield from _calls(subject)
    yield from _places(subject)
    yield from _starts(subject)


def _superfluous(forms: ProcessForms | SharedForms, file: str, elements: Mapping[str, str]) -> Iterator[Fault]:
    for section, (kind, code, message) in _SUPERFLUOUS.items():
        for element in getattr(forms, section):
            if elements.get(element) != kind:
                yield Fault(file, element, code, message)


def _missing(subject: Subject) -> Iterator[Fault]:
    known: Mapping[str, Mapping[str, object]] = {
        "user": subject.merged.tasks,
        "timer": subject.merged.timers,
        "operation": subject.merged.operations,
    }
    for element, kind in subject.expanded.elements.items():
        if kind in known and element not in known[kind]:
            call, drawing, _ = subject.expanded.origin.get(element, ("", "", ""))
            # A call whose entry in the form file is missing or wrong is one fault, not one for each of its elements.
            if not call or (call in subject.forms.calls and subject.forms.calls[call].drawing == drawing):
                code, message = _MISSING[kind]
                yield subject.fault(element, code, message.msgid)


def _seats(subject: Subject) -> Iterator[Fault]:
    for element, form in subject.merged.tasks.items():
        drawn = element in subject.expanded.seats
        if drawn and form.seats is None:
            yield subject.fault(element, "seats_without_rule", "流程图标明多席位，表单没有写席位规则（seats）")
        elif form.seats is not None and not drawn and element in subject.expanded.elements:
            yield subject.fault(element, "seats_not_drawn", "表单写了席位规则，流程图的任务没有多实例标记")


def _lanes(subject: Subject) -> Iterator[Fault]:
    expanded, known = subject.expanded, subject.forms.process.lanes
    drawn = {lane for element, lane in expanded.lanes.items() if element not in expanded.origin}
    for lane in sorted(drawn - known.keys()):
        yield Fault(
            subject.source.drawing_file, lane, "lane_unknown", Text("表单文件没有写泳道对应的岗位（process.lanes）")
        )
    for lane in known:
        if lane not in drawn:
            yield Fault(subject.source.form_file, lane, "lane_not_drawn", Text("流程图中没有这个泳道，或泳道是空的"))


def _shared_lanes(forms: SharedForms, name: str, alone: Expanded) -> Iterator[Fault]:
    drawn = set(alone.lanes.values())
    for lane in sorted(drawn - forms.lanes.keys()):
        yield Fault(f"bpmn/shared/{name}.bpmn", lane, "lane_unknown", Text("表单文件没有列出这个泳道（lanes）"))
    for lane in forms.lanes:
        if lane not in drawn:
            yield Fault(f"forms/shared/{name}.yaml", lane, "lane_not_drawn", Text("流程图中没有这个泳道，或泳道是空的"))


def _calls(subject: Subject) -> Iterator[Fault]:
    for call, drawing in subject.expanded.calls.items():
        entry = subject.forms.calls.get(call)
        if entry is None:
            yield subject.fault(call, "call_without_form", "调用共用流程图“{name}”没有写明参数（calls）", name=drawing)
        elif entry.drawing != drawing:
            yield subject.fault(
                call, "call_differs", "流程图调用的是“{drawn}”，表单写的是“{named}”", drawn=drawing, named=entry.drawing
            )
        else:
            yield from _call(subject, call, entry)
    for call in subject.forms.calls:
        if call not in subject.expanded.calls:
            yield subject.fault(call, "call_not_drawn", "流程图中没有这个调用")


def _call(subject: Subject, name: str, call: Call) -> Iterator[Fault]:
    shared, elements = subject.shared[call.drawing], subject.shared_alone[call.drawing].elements
    for lane in shared.lanes:
        if lane not in call.lanes:
            yield subject.fault(name, "call_lane_missing", "没有写明共用流程图的泳道“{lane}”由谁承担", lane=lane)
    for lane in call.lanes:
        if lane not in shared.lanes:
            yield subject.fault(name, "call_lane_unknown", "共用流程图没有泳道“{lane}”", lane=lane)
    for task in (*call.tasks, *call.revises):
        if elements.get(task) != "user":
            yield subject.fault(name, "call_task_unknown", "共用流程图没有人工任务“{task}”", task=task)
    for element in call.parameters:
        form = subject.merged.tasks.get(f"{name}_{element}")
        if element not in shared.timers and (form is None or form.deadline is None):
            yield subject.fault(name, "call_period_unknown", "共用流程图的“{what}”没有期限", what=element)


def _places(subject: Subject) -> Iterator[Fault]:
    expanded = subject.expanded
    for element in subject.of_kind("user"):
        form: TaskForm | None = subject.merged.tasks.get(element)
        if form is not None and form.place is None and form.seats is None and element not in expanded.lanes:
            yield subject.fault(element, "no_place", "人工任务不在任何泳道内，也没有写明岗位（place）")


def _starts(subject: Subject) -> Iterator[Fault]:
    """A period that is counted from an answered date: there is such a field."""
    periods = {element: form.deadline for element, form in subject.merged.tasks.items() if form.deadline}
    periods |= {element: timer.period for element, timer in subject.merged.timers.items()}
    for element, period in periods.items():
        if "." in period.start:
            field = answer_field(subject, period.start)
            if field is None or field.type != "date":
                yield subject.fault(element, "period_start", "期限从“{path}”起算，那里没有日期栏", path=period.start)
