"""The strict schema of what stands in a form: fields, evidence, decisions, and the words that all form files use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Constraint

from workflow_app.text import Text

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
    "clauses",
    "figure",
]

CLAUSE_COLUMNS = ("chapter", "text")
"""What a row of a ``clauses`` field holds: the code of its chapter and its words. Its number is its place."""

LONGEST_CLAUSE = 2000
"""Characters of one clause."""


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
    kind: str | None = None  # organisation: kinds to offer (school, school|kindergarten); person: position to offer
    many: bool = False  # person, organisation, file: several
    types: tuple[str, ...] = ()  # file: allowed extensions
    columns: tuple[Field, ...] = ()  # rows; those of clauses are made from its options, which are the chapters
    figure: Name | None = None  # figure: the registered figure to compute, read-only
    prefill: Name | None = None  # the registered value that the field starts with
    show_if: dict[Key, tuple[str | bool, ...]] = Constraint(default_factory=dict)
    sensitivity: Literal["public", "internal", "personal"] = "public"
    phrases: tuple[Label, ...] = ()
    clause: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _clauses_have_their_columns(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or given.get("type") != "clauses" or "columns" in given:
            return given
        chapter = {"key": "chapter", "type": "choice", "label": {"zh": "章节", "en": "Chapter"}, "required": True}
        words = {"key": "text", "type": "long_text", "label": {"zh": "条文", "en": "Text"}, "required": True}
        columns = [{**chapter, "options": given.get("options", ())}, {**words, "max": LONGEST_CLAUSE}]
        return {**given, "columns": columns}

    @property
    def is_table(self) -> bool:
        """Whether the value is a list of rows with columns of their own."""
        return self.type in {"rows", "clauses"}

    @model_validator(mode="after")
    def _fits_type(self) -> Field:
        if self.key in RESERVED_KEYS:
            raise ValueError(Text("{key}是保留字，不能作栏目名", key=self.key))
        if self.type in {"choice", "multiple_choice"} and not self.options:
            raise ValueError(Text("选择题须写明选项（options）"))
        if self.is_table != bool(self.columns):
            raise ValueError(Text("明细表须写明各列（columns），其他栏目没有列"))
        if self.type == "clauses" and (not self.options or tuple(c.key for c in self.columns) != CLAUSE_COLUMNS):
            raise ValueError(Text("条文栏须写明章节（options），各列由系统确定"))
        if (self.type == "figure") != (self.figure is not None):
            raise ValueError(Text("数据项须写明名称（figure），其他栏目没有"))
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
    letter: bool = False  # the signed letter of who answers: on paper it is the answer itself, whatever it says


class Decision(Strict):
    """One decision a task offers; its value is always the fact ``decision`` of the element."""

    value: ShortKey
    label: Label
    hint: Label | None = None
    opinion_required: bool = False
    skips_checks: bool = False  # a return: what the checks find is stored, but asks for no reason and stops nothing
    tone: Literal["plain", "good", "warn", "bad"] = "plain"
