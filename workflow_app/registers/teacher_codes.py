"""Codes about teachers in the registers of mentoring and support teaching, and what a case calls a teacher.

There is no register of teachers yet: a form names a person by name, staff number (工号) and school.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workflow_app.text import Text

TITLES: Mapping[str, Text] = {
    "none": Text("未定级"),
    "third": Text("三级教师"),
    "second": Text("二级教师"),
    "first": Text("一级教师"),
    "senior": Text("高级教师"),
    "chief": Text("正高级教师"),
}
"""Professional titles (职称), the lowest first (processes.md B4)."""

BACKBONE: Mapping[str, Text] = {
    "none": Text("非骨干教师"),
    "school": Text("校级骨干教师"),
    "county": Text("县级骨干教师"),
    "prefecture": Text("州市级骨干教师"),
    "province": Text("省级骨干教师"),
    "nation": Text("国家级骨干教师"),
}
"""Levels of backbone teachers (骨干教师), the lowest first (processes.md C)."""


def reaches(codes: Mapping[str, Text], value: str | None, least: str) -> bool:
    """Whether a code stands at or above another in its list; an unknown one stands below all."""
    order = list(codes)
    return value in codes and order.index(str(value)) >= order.index(least)


def number_of(value: Any) -> str:
    """A staff number as it is compared and kept: without blanks, in capitals."""
    return "".join(str(value or "").split()).upper()


def rows_of(answers: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    """The rows of a table in the answers that name somebody; blank lines are left out."""
    return [row for row in answers.get(key) or [] if number_of(row.get("teacher_no"))]


def numbers_in(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The staff numbers of some rows, in their order."""
    return [number_of(row.get("teacher_no")) for row in rows]


def repeated(numbers: Sequence[str]) -> list[str]:
    """The staff numbers that stand in a list more than once, each once."""
    return sorted({number for number in numbers if numbers.count(number) > 1})
