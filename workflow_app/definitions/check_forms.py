"""Inside the forms: fields that depend on each other, seats, references to other steps, names of the catalogue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from workflow_app.definitions.answers_values import MOST_ITEMS
from workflow_app.definitions.check_process import answer_field
from workflow_app.definitions.faults import Fault
from workflow_app.definitions.schema import SeatRule, TaskForm
from workflow_app.definitions.schema_fields import Field
from workflow_app.definitions.subject import Subject
from workflow_app.directory.kinds import ORGANISATION_KINDS, several
from workflow_app.directory.positions import POSITIONS

_NUMERIC = frozenset({"integer", "decimal", "percentage", "money"})
_BALLOT_RULES = frozenset({"all", "ratio", "quorum"})
_FEWEST_CHOICES = 2
_SITTING = frozenset({"person", "teacher", "organisation"})

_COUNTED = (0, MOST_ITEMS)
_BOUNDS: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(_NUMERIC, (-(10**12), 10**12)),
    **dict.fromkeys(("date", "date_time"), (-40_000, 40_000)),  # days from today
    "text": (0, 1_000),
    "long_text": (0, 20_000),
}
"""What the bounds of a field may be, by its type; those of all other types count rows, choices or files."""

Choices = Mapping[str, frozenset[str | bool] | None]
"""What a field may be, for those whose values are listed; None: anything."""


def faults(subject: Subject) -> Iterator[Fault]:
    """Faults inside the forms of the human steps, and of the operations."""
    found = {element: list(_form(subject, element, form)) for element, form in subject.resolved.items()}
    for element, form in subject.resolved.items():
        # What a revised form does wrong is its own fault, not also that of the step that revises it.
        earlier = found.get(form.revises or "", []) if form.revises != element else []
        inherited = {(fault.code, fault.message) for fault in earlier}
        yield from (fault for fault in found[element] if (fault.code, fault.message) not in inherited)
    yield from _operations(subject)


def _form(subject: Subject, element: str, form: TaskForm) -> Iterator[Fault]:
    yield from _fields(subject, element, form)
    yield from _evidence(subject, element, form)
    yield from _references(subject, element, form)
    if form.seats is not None:
        yield from _seats(subject, element, form, form.seats)
    for check in form.checks:
        if check not in subject.catalogue.checks:
            yield subject.fault(element, "check_unknown", "没有名为“{name}”的检查", name=check)


def _fields(subject: Subject, element: str, form: TaskForm) -> Iterator[Fault]:
    yield from _twice(subject, element, (f.key for f in form.fields))
    yield from _twice(subject, element, (d.value for d in form.decisions))
    outer = _choices(form.fields) | {"decision": frozenset(d.value for d in form.decisions)}
    for field in form.fields:
        yield from _field(subject, element, field, outer)
        yield from _twice(subject, element, (c.key for c in field.columns))
        for column in field.columns:
            if column.is_table:
                yield subject.fault(
                    element,
                    "rows_in_rows",
                    "明细表“{key}”的“{column}”列又是明细表，明细表不能套明细表",
                    key=field.key,
                    column=column.key,
                )
            yield from _field(subject, element, column, {**outer, **_choices(field.columns)})


def _field(subject: Subject, element: str, field: Field, known: Choices) -> Iterator[Fault]:
    yield from _twice(subject, element, (o.value for o in field.options))
    yield from _shown_if(subject, element, field.key, field.show_if, known)
    if field.figure is not None and field.figure not in subject.catalogue.figures:
        yield subject.fault(element, "figure_unknown", "没有名为“{name}”的数据项", name=field.figure)
    if field.prefill is not None and field.prefill not in subject.catalogue.prefills:
        yield subject.fault(element, "prefill_unknown", "没有名为“{name}”的预填内容", name=field.prefill)
    if field.type == "person" and field.kind is None:
        yield subject.fault(element, "kind_missing", "人员栏“{key}”须写明从哪个岗位中选（kind）", key=field.key)
    if field.kind is not None:
        kinds = {"organisation": ORGANISATION_KINDS, "person": POSITIONS}.get(field.type)
        named = several(field.kind) if field.type == "organisation" else [field.kind]
        if kinds is None or not all(kind in kinds for kind in named):
            yield subject.fault(
                element, "kind_unknown", "栏目“{key}”的类别“{kind}”不存在", key=field.key, kind=field.kind
            )
    if field.min is not None and field.max is not None and field.min > field.max:
        yield subject.fault(element, "field_range", "栏目“{key}”的下限大于上限", key=field.key)
    least, most = _BOUNDS.get(field.type, _COUNTED)
    if any(bound is not None and not least <= bound <= most for bound in (field.min, field.max)):
        yield subject.fault(
            element, "field_bound", "栏目“{key}”的上下限须在{least}到{most}之间", key=field.key, least=least, most=most
        )


def _evidence(subject: Subject, element: str, form: TaskForm) -> Iterator[Fault]:
    yield from _twice(subject, element, (e.key for e in form.evidence))
    known = _choices(form.fields) | {"decision": frozenset(d.value for d in form.decisions)}
    rows = {f.key for f in form.fields if f.type == "rows"}
    for line in form.evidence:
        yield from _shown_if(subject, element, line.key, line.show_if, known)
        if line.per is not None and line.per not in rows:
            yield subject.fault(
                element,
                "evidence_rows",
                "材料“{key}”按“{rows}”逐行上传，表单没有这个明细表",
                key=line.key,
                rows=line.per,
            )
        if line.letter and line.per is not None:
            # On paper the letter is asked for in every case, and there may be no row to which it would belong.
            yield subject.fault(
                element,
                "evidence_letter",
                "材料“{key}”是答复单位的来函（letter），来函只有一份，不能按明细表逐行上传（per）",
                key=line.key,
            )


def _shown_if(
    subject: Subject, element: str, key: str, conditions: Mapping[str, tuple[str | bool, ...]], known: Choices
) -> Iterator[Fault]:
    for name, values in conditions.items():
        if name not in known:
            yield subject.fault(
                element, "show_if_unknown", "“{key}”的显示条件用到“{name}”，表单没有这个栏目", key=key, name=name
            )
            continue
        possible = known[name]
        for value in values:
            if possible is not None and value not in possible:
                yield subject.fault(
                    element,
                    "show_if_value",
                    "“{key}”的显示条件要求“{name}”为“{value}”，它没有这个选项",
                    key=key,
                    name=name,
                    value=value,
                )


def _choices(fields: Iterable[Field]) -> dict[str, frozenset[str | bool] | None]:
    def possible(field: Field) -> frozenset[str | bool] | None:
        if field.type == "yes_no":
            return frozenset({True, False})
        return frozenset(o.value for o in field.options) if field.options else None

    return {field.key: possible(field) for field in fields}


def _twice(subject: Subject, element: str, keys: Iterable[str]) -> Iterator[Fault]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield subject.fault(element, "key_twice", "“{key}”用了两次", key=key)


def _references(subject: Subject, element: str, form: TaskForm) -> Iterator[Fault]:
    for rule in form.separation:
        if rule not in subject.catalogue.separations:
            yield subject.fault(element, "separation_unknown", "没有名为“{name}”的分离要求", name=rule)
    tasks = {e for e in subject.merged.tasks if subject.expanded.elements.get(e) == "user"}
    if form.revises is not None and (form.revises not in tasks or _revises_itself(subject, element)):
        yield subject.fault(element, "revises_unknown", "修改的对象“{name}”不是别的人工任务", name=form.revises)
    for name in (*form.different_from, *form.shows):
        if name not in tasks:
            yield subject.fault(element, "element_unknown", "表单提到的“{name}”不是人工任务", name=name)


def _revises_itself(subject: Subject, element: str) -> bool:
    seen: set[str] = set()
    current: str | None = element
    while current is not None and current not in seen:
        seen.add(current)
        form = subject.merged.tasks.get(current)
        current = form.revises if form else None
    return current == element


def _seats(subject: Subject, element: str, form: TaskForm, seats: SeatRule) -> Iterator[Fault]:
    if bool(seats.places) == bool(seats.chosen_in):
        yield subject.fault(element, "seats_source", "席位须写明固定岗位（places）或在哪里选定（chosen_in），二者取一")
    if seats.chosen_in:
        field = answer_field(subject, seats.chosen_in)
        if field is None or field.type not in _SITTING:
            path = seats.chosen_in
            yield subject.fault(element, "seats_chosen", "席位在“{path}”选定，那里没有人员或单位栏", path=path)
        if seats.position not in POSITIONS:
            yield subject.fault(element, "position_unknown", "席位的岗位“{name}”不存在", name=seats.position or "")
    if seats.sealed:
        yield from _ballot(subject, element, form, seats)
    if seats.rule in {"ratio", "quorum"} and seats.amount is None:
        yield subject.fault(element, "seats_amount", "按比例或法定人数办结的席位须写明政策参数（amount）")
    decisions = {d.value for d in form.decisions}
    for name in (seats.passing, seats.veto):
        if name is not None and name not in decisions:
            yield subject.fault(element, "seats_decision", "席位规则用到结论“{name}”，表单没有", name=name)
    fields = {f.key: f for f in form.fields}
    for aggregate in seats.results.values():
        if aggregate.of not in fields or fields[aggregate.of].type not in _NUMERIC:
            yield subject.fault(element, "seats_result", "汇总的“{name}”不是数字栏", name=aggregate.of)
    for field in form.fields:
        if field.fact:
            yield subject.fault(
                element,
                "fact_of_seats",
                "多席位任务的栏目“{key}”不能直接作流转依据，请写汇总（results）",
                key=field.key,
            )


def _ballot(subject: Subject, element: str, form: TaskForm, seats: SeatRule) -> Iterator[Fault]:
    """A secret ballot holds nothing by which a voter could be known, and does not end before all have voted."""
    if seats.rule not in _BALLOT_RULES or seats.veto is not None:
        yield subject.fault(
            element, "ballot_rule", "无记名投票只能按全体、比例或法定人数计票，不能一票否决：提前结束会泄露投票内容"
        )
    if seats.passing is None or len(form.decisions) < _FEWEST_CHOICES:
        yield subject.fault(element, "ballot_choices", "无记名投票须有两个以上结论，并写明哪个算赞成（passing）")
    if seats.min_seats is None:
        yield subject.fault(element, "ballot_size", "无记名投票须写明最少席位数（min_seats）：人太少就不再无记名")
    told = form.fields or form.evidence or form.checks or form.revises or seats.results
    if told or form.opinion != "none" or any(d.opinion_required for d in form.decisions):
        yield subject.fault(
            element, "ballot_form", "无记名投票只能有结论，不能有意见（opinion: none）、栏目、材料或检查"
        )


def _operations(subject: Subject) -> Iterator[Fault]:
    for element, operation in subject.merged.operations.items():
        if operation.name not in subject.catalogue.operations:
            yield subject.fault(element, "operation_unknown", "没有名为“{name}”的操作", name=operation.name)
