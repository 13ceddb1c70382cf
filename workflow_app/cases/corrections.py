"""Corrections of decided appraisals, with what follows from them for people."""

from __future__ import annotations

from workflow_app.act import Act
from workflow_app.cases.duty_operations import owe_further
from workflow_app.cases.work import lock_case
from workflow_app.registers.decided import correct_decided, decided


def correct_appraisal(
    act: Act,
    register: str,
    entry_id: int,
    *,
    total: str,
    grade: str,
    document: str,
    reason: str,
    beyond_quota: bool = False,
) -> None:
    """Correct a decided appraisal (``registers.decided.correct_decided``). Where its process gives somebody the duty to
    look into a group that fails years in a row, a correction that completes them gives it as the decision would have.

    Raises:
        NotFoundError, ForbiddenError, InvalidError: as for the correction itself; nothing is written.
    """
    # The case comes first, as in every act that enters something for a case.
    work = lock_case(act, decided(act.session, act.actor, register, entry_id).case_id)
    given = {"total": total, "grade": grade, "document": document, "reason": reason}
    if correct_decided(act, register, entry_id, **given, beyond_quota=beyond_quota).review_due:
        owe_further(work)
