"""Deadlines of timer symbols: rows that a worker fires once, by engine task id, when their date has ended."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import update

from workflow_app.cases.models import Deadline
from workflow_app.cases.opening import due_date
from workflow_app.cases.work import Work
from workflow_app.clock import end_of
from workflow_app.jobs import enqueue


def arm(work: Work, armed: Mapping[str, str]) -> None:
    """Write the deadlines that the engine has armed, each with the job that will fire it at 24:00 of its last day."""
    for engine_id, element in armed.items():
        period = work.version.timers[element].period
        due_on = due_date(work, period)
        deadline = Deadline(
            bureau_id=work.case.bureau_id,
            case_id=work.case.id,
            engine_task_id=engine_id,
            element=element,
            parameter=period.parameter,
            starts_on=work.act.today,
            due_on=due_on,
            provisional=work.calendar.is_provisional(due_on),
        )
        work.act.session.add(deadline)
        work.act.session.flush()
        work.log(
            "deadline_armed",
            f"deadline:{deadline.id}",
            {
                "element": element,
                "parameter": period.parameter,
                "starts_on": str(work.act.today),
                "due_on": str(due_on),
            },
        )
        enqueue(
            work.act,
            kind="fire_deadline",
            args={"deadline_id": deadline.id},
            key=f"fire_deadline:{deadline.id}",
            due_at=end_of(due_on),
        )
    work.progress.opened(armed.items())


def disarm(work: Work, engine_ids: tuple[str, ...]) -> None:
    """Close the deadlines that no longer run. One that has just fired stays fired."""
    if engine_ids:
        work.act.session.execute(
            update(Deadline)
            .where(
                Deadline.bureau_id == work.case.bureau_id,
                Deadline.case_id == work.case.id,
                Deadline.engine_task_id.in_(engine_ids),
                Deadline.state == "armed",
            )
            .values(state="disarmed")
        )
