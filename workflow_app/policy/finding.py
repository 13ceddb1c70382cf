"""The finding: what a check says (DESIGN, promise 6). Checks inform, a named person decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workflow_app.text import Text

Figures = Mapping[Text | str, Text | str]
"""Name of a figure -> value. A plain string on either side is data: a school's name, a number."""

Level = Literal["clear", "advice", "gate", "error"]
"""clear 通过 · advice 提示 (reason asked) · gate 卡点 (stops until overridden) · error 错误 (impossible)."""


@dataclass(frozen=True)
class Used:
    """A policy parameter that a check has used, with its version, so that the check can be retraced years later."""

    profile: str
    key: str
    value: str
    unit: str
    clause: str
    version: int


@dataclass(frozen=True)
class Finding:
    """The outcome of one check: level, plain words, the figures compared, the clause, the parameters used."""

    check: str  # the registered name: groups.has_weak_member
    level: Level
    message: Text
    clause: str  # 003·A2二(一)1·2
    figures: Figures = field(default_factory=dict)  # what was compared
    used: tuple[Used, ...] = ()
    field_path: str | None = None  # the form field that it is about, if one
    override: str | None = None  # for a gate: the position@party whose holder may override it with a reason

    def to_json(self) -> dict[str, Any]:
        """What a submission stores of the finding."""
        return {
            "check": self.check,
            "level": self.level,
            "message": self.message.to_json(),
            "clause": self.clause,
            "figures": {str(k): v.to_json() if isinstance(v, Text) else v for k, v in self.figures.items()},
            "used": [vars(u) for u in self.used],
            "field": self.field_path,
        }
