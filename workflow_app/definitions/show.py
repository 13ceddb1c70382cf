"""A process as one table: what each element of the drawing is, who does it, by when, and what comes of it."""

from __future__ import annotations

import unicodedata

from workflow_app.definitions.schema import SeatRule, TaskForm
from workflow_app.definitions.version import ProcessVersion
from workflow_app.engine import ElementKind
from workflow_app.languages import Translate
from workflow_app.text import Text, bilingual, listed

_KINDS: dict[ElementKind, Text] = {
    "user": Text("任务"),
    "operation": Text("操作"),
    "timer": Text("期限"),
    "gateway": Text("网关"),
    "start": Text("开始"),
    "end": Text("结束"),
    "message": Text("消息"),
    "subprocess": Text("子流程"),
}
_HEADINGS = (
    *(Text("元素"), Text("类型"), Text("名称"), Text("岗位"), Text("阶段")),
    *(Text("栏目"), Text("期限"), Text("操作"), Text("文书"), Text("依据")),
)


def describe(version: ProcessVersion, translate: Translate) -> str:
    """The table as text for a terminal, in the language of ``translate``, preceded by the head of the process."""
    elements = version.expanded.elements.items()
    rows = [[heading.render(translate) for heading in _HEADINGS]]
    rows += [_row(version, element, kind, translate) for element, kind in elements]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = [text.render(translate) for text in _head(version)]
    lines += ["  ".join(_padded(cell, w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines) + "\n"


def _head(version: ProcessVersion) -> list[Text]:
    head = version.head
    title = bilingual(head.title.zh, head.title.en)
    return [
        Text("{slug}  {title}", slug=version.slug, title=title),
        Text("版本 {number}  {hash}", number=version.number, hash=version.content_hash),
        Text("依据 {clauses}", clauses=listed(head.clauses)),
        Text("发起 {starts}  编号 {number}", starts=head.starts, number=head.number),
        Text(""),
    ]


def _row(version: ProcessVersion, element: str, kind: ElementKind, translate: Translate) -> list[str]:
    place = stage = fields = period = operation = record = clause = ""
    if element in version.tasks:
        form = version.form(element)
        place = _seats(form.seats).render(translate) if form.seats else version.place_of(element)
        stage, fields, clause = form.stage, _fields(form, translate), form.clause or ""
        period = form.deadline.parameter if form.deadline else ""
    elif element in version.timers:
        timer = version.timers[element]
        stage, period, clause = timer.stage, timer.period.parameter, timer.clause or ""
    elif element in version.operations:
        work = version.operations[element]
        operation, record, clause = work.name, str(work.args.get("record", "")), work.clause or ""
    named = version.label_of(element)
    kind_name, label = (text.render(translate) for text in (_KINDS[kind], bilingual(named.zh, named.en)))
    return [element, kind_name, label, place, stage, fields, period, operation, record, clause]


def _seats(seats: SeatRule) -> Text:
    if seats.places:
        return listed(seats.places)
    return Text("{position}（{chosen_in}）", position=seats.position, chosen_in=seats.chosen_in)


def _fields(form: TaskForm, translate: Translate) -> str:
    decisions = f"decision({'/'.join(d.value for d in form.decisions)})" if form.decisions else ""
    fields = (f"{field.key}*" if field.required else field.key for field in form.fields)
    evidence = (f"{line.key}[{line.per or Text('附件').render(translate)}]" for line in form.evidence)
    return " ".join(part for part in (decisions, *fields, *evidence) if part)


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
