"""Smaller acts on open tasks and cases: drafts, claims, withdrawal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from workflow_app import engine
from workflow_app.act import Act
from workflow_app.cases.access import access_to
from workflow_app.cases.ballot import is_sealed
from workflow_app.cases.follow import finish, follow
from workflow_app.cases.models import Draft, Seat, Task
from workflow_app.cases.places import organisation_of
from workflow_app.cases.separation import barred
from workflow_app.cases.sitting import answerable_seat
from workflow_app.cases.work import Work, lock_case, lock_task
from workflow_app.columns import canonical_json
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, Problem
from workflow_app.text import Text
from workflow_app.typed import LONGEST_REASON, text_problem

LARGEST_DRAFT = 512 * 1024
"""Characters of a draft's JSON; a form that is larger is a mistake or an attack."""


def save_draft(act: Act, task_id: int, answers: Mapping[str, Any]) -> datetime:
    """Keep half-written answers of one's seat. They are not checked: a draft may be wrong.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: as for completing.
        ForbiddenError: the step is a secret ballot, which keeps nobody's choice under their name.
    """
    if len(canonical_json(answers)) > LARGEST_DRAFT:
        raise InvalidError("草稿内容过大，未能保存。")
    work, task, _ = my_open_seat(act, task_id)
    if is_sealed(work.version.form(task.element)):
        raise ForbiddenError("无记名投票不保存草稿。")
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
    work.log("case_withdrawn", f"case:{work.case.id}", {"reason": needed_reason(reason)})
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


def needed_reason(text: str) -> str:
    """The reason that an act must be given, without blanks around it.

    Raises:
        InvalidError: there is none, it is too long, or it holds what cannot be printed.
    """
    reason = text.replace("\r\n", "\n").strip()
    problem = text_problem(Text("理由"), reason, LONGEST_REASON, lines=True) if reason else Text("请填写理由。")
    if problem:
        raise InvalidError(problems=[Problem("reason", problem)])
    return reason
