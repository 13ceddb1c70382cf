"""Smaller acts on open tasks and cases: drafts, claims, withdrawal, changing a table of seats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from workflow_app import engine, notices
from workflow_app.act import Act
from workflow_app.cases.access import access_to
from workflow_app.cases.complete import answerable_seat, seats_of, settle
from workflow_app.cases.follow import finish, follow
from workflow_app.cases.lookup import CaseLookup
from workflow_app.cases.models import Draft, Seat, Task
from workflow_app.cases.places import organisation_of
from workflow_app.cases.separation import barred
from workflow_app.cases.work import Work, lock_case, lock_task
from workflow_app.database import canonical_json
from workflow_app.directory.models import Person
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, Problem
from workflow_app.text import Text

LARGEST_DRAFT = 512 * 1024
"""Characters of a draft's JSON; a form that is larger is a mistake or an attack."""


def save_draft(act: Act, task_id: int, answers: Mapping[str, Any]) -> datetime:
    """Keep half-written answers of one's seat. They are not checked: a draft may be wrong.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: as for completing.
    """
    if len(canonical_json(answers)) > LARGEST_DRAFT:
        raise InvalidError("草稿内容过大，未能保存。")
    _, task, _ = my_open_seat(act, task_id)
    values = {"answers": dict(answers), "saved_at": act.now}
    changed = act.session.execute(
        update(Draft).where(Draft.task_id == task.id, Draft.person_id == act.actor.person_id).values(values)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined] # an UPDATE yields a CursorResult
        act.session.add(Draft(bureau_id=act.bureau_id, task_id=task.id, person_id=act.actor.person_id, **values))
    return act.now


def claim(act: Act, task_id: int) -> None:
    """Take a task of one's position (认领), so that colleagues see who has it. Claiming one's own again is harmless.

    Raises:
        ForbiddenError: separation of duties bars this person, who would only keep the task from the others.
    """
    work, task, seat = my_open_seat(act, task_id)
    if why := barred(act.actor, work.case, work.version.form(task.element), work.progress):
        raise ForbiddenError(why.msgid, **why.args)
    if seat.person_id == act.actor.person_id:
        return
    seat.person_id = act.actor.person_id
    work.log("task_claimed", f"task:{task.id}", {"element": task.element, "seat_id": seat.id})


def release(act: Act, task_id: int) -> None:
    """Give a claimed task back to the position.

    Raises:
        ForbiddenError: the seat is for this person alone, so that nobody else could take it.
    """
    work, task, seat = my_open_seat(act, task_id)
    if seat.is_named:
        raise ForbiddenError("本席位指定由您本人办理，不能退回认领；如需回避，请使用“申请回避”。")
    if seat.person_id is None:
        return
    seat.person_id = None
    work.log("task_released", f"task:{task.id}", {"element": task.element, "seat_id": seat.id})


def recuse(act: Act, task_id: int, reason: str) -> None:
    """Give up one's named seat for a reason of recusal (事业单位人事管理条例39条).

    If all others have answered already, the task is complete without this seat and the case goes on.

    Raises:
        ForbiddenError: the seat is a position's, whose other holders may answer; or too few seats would be left.
    """
    _needs(reason, "reason")
    work, task, seat = my_open_seat(act, task_id)
    if not seat.is_named:
        raise ForbiddenError("本席位不是指定给您本人的，如需回避，请由同岗位的其他人员办理。")
    form, seats = work.version.form(task.element), seats_of(work, task)
    staying = [s for s in seats if s is not seat and s.state in {"open", "waiting", "done"}]
    least = work.policy.integer(form.seats.min_seats) if form.seats and form.seats.min_seats else 1
    if len(staying) < least:
        raise ForbiddenError(
            "您回避后本任务只有{count}个席位，至少需要{least}个，请先由主办科室增加席位，再申请回避。",
            count=len(staying),
            least=least,
        )
    seat.state = "recused"
    work.log("seat_recused", f"task:{task.id}", {"task_id": task.id, "seat_id": seat.id, "reason": reason})
    settle(work, task, seats, form)
    finish(work)


