"""The strict schema of the form files: everything about a process that is not order, keyed by BPMN element id.

One file per process (``forms/<slug>.yaml``) and one per shared drawing (``forms/shared/<name>.yaml``). Unknown keys are
refused. Labels are bilingual. Amounts never stand here: ``parameter`` names a policy parameter.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Constraint

Key = Annotated[str, Constraint(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
ShortKey = Annotated[Key, Constraint(max_length=30)]
"""A key of a decision or party: as long as its column."""
MediumKey = Annotated[Key, Constraint(max_length=60)]
"""A key of an outcome or policy parameter: as long as its column."""
Place = Annotated[str, Constraint(pattern=r"^[a-z][a-z0-9_]*@[a-z][a-z0-9_]*$")]
"""A position at a party: ``section_officer@basic_education``."""
Name = Annotated[str, Constraint(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
"""A registered check or operation: ``groups.has_weak_member``."""

RESERVED_KEYS = frozenset({"decision", "opinion", "evidence", "reasons", "overrides", "typename"})
"""Keys of an answers map that are not fields; ``typename`` would make an engine state unloadable."""

Stage = Literal[
    "draft",
    "submitted",
    "supplement",
    "accepted",
    "review",
    "countersign",
    "assessment",
    "notice",
    "objection",
    "decision",
    "issue",
    "execution",
    "archived",
]
"""草稿 已提交 待补正 已受理 审核 会审 评估 公示 异议核查 待决定 发文 执行中 已归档 (processes.md B0, States)."""

FieldType = Literal[
    "text",
    "long_text",
    "integer",
    "decimal",
    "percentage",
    "money",
    "date",
    "date_time",
    "yes_no",
    "choice",
    "multiple_choice",
    "organisation",
    "person",
    "teacher",
    "file",
    "rows",
    "figure",
]


class Strict(BaseModel):
    """Frozen, and closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Label(Strict):
    """A text in both languages."""

    zh: Annotated[str, Constraint(min_length=1)]
    en: Annotated[str, Constraint(min_length=1)]


class Option(Strict):
    """One choice."""

    value: Key
    label: Label
    hint: Label | None = None


class Field(Strict):
    """One field of a form. ``show_if`` names fields of the same form and the values at which this one is shown."""

    key: Key
    type: FieldType
    label: Label
    help: Label | None = None
    required: bool = False
    fact: bool = False  # the diagram may route on it
    min: float | None = None  # smallest value, or fewest rows, or fewest choices
    max: float | None = None  # largest value, or most rows; longest text in characters
    places: Annotated[int, Constraint(ge=0, le=10)] | None = None  # decimal places
    options: tuple[Option, ...] = ()
    kind: str | None = None  # organisation: kinds to offer (school); person: position to offer (expert)
    many: bool = False  # person, organisation, file: several
    types: tuple[str, ...] = ()  # file: allowed extensions
    columns: tuple[Field, ...] = ()  # rows
    figure: Name | None = None  # figure: the registered figure to compute, read-only
    show_if: dict[Key, tuple[str | bool, ...]] = Constraint(default_factory=dict)
    sensitivity: Literal["public", "internal", "personal"] = "public"
    phrases: tuple[Label, ...] = ()
    clause: str | None = None

    @model_validator(mode="after")
    def _fits_type(self) -> Field:
        if self.key in RESERVED_KEYS:
            raise ValueError(f"{self.key}是保留字，不能作栏目名")
        if self.type in {"choice", "multiple_choice"} and not self.options:
            raise ValueError("选择题须写明选项（options）")
        if (self.type == "rows") != bool(self.columns):
            raise ValueError("明细表须写明各列（columns），其他栏目没有列")
        if (self.type == "figure") != (self.figure is not None):
            raise ValueError("数据项须写明名称（figure），其他栏目没有")
        return self


class Evidence(Strict):
    """One line of the evidence checklist. ``per`` names a rows field: one file set for each row."""

    key: Key
    label: Label
    help: Label | None = None
    required: bool = True
    types: tuple[str, ...] = ("pdf", "jpg", "png", "docx", "xlsx", "ofd")
    many: bool = True
    per: Key | None = None
    show_if: dict[Key, tuple[str | bool, ...]] = Constraint(default_factory=dict)


class Decision(Strict):
    """One decision a task offers; its value is always the fact ``decision`` of the element."""

    value: ShortKey
    label: Label
    hint: Label | None = None
    opinion_required: bool = False
    skips_checks: bool = False  # a return: what the checks find is stored, but asks for no reason and stops nothing
    tone: Literal["plain", "good", "warn", "bad"] = "plain"


class Aggregate(Strict):
    """How a panel's answers become one fact of the element."""

    of: Key  # the field that is aggregated
    by: Literal["mean", "sum", "median", "min", "max"]
    places: int = 1  # rounded half up


class SeatRule(Strict):
    """Who sits, and when the task is complete."""

    places: tuple[Place, ...] = ()  # fixed seats
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


class Period(Strict):
    """A deadline: which policy parameter, counted from what."""

    parameter: MediumKey
    start: Literal["opened", "filed", "accepted", "decided"] = "opened"
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
            pattern=r"^(applicant|bureau|section:[a-z_]+|department:[a-z_]+|answers:[a-z0-9_]+\.[a-z0-9_]+(\.[a-z0-9_]+)?)$"
        ),
    ]
    many: bool = False


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
    every: Literal["school_year", "month"]
    opens: Key | None = None  # school_year: policy parameter with month and day from which one may hand in
    due: Key  # policy parameter: month and day of the last day; month: the day of the following month
    months: Key | None = None  # month: policy parameter with the months in which it is owed
    remind: tuple[Remind, ...] = ()
    missed: Key | None = None  # policy parameter: as many missed in a row ask for a bulletin
    bulletin: str | None = None  # the process that drafts it
    clause: str | None = None

    @model_validator(mode="after")
    def _fits_its_period(self) -> DutyRule:
        if (self.every == "school_year") != (self.opens is not None) or (self.every == "month") != bool(self.months):
            raise ValueError("按学年的应办事项须写明开始日期（opens），按月的须写明月份（months）")
        if (self.missed is None) != (self.bulletin is None):
            raise ValueError("连续缺报的次数（missed）和通报流程（bulletin）须同时写明")
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
