"""The forms of a process and of the shared drawings it calls, joined by the ids of the expanded drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow_app.definitions.schema import Call, OperationForm, ProcessForms, SharedForms, TaskForm, TimerForm
from workflow_app.definitions.schema_fields import Label


@dataclass(frozen=True)
class Merged:
    """Everything by expanded element id."""

    tasks: dict[str, TaskForm] = field(default_factory=dict)
    timers: dict[str, TimerForm] = field(default_factory=dict)
    operations: dict[str, OperationForm] = field(default_factory=dict)
    gateways: dict[str, Label] = field(default_factory=dict)


def merged(forms: ProcessForms, shared: Mapping[str, SharedForms]) -> Merged:
    """Join the form files. A call whose drawing has no form file adds nothing; the check says so."""
    result = Merged(dict(forms.tasks), dict(forms.timers), dict(forms.operations), dict(forms.gateways))
    for name, call in forms.calls.items():
        if call.drawing in shared:
            _add_call(result, name, call, shared[call.drawing], forms)
    return result


def _add_call(result: Merged, name: str, call: Call, shared: SharedForms, forms: ProcessForms) -> None:
    own = shared.tasks.keys() | shared.timers.keys() | shared.operations.keys() | call.tasks.keys()
    for element in {**shared.tasks, **call.tasks}:
        # A replacement is written in the process's file and may name its elements; these win over those of the copy.
        foreign = forms.tasks.keys() if element in call.tasks else frozenset[str]()
        form = call.tasks.get(element) or _staged(shared.tasks[element], call)
        form = _prefixed(form, f"{name}_", own - foreign)
        if element in call.revises:
            form = form.model_copy(update={"revises": call.revises[element]})
        if form.deadline and element in call.parameters:
            period = form.deadline.model_copy(update={"parameter": call.parameters[element]})
            form = form.model_copy(update={"deadline": period})
        result.tasks[f"{name}_{element}"] = form
    for element, timer in shared.timers.items():
        period = timer.period.model_copy(update={"parameter": call.parameters.get(element, timer.period.parameter)})
        stage = call.stage or timer.stage
        result.timers[f"{name}_{element}"] = timer.model_copy(update={"period": period, "stage": stage})
    for element, operation in shared.operations.items():
        args = {**operation.args, **call.args}
        result.operations[f"{name}_{element}"] = operation.model_copy(update={"args": args})
    for element, label in shared.gateways.items():
        result.gateways[f"{name}_{element}"] = label


def _staged(form: TaskForm, call: Call) -> TaskForm:
    return form.model_copy(update={"stage": call.stage}) if call.stage else form


def _prefixed(form: TaskForm, prefix: str, own: frozenset[str] | set[str]) -> TaskForm:
    """A form of a shared drawing names elements of that drawing; in the copy they carry the prefix of the call."""

    def name(element: str) -> str:
        return prefix + element if element in own else element

    def path(dotted: str) -> str:
        element, dot, rest = dotted.partition(".")
        return f"{name(element)}{dot}{rest}" if dot else dotted

    seats, deadline = form.seats, form.deadline
    if seats and seats.chosen_in:
        seats = seats.model_copy(update={"chosen_in": path(seats.chosen_in)})
    if deadline:
        deadline = deadline.model_copy(update={"start": path(deadline.start)})
    return form.model_copy(
        update={
            "seats": seats,
            "deadline": deadline,
            "different_from": tuple(name(e) for e in form.different_from),
            "shows": tuple(name(e) for e in form.shows),
            "revises": name(form.revises) if form.revises else None,
        }
    )


def fact_keys_of(form: TaskForm) -> tuple[str, ...]:
    """The facts of a human step: its decision, its fact fields, or what becomes of a panel's answers."""
    decision = ("decision",) if form.decisions else ()
    if form.seats is not None:
        votes = [f"votes_{d.value}" for d in form.decisions] if form.seats.sealed else []
        return (*decision, *form.seats.results, *votes)
    return (*decision, *(f.key for f in form.fields if f.fact))


def resolve_revision(element: str, tasks: Mapping[str, TaskForm]) -> TaskForm:
    """A form with what it revises merged in. A step that revises itself or an unknown one is left as it is."""
    form = tasks[element]
    chain = [element]
    while form.revises and form.revises in tasks and form.revises not in chain:
        chain.append(form.revises)
        earlier = tasks[form.revises]
        own_fields, own_evidence = {f.key for f in form.fields}, {e.key for e in form.evidence}
        form = form.model_copy(
            update={
                "fields": (*(f for f in earlier.fields if f.key not in own_fields), *form.fields),
                "evidence": (*(e for e in earlier.evidence if e.key not in own_evidence), *form.evidence),
                "checks": tuple(dict.fromkeys((*earlier.checks, *form.checks))),
                "revises": earlier.revises,
            }
        )
    return form.model_copy(update={"revises": tasks[element].revises})
