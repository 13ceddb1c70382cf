"""The strict schema of the form files: everything about a process that is not order, keyed by BPMN element id.

One file per process (``forms/<slug>.yaml``) and one per shared drawing (``forms/shared/<name>.yaml``). Unknown keys are
refused. Labels are bilingual. Amounts never stand here: ``parameter`` names a policy parameter.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as Constraint
from pydantic import model_validator

from workflow_app.definitions.schema_fields import (
    Decision,
    Evidence,
    Field,
    Key,
    Label,
    MediumKey,
    Name,
    Place,
    ShortKey,
    Stage,
    Strict,
)
from workflow_app.text import Text


class Aggregate(Strict):
    """How a panel's answers become one fact of the element."""

    of: Key  # the field that is aggregated
    by: Literal["mean", "sum", "median", "min", "max"]
    places: int = 1  # rounded half up


class SeatRule(Strict):
    """Who sits, and when the task is complete."""

    places: tuple[Place, ...] = ()  # fixed seats; at a party of several organisations a seat for each of them
    outside: Place | None = None  # who answers in the place of an outside bureau, which has no accounts here
    chosen_in: str | None = None  # "arrange_assessment.experts": persons (or organisations) named in an earlier answer
    position: Key | None = None  # with chosen_in: the position under which they sit
    rule: Literal["all", "any", "ratio", "quorum", "in_order"] = "all"
    amount: str | None = None  # ratio: the policy parameter of the share; quorum: of the number of answers
    passing: Key | None = None  # the decision that counts as yes
    passed: ShortKey = "agree"  # the element's decision when the rule is met
    failed: ShortKey = "disagree"  # and when it is not
    veto: Key | None = None  # a decision that ends the task at once
    min_seats: str | None = None  # policy parameter: fewer is a finding, never "passed"
    odd: bool = False
    sealed: bool = False  # a secret ballot (无记名投票): nothing says who chose what; cases/ballot.py
    results: dict[Key, Aggregate] = Constraint(default_factory=dict)


class Remind(Strict):
    """A reminder n working days before (negative) or after the due date, to the holders and to named places."""

    days: Annotated[int, Constraint(ge=-400, le=400)]
    to: tuple[Place, ...] = ()
    text: Label


