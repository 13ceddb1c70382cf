"""The history of a case as a page tells it: what people answered, and what the system did, in one order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, Literal

from workflow_app.audit.models import AuditEvent
from workflow_app.cases.access import Access
from workflow_app.cases.models import Submission
from workflow_app.cases.pages import TimelineEntry
from workflow_app.definitions.answers_shape import labelled
from workflow_app.definitions.schema_fields import Label
from workflow_app.definitions.version import ProcessVersion
from workflow_app.directory.positions import place_name
from workflow_app.text import Text, day_text

Kind = Literal["submitted", "returned", "system", "record", "withdrawn", "ended"]

_CASE = Label(zh="办件", en="Case")
_CLOCK = Label(zh="办理时限", en="Time limit")
_RETURNING = frozenset({"return", "refuse", "defer", "upheld", "disagree"})

_SYSTEM: Mapping[str, tuple[Kind, Label, Callable[[Mapping[str, Any]], Text]]] = {
    "case_opened": ("system", _CASE, lambda b: Text("新建办件 {number}", number=b["number"])),
    "clock_started": (
        "system",
        _CLOCK,
        lambda b: Text("自{day}起计算办理时限，应于{due}前作出决定", day=day_text(b["day"]), due=day_text(b["due_on"])),
    ),
    "clock_stopped": (
        "system",
        _CLOCK,
        lambda b: Text("自{day}起暂停计时：{reason}", day=day_text(b["day"]), reason=b["stopped_for"]),
    ),
    "clock_resumed": (
        "system",
        _CLOCK,
        lambda b: Text("{day}恢复计时，应于{due}前作出决定", day=day_text(b["day"]), due=day_text(b["due_on"])),
    ),
    "clock_ended": ("system", _CLOCK, lambda b: Text("{day}作出决定，计时结束", day=day_text(b["day"]))),
    "deadline_fired": (
        "system",
        Label(zh="期限届满", en="Period ended"),
        lambda b: Text("期限于{due}届满", due=day_text(b["due_on"])),
    ),
    "reminder_sent": ("system", Label(zh="提醒", en="Reminder"), lambda b: Text("已提醒{count}人", count=b["people"])),
    "gate_overridden": (
        "system",
        Label(zh="卡点放行", en="Gate lifted"),
        lambda b: Text("{reason}", reason=b["reason"]),
    ),
    "seat_recused": ("system", Label(zh="申请回避", en="Recusal"), lambda b: Text("{reason}", reason=b["reason"])),
    "seat_added": (
        "system",
        Label(zh="增加席位", en="Seat added"),
        lambda b: Text("{seat}：{reason}", seat=b["seat"], reason=b["reason"]),
    ),
    "seat_removed": (
        "system",
        Label(zh="撤销席位", en="Seat removed"),
        lambda b: Text("{seat}：{reason}", seat=b["seat"], reason=b["reason"]),
    ),
    "invitation_issued": (
        "system",
        Label(zh="邀请", en="Invitation"),
        lambda b: Text("已生成邀请链接，有效至{day}", day=day_text(b["expires_on"])),
    ),
    "invitation_opened": ("system", Label(zh="邀请", en="Invitation"), lambda _: Text("受邀人已凭验证码进入")),
    "invitation_locked": (
        "system",
        Label(zh="邀请", en="Invitation"),
        lambda b: Text("验证码输错{count}次，邀请已锁定", count=b["failed_count"]),
    ),
    "invitation_revoked": (
        "system",
        Label(zh="撤销邀请", en="Invitation revoked"),
        lambda b: Text("{reason}", reason=b["reason"]),
    ),
    "paper_entered": (
        "system",
        Label(zh="纸质答复", en="Paper answer"),
        lambda b: Text("{day}收到纸质答复，由主办科室代为录入", day=day_text(b["received_on"])),
    ),
    "ballot_cast": ("submitted", Label(zh="无记名投票", en="Secret ballot"), lambda _: Text("已投票")),
    "ballot_counted": (
        "system",
        Label(zh="无记名投票", en="Secret ballot"),
        lambda b: Text("投票结束，共{count}票：{votes}", count=sum(b["votes"].values()), votes=b["counts"]),
    ),
    "case_withdrawn": (
        "withdrawn",
        Label(zh="撤回申请", en="Withdrawn"),
        lambda b: Text("{reason}", reason=b["reason"]),
    ),
    "case_terminated": (
        "withdrawn",
        Label(zh="终止办理", en="Terminated"),
        lambda b: Text("{reason}", reason=b["reason"]),
    ),
    "record_issued": (
        "record",
        Label(zh="制发文书", en="Record issued"),
        lambda b: Text("{number}", number=b["number"]),
    ),
    "case_closed": ("ended", _CASE, lambda _: Text("办结")),
}
"""Events of the case's chain that are shown, with the words for them."""

