"""The register of mentoring (师徒结对台账): agreements, their apprentices, what was done in a term, how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow_app.calendar.terms import SCHOOL_YEAR_MONTH, school_year_start
from workflow_app.definitions.case_view import CheckContext, OperationContext, OperationResult
from workflow_app.errors import WorkflowError
from workflow_app.registers.entries import add_entries, record_in
from workflow_app.registers.teacher_codes import number_of, rows_of
from workflow_app.registers.teacher_models import (
    MentoringAgreement,
    MentoringApprentice,
    MentoringLog,
    MentoringOutcome,
)

APPLY, TERM_LOG, REVIEW = "apply", "term_log", "review"
STUDIO = "studio"
SPRING_MONTH = 2
"""A school year's second term (下学期) begins in February."""


@dataclass(frozen=True)
class Taught:
    """One person whom an application names as apprentice, member or trainee."""

    name: str
    teacher_no: str
    school_id: int
    role: str
    level: str
    member_no: str | None


def taught_in(answers: Mapping[str, Any]) -> list[Taught]:
    """The apprentices that an application names, in their order; lines without a staff number are left out."""
    return [
        Taught(
            name=str(row.get("name") or ""),
            teacher_no=number_of(row.get("teacher_no")),
            school_id=int(row.get("school") or 0),
            role=str(row.get("role") or ""),
            level=str(row.get("level") or "none"),
            member_no=number_of(row.get("member_no")) or None if row.get("role") == "trainee" else None,
        )
        for row in rows_of(answers, "apprentices")
    ]


def term_of(day: date) -> str:
    """The name of a day's term: ``2026-2027/1`` from September, ``2026-2027/2`` from February."""
    start = school_year_start(day)
    second = SPRING_MONTH <= day.month < SCHOOL_YEAR_MONTH
    return f"{start.year}-{start.year + 1}/{2 if second else 1}"


def register(context: OperationContext) -> OperationResult:
    """mentoring.register: enter the agreement and its apprentices; ``issued_in`` names the element that issued it."""
    act, case = context.act, context.case
    answers = case.answers(APPLY)
    agreement = MentoringAgreement(
        bureau_id=act.bureau_id,
        kind=answers["kind"],
        mentor=answers["mentor"],
        mentor_no=number_of(answers["mentor_no"]),
        mentor_title=answers["mentor_title"],
        mentor_school_id=answers["mentor_school"],
        school_id=case.applicant_id,
        subject=answers["subject"],
        starts_on=date.fromisoformat(answers["start"]),
        ends_on=date.fromisoformat(answers["end"]),
        review_on=date.fromisoformat(answers["review_on"]),
        approved_on=act.today,
        case_id=case.case_id,
        record_id=record_in(context),
        recorded_at=act.now,
    )
    add_entries(act, agreement)
    entered = [
        MentoringApprentice(
            bureau_id=act.bureau_id,
            agreement_id=agreement.id,
            role=person.role,
            name=person.name,
            teacher_no=person.teacher_no,
            school_id=person.school_id,
            member_no=person.member_no,
            case_id=case.case_id,
            recorded_at=act.now,
        )
        for person in taught_in(answers)
    ]
    add_entries(act, *entered)
    return OperationResult({"agreement_id": agreement.id, "apprentices": len(entered)}, {"apprentices": len(entered)})


def enter_log(context: OperationContext) -> OperationResult:
    """mentoring.enter_log: enter what mentor and apprentices did in the term."""
    act, answers = context.act, context.case.answers(TERM_LOG)
    entry = MentoringLog(
        bureau_id=act.bureau_id,
        agreement_id=_agreement_of(context).id,
        term=term_of(act.today),
        heard=answers["heard"],
        shown=answers["shown"],
        guided=answers["guided"],
        logged_on=act.today,
        case_id=context.case.case_id,
        recorded_at=act.now,
    )
    add_entries(act, entry)
    return OperationResult({"log_id": entry.id}, {"term": entry.term})


def enter_review(context: OperationContext) -> OperationResult:
    """mentoring.enter_review: enter for each apprentice whether the review was passed."""
    rows = {number_of(row["teacher_no"]): row for row in rows_of(context.case.answers(REVIEW), "results")}
    found = _apprentices_of(context)
    outcomes = {person.id: "passed" if rows[person.teacher_no]["passed"] else "failed" for person in found}
    _enter_outcomes(context, found, outcomes, {p.id: rows[p.teacher_no].get("remark") for p in found})
    passed = sum(result == "passed" for result in outcomes.values())
    return OperationResult({"passed": passed, "of": len(found)}, {"passed": passed, "of": len(found)})