def add_seat(act: Act, task_id: int, person_id: int, reason: str) -> None:
    """Add a named signer to an open panel (加签). The handler of the process decides, with a reason.

    Raises:
        ForbiddenError: the actor is not the handler, or the task is not a panel.
    """
    _needs(reason, "reason")
    work, task = lock_task(act, task_id)
    _require_handler(work)
    rule = work.version.tasks[task.element].seats
    if rule is None or task.closed_at is not None:
        raise ForbiddenError("只有正在进行的会签、评议任务可以增加席位。")
    person = act.session.scalars(
        select(Person).where(Person.id == person_id, Person.bureau_id == act.bureau_id)
    ).one_or_none()
    if person is None:
        raise NotFoundError
    seats = act.session.scalars(select(Seat).where(Seat.bureau_id == act.bureau_id, Seat.task_id == task.id)).all()
    lookup = CaseLookup(act.session, act.bureau_id, work.case.id, act.today)
    if rule.position and not lookup.people([person_id], rule.position):
        raise ForbiddenError("{name}目前不担任该席位要求的岗位，不能增加。", name=person.name)
    if any(s.person_id == person_id and s.state in {"open", "waiting", "done"} for s in seats):
        raise ConflictError("{name}已在席位中。", name=person.name)
    seat = Seat(
        bureau_id=act.bureau_id,
        case_id=task.case_id,
        task_id=task.id,
        no=max(s.no for s in seats) + 1,
        organisation_id=person.organisation_id,
        position=rule.position or seats[0].position,
        person_id=person_id,
        is_named=True,
        state="open",
        due_on=seats[0].due_on,
    )
    act.session.add(seat)
    act.session.flush()
    work.log(
        "seat_added",
        f"task:{task.id}",
        {
            "task_id": task.id,
            "seat_id": seat.id,
            "organisation_id": seat.organisation_id,
            "position": seat.position,
            "person_id": person_id,
            "reason": reason,
        },
    )
    label = work.version.label_of(task.element).zh
    message = Text("待办：{case}（{step}）", case=work.case.title, step=label)
    notices.send(act, [person_id], "task_opened", message, case_id=task.case_id, task_id=task.id)
    work.save()


def withdraw(act: Act, case_id: int, reason: str) -> None:
    """Withdraw a case (撤回申请), as far as the drawing allows it: for a group until the committee meets (B1).

    Withdrawing a case that is withdrawn already is harmless.

    Raises:
        NotFoundError: the case may not be seen.
        ForbiddenError: it is not this person's to withdraw.
        ConflictError: it has gone too far, or has ended.
    """
    work = lock_case(act, case_id)
    if access_to(act.session, act.actor, work.case) is None:
        raise NotFoundError
    rule = work.version.head.withdraw
    if rule is None:
        raise ForbiddenError("本事项不能撤回。")
    organisation_id, position = organisation_of(work, rule.place)
    if not act.actor.holds(position, organisation_id):
        raise ForbiddenError("只有申请单位的经办人可以撤回。")
    outcome = work.version.outcome(work.case.outcome) if work.case.outcome else None
    if outcome is not None and outcome.result == "withdrawn":
        return
    if rule.message not in work.progress.awaits:
        raise ConflictError("该办件已进入决定环节或已办结，不能再撤回。")
    _needs(reason, "reason")
    work.log("case_withdrawn", f"case:{work.case.id}", {"reason": reason})
    follow(work, engine.send(work.version.spec, work.case.state, rule.message, work.engine_facts()))
    finish(work)


def my_open_seat(act: Act, task_id: int) -> tuple[Work, Task, Seat]:
    """Lock a task and find the open seat that the actor may answer.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: as for completing.
    """
    work, task = lock_task(act, task_id)
    seats = act.session.scalars(
        select(Seat).where(Seat.bureau_id == act.bureau_id, Seat.task_id == task.id).order_by(Seat.no)
    ).all()
    seat = answerable_seat(work, task, seats)
    if seat is None:
        if access_to(act.session, act.actor, work.case) is None:
            raise NotFoundError
        if task.closed_at is not None:
            raise ConflictError("本任务已由{who}办结。", who=task.closed_by or "他人")
        raise ForbiddenError("本任务不由您办理，或已由其他人员认领。")
    return work, task, seat


def _require_handler(work: Work) -> None:
    """The handler is whoever accepts the case: the place of the step that starts the clock."""
    rule = work.version.head.clock
    place = work.version.place_of(rule.starts) if rule else work.version.head.starts
    organisation_id, position = organisation_of(work, place)
    if not work.act.actor.holds(position, organisation_id):
        raise ForbiddenError("只有主办科室可以调整席位。")


def _needs(text: str, field: str) -> None:
    if not text.strip():
        raise InvalidError(problems=[Problem(field, Text("请填写理由。"))])
