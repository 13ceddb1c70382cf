"""Decided appraisals as they read after their corrections (:mod:`workflow_app.registers.decided`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from workflow_app.registers.appraisal_models import AppraisalCorrection, AppraisalEntry
from workflow_app.registers.pairing_models import PairingAppraisal

AppraisalTable = type[AppraisalEntry] | type[PairingAppraisal]
GROUPS, PAIRINGS = AppraisalEntry.__tablename__, PairingAppraisal.__tablename__
"""The two registers of appraisals, by the names of their tables."""


def corrections_of(
    session: Session, bureau_id: int, register: str, entry_ids: Collection[int]
) -> Sequence[AppraisalCorrection]:
    """The corrections of appraisals, the oldest first."""
    query = select(AppraisalCorrection).where(
        AppraisalCorrection.bureau_id == bureau_id,
        AppraisalCorrection.register == register,
        AppraisalCorrection.entry_id.in_(entry_ids),
    )
    return session.scalars(query.order_by(AppraisalCorrection.id)).all() if entry_ids else ()


def grade_now(table: AppraisalTable) -> ColumnElement[str]:
    """The grade of an appraisal after its corrections, beside its table in a query."""
    correction = aliased(AppraisalCorrection)
    newest = (
        select(correction.grade)
        .where(
            correction.bureau_id == table.bureau_id,
            correction.register == table.__tablename__,
            correction.entry_id == table.id,
        )
        .order_by(correction.id.desc())
        .limit(1)
        .correlate(table)
    )
    return func.coalesce(newest.scalar_subquery(), table.grade)
