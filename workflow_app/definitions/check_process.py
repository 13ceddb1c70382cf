"""The head of a form file: parties, positions, outcomes, withdrawal, clock, title and number."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Set

from workflow_app.definitions.faults import Fault
from workflow_app.definitions.schema import Period, TaskForm
from workflow_app.definitions.schema_fields import Field
from workflow_app.definitions.subject import Subject
from workflow_app.directory.kinds import ORGANISATION_KINDS
from workflow_app.directory.positions import INVITED, POSITIONS
from workflow_app.text import Text

_NUMBER_FORMAT = re.compile(r"[A-Za-z0-9-]*\{year\}[A-Za-z0-9-]*\{seq(:0[1-9]d)?\}")
_LONGEST_NUMBER = 36
"""With year and running number filled in it still fits its column."""
_APPLICANT = "applicant"
"""The party that a case has before it has any: whoever starts it."""


def faults(subject: Subject) -> Iterator[Fault]:
    """Faults of what is said about the process as a whole."""
    yield from _positions(subject)
    yield from _parties(subject)
    yield from _outcomes(subject)
    yield from _messages(subject)
    yield from _clock(subject)
    yield from _names(subject)


def answer_field(subject: Subject, path: str) -> Field | None:
    """The field that ``element.field`` or ``element.rows.column`` names, if there is one."""
    element, *keys = path.split(".")
    form = subject.resolved.get(element)
    fields: tuple[Field, ...] = form.fields if form else ()
    found: Field | None = None
    for key in keys:
        found = next((f for f in fields if f.key == key), None)
        fields = found.columns if found else ()
    return found


def asked_places(subject: Subject) -> Iterator[tuple[str, str, bool]]:
    """Every place that the forms name for running cases: the element, the place, whether a task may wait there."""
    head = subject.forms.process
    yield from ((lane, place, True) for lane, place in head.lanes.items())
    if head.withdraw:
        yield "", head.withdraw.place, False
    if head.handler:
        yield "", head.handler, False
    for name, call in subject.forms.calls.items():
        yield from ((name, place, True) for place in call.lanes.values())
    for element, form in subject.merged.tasks.items():
        yield from ((element, place, place == form.place) for place in _places_of(form))
    for element, timer in subject.merged.timers.items():
        yield from ((element, place, False) for place in _reminded(timer.period))


def _positions(subject: Subject) -> Iterator[Fault]:
    head, parties = subject.forms.process, subject.forms.process.parties.keys()
    yield from _place(subject, "", head.starts, parties | {_APPLICANT})
    for element, place, _ in asked_places(subject):
        yield from _place(subject, element, place, parties)
    yield from _single(subject)


def _single(subject: Subject) -> Iterator[Fault]:
    """A step without seats waits for one organisation, so its party must be one."""
    many = {name for name, party in subject.forms.process.parties.items() if party.many}
    for element in subject.of_kind("user"):
        form = subject.merged.tasks.get(element)
        party = subject.place_of(element).partition("@")[2]
        if form is not None and form.seats is None and party in many:
            yield subject.fault(
                element, "party_many", "当事方“{party}”有多个单位，任务须写席位规则（seats）", party=party
            )


def _places_of(form: TaskForm) -> Iterator[str]:
    if form.place:
        yield form.place
    if form.seats:
        yield from form.seats.places
        yield from filter(None, (form.seats.outside,))
    if form.deadline:
        yield from _reminded(form.deadline)


def _reminded(period: Period) -> Iterator[str]:
    for remind in period.remind:
        yield from remind.to


def _place(subject: Subject, element: str, place: str, parties: Set[str]) -> Iterator[Fault]:
    position, _, party = place.partition("@")
    if position not in POSITIONS and position != INVITED:
        yield subject.fault(
            element, "position_unknown", "没有“{position}”这个岗位（{place}）", position=position, place=place
        )
    if party not in parties:
        yield subject.fault(element, "party_unknown", "没有“{party}”这个当事方（{place}）", party=party, place=place)


def _parties(subject: Subject) -> Iterator[Fault]:
    for name, party in subject.forms.process.parties.items():
        kind, _, path = party.source.partition(":")
        if kind == "register" and (path not in subject.catalogue.belongings or not party.many):
            yield subject.fault(
                name,
                "party_register",
                "当事方来自台账“{path}”，没有这个名称，或者没有写明可以有多个单位（many）",
                path=path,
            )
        if kind != "answers":
            continue
        field = answer_field(subject, path)
        if field is None or field.type != "organisation":
            yield subject.fault(name, "party_source", "当事方来自“{path}”，那里没有单位栏", path=path)
    for kind in subject.forms.process.applicant_kinds:
        if kind not in ORGANISATION_KINDS:
            yield subject.fault("", "kind_unknown", "没有“{kind}”这类单位", kind=kind)


def _outcomes(subject: Subject) -> Iterator[Fault]:
    known, drawn = subject.forms.process.outcomes, subject.graph.outcomes
    for end in sorted(drawn - known.keys()):
        yield Fault(
            subject.source.form_file, end, "end_without_outcome", Text("结束事件没有写明办理结果（process.outcomes）")
        )
    for end in known:
        if end not in drawn:
            yield subject.fault(end, "outcome_not_drawn", "流程图中没有这个结束事件")


def _messages(subject: Subject) -> Iterator[Fault]:
    withdraw, drawn = subject.forms.process.withdraw, subject.expanded.messages
    if withdraw and withdraw.message not in drawn:
        yield subject.fault("", "message_not_drawn", "流程图中没有撤回消息“{message}”", message=withdraw.message)
    for message in drawn:
        if withdraw is None or message != withdraw.message:
            yield subject.fault("", "message_unused", "没有写明谁可以发出消息“{message}”", message=message)


def _clock(subject: Subject) -> Iterator[Fault]:
    clock = subject.forms.process.clock
    if clock is None:
        return
    form = subject.merged.tasks.get(clock.starts)
    if form is None:
        yield subject.fault(clock.starts, "clock_unknown", "办理时限从“{name}”起算，它不是人工任务", name=clock.starts)
    elif clock.on not in {d.value for d in form.decisions}:
        yield subject.fault(clock.starts, "clock_decision", "办理时限自结论“{on}”起算，该任务没有这个结论", on=clock.on)
    for element in clock.ends:
        if subject.expanded.elements.get(element) not in {"user", "operation"}:
            yield subject.fault(element, "clock_unknown", "办理时限到“{name}”为止，它不是任务", name=element)
    for element in clock.stops:
        if subject.expanded.elements.get(element) not in {"user", "timer"}:
            yield subject.fault(element, "clock_unknown", "办理时限在“{name}”时暂停，它不是任务或期限", name=element)


def _names(subject: Subject) -> Iterator[Fault]:
    head = subject.forms.process
    if not _NUMBER_FORMAT.fullmatch(head.number) or len(head.number) > _LONGEST_NUMBER:
        yield subject.fault("", "number_format", "案件编号格式“{number}”应含{{year}}和{{seq}}", number=head.number)
    try:
        places = [place for place in string.Formatter().parse(head.case_title) if place[1] is not None]
    except ValueError:
        yield subject.fault("", "case_title", "案件名称“{title}”的花括号不成对", title=head.case_title)
        return
    for _, path, form, conversion in places:
        plain = not form and not conversion and re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", path or "")
        if not plain or answer_field(subject, path or "") is None:
            yield subject.fault("", "case_title", "案件名称用到的“{path}”不是任何表单的栏目", path=path)
