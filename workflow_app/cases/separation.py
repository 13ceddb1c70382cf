"""Separation of duties and recusal: an applicant never approves, a finder is not the sole checker (promise 6, I-11)."""

from __future__ import annotations

from workflow_app.act import Actor
from workflow_app.cases.models import Case, Seat
from workflow_app.cases.progress import Progress
from workflow_app.definitions.schema import TaskForm
from workflow_app.text import Text

NOT_APPLICANT = "not_applicant"
RULES = frozenset({NOT_APPLICANT})
"""The names that a form file may list under ``separation``."""


def barred(actor: Actor, case: Case, form: TaskForm, progress: Progress) -> Text | None:
    """Why this person may not answer this task although the position would allow it; None if nothing bars."""
    if NOT_APPLICANT in form.separation and _is_applicant(actor, case):
        return Text("您是本办件的申请方，不能同时审批，请由其他人员办理。")
    for element in form.different_from:
        if actor.person_id in progress.answered.get(element, []):
            return Text("您已办理本办件的前一环节，按不相容岗位分离要求，请由其他人员办理。")
    return None


def _is_applicant(actor: Actor, case: Case) -> bool:
    return (
        (actor.person_id is not None and actor.person_id == case.created_by)
        or actor.organisation_id == case.applicant_id
        or any(h.organisation_id == case.applicant_id for h in actor.holdings)
    )


def fits(actor: Actor, seat: Seat) -> bool:
    """Whether a seat is meant for this person: named and still of its position, or by position at its organisation.

    An invited outsider has the one seat of the invitation, which nobody else fits but who enters its answer from paper.
    """
    if actor.kind == "invited" or actor.is_standing_in:
        return seat.id is not None and seat.id == actor.seat_id
    if seat.is_named:
        # Where the position is held does not count: an expert may have moved to another school meanwhile.
        return seat.person_id is not None and seat.person_id == actor.person_id and actor.holds(seat.position)
    return actor.holds(seat.position, seat.organisation_id)