AnswerPath = Annotated[str, Constraint(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
"""A field of an earlier step: ``apply.review_on``."""


class Period(Strict):
    """A deadline: which policy parameter, counted from what: a moment of the case, or a date that was answered."""

    parameter: MediumKey
    start: Literal["opened", "filed", "accepted", "decided"] | AnswerPath = "opened"
    remind: tuple[Remind, ...] = ()


class TaskForm(Strict):
    """A human step. Seats without a rule: one seat, the lane's position at the lane's party."""

    label: Label
    help: Label | None = None
    stage: Stage
    place: Place | None = None  # instead of the lane's
    seats: SeatRule | None = None
    deadline: Period | None = None
    separation: tuple[Key, ...] = ()  # not_applicant, not_previous …: cases/separation.py
    different_from: tuple[Key, ...] = ()  # elements whose answerer may not answer here
    fields: tuple[Field, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    decisions: tuple[Decision, ...] = ()
    opinion: Literal["none", "optional", "required"] = "optional"
    phrases: tuple[Label, ...] = ()
    checks: tuple[Name, ...] = ()
    revises: Key | None = (
        None  # an earlier element: same fields, evidence and checks, prefilled; its answers become newer ones
    )
    internal: bool = True  # schools do not see answers of internal steps, only that the step was taken
    shows: tuple[Key, ...] = ()  # earlier elements whose answers stand beside the form; empty: all that may be seen
    clause: str | None = None


class TimerForm(Strict):
    """A timer symbol: intermediate or boundary."""

    label: Label
    stage: Stage
    period: Period
    clause: str | None = None


class OperationForm(Strict):
    """A service task: the registered operation and its fixed arguments."""

    label: Label
    name: Name
    args: dict[Key, str | int | bool | tuple[str, ...]] = Constraint(default_factory=dict)
    clause: str | None = None


class Party(Strict):
    """A party (当事方) of a case and where it comes from."""

    label: Label
    source: Annotated[
        str,
        Constraint(
            pattern=r"^(applicant|bureau|section:[a-z_]+|department:[a-z_]+|register:[a-z_]+\.[a-z_]+|"
            r"answers:[a-z0-9_]+\.[a-z0-9_]+(\.[a-z0-9_]+)?|invited:[a-z0-9_]+\.[a-z0-9_]+)$"
        ),
    ]
    many: bool = False
    follows: bool = False  # sees the case from its filing on, whether or not it has anything to answer
    contact: Annotated[str, Constraint(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")] | None = None  # invited: whom to ask for

    @property
    def is_invited(self) -> bool:
        """Whether it is an outside organisation, named in a text field or chosen, that answers by invitation."""
        return self.source.startswith("invited:")

    @model_validator(mode="after")
    def _has_a_contact(self) -> Party:
        if self.is_invited != (self.contact is not None) or (self.is_invited and self.many):
            raise ValueError(
                Text("受邀单位（invited）须写明联系人栏（contact）且只能是一个单位，其他当事方没有联系人栏")
            )
        return self


class Clock(Strict):
    """The case clock (办理时限): starts when ``starts`` is completed with ``on``, ends when ``ends`` is done."""

    starts: Key
    on: Key = "accept"
    ends: tuple[Key, ...]
    parameter: Key  # the budget in working days
    stops: dict[Key, Label] = Constraint(default_factory=dict)  # while these elements are open; the reason shown
    deemed: Key | None = None  # parameter: not told within this many working days after filing = started on filing


class Outcome(Strict):
    """What an end event of the process means."""

    label: Label
    result: Literal["approved", "refused", "withdrawn", "ended"]


class Withdraw(Strict):
    """Who may withdraw, by which message of the drawing."""

    message: Key
    place: Place
    clause: str | None = None


class DutyRule(Strict):
    """应办事项: what organisations owe again and again, before any case exists (DESIGN section 4, Duty)."""

    holders: Name  # the registered list of organisations that owe it: groups.leads
    every: Literal["school_year", "month", "once"]  # once: from the day that the list names for each
    in_year: Literal["begins", "ends"] = "begins"  # school_year: the calendar year in which opens and due lie
    opens: Key | None = None  # school_year: policy parameter with month and day from which one may hand in
    due: Key  # policy parameter: month and day of the last day; month: the day of the following month; once: a period
    months: Key | None = None  # month: policy parameter with the months in which it is owed
    remind: tuple[Remind, ...] = ()
    missed: Key | None = None  # policy parameter: as many missed in a row ask for a bulletin
    bulletin: str | None = None  # the process that drafts it
    clause: str | None = None

    @model_validator(mode="after")
    def _fits_its_period(self) -> DutyRule:
        if (self.every == "school_year") != (self.opens is not None) or (self.every == "month") != bool(self.months):
            raise ValueError(Text("按学年的应办事项须写明开始日期（opens），按月的须写明月份（months）"))
        if (self.missed is None) != (self.bulletin is None):
            raise ValueError(Text("连续缺报的次数（missed）和通报流程（bulletin）须同时写明"))
        return self


class Call(Strict):
    """One use of a shared drawing: its lanes at places of this process, its arguments, and overrides by element."""

    drawing: Key
    label: Label | None = None  # what this use is called; else the title of the shared drawing
    lanes: dict[Key, Place]
    stage: Stage | None = None
    args: dict[Key, str | int | bool | tuple[str, ...]] = Constraint(default_factory=dict)  # handed to its operations
    tasks: dict[Key, TaskForm] = Constraint(default_factory=dict)  # whole replacement of a shared task form
    parameters: dict[Key, MediumKey] = Constraint(default_factory=dict)  # timer or task there -> policy parameter
    revises: dict[Key, Key] = Constraint(default_factory=dict)  # task of the drawing -> element of this process


class Head(Strict):
    """The process itself."""

    title: Label
    category: Literal["groups", "pairings", "rotation", "titles", "training", "inspection", "general"]
    summary: Label
    clauses: tuple[str, ...]
    starts: Place  # who may start a case: position@applicant
    applicant_kinds: tuple[str, ...]
    number: str  # "P1-{year}-{seq:04d}"
    case_title: str  # "组建{apply.group_name}"; filled when the first submission is in
    parties: dict[ShortKey, Party]
    lanes: dict[Key, Place]
    clock: Clock | None = None
    handler: Place | None = None  # 主办: who handles a case; else the step that starts the clock, else who starts it
    outcomes: dict[MediumKey, Outcome]
    withdraw: Withdraw | None = None
    duty: DutyRule | None = None  # a case is opened for a duty only


class ProcessForms(Strict):
    """A whole ``forms/<slug>.yaml``."""

    process: Head
    tasks: dict[Key, TaskForm] = Constraint(default_factory=dict)
    timers: dict[Key, TimerForm] = Constraint(default_factory=dict)
    operations: dict[Key, OperationForm] = Constraint(default_factory=dict)
    calls: dict[Key, Call] = Constraint(default_factory=dict)
    gateways: dict[Key, Label] = Constraint(default_factory=dict)  # the question a gateway asks, for the diagram


class SharedForms(Strict):
    """A whole ``forms/shared/<name>.yaml``. ``lanes`` names the roles that a caller has to fill."""

    title: Label
    lanes: dict[Key, Label]
    tasks: dict[Key, TaskForm] = Constraint(default_factory=dict)
    timers: dict[Key, TimerForm] = Constraint(default_factory=dict)
    operations: dict[Key, OperationForm] = Constraint(default_factory=dict)
    gateways: dict[Key, Label] = Constraint(default_factory=dict)
