"""The register of groups' appraisals (考核台账): the score sheet worked out, the decision entered, read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from workflow_app.act import Act
from workflow_app.calendar.duty_periods import first_day_of
from workflow_app.definitions.case_view import CaseView, Operation, OperationContext, OperationResult
from workflow_app.errors import WorkflowError
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.registers.appraisal_models import AppraisalEntry, SchoolAppraisalEntry
from workflow_app.registers.appraisal_scores import (
    DIMENSIONS,
    SUM_UP,
    VALUE_ADDED,
    WHOLE,
    Standing,
    band,
    plain,
    proposed_grade,
    standing_of,
)
from workflow_app.registers.corrected import grade_now
from workflow_app.registers.entries import add_entries, not_entered, record_in
from workflow_app.registers.failed_years import failed_years
from workflow_app.registers.filings import LedGroup, led_group
from workflow_app.registers.membership import Member, leads, members_at
from workflow_app.registers.models import EducationGroup
from workflow_app.registers.proof import enter
from workflow_app.text import Text, listed

USES: Mapping[str, Text] = {
    "performance": Text("绩效工资分配"),
    "appointment": Text("干部任用"),
    "awards": Text("评优评先"),
}
"""What the result of an appraisal is used for (003·A2三(四))."""


@dataclass(frozen=True)
class LastGrade:
    """The grade of a school's last group appraisal, and the day of its decision."""

    grade: str
    decided_on: date


def settle_appraisal(context: OperationContext) -> OperationResult:
    """groups.settle_appraisal: the score sheet of the case: every scorer's points by weight, corrections, total, grade.

    It enters nothing; what it leaves is drawn as the sheet, decided upon and entered by :func:`enter_appraisal`.

    Raises:
        WorkflowError: nobody has scored, or no grade was proposed.
    """
    act, case = context.act, context.case
    policy = load_policy(act.session, act.bureau_id, act.today)
    standing, grade = standing_of(case, policy), proposed_grade(case)
    group, members = _appraised(act, case)
    if not standing.is_scored or grade is None:
        raise WorkflowError("评分或建议等次不全，不能生成评分表。")
    facts = {
        "group": group.name,
        "total": str(standing.total),
        "grade": grade,
        "band": band(standing.total, policy),
        "scorers": len(standing.scorers),
        "rows": _rows(standing),
        "dimensions": _dimensions(standing),
        VALUE_ADDED: plain(standing.value_added),
        "uses": str(listed([USES[use] for use in case.answers(SUM_UP).get("uses") or []])),
        "outliers": _outliers(standing, policy),
        "schools": [{"school": member.school, "role": member.role} for member in members],
    }
    return OperationResult(facts, {"total": facts["total"], "grade": grade})


def enter_appraisal(context: OperationContext) -> OperationResult:
    """groups.enter_appraisal: the decided appraisal, an entry for the group and one of the same grade for each school.

    It reads the facts of ``settle``; ``issued_in`` names the element that issued the sheet. The fact ``review_due``
    says whether the group has failed as many years running as policy lets pass before leaving or reform is looked into.

    Raises:
        ConflictError: the group's appraisal of the school year is entered already.
    """
    act, case = context.act, context.case
    group, members = _appraised(act, case)
    settled, year = case.facts["settle"], _year(case)
    # A group is locked while something is entered for it, so that two cases of one year queue up.
    act.session.execute(select(EducationGroup.id).where(EducationGroup.id == group.id).with_for_update())
    before = grades_of(act.session, act.bureau_id, group.id)
    if year in before:
        raise not_entered(Text("“{name}”本学年的考核已经登记。", name=group.name))
    entry = AppraisalEntry(
        bureau_id=act.bureau_id,
        group_id=group.id,
        school_year=year,
        decided_on=act.today,
        total=settled["total"],
        grade=settled["grade"],
        **{row["dimension"]: row["points"] for row in settled["dimensions"]},
        value_added=settled[VALUE_ADDED],
        scorers=settled["scorers"],
        uses=",".join(case.answers(SUM_UP).get("uses") or []),
        case_id=case.case_id,
        record_id=record_in(context),
        recorded_at=act.now,
    )
    add_entries(act, entry)
    _enter_schools(act, entry, members)
    failed = failed_years(act, {**before, year: entry.grade}, year)
    facts = {"entry_id": entry.id, "failed_years": failed.count, "review_due": "yes" if failed.review_due else "no"}
    return OperationResult(facts, {"group": group.name, "total": entry.total, "grade": entry.grade})


