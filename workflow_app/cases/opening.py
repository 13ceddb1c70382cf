"""Opening human steps: task rows, their seats, their due dates, and the job that tells people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, inspect, select
from sqlalchemy.orm import make_transient_to_detached

from workflow_app.cases.models import Seat, Task
from workflow_app.cases.places import (
    PARTICIPANT,
    organisation_of,
    organisations_in,
    organisations_of,
    outside_among,
    take_part,
)
from workflow_app.cases.work import Work
from workflow_app.definitions.answers_shape import labelled
from workflow_app.definitions.schema import Period, SeatRule, TaskForm
from workflow_app.definitions.schema_fields import Field
from workflow_app.directory.models import Person
from workflow_app.errors import WorkflowError
from workflow_app.jobs import enqueue

_NEW_TASKS = insert(Task).returning(Task.id, Task.engine_task_id)
_NEW_SEATS = insert(Seat)

NO_DEADLINE = date.max
"""What a seat holds in place of a due date, so that one index orders the inbox."""


def due_date(work: Work, period: Period) -> date:
    """The last day of a period, by its policy parameter, counted from what the form file says."""
    return work.policy.due(work.calendar, period.parameter, _start_of(work, period) or work.act.today)


def _start_of(work: Work, period: Period) -> date | None:
    """The day from which a period is counted; None if it has not come yet, or was left empty."""
    case, clock = work.case, work.clock
    element, _, field = period.start.partition(".")
    if field:
        answered = work.view().answers(element).get(field)
        return date.fromisoformat(answered) if answered else None
    return {
        "opened": work.act.today,
        "filed": case.filed_on,
        "accepted": case.accepted_on,
        "decided": clock.ended if clock else None,
    }[period.start]


def open_tasks(work: Work, opened: Mapping[str, str]) -> None:
    """Make the tasks and seats of the human steps that the engine has opened; :func:`write_opened` writes them."""
    tasks = [_task(work, engine_id, element) for engine_id, element in opened.items()]
    tables = [(task, _seats(work, task, work.version.tasks[task.element])) for task in tasks]
    # A named seat shows the case to that person alone: an expert's own school has nothing to do with it.
    places = {seat.organisation_id for _, seats in tables for seat in seats if not seat.is_named}
    # The applicant sees the case from its start.
    take_part(work, PARTICIPANT, places - {work.case.applicant_id})
    work.opened += tables
    work.progress.opened((t.engine_task_id, t.element) for t in tasks)


def write_opened(work: Work) -> None:
    """Write what has been opened, with one statement for all tasks and one for all their seats.

    The session itself would write them one by one on SQLite, which does not promise the order in which ids come back.
    """
    new = {task.engine_task_id: (task, seats) for task, seats in work.opened if inspect(task).transient}
    if not new:
        return
    connection = work.act.session.connection()
    rows = []
    for ident, engine_id in connection.execute(_NEW_TASKS, [_columns(task) for task, _ in new.values()]).all():
        task, seats = new[engine_id]
        task.id = ident
        make_transient_to_detached(task)
        work.act.session.add(task)
        rows += [{**_columns(seat), "task_id": ident} for seat in seats]
    connection.execute(_NEW_SEATS, rows)


def _columns(row: Task | Seat) -> dict[str, Any]:
    """What a row that is not yet written holds."""
    return {key: value for key, value in vars(row).items() if key in row.__table__.columns}


def announce(work: Work) -> None:
    """Enqueue the one job that tells people of new tasks, looks that somebody is eligible, and plans reminders."""
    still_open = [task.id for task, _ in work.opened_seats()]
    if still_open:
        enqueue(
            work.act,
            kind="tasks_opened",
            args={"case_id": work.case.id, "task_ids": still_open},
            key=f"tasks_opened:{still_open[0]}",
        )


def _task(work: Work, engine_id: str, element: str) -> Task:
    form = work.version.tasks[element]
    work.facts.pop(element, None)  # The decision of an earlier round is void once the step is open again.
    return Task(
        bureau_id=work.case.bureau_id,
        case_id=work.case.id,
        engine_task_id=engine_id,
        element=element,
        round=work.progress.begin_round(element),
        stage=work.version.stage_of(element),
        revision=1,
        opened_at=work.act.now,
        due_on=due_date(work, form.deadline) if form.deadline else None,
        # The rest is named so that the row need not be read again after it is written.
        closed_at=None,
        close_kind=None,
        closed_by=None,
        decision=None,
    )


def _seats(work: Work, task: Task, form: TaskForm) -> list[Seat]:
    rule = form.seats
    if rule is None:
        organisation_id, position = organisation_of(work, work.version.place_of(task.element))
        return [_seat(task, 1, organisation_id, position)]
    seats = _fixed_seats(work, task, rule) if rule.places else _chosen_seats(work, task, rule)
    if not seats:
        raise WorkflowError("“{step}”没有任何席位，不能开始。请先确定办理人员。", step=labelled(form.label))
    if rule.min_seats and len(seats) < work.policy.integer(rule.min_seats):
        raise WorkflowError(
            "“{step}”至少需要{needed}人，目前只有{count}人。",
            step=labelled(form.label),
            needed=work.policy.integer(rule.min_seats),
            count=len(seats),
        )
    if rule.rule == "in_order":
        for seat in seats[1:]:
            seat.state = "waiting"
    return seats


def _fixed_seats(work: Work, task: Task, rule: SeatRule) -> list[Seat]:
    held = [held for place in rule.places for held in organisations_of(work, place)]
    if rule.outside:
        deputy, far = organisation_of(work, rule.outside), outside_among(work, [ident for ident, _ in held])
        held = [deputy if place[0] in far else place for place in held]
    return [_seat(task, no, *place) for no, place in enumerate(held, 1)]


def _chosen_seats(work: Work, task: Task, rule: SeatRule) -> list[Seat]:
    """A seat for each of those who were named before: for people by name, for organisations by position there."""
    element, *path = (rule.chosen_in or "").split(".")
    position = rule.position or work.version.place_of(task.element).partition("@")[0]
    answers = work.view().answers(element)
    if _names_organisations(work, element, path):
        places = dict.fromkeys(organisations_in(answers, path))
        return [_seat(task, no, place, position) for no, place in enumerate(places, 1)]
    chosen: Sequence[int] = answers.get(path[0]) or ()
    homes = _homes(work, chosen)
    return [
        _seat(task, no, homes[person_id], position, person_id)
        for no, person_id in enumerate(dict.fromkeys(chosen), 1)
        if person_id in homes
    ]


def _names_organisations(work: Work, element: str, path: Sequence[str]) -> bool:
    """Whether the field (or the column of a table) at a path holds organisations."""
    fields: Sequence[Field] = work.version.form(element).fields
    found: Field | None = None
    for key in path:
        found = next((field for field in fields if field.key == key), None)
        fields = found.columns if found else ()
    return found is not None and found.type == "organisation"


def _homes(work: Work, person_ids: Sequence[int]) -> dict[int, int]:
    """The organisation that each of these people belongs to."""
    rows = work.act.session.execute(
        select(Person.id, Person.organisation_id).where(
            Person.bureau_id == work.case.bureau_id, Person.id.in_(person_ids)
        )
    )
    return dict(rows.all())


def _seat(task: Task, no: int, organisation_id: int, position: str, person_id: int | None = None) -> Seat:
    return Seat(
        bureau_id=task.bureau_id,
        case_id=task.case_id,
        no=no,
        organisation_id=organisation_id,
        position=position,
        person_id=person_id,
        is_named=person_id is not None,
        state="open",
        due_on=task.due_on or NO_DEADLINE,
    )
