"""The table of a task as it is under the lock: who sits, who may answer now, whether enough do."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, exists, select

from workflow_app.cases.models import Draft, Seat, Task
from workflow_app.cases.seats import shortage
from workflow_app.cases.separation import fits
from workflow_app.cases.work import Work
from workflow_app.definitions.schema import TaskForm
from workflow_app.text import Text

_TABLE = (
    select(
        Seat,
        exists()
        .where(Draft.task_id == bindparam("task_id"), Draft.person_id.is_not_distinct_from(bindparam("person_id")))
        .label("has_draft"),
    )
    .where(Seat.bureau_id == bindparam("bureau"), Seat.task_id == bindparam("task_id"))
    .order_by(Seat.no)
    .execution_options(populate_existing=True)
)


def table_of(work: Work, task: Task) -> tuple[list[Seat], bool]:
    """The table of a task, and whether the actor has left a draft there; one statement for both."""
    whose = {"bureau": task.bureau_id, "task_id": task.id, "person_id": work.act.actor.person_id}
    rows = work.act.session.execute(_TABLE, whose).all()
    return [row.Seat for row in rows], any(row.has_draft for row in rows)


def seats_of(work: Work, task: Task) -> list[Seat]:
    """The table of a task as it is under the lock."""
    return table_of(work, task)[0]


def answerable_seat(work: Work, task: Task, seats: Sequence[Seat]) -> Seat | None:
    """The open seat that the actor may answer, if there is one: not claimed by somebody else."""
    if task.closed_at is not None:
        return None
    mine = [s for s in seats if s.state == "open" and fits(work.act.actor, s)]
    free = [s for s in mine if s.person_id in {None, work.act.actor.person_id}]
    return free[0] if free else None


def shortage_of(work: Work, seats: Sequence[Seat], form: TaskForm) -> Text | None:
    """Why a table may not decide by the policy of today, as :func:`workflow_app.cases.seats.shortage` says it."""
    parameter = form.seats.min_seats if form.seats else None
    return shortage(form.seats, seats, work.policy.integer(parameter) if parameter else 1)
