"""The strict schema of what stands in a form: fields, evidence, decisions, and the words that all form files use."""

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