_BY_THE_APPLICANT = frozenset({"case_opened", "case_withdrawn"})

PARTY_SEES = frozenset(_SYSTEM) - {
    *("reminder_sent", "gate_overridden", "seat_recused", "seat_added", "seat_removed"),
    *("ballot_cast", "ballot_counted"),
    *("invitation_issued", "invitation_opened", "invitation_locked", "invitation_revoked", "paper_entered"),
}
"""Events that the applicant sees as well; the others are internal."""


def timeline(
    process: ProcessVersion,
    access: Access,
    submissions: Sequence[Submission],
    events: Sequence[AuditEvent],
    organisations: Mapping[int, str],
    seats: Mapping[int, str],
) -> tuple[TimelineEntry, ...]:
    """Newest first, as far as this access may see. An internal opinion never reaches a school (promise 7).

    ``seats`` says whom the seats are meant for that events tell of, by the id of the seat.
    """
    answers = {s.id: _answer(process, access, s, organisations) for s in submissions} if access != "panel" else {}
    entries: list[TimelineEntry] = []
    # The chain of the case knows the order in which things happened, also within one act.
    for event in events:
        if event.kind == "task_completed":
            entries.extend(e for e in [answers.get(event.body["submission_id"])] if e is not None)
        elif event.kind in _SYSTEM and (access == "internal" or event.kind in PARTY_SEES):
            entries.append(_event(process, event, access, seats))
    return tuple(reversed(entries))


def _answer(
    process: ProcessVersion, access: Access, submission: Submission, organisations: Mapping[int, str]
) -> TimelineEntry:
    form = process.form(submission.element)
    open_to_reader = access == "internal" or not form.internal
    decision = next((d.label for d in form.decisions if d.value == submission.decision), None)
    return TimelineEntry(
        at=submission.at,
        kind="returned" if submission.decision in _RETURNING and open_to_reader else "submitted",
        step=process.label_of(submission.element),
        who=Text("{name}", name=submission.person_name) if open_to_reader else None,
        place=place_name(organisations.get(submission.organisation_id, ""), submission.position),
        decision=decision if open_to_reader else None,
        opinion=(submission.answers.get("opinion") or None) if open_to_reader else None,
        detail=None,
    )


def _event(process: ProcessVersion, event: AuditEvent, access: Access, seats: Mapping[int, str]) -> TimelineEntry:
    """What happened, and who brought it about, if the reader may know: an expert's or officer's name is internal."""
    kind, step, words = _SYSTEM[event.kind]
    more = {
        "seat": seats.get(event.body.get("seat_id", 0), ""),
        "counts": _counts(process, event),
        "stopped_for": _stopped_for(process, event),
    }
    by = Text("系统") if event.actor_kind == "system" else Text("{name}", name=event.actor_name)
    return TimelineEntry(
        at=event.at,
        kind=kind,
        step=step,
        who=by if access == "internal" or event.kind in _BY_THE_APPLICANT else None,
        place=None,
        decision=None,
        opinion=None,
        detail=words({**event.body, **more}),
    )


def _counts(process: ProcessVersion, event: AuditEvent) -> Text:
    """How many chose what in a ballot, in the order in which the form offers it."""
    votes = event.body.get("votes", {})
    offered = process.form(event.body["element"]).decisions if votes else ()
    each = [Text("{decision}{count}票", decision=labelled(d.label), count=votes.get(d.value, 0)) for d in offered]
    return reduce(lambda one, more: Text("{one}，{more}", one=one, more=more), each) if each else Text("")


def _stopped_for(process: ProcessVersion, event: AuditEvent) -> Text | None:
    """Why the clock stands, in the words of the version that the case runs in; the event names the element."""
    rule, element = process.head.clock, event.body.get("element")
    return labelled(rule.stops[element]) if rule is not None and element in rule.stops else None
