"""What a worker does for cases: firing deadlines, telling people, reminding, starting linked cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app import engine, notices
from workflow_app.act import Act, system_actor
from workflow_app.cases import duty_plan
from workflow_app.cases.follow import finish, follow
from workflow_app.cases.incidents import open_incident
from workflow_app.cases.links import start_linked
from workflow_app.cases.models import Deadline, Seat, Task
from workflow_app.cases.panels import handler_of
from workflow_app.cases.places import organisation_of
from workflow_app.cases.work import Work, lock_case
from workflow_app.clock import end_of, start_of
from workflow_app.definitions.answers_shape import labelled
from workflow_app.definitions.schema import Remind
from workflow_app.definitions.version import TERMINATED
from workflow_app.directory.holdings import holders_of
from workflow_app.directory.positions import INVITED
from workflow_app.jobs import Handler, enqueue
from workflow_app.text import Text


def fire_deadline(act: Act, deadline_id: int) -> bool:
    """Fire a deadline whose last day has ended; False if there is nothing to fire (answered, disarmed, too early)."""
    deadline = act.session.get(Deadline, deadline_id)
    if deadline is None or deadline.bureau_id != act.bureau_id:
        return False
    work = lock_case(act, deadline.case_id)
    act.session.refresh(deadline)  # It may have been disarmed while we waited for the lock.
    if deadline.state != "armed" or act.now < end_of(deadline.due_on) or deadline.engine_task_id is None:
        return False
    deadline.state, deadline.fired_at = "fired", act.now
    work.log(
        "deadline_fired",
        f"deadline:{deadline.id}",
        {"element": deadline.element, "parameter": deadline.parameter, "due_on": str(deadline.due_on)},
    )
    follow(work, engine.fire(work.version.spec, work.case.state, deadline.engine_task_id, work.engine_facts()))
    finish(work)
    return True


def tasks_opened(act: Act, case_id: int, task_ids: Sequence[int]) -> None:
    """Tell those who may answer, open an incident where nobody may, and plan the reminders of each task."""
    work = lock_case(act, case_id)
    _retire_notices(work)
    tasks = _open_tasks(act, task_ids)
    for task, people in _eligible(work, tasks).items():
        label = labelled(work.version.label_of(task.element))
        if people and work.version.waits_outside(task.element):
            message = Text("待邀请：{case}（{step}），请在办件页面邀请外地单位办理", case=work.case.title, step=label)
            notices.send(act, people, "invitation_due", message, case_id=case_id)
        elif people:
            notices.send(
                act,
                people,
                "task_opened",
                Text("待办：{case}（{step}）", case=work.case.title, step=label),
                case_id=case_id,
                task_id=task.id,
            )
        else:
            open_incident(work, "nobody_eligible", f"“{label}”没有可以办理的人员", task)
        plan_reminder(work, task, after=None)


def plan_reminder(work: Work, task: Task, after: int | None) -> None:
    """Enqueue the next reminder of a task: each plans its successor, so that a completion enqueues none."""
    form = work.version.tasks[task.element]
    if form.deadline is None or task.due_on is None:
        return
    later = sorted((r for r in form.deadline.remind if after is None or r.days > after), key=lambda r: r.days)
    if later:
        enqueue(
            work.act,
            kind="remind",
            args={"task_id": task.id, "days": later[0].days},
            key=f"remind:{task.id}:{later[0].days}",
            due_at=start_of(_reminder_day(work, task.due_on, later[0])),
        )


def _reminder_day(work: Work, due_on: date, remind: Remind) -> date:
    if remind.days >= 0:
        return work.calendar.add_working_days(due_on, remind.days) if remind.days else due_on
    return work.calendar.subtract_working_days(due_on, -remind.days)


def remind(act: Act, task_id: int, days: int) -> None:
    """Send one reminder if the task is still open. A reminder never decides: silence is never consent (promise 6)."""
    found = act.session.get(Task, task_id)
    if found is None or found.closed_at is not None:
        return
    work = lock_case(act, found.case_id)
    act.session.refresh(found)
    rule = next((r for r in _reminders(work, found) if r.days == days), None)
    if found.closed_at is not None or rule is None:
        return
    people = set(_eligible(work, [found])[found])
    people.update(_holders(work, [organisation_of(work, place) for place in rule.to]))
    notices.send(
        act,
        sorted(people),
        "reminder",
        Text("{text}：{case}", text=labelled(rule.text), case=work.case.title),
        case_id=work.case.id,
        # An outsider's form is not for those who are told: their notice leads to the case.
        task_id=None if work.version.waits_outside(found.element) else task_id,
    )
    work.log("reminder_sent", f"task:{task_id}", {"element": found.element, "days": days, "people": len(people)})
    plan_reminder(work, found, after=days)
    work.save()


def case_closed(act: Act, case_id: int) -> None:
    """Tell the applicant's people that their case has ended, and how; of one terminated also those who had it to do."""
    work = lock_case(act, case_id)
    _retire_notices(work)
    case = work.case
    outcome = work.version.outcome(case.outcome or "").label
    applicant_position = work.version.head.starts.partition("@")[0]
    told = set(_holders(work, [(case.applicant_id, applicant_position)]))
    if case.outcome == TERMINATED:
        told.update(_cut_short(work))
    notices.send(
        act,
        sorted(told),
        "case_closed",
        Text("{case}：{outcome}", case=case.title, outcome=labelled(outcome)),
        case_id=case_id,
    )


