"""Activities of pairings: logged by either side, confirmed by the other, added up for the page of the pairing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from workflow_app.definitions.case_view import CheckContext, OperationContext, OperationResult
from workflow_app.policy.finding import Finding
from workflow_app.registers.entries import add_entries, not_entered
from workflow_app.registers.pairing_kinds import OUTSIDE
from workflow_app.registers.pairing_models import PairingActivity
from workflow_app.registers.pairings import PairingLine, pairing_between
from workflow_app.text import Text, day_text

LOG = "log"
"""The step in which an activity is logged; a correction answers it anew."""
STEPS = (LOG, "correct")
"""The steps whose newest answer is what was registered."""
CLAUSE = "004·N二(三)4b"


@dataclass(frozen=True)
class Totals:
    """What all activities of a pairing add up to."""

    activities: int
    heads: int
    hours: Decimal


def partner_is_paired(context: CheckContext) -> Finding:
    """pairings.partner_is_paired: on the day of the activity the two sides are paired, and the day is not to come."""
    name, held, partner = "pairings.partner_is_paired", context.answers.get("held_on"), context.answers.get("partner")
    if not held or not partner:
        return Finding(name, "clear", Text("请填写结对单位和活动日期。"), CLAUSE, {}, (), "held_on")
    day = date.fromisoformat(held)
    if day > context.act.today:
        return Finding(name, "error", Text("活动日期不能晚于今天。"), CLAUSE, {}, (), "held_on")
    found = pairing_between(context.act.session, context.act.bureau_id, context.case.applicant_id, partner, day)
    if found is None:
        message = Text("台账中没有本单位与该单位在{day}有效的结对关系。", day=day_text(day))
        return Finding(name, "error", message, CLAUSE, {}, (), "partner")
    return Finding(name, "clear", Text("双方结对关系有效。"), CLAUSE, {}, (), "partner")


def identify(context: OperationContext) -> OperationResult:
    """pairings.identify: which pairing the activity belongs to, and whether the other side is an outside bureau.

    Raises:
        WorkflowError: the two are not paired on that day.
    """
    found = _pairing(context)
    other_is_helper = found.helper_id != context.case.applicant_id
    return OperationResult({"pairing_id": found.id, "outside": found.kind in OUTSIDE and other_is_helper})


def enter_activity(context: OperationContext) -> OperationResult:
    """pairings.enter_activity: enter what both sides have confirmed."""
    act, case = context.act, context.case
    answers = case.answers(LOG)
    activity = PairingActivity(
        bureau_id=act.bureau_id,
        pairing_id=_pairing(context).id,
        held_on=date.fromisoformat(answers["held_on"]),
        form=answers["form"],
        heads=answers["heads"],
        hours=str(answers["hours"]),
        content=answers["content"],
        photos=len((answers.get("evidence") or {}).get("photos") or []),
        logged_by_id=case.applicant_id,
        confirmed_by_id=answers["partner"],
        confirmed_on=act.today,
        case_id=case.case_id,
        recorded_at=act.now,
    )
    add_entries(act, activity)
    return OperationResult({"activity_id": activity.id}, {"heads": activity.heads, "hours": activity.hours})


def activities_of(
    session: Session, bureau_id: int, pairing_id: int, *, before: int | None = None, limit: int | None = None
) -> Sequence[PairingActivity]:
    """The confirmed activities of a pairing, the newest first by the day on which they were held.

    ``before``: those that stand after the activity with this id (the next page); none if it is not one of this pairing.
    """
    activity = PairingActivity
    mine = (activity.bureau_id == bureau_id, activity.pairing_id == pairing_id)
    query = select(activity).where(*mine).order_by(activity.held_on.desc(), activity.id.desc()).limit(limit)
    if before is not None:
        last = select(activity.held_on).where(*mine, activity.id == before).scalar_subquery()
        query = query.where(or_(activity.held_on < last, and_(activity.held_on == last, activity.id < before)))
    return session.scalars(query).all()


def totals_of(session: Session, bureau_id: int, pairing_id: int) -> Totals:
    """How many activities, people and hours all activities add up to; hours are exact decimals."""
    rows = session.execute(
        select(PairingActivity.heads, PairingActivity.hours).where(
            PairingActivity.bureau_id == bureau_id, PairingActivity.pairing_id == pairing_id
        )
    ).all()
    hours = sum((Decimal(row.hours) for row in rows), Decimal(0))
    return Totals(len(rows), sum(row.heads for row in rows), hours)


def _pairing(context: OperationContext) -> PairingLine:
    act, answers = context.act, context.case.answers(LOG)
    day = date.fromisoformat(answers["held_on"])
    found = pairing_between(act.session, act.bureau_id, context.case.applicant_id, answers["partner"], day)
    if found is None:
        raise not_entered(Text("台账中没有双方在活动当日有效的结对关系，不能登记。"))
    return found
