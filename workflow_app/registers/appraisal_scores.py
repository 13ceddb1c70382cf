"""The arithmetic of a group's appraisal: five dimensions with weights, every scorer's points, total and grade.

003·A2三(四): 捆绑式考核、一体化评价. Everything is exact; only the total is rounded, half up to one place, so that it
can be worked out again from the score sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

from workflow_app.definitions.case_view import Answered, CaseView
from workflow_app.policy.arithmetic import half_up
from workflow_app.policy.parameters import Policy
from workflow_app.text import Text

DIMENSIONS: Mapping[str, Text] = {
    "resources": Text("资源增减"),
    "gap": Text("校际差距"),
    "radiation": Text("辐射带动"),
    "integration": Text("融入提升"),
    "satisfaction": Text("满意度"),
}
"""The dimensions of the appraisal, in the order of the score sheet; field keys and parameters are named after them."""
VALUE_ADDED = "value_added"
"""增值分: points beside the dimensions for what a group has gained on its own starting point."""

WHOLE = 100
"""Weights add up to it, and no total is above it."""

SCORING, SUM_UP, CORRECT = "scoring", "sum_up", "notice_correct"
"""The steps that give scores, that propose the grade, and that correct both after an objection was upheld."""

GRADES = ("excellent", "good", "qualified", "failed")
"""The grades, the best first; their names are those of a school's last appraisal."""


@dataclass(frozen=True)
class Scored:
    """One scorer's points by dimension, and the value added."""

    name: str
    points: Mapping[str, Decimal]
    value_added: Decimal


@dataclass(frozen=True)
class Standing:
    """How an appraisal stands: every scorer's points, what was corrected, and the weights of the policy."""

    scorers: tuple[Scored, ...]
    corrected: Mapping[str, Decimal]
    weights: Mapping[str, Fraction]

    @property
    def is_scored(self) -> bool:
        """Whether anybody has scored."""
        return bool(self.scorers)

    def mean(self, dimension: str) -> Fraction:
        """The points of a dimension: the mean of the scorers, or what a correction has put in its place."""
        if dimension in self.corrected:
            return Fraction(self.corrected[dimension])
        return _mean(scored.points[dimension] for scored in self.scorers)

    def product(self, dimension: str) -> Fraction:
        """The points of a dimension by its weight."""
        return self.mean(dimension) * self.weights[dimension] / WHOLE

    @property
    def value_added(self) -> Fraction:
        """The mean of the value added."""
        return _mean(scored.value_added for scored in self.scorers)

    @property
    def total(self) -> Decimal:
        """The weighted mean with the value added, at most 100, rounded half up to one place."""
        exact = sum((self.product(dimension) for dimension in DIMENSIONS), self.value_added)
        return half_up(min(exact, Fraction(WHOLE)))

    def outliers(self, beyond: Decimal) -> list[tuple[str, str, Decimal, Fraction]]:
        """Scorer, dimension, points and median where points differ from the median of the scorers by more."""
        found = []
        for dimension in DIMENSIONS:
            middle = Fraction(median(Fraction(scored.points[dimension]) for scored in self.scorers))
            found += [
                (scored.name, dimension, scored.points[dimension], middle)
                for scored in self.scorers
                if abs(Fraction(scored.points[dimension]) - middle) > beyond
            ]
        return found


def standing_of(case: CaseView, policy: Policy, answers: Mapping[str, Any] | None = None) -> Standing:
    """The appraisal of a case as it stands; ``answers`` are those of a correction that is being handed in."""
    corrections = [given.answers for given in case.all_answers(CORRECT)] + ([answers] if answers else [])
    return Standing(
        scorers=tuple(_scored(given) for given in case.all_answers(SCORING)),
        corrected={
            row["dimension"]: Decimal(row["points"])
            for given in corrections
            for row in given.get("corrections") or []
            if row.get("dimension") and row.get("points") is not None
        },
        weights={dimension: policy.fraction(weight_key(dimension)) for dimension in DIMENSIONS},
    )


def proposed_grade(case: CaseView) -> str | None:
    """The grade that was proposed last, by the section's summing up or by a correction."""
    for given in reversed(case.submissions()):
        if given.element in {SUM_UP, CORRECT} and given.answers.get("grade"):
            return str(given.answers["grade"])
    return None


def band(total: Decimal, policy: Policy) -> str:
    """The grade that a total stands for: [90,100] 优秀, [80,90) 良好, [60,80) 合格, below 不合格 (通行做法)."""
    for grade in GRADES[:-1]:
        if total >= policy.decimal(f"appraisal_{grade}"):
            return grade
    return GRADES[-1]


def weight_key(dimension: str) -> str:
    """The policy parameter of a dimension's weight, in hundredths."""
    return f"appraisal_weight_{dimension}"


def plain(value: Fraction | Decimal, places: int = 2) -> str:
    """A figure as it is shown: rounded half up, without zeros that say nothing (79.5, 17)."""
    text = f"{half_up(value, places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scored(given: Answered) -> Scored:
    points = {dimension: Decimal(given.answers[dimension]) for dimension in DIMENSIONS}
    return Scored(given.person_name, points, Decimal(given.answers.get(VALUE_ADDED) or 0))


def _mean(values: Iterable[Decimal]) -> Fraction:
    exact: Sequence[Fraction] = [Fraction(value) for value in values]
    return sum(exact, Fraction(0)) / len(exact) if exact else Fraction(0)
