"""The other cases of a bureau that a shared limit has to count: agreed at the review, but not yet in any register."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache, partial
from typing import Final, get_args

from sqlalchemy import select
from sqlalchemy.orm import defer

from workflow_app.act import Act
from workflow_app.cases.models import Case, CaseParty, Submission, Task
from workflow_app.cases.progress import Progress
from workflow_app.cases.views import valid_submissions, view_of
from workflow_app.definitions.case_view import Answered, CaseView, Others
from workflow_app.definitions.schema_fields import Stage
from workflow_app.definitions.store import version as published_version

REVIEW: Final[Stage] = "review"
AGREED: Final = get_args(Stage)[get_args(Stage).index(REVIEW) + 1 :]
"""The stages of a case that has passed the review: what it asked for has been agreed to."""


def others(act: Act, case: Case) -> Others:
    """The cases beside this one; nothing is read before it is asked for."""
    return Others(partial(_agreed, act, case), partial(_lifted, act, case.bureau_id))


def _agreed(act: Act, case: Case, slugs: Collection[str], organisation_ids: Collection[int]) -> Sequence[CaseView]:
    """One statement, along the key of the parties; the answers of each case are read only if they are asked for."""
    takes_part = select(CaseParty.case_id).where(
        CaseParty.bureau_id == case.bureau_id, CaseParty.organisation_id.in_(list(organisation_ids))
    )
    query = (
        select(Case)
        .where(
            Case.bureau_id == case.bureau_id,
            Case.id.in_(takes_part),
            Case.id != case.id,
            Case.closed_at.is_(None),
            Case.slug.in_(list(slugs)),
            Case.stage.in_(AGREED),
        )
        .order_by(Case.id)
        .options(defer(Case.state))
    )
    return [_view(act, other) for other in act.session.scalars(query)]


def _view(act: Act, case: Case) -> CaseView:
    version = published_version(act.session, case.version_id)

    @cache
    def submissions() -> Sequence[Answered]:
        return valid_submissions(act.session, case, version)

    period = Progress.from_json(case.progress).period
    return view_of(case, version, case.facts, submissions, period, others(act, case))


def _lifted(act: Act, bureau_id: int, check: str, case_ids: Collection[int]) -> frozenset[int]:
    """Of each step the newest valid answer counts: who answers anew is stopped anew."""
    query = (
        select(Submission.case_id, Submission.element, Submission.findings)
        .join(Task, Task.id == Submission.task_id)
        .where(
            Submission.bureau_id == bureau_id,
            Submission.case_id.in_(list(case_ids)),
            (Task.close_kind.is_(None)) | (Task.close_kind != "undone"),
        )
        .order_by(Submission.id)
    )
    act.session.flush()
    newest = {(case_id, element): findings for case_id, element, findings in act.session.execute(query)}
    return frozenset(
        case_id
        for (case_id, _), findings in newest.items()
        if any(finding["check"] == check and finding.get("override") for finding in findings)
    )
