"""The evidence of many cases at once, for pages that tell what they have left behind."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.cases.access import visible
from workflow_app.cases.models import Case, Submission
from workflow_app.definitions.answers import StoredName
from workflow_app.definitions.answers_shape import numbers_in
from workflow_app.files.read import files_of


def evidence_of(
    session: Session, actor: Actor, case_ids: Collection[int], elements: Collection[str], line: str
) -> dict[int, list[StoredName]]:
    """By case, the files that the newest answer to one of the elements names on a line of evidence; two statements.

    Cases that this person may not see are left out.
    """
    rows = session.execute(
        select(Submission.case_id, Submission.answers)
        .join(Case, Case.id == Submission.case_id)
        .where(Submission.bureau_id == actor.bureau_id, Submission.case_id.in_(case_ids), visible(actor))
        .where(Submission.element.in_(elements))
        .order_by(Submission.id)
    )
    named = {case_id: list(numbers_in((answers.get("evidence") or {}).get(line))) for case_id, answers in rows}
    files = files_of(session, actor.bureau_id, {number for numbers in named.values() for number in numbers})
    return {
        case_id: [
            StoredName(file.id, file.name, file.size, file.sha256)
            for file in (files[number] for number in numbers if number in files)
            if file.owner == f"case:{case_id}"
        ]
        for case_id, numbers in named.items()
    }