def enter_early_end(context: OperationContext) -> OperationResult:
    """mentoring.enter_early_end: the agreement ends today, before its review, for the reason that the school gave."""
    found = _apprentices_of(context)
    reason = context.case.answers(TERM_LOG).get("reason")
    _enter_outcomes(context, found, {p.id: "ended_early" for p in found}, {p.id: reason for p in found})
    return OperationResult({"apprentices": len(found)}, {"ended_on": context.act.today.isoformat()})


def running_with(
    session: Session, bureau_id: int, mentor_no: str, starts_on: date, ends_on: date, *, kind: str, but_case: int
) -> int:
    """How many apprentices a mentor has in other agreements of a kind that run at some time within a period.

    Who was reviewed, or whose agreement ended early, no longer counts.
    """
    query = (
        select(func.count(MentoringApprentice.id))
        .join(MentoringAgreement, MentoringAgreement.id == MentoringApprentice.agreement_id)
        .outerjoin(MentoringOutcome, MentoringOutcome.apprentice_id == MentoringApprentice.id)
        .where(
            MentoringAgreement.bureau_id == bureau_id,
            MentoringAgreement.mentor_no == mentor_no,
            MentoringAgreement.kind == kind,
            MentoringAgreement.starts_on <= ends_on,
            MentoringAgreement.ends_on >= starts_on,
            MentoringAgreement.case_id != but_case,
            MentoringOutcome.id.is_(None),
        )
    )
    return session.scalar(query) or 0


def with_another_mentor(
    session: Session, bureau_id: int, numbers: Sequence[str], starts_on: date, ends_on: date, *, but_case: int
) -> dict[str, str]:
    """Of some teachers those who learn from somebody at some time within a period: staff number -> the mentor."""
    query = (
        select(MentoringApprentice.teacher_no, MentoringAgreement.mentor)
        .join(MentoringAgreement, MentoringAgreement.id == MentoringApprentice.agreement_id)
        .outerjoin(MentoringOutcome, MentoringOutcome.apprentice_id == MentoringApprentice.id)
        .where(
            MentoringApprentice.bureau_id == bureau_id,
            MentoringApprentice.teacher_no.in_(numbers),
            MentoringAgreement.starts_on <= ends_on,
            MentoringAgreement.ends_on >= starts_on,
            MentoringAgreement.case_id != but_case,
            MentoringOutcome.id.is_(None),
        )
        .order_by(MentoringApprentice.id)
    )
    return dict(session.execute(query).all())


def apprentice_rows(context: CheckContext) -> list[dict[str, Any]]:
    """mentoring.apprentices: a line for each apprentice of the agreement, for tables about all of them."""
    answers = context.case.answers(APPLY)
    return [{"teacher_no": person.teacher_no, "name": person.name} for person in taught_in(answers)]


def _agreement_of(context: OperationContext) -> MentoringAgreement:
    query = select(MentoringAgreement).where(
        MentoringAgreement.bureau_id == context.act.bureau_id, MentoringAgreement.case_id == context.case.case_id
    )
    found = context.act.session.scalars(query).one_or_none()
    if found is None:
        raise WorkflowError("台账中没有本办件登记的师徒结对协议。")
    return found


def _apprentices_of(context: OperationContext) -> Sequence[MentoringApprentice]:
    query = (
        select(MentoringApprentice)
        .where(
            MentoringApprentice.bureau_id == context.act.bureau_id,
            MentoringApprentice.agreement_id == _agreement_of(context).id,
        )
        .order_by(MentoringApprentice.id)
    )
    return context.act.session.scalars(query).all()


def _enter_outcomes(
    context: OperationContext,
    found: Sequence[MentoringApprentice],
    results: Mapping[int, str],
    reasons: Mapping[int, str | None],
) -> None:
    act = context.act
    entries = [
        MentoringOutcome(
            bureau_id=act.bureau_id,
            agreement_id=person.agreement_id,
            apprentice_id=person.id,
            result=results[person.id],
            ended_on=act.today,
            reason=reasons[person.id],
            case_id=context.case.case_id,
            record_id=record_in(context),
            recorded_at=act.now,
        )
        for person in found
    ]
    add_entries(act, *entries)
