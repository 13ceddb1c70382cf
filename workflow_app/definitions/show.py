"""A process as one table: what each element of the drawing is, who does it, by when, and what comes of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from workflow_app.definitions.schema import SeatRule, TaskForm
from workflow_app.definitions.version import ProcessVersion
from workflow_app.engine import ElementKind

_KINDS: dict[ElementKind, str] = {
    "user": "任务",
    "operation": "操作",
    "timer": "期限",
    "gateway": "网关",
    "start": "开始",
    "end": "结束",
    "message": "消息",
    "subprocess": "子流程",
}
_HEADINGS = ("元素", "类型", "名称", "岗位", "阶段", "栏目", "期限", "操作", "文书", "依据")


def describe(version: ProcessVersion) -> str:
    """The table as text for a terminal, preceded by the head of the process."""
    head = version.head
    lines = [
        f"{version.slug}  {head.title.zh}（{head.title.en}）",
        f"版本 {version.number}  {version.content_hash}",
        f"依据 {'、'.join(head.clauses)}",
        f"发起 {head.starts}  编号 {head.number}",
        "",
    ]
    rows = [_HEADINGS, *(_row(version, element, kind) for element, kind in version.expanded.elements.items())]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines += ["  ".join(_padded(cell, w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines) + "\n"


def _row(version: ProcessVersion, element: str, kind: ElementKind) -> Sequence[str]:
    place = stage = fields = period = operation = record = clause = ""
    if element in version.tasks:
        form = version.form(element)
        place = _seats(form.seats) if form.seats else version.place_of(element)
        stage, fields, clause = form.stage, _fields(form), form.clause or ""
        period = form.deadline.parameter if form.deadline else ""
    elif element in version.timers:
        timer = version.timers[element]
        stage, period, clause = timer.stage, timer.period.parameter, timer.clause or ""
    elif element in version.operations:
        work = version.operations[element]
        operation, record, clause = work.name, str(work.args.get("record", "")), work.clause or ""
    label = version.label_of(element).zh
    return (element, _KINDS[kind], label, place, stage, fields, period, operation, record, clause)


def _seats(seats: SeatRule) -> str:
    return "、".join(seats.places) or f"{seats.position}（{seats.chosen_in}）"


def _fields(form: TaskForm) -> str:
    decisions = f"decision({'/'.join(d.value for d in form.decisions)})" if form.decisions else ""
    fields = (f"{field.key}*" if field.required else field.key for field in form.fields)
    evidence = (f"{line.key}[{line.per or '附件'}]" for line in form.evidence)
    return " ".join(part for part in (decisions, *fields, *evidence) if part)


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
