"""The routes: conditions name facts that exist and values that occur, and no circle runs without anybody in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from workflow_app.definitions.faults import Fault
from workflow_app.definitions.merge import fact_keys_of
from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.schema_fields import Field
from workflow_app.definitions.subject import Subject
from workflow_app.engine.expressions import facts_read, parse
from workflow_app.text import Text


def faults(subject: Subject) -> Iterator[Fault]:
    """Faults of conditions and circles."""
    for flow, expression in subject.expanded.conditions.items():
        for element, key in sorted(facts_read(expression)):
            form = subject.resolved.get(element)
            if form is not None and key not in fact_keys_of(form):
                yield _of_flow(
                    subject, flow, "fact_unknown", "条件用到“{name}”，任务没有这一流转依据", name=f"{element}.{key}"
                )
        for element, key, value in _compared(expression):
            form = subject.resolved.get(element)
            possible = fact_values(form, key) if form is not None else None
            if possible is not None and value is not None and value not in possible:
                yield _of_flow(
                    subject,
                    flow,
                    "value_unknown",
                    "条件要求“{name}”为“{value}”，任务没有这个选项",
                    name=f"{element}.{key}",
                    value=value,
                )
    yield from _circles(subject)


def fact_values(form: TaskForm, key: str) -> tuple[str | bool, ...] | None:
    """The values that a fact may take, where they are listed; None: anything."""
    if key == "decision":
        if form.seats is not None and form.seats.passing is not None:
            return (form.seats.passed, form.seats.failed)
        return tuple(d.value for d in form.decisions)
    field: Field | None = next((f for f in form.fields if f.key == key and f.fact), None)
    if field is None or form.seats is not None:
        return None
    if field.type == "yes_no":
        return (True, False)
    return tuple(o.value for o in field.options) or None


def _compared(expression: str) -> Iterator[tuple[str, str, object]]:
    """Every fact that is tested for being one of some constants, with the constant."""
    for node in ast.walk(parse(expression)):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            if not isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn):
                continue
            for fact, other in ((left, right), (right, left)):
                if isinstance(fact, ast.Subscript):
                    for constant in _constants(other):
                        (pair,) = facts_read(ast.unparse(fact))
                        yield (*pair, constant)


def _constants(node: ast.expr) -> Iterator[object]:
    parts = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    return (part.value for part in parts if isinstance(part, ast.Constant))


def _circles(subject: Subject) -> Iterator[Fault]:
    """A circle in which nobody acts and nothing is waited for would run for ever within one act."""
    elements = subject.expanded.elements
    idle = {e for e in subject.graph.tags if elements[e] not in {"user", "timer", "message"}}
    circling = _peeled(_peeled(idle, subject.graph.edges), subject.graph.reversed)
    for element in subject.graph.tags:
        if element in circling and elements[element] == "gateway":
            yield Fault(
                subject.source.drawing_file, element, "idle_circle", Text("循环中没有任何需要人办理或等待的步骤")
            )


def _peeled(nodes: set[str], edges: Mapping[str, frozenset[str]]) -> set[str]:
    """What remains when nodes that lead nowhere within the set are taken away again and again."""
    kept = set(nodes)
    while ending := {node for node in kept if not edges[node] & kept}:
        kept -= ending
    return kept


def _of_flow(subject: Subject, flow: str, code: str, msgid: str, **args: object) -> Fault:
    if flow in subject.expanded.origin:
        _, drawing, original = subject.expanded.origin[flow]
        return Fault(f"bpmn/shared/{drawing}.bpmn", original, code, Text(msgid, **args))
    return Fault(subject.source.drawing_file, flow, code, Text(msgid, **args))
