"""The appraisal of a group as its checks see it: points are given, a check is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.registers.conftest import County
from workflow_app.definitions.case_view import Answered, CaseView, CheckContext
from workflow_app.policy.finding import Finding
from workflow_app.registers import CHECKS
from workflow_app.registers.appraisal_scores import DIMENSIONS


def scored(county: County, *rows: Sequence[object], value_added: str = "0") -> None:
    """Scorers give points; each row is one of them."""
    names = ("方锐", "顾蓉", "田野", "彭舟", "苏荷")
    for name, row in zip(names, rows, strict=False):
        answers = {key: str(value) for key, value in zip(DIMENSIONS, row, strict=True)}
        given = {**answers, "value_added": value_added}
        county.given.append(Answered("scoring", given, None, None, name, county.lead, "expert", county.act.today))


def case_in(county: County, year: str = "2026-2027") -> CaseView:
    return replace(county.case(), slug="group-appraisal", period=year)


def check(county: County, name: str, element: str = "sum_up", **answers: Any) -> Finding:
    found = CHECKS[f"groups.{name}"](CheckContext(county.act, case_in(county), element, answers))
    assert isinstance(found, Finding)
    return found
