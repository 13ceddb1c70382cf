"""Outside organisations that answer by invitation: where their name comes from, and what their steps may ask."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_app.definitions.check_process import answer_field, asked_places
from workflow_app.definitions.faults import Fault
from workflow_app.definitions.schema_fields import Field
from workflow_app.definitions.subject import Subject
from workflow_app.directory.kinds import OUTSIDE, several
from workflow_app.directory.positions import INVITED, POSITIONS

LONGEST_NAME, LONGEST_CONTACT = 50, 20
"""Characters of the names of an invited organisation and of its contact: both together name whoever answers."""

_DIRECTORY = frozenset({"organisation", "person", "teacher"})
"""Types of fields that show lists of the directory, which are no business of an outsider."""


def faults(subject: Subject) -> Iterator[Fault]:
    """Faults of what is said about invited parties, and of the steps that wait for them."""
    yield from _names(subject)
    yield from _handler(subject)
    yield from _places(subject)
    for element in subject.of_kind("user"):
        if subject.place_of(element).startswith(f"{INVITED}@"):
            yield from _step(subject, element)


def _names(subject: Subject) -> Iterator[Fault]:
    for name, party in subject.forms.process.parties.items():
        if not party.is_invited:
            continue
        source = party.source.partition(":")[2]
        for path, longest in ((source, LONGEST_NAME), (party.contact or "", LONGEST_CONTACT)):
            field = answer_field(subject, path)
            chosen = path == source and field is not None and _offers_outside(field)
            if not chosen and (field is None or field.type != "text" or not 0 < (field.max or 0) <= longest):
                yield subject.fault(
                    name,
                    "invited_name",
                    "受邀单位的名称和联系人来自“{path}”，那里须有文字栏并限制在{count}个字以内（max），"
                    "名称也可以来自能选外地教育局的单位栏",
                    path=path,
                    count=longest,
                )


def _offers_outside(field: Field) -> bool:
    return field.type == "organisation" and (field.kind is None or OUTSIDE in several(field.kind))


def _handler(subject: Subject) -> Iterator[Fault]:
    """Somebody of the bureau has to invite: whoever handles the case, as ``cases.panels.handler_of`` finds them."""
    head = subject.forms.process
    handler = head.handler or (subject.place_of(head.clock.starts) if head.clock else head.starts)
    known = POSITIONS.get(handler.partition("@")[0])
    if any(party.is_invited for party in head.parties.values()) and not (known and known.internal):
        yield subject.fault(
            "",
            "invited_handler",
            "有受邀单位的事项须由机关岗位主办：写明主办岗位（handler），"
            "或者办理时限（clock）自机关岗位的任务起算，或者由机关岗位发起",
        )


def _places(subject: Subject) -> Iterator[Fault]:
    head, parties = subject.forms.process, subject.forms.process.parties
    for element, place, answers in (("", head.starts, False), *asked_places(subject)):
        position, _, party = place.partition("@")
        invited = party in parties and parties[party].is_invited
        if invited != (position == INVITED):
            yield subject.fault(element, "invited_place", "岗位invited只能、也必须用于受邀单位（{place}）", place=place)
        elif invited and not answers:
            yield subject.fault(
                element,
                "invited_only_answers",
                "受邀单位只能单独办理任务，不能发起、撤回、列入席位或接收提醒（{place}）",
                place=place,
            )


def _step(subject: Subject, element: str) -> Iterator[Fault]:
    form = subject.resolved.get(element)
    if form is None:
        return
    if form.seats is not None:
        yield subject.fault(element, "invited_seats", "受邀单位办理的任务不能有多个席位（seats）")
    columns = [column for field in form.fields for column in field.columns]
    for field in (*form.fields, *columns):
        if field.type in _DIRECTORY:
            yield subject.fault(
                element, "invited_field", "受邀单位看不到本局的单位和人员名单，不能填写栏目“{key}”", key=field.key
            )
