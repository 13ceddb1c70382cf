"""A case as content sees it: its columns, and the submissions that are valid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.cases.models import Case, Submission, Task
from workflow_app.clock import local_date
from workflow_app.definitions.case_view import Answered, CaseView, Others
from workflow_app.definitions.version import ProcessVersion


def view_of(
    case: Case,
    version: ProcessVersion,
    facts: Mapping[str, Mapping[str, Any]],
    submissions: Callable[[], Sequence[Answered]],
    period: str | None,
    others: Others,
) -> CaseView:
    """The case as checks, operations and record templates see it."""
    return CaseView(
        case_id=case.id,
        bureau_id=case.bureau_id,
        number=case.number,
        slug=case.slug,
        title=case.title,
        applicant_id=case.applicant_id,
        filed_on=case.filed_on,
        accepted_on=case.accepted_on,
        due_on=case.due_on,
        clock=case.clock,
        parties={role: tuple(ids) for role, ids in case.parties.items()},
        facts=facts,
        submissions=submissions,
        period=period,
        record_template=version.record_template,
        others=others,
    )


def valid_submissions(session: Session, case: Case, version: ProcessVersion) -> list[Answered]:
    """The submissions whose round has not been undone; one that revises an element also answers that element."""
    rows = session.execute(
        select(Submission)
        .join(Task, Task.id == Submission.task_id)
        .where(
            Submission.bureau_id == case.bureau_id,
            Submission.case_id == case.id,
            (Task.close_kind.is_(None)) | (Task.close_kind != "undone"),
        )
        .order_by(Submission.id)
    ).scalars()
    found = []
    for row in rows:
        answered = Answered(
            row.element,
            row.answers,
            row.decision,
            row.person_id,
            row.person_name,
            row.organisation_id,
            row.position,
            local_date(row.at),
        )
        found.append(answered)
        revised = version.tasks[row.element].revises if row.element in version.tasks else None
        if revised:
            found.append(Answered(revised, *_rest(answered)))
    return found


def _rest(answered: Answered) -> tuple[Any, ...]:
    return (
        answered.answers,
        answered.decision,
        answered.person_id,
        answered.person_name,
        answered.organisation_id,
        answered.position,
        answered.at_date,
    )