def appraisals_of(session: Session, bureau_id: int, group_id: int) -> Sequence[AppraisalEntry]:
    """The appraisals of a group, the newest first."""
    query = select(AppraisalEntry).where(AppraisalEntry.bureau_id == bureau_id, AppraisalEntry.group_id == group_id)
    return session.scalars(query.order_by(AppraisalEntry.school_year.desc())).all()


def grades_of(session: Session, bureau_id: int, group_id: int) -> dict[str, str]:
    """The grade of each appraised school year of a group, as it stands after corrections."""
    query = select(AppraisalEntry.school_year, grade_now(AppraisalEntry).label("grade")).where(
        AppraisalEntry.bureau_id == bureau_id, AppraisalEntry.group_id == group_id
    )
    return {row.school_year: row.grade for row in session.execute(query)}


def last_grade(session: Session, bureau_id: int, school_id: int, day: date) -> LastGrade | None:
    """The grade of a school's last group appraisal decided by a day, as corrected; None if it had none."""
    row = session.execute(
        select(grade_now(AppraisalEntry), SchoolAppraisalEntry.decided_on)
        .join(AppraisalEntry, AppraisalEntry.id == SchoolAppraisalEntry.appraisal_id)
        .where(
            SchoolAppraisalEntry.bureau_id == bureau_id,
            SchoolAppraisalEntry.school_id == school_id,
            SchoolAppraisalEntry.decided_on <= day,
        )
        .order_by(SchoolAppraisalEntry.school_year.desc(), SchoolAppraisalEntry.id.desc())
        .limit(1)
    ).one_or_none()
    return LastGrade(*row) if row is not None else None


def groups_of_year(session: Session, bureau_id: int, year: str) -> int:
    """How many groups a school year has: those with a lead school on its first day."""
    return len(leads(session, bureau_id, first_day_of(year)))


def excellent_groups(session: Session, bureau_id: int, year: str) -> set[int]:
    """The groups whose appraisal of a school year is 优秀, as decided or as corrected."""
    return set(
        session.scalars(
            select(AppraisalEntry.group_id).where(
                AppraisalEntry.bureau_id == bureau_id,
                AppraisalEntry.school_year == year,
                grade_now(AppraisalEntry) == "excellent",
            )
        )
    )


def _appraised(act: Act, case: CaseView) -> tuple[LedGroup, list[Member]]:
    """The group that the applicant led in the school year, and its schools on the first day of it."""
    group = led_group(act.session, case, act.today)
    if group is None:
        raise not_entered(Text("台账中没有由本校牵头的集团，不能登记。"))
    return group, members_at(act.session, act.bureau_id, group.id, first_day_of(_year(case)))


def _year(case: CaseView) -> str:
    if case.period is None:
        raise WorkflowError("本办件不是由应办事项发起的，没有所属期间。")
    return case.period


def _enter_schools(act: Act, appraisal: AppraisalEntry, members: Sequence[Member]) -> None:
    rows = [
        {
            "bureau_id": act.bureau_id,
            "appraisal_id": appraisal.id,
            "school_id": member.school_id,
            "role": member.role,
            "school_year": appraisal.school_year,
            "grade": appraisal.grade,
            "decided_on": appraisal.decided_on,
            "recorded_at": act.now,
        }
        for member in members
    ]
    for entry in act.session.scalars(insert(SchoolAppraisalEntry).returning(SchoolAppraisalEntry), rows):
        enter(act, entry, appraisal.case_id)


def _rows(standing: Standing) -> list[dict[str, str]]:
    """Every scorer's points of each dimension, its weight and the product, exact."""
    return [
        {
            "scorer": scored.name,
            "dimension": dimension,
            "points": plain(scored.points[dimension]),
            "weight": plain(standing.weights[dimension]),
            "product": plain(Fraction(scored.points[dimension]) * standing.weights[dimension] / WHOLE, 4),
        }
        for scored in standing.scorers
        for dimension in DIMENSIONS
    ]


def _dimensions(standing: Standing) -> list[dict[str, str]]:
    return [
        {
            "dimension": dimension,
            "points": plain(standing.mean(dimension)),
            "weight": plain(standing.weights[dimension]),
            "product": plain(standing.product(dimension), 4),
            "corrected": "yes" if dimension in standing.corrected else "no",
        }
        for dimension in DIMENSIONS
    ]


def _outliers(standing: Standing, policy: Policy) -> list[dict[str, str]]:
    return [
        {"scorer": name, "dimension": dimension, "points": plain(points), "median": plain(middle)}
        for name, dimension, points, middle in standing.outliers(policy.decimal("appraisal_outlier"))
    ]


OPERATIONS: Mapping[str, Operation] = {
    "groups.enter_appraisal": enter_appraisal,
    "groups.settle_appraisal": settle_appraisal,
}
"""Operations by the name that form files use."""
