"""Duties (应办事项): what is due before any case exists. Opening its case and completing that case fulfils it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update

from workflow_app.act import Act
from workflow_app.cases.models import Duty
from workflow_app.cases.work import Work
from workflow_app.clock import start_of
from workflow_app.definitions.case_view import Owed
from workflow_app.errors import NotFoundError
from workflow_app.jobs import enqueue


def create_duty(
    act: Act,
    *,
    slug: str,
    organisation_id: int,
    period: str,
    parameter: str,
    opens_on: date,
    due_on: date,
    subject_id: int | None = None,
) -> Duty:
    """Create the duty of one organisation for one period; the same duty asked for twice is the same row.

    ``subject_id`` is the organisation that it is about, where that is another than who owes it.
    """
    existing = act.session.scalars(
        select(Duty).where(
            Duty.bureau_id == act.bureau_id,
            Duty.slug == slug,
            Duty.organisation_id == organisation_id,
            Duty.period == period,
        )
    ).one_or_none()
    if existing is not None:
        return existing
    duty = Duty(
        bureau_id=act.bureau_id,
        slug=slug,
        organisation_id=organisation_id,
        period=period,
        parameter=parameter,
        opens_on=opens_on,
        due_on=due_on,
        subject_id=subject_id,
    )
    act.session.add(duty)
    act.session.flush()
    return duty


def watch_duty(
    act: Act,
    *,
    slug: str,
    owed: Owed,
    period: str,
    parameter: str,
    opens_on: date,
    due_on: date,
) -> Duty:
    """Create a duty as :func:`create_duty` does; on its last day it is looked after (``duty_due``)."""
    duty = create_duty(
        act,
        slug=slug,
        organisation_id=owed.organisation_id,
        subject_id=owed.subject_id,
        period=period,
        parameter=parameter,
        opens_on=opens_on,
        due_on=due_on,
    )
    enqueue(act, kind="duty_due", args={"duty_id": duty.id}, key=f"duty_due:{duty.id}", due_at=start_of(due_on))
    return duty


def duty_of(act: Act, duty_id: int, slug: str, organisation_id: int) -> Duty:
    """An open duty of an organisation, for the case that is about to be started for it.

    Raises:
        NotFoundError: it is not this organisation's, another process fulfils it, or it has a case already.
    """
    duty = act.session.scalars(
        select(Duty).where(
            Duty.id == duty_id,
            Duty.bureau_id == act.bureau_id,
            Duty.slug == slug,
            Duty.organisation_id == organisation_id,
            Duty.case_id.is_(None),
        )
    ).one_or_none()
    if duty is None:
        raise NotFoundError
    return duty


def fulfil(work: Work) -> None:
    """Mark the duty that a case was opened for as fulfilled, or free it again where the case came to nothing."""
    came_to_nothing = work.version.outcome(work.case.outcome or "").result in {"refused", "withdrawn"}
    if work.progress.duty_id is None:
        return
    change = {"case_id": None} if came_to_nothing else {"fulfilled_at": work.act.now}
    work.act.session.execute(
        update(Duty).where(Duty.id == work.progress.duty_id, Duty.bureau_id == work.case.bureau_id).values(change)
    )