def _cut_short(work: Work) -> list[int]:
    """The people who had something to answer when the case ended."""
    seats = work.act.session.scalars(
        select(Seat)
        .join(Task, Task.id == Seat.task_id)
        .where(
            Task.bureau_id == work.case.bureau_id,
            Task.case_id == work.case.id,
            Task.closed_at == work.case.closed_at,
            Seat.state == "closed",
        )
    ).all()
    named = [seat.person_id for seat in seats if seat.is_named and seat.person_id is not None]
    return [*named, *_holders(work, [_place(work, seat) for seat in seats if not seat.is_named])]


def _retire_notices(work: Work) -> None:
    """What people were told about tasks of this case that are done by now no longer counts as unread."""
    rows = work.act.session.execute(
        select(Seat.task_id, Seat.organisation_id, Seat.position, Seat.person_id)
        .join(Task, Task.id == Seat.task_id)
        .where(Task.bureau_id == work.case.bureau_id, Task.case_id == work.case.id, Task.closed_at.is_not(None))
    ).all()
    people = {row.person_id for row in rows if row.person_id is not None}
    people.update(_holders(work, [(row.organisation_id, row.position) for row in rows]))
    notices.retire(work.act, people, {row.task_id for row in rows})


def _reminders(work: Work, task: Task) -> tuple[Remind, ...]:
    period = work.version.tasks[task.element].deadline
    return period.remind if period else ()


def _open_tasks(act: Act, task_ids: Sequence[int]) -> list[Task]:
    query = select(Task).where(Task.bureau_id == act.bureau_id, Task.id.in_(task_ids), Task.closed_at.is_(None))
    return list(act.session.scalars(query))


def _eligible(work: Work, tasks: Iterable[Task]) -> dict[Task, list[int]]:
    """The people who may answer the open seats of each task today; for an outsider, those who are to invite them."""
    tasks = list(tasks)
    seats = work.act.session.scalars(
        select(Seat).where(
            Seat.bureau_id == work.case.bureau_id, Seat.task_id.in_([t.id for t in tasks]), Seat.state == "open"
        )
    ).all()
    places = {_place(work, s) for s in seats if not s.is_named}
    holders = holders_of(work.act.session, work.case.bureau_id, places, work.act.today)
    people: dict[Task, list[int]] = {task: [] for task in tasks}
    by_id = {task.id: task for task in tasks}
    for seat in seats:
        named = [seat.person_id] if seat.is_named and seat.person_id else []
        found = named or [p.id for p in holders.get(_place(work, seat), ())]
        people[by_id[seat.task_id]].extend(found)
    return {task: sorted(set(ids)) for task, ids in people.items()}


def _place(work: Work, seat: Seat) -> tuple[int, str]:
    """Where those are who look after a seat. Nobody here has an outsider's: its invitation is the handler's to give."""
    outside = handler_of(work.case, work.version) if seat.position == INVITED else None
    return outside or (seat.organisation_id, seat.position)


def _holders(work: Work, places: Iterable[tuple[int, str]]) -> list[int]:
    found = holders_of(work.act.session, work.case.bureau_id, set(places), work.act.today)
    return sorted({person.id for people in found.values() for person in people})


def _act(session: Session, bureau_id: int, now: datetime) -> Act:
    return Act(session, system_actor(bureau_id), now)


def _run_fire(session: Session, args: Mapping[str, Any], bureau_id: int, now: datetime) -> None:
    fire_deadline(_act(session, bureau_id, now), args["deadline_id"])


def _run_tasks_opened(session: Session, args: Mapping[str, Any], bureau_id: int, now: datetime) -> None:
    tasks_opened(_act(session, bureau_id, now), args["case_id"], args["task_ids"])


def _run_remind(session: Session, args: Mapping[str, Any], bureau_id: int, now: datetime) -> None:
    remind(_act(session, bureau_id, now), args["task_id"], args["days"])


def _run_case_closed(session: Session, args: Mapping[str, Any], bureau_id: int, now: datetime) -> None:
    case_closed(_act(session, bureau_id, now), args["case_id"])


def _run_start_linked(session: Session, args: Mapping[str, Any], bureau_id: int, now: datetime) -> None:
    start_linked(_act(session, bureau_id, now), args)


HANDLERS: Mapping[str, Handler] = {
    "fire_deadline": _run_fire,
    "duty_due": duty_plan.run_due,
    "tasks_opened": _run_tasks_opened,
    "remind": _run_remind,
    "case_closed": _run_case_closed,
    "start_linked": _run_start_linked,
}
"""The jobs of the cases room by kind."""
