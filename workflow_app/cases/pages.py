"""What the pages show of cases: plain values, read in a few selects. Reads never run the engine (promise 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from workflow_app.definitions.comparison import Comparison
from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.schema_fields import Label
from workflow_app.policy.finding import Finding
from workflow_app.text import Text

Colour = Literal["late", "soon", "plain"]
"""late 超期 · soon 即将到期 · plain."""

InboxTab = Literal["all", "late", "soon", "mine", "unclaimed"]
"""待办 tabs: 全部, 已超期, 3日内到期, 已认领, 待认领."""


@dataclass(frozen=True)
class DueLine:
    """A deadline as a page says it: the date, the working days left (negative: past), colour, share of time used."""

    due_on: date
    working_days_left: int
    colour: Colour
    share_used: float
    provisional: bool


@dataclass(frozen=True)
class InboxRow:
    """One open seat that the reader may answer."""

    task_id: int
    case_id: int
    case_number: str
    case_title: str
    applicant: str
    process: Label
    step: Label
    stage: str
    opened_at: datetime
    due: DueLine | None
    claimed_by: str | None
    claimed_by_me: bool


@dataclass(frozen=True)
class InboxPage:
    """One page of an inbox. Counts are capped: 100 means "99+"."""

    rows: tuple[InboxRow, ...]
    next_after: str | None
    counts: Mapping[InboxTab, int]
    due: Mapping[date, int]  # how many tasks fall due on each of the days asked for, up to 500 of each position


@dataclass(frozen=True)
class CaseLine:
    """One case in a list."""

    case_id: int
    number: str
    title: str
    applicant: str
    process: Label
    stage: str
    outcome: Label | None
    filed_on: date | None
    created_at: datetime
    closed_at: datetime | None
    due: DueLine | None  # None also while the clock stands: until it goes on, nobody knows the day
    paused: bool = False


@dataclass(frozen=True)
class ClockLine:
    """第7天／共20个工作日，暂停3天."""

    day: int
    budget: int
    paused_days: int
    running: bool
    stopped_because: Label | None
    started_on: date
    due_on: date
    ended_on: date | None
    provisional: bool


@dataclass(frozen=True)
class WaitingFor:
    """到哪了: one open step, whom it waits for by name, since when, until when."""

    task_id: int | None
    element: str
    step: Label
    stage: str
    places: tuple[Text, ...]  # 基础教育科 科室经办; several for a panel
    people: tuple[str, ...]  # names of who may answer, as far as the reader may know them
    answered: tuple[str, ...]  # names of who already has (panels), likewise
    since: datetime
    due: DueLine | None
    mine: bool
    vacant: bool = False  # nobody may answer: an incident


@dataclass(frozen=True)
class TimelineEntry:
    """One line of the history: a submission, a record, a deadline, a stop of the clock."""

    at: datetime
    kind: Literal["submitted", "returned", "system", "record", "withdrawn", "ended"]
    step: Label
    who: Text | None
    place: Text | None
    decision: Label | None
    opinion: str | None
    detail: Text | None


@dataclass(frozen=True)
class EarlierAnswers:
    """The answers of one earlier step, with its form, as far as the reader may see them."""

    element: str
    form: TaskForm
    answers: Mapping[str, Any]
    findings: tuple[Mapping[str, Any], ...]
    who: str
    at: datetime
    version: int


@dataclass(frozen=True)
class CasePage:
    """Everything on a case's page."""

    case_id: int
    slug: str
    version_number: int
    content_hash: str
    line: CaseLine
    access: Literal["internal", "party", "panel"]
    clock: ClockLine | None
    waiting: tuple[WaitingFor, ...]
    next_steps: tuple[Label, ...]
    timeline: tuple[TimelineEntry, ...]
    done_elements: frozenset[str]
    open_elements: frozenset[str]
    late_elements: frozenset[str]
    earlier: tuple[EarlierAnswers, ...]
    may_withdraw: bool
    may_terminate: bool


@dataclass(frozen=True)
class TaskPage:
    """Everything on a task's page. ``answers`` is the draft if there is one, else the prefill."""

    task_id: int
    case: CaseLine
    element: str
    form: TaskForm  # fields of a revised element already merged in
    content_hash: str
    place: Text
    revision: int
    due: DueLine | None
    answers: Mapping[str, Any]
    draft_saved_at: datetime | None
    earlier: tuple[EarlierAnswers, ...]
    findings: tuple[Finding, ...]  # of the prefill or draft, without problems of form
    claimed_by: str | None
    claimed_by_me: bool
    may_claim: bool
    seats_done: int
    seats_total: int
    reviewable: tuple[str, ...]  # names of those who have answered already
    figures: Mapping[str, Text | Comparison] = field(default_factory=dict)  # read-only figures of the form by field key
