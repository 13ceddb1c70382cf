"""What content may do and ask with duties (应办事项): give one to an organisation, say which were not handed in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, select

from workflow_app.act import Act
from workflow_app.calendar.duty_periods import first_day_of
from workflow_app.calendar.terms import next_school_year_start, school_year_of
from workflow_app.calendar.working import load_calendar
from workflow_app.cases.checks import period_text
from workflow_app.cases.duties import watch_duty
from workflow_app.cases.models import Duty
from workflow_app.cases.work import Work
from workflow_app.definitions.answers_shape import labelled
from workflow_app.definitions.case_view import (
    CheckContext,
    Figure,
    Operation,
    OperationContext,
    OperationResult,
    Owed,
)
from workflow_app.definitions.store import published
from workflow_app.policy.parameters import load_policy
from workflow_app.text import Text, listed


def open_duty(context: OperationContext) -> OperationResult:
    """cases.open_duty: a party of the case owes a further process from today on.

    ``process`` is its slug, ``of`` the party that owes it, ``about`` the party that it is about, ``parameter`` the
    policy parameter of its period. Nothing is decided by it: a named person opens the case and looks into the matter,
    and when the last day comes without it, people are told. A step that is taken again owes again.
    """
    act, case, args = context.act, context.case, context.args
    parameter = str(args["parameter"])
    due_on = load_policy(act.session, act.bureau_id, act.today).due(
        load_calendar(act.session, act.bureau_id), parameter, act.today
    )
    slug, owing = str(args["process"]), case.parties[str(args["of"])][0]
    duty = watch_duty(
        act,
        slug=slug,
        owed=Owed(owing, case.parties[str(args["about"])][0]),
        period=_next_period(act, slug, owing, f"{case.period or school_year_of(act.today)}/{case.case_id}"),
        parameter=parameter,
        opens_on=act.today,
        due_on=due_on,
    )
    return OperationResult({"duty_id": duty.id, "due_on": due_on.isoformat()}, {"due_on": due_on.isoformat()})


def owe_further(work: Work) -> None:
    """Give the further duties that the process of a case knows (its ``cases.open_duty`` steps) outside of its course:
    a correction has brought about what the case itself had not when it ran.
    """
    for element, form in work.version.operations.items():
        if OPERATIONS.get(form.name) is open_duty:
            open_duty(OperationContext(work.act, work.view(), element, form.args))


def _next_period(act: Act, slug: str, organisation_id: int, period: str) -> str:
    """The period that names a further duty of one case: ``2026-2027/7``, then ``2026-2027/7-2``."""
    owed = act.session.scalar(
        select(func.count(Duty.id)).where(
            Duty.bureau_id == act.bureau_id,
            Duty.slug == slug,
            Duty.organisation_id == organisation_id,
            (Duty.period == period) | Duty.period.startswith(f"{period}-"),
        )
    )
    return f"{period}-{owed + 1}" if owed else period


def duties_missed(context: CheckContext) -> Text:
    """cases.duties_missed: what the applicant had not handed in by its last day, in the school year of the case."""
    act, case = context.act, context.case
    first = first_day_of(case.period or school_year_of(act.today))
    last = next_school_year_start(first) - timedelta(days=1)
    missed = act.session.scalars(
        select(Duty)
        .where(
            Duty.bureau_id == act.bureau_id,
            Duty.organisation_id == case.applicant_id,
            Duty.missed_on.between(first, last),
        )
        .order_by(Duty.missed_on, Duty.id)
    ).all()
    if not missed:
        return Text("没有逾期未报的事项（应办事项）")
    titles = {version.slug: version.head.title for _, version in published(act.session, act.bureau_id)}
    lines = [
        Text("{duty}（{period}）", duty=labelled(titles[duty.slug]), period=period_text(duty.period)) for duty in missed
    ]
    return Text("逾期未报{count}项：{duties}（应办事项）", count=len(lines), duties=listed(lines))


OPERATIONS: Mapping[str, Operation] = {"cases.open_duty": open_duty}
FIGURES: Mapping[str, Figure] = {"cases.duties_missed": duties_missed}
