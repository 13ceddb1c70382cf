"""Changing the table of an open panel: recusal (回避), adding a seat (加签), removing one (减签).

Each change may bring about what an answer may: if everyone left has answered and enough sit, the task is complete.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from workflow_app import notices
from workflow_app.act import Act
from workflow_app.cases.access import access_to
from workflow_app.cases.acts import my_open_seat, needed_reason
from workflow_app.cases.complete import settle
from workflow_app.cases.follow import finish
from workflow_app.cases.models import Draft, Seat, Task
from workflow_app.cases.panels import handler_of, is_handler, seat_position, unfit
from workflow_app.cases.seats import seated
from workflow_app.cases.sitting import seats_of, shortage_of
from workflow_app.cases.work import Work, lock_task
from workflow_app.definitions.answers_shape import labelled
from workflow_app.definitions.schema import TaskForm
from workflow_app.directory.holdings import holders, people_with_position
from workflow_app.directory.people import person as find_person
from workflow_app.errors import ConflictError, ForbiddenError, NotFoundError
from workflow_app.text import Text


def recuse(act: Act, task_id: int, reason: str) -> None:
    """Give up one's named seat for a reason of recusal (事业单位人事管理条例39条). Nobody is held to a seat: if too few
    are left, the task stays open and the handler is asked to add one. Doing it again is harmless.

    Raises:
        InvalidError: there is no reason.
        ForbiddenError: the seat is a position's, whose other holders may answer.
        NotFoundError, ConflictError: as for completing.
    """
    reason = needed_reason(reason)
    if _has_recused(act, task_id):
        return
    work, task, seat = my_open_seat(act, task_id)
    if not seat.is_named:
        raise ForbiddenError("本席位不是指定给您本人的，如需回避，请由同岗位的其他人员办理。")
    seats, form = seats_of(work, task), work.version.form(task.element)
    _vacate(work, task, seat, "recused", reason)
    settle(work, task, seats, form)
    if task.closed_at is None and (shortage := shortage_of(work, seats, form)) is not None:
        _ask_handler(work, task, shortage)
    finish(work)


def add_seat(act: Act, task_id: int, person_id: int, reason: str) -> None:
    """Add a named seat to an open panel (加签). The handler of the case decides, with a reason.

    Raises:
        InvalidError: there is no reason.
        NotFoundError: no such task or person, or the case may not be seen.
        ForbiddenError: the actor is not the handler, the task is not an open panel, or the person must not sit there.
        ConflictError: the person sits there already.
    """
    reason = needed_reason(reason)
    work, task, seats, form = _changeable(act, task_id)
    person = find_person(act.session, act.bureau_id, person_id)
    position = seat_position(form, seats)
    ref = next(
        (p for p in people_with_position(act.session, act.bureau_id, position, act.today) if p.id == person_id), None
    )
    if ref is None:
        raise ForbiddenError("{name}目前不担任该席位要求的岗位，不能增加。", name=person.name)
    if any(s.person_id == person_id for s in seated(seats)):
        raise ConflictError("{name}已在席位中。", name=person.name)
    if why := unfit(work.case, form, seats, ref):
        raise ForbiddenError(why.msgid, **why.args)
    in_order = form.seats is not None and form.seats.rule == "in_order"
    seat = Seat(
        bureau_id=act.bureau_id,
        case_id=task.case_id,
        task_id=task.id,
        no=max(s.no for s in seats) + 1,
        organisation_id=ref.organisation_id,
        position=position,
        person_id=person_id,
        is_named=True,
        state="waiting" if in_order else "open",
        due_on=seats[0].due_on,
    )
    act.session.add(seat)
    act.session.flush()
    body = {"organisation_id": seat.organisation_id, "position": position, "person_id": person_id}
    _log(work, "seat_added", seat, reason, **body)
    settle(work, task, [*seats, seat], form)
    if seat.state == "open":
        label = labelled(work.version.label_of(task.element))
        message = Text("待办：{case}（{step}）", case=work.case.title, step=label)
        notices.send(act, [person_id], "task_opened", message, case_id=task.case_id, task_id=task.id)
    finish(work)


def remove_seat(act: Act, task_id: int, seat_no: int, reason: str) -> None:
    """Take a seat that has not answered off an open panel (减签). The handler of the case decides, with a reason.

    Raises:
        InvalidError: there is no reason.
        NotFoundError: no such task or seat, or the case may not be seen.
        ForbiddenError: the actor is not the handler, the task is not an open panel, or it is the last seat.
        ConflictError: the seat has answered, was given up or was removed already.
    """
    reason = needed_reason(reason)
    work, task, seats, form = _changeable(act, task_id)
    seat = next((s for s in seats if s.no == seat_no), None)
    if seat is None:
        raise NotFoundError
    if seat.state not in {"open", "waiting"}:
        raise ConflictError("该席位已提交、已回避或已撤销，不能再撤销。")
    if len(seated(seats)) == 1:
        raise ForbiddenError("这是最后一个席位，不能撤销；请先增加席位，或等待其提交。")
    _vacate(work, task, seat, "removed", reason)
    settle(work, task, seats, form)
    finish(work)


def _changeable(act: Act, task_id: int) -> tuple[Work, Task, list[Seat], TaskForm]:
    """Lock an open panel for its handler."""
    work, task = lock_task(act, task_id)
    if access_to(act.session, act.actor, work.case) is None:
        raise NotFoundError
    if not is_handler(act.actor, work.case, work.version):
        raise ForbiddenError("只有主办科室可以调整席位。")
    form = work.version.form(task.element)
    if form.seats is None or task.closed_at is not None:
        raise ForbiddenError("只有正在进行的会签、评议任务可以调整席位。")
    return work, task, seats_of(work, task), form


def _vacate(work: Work, task: Task, seat: Seat, state: str, reason: str) -> None:
    """Take a seat off the table, with what its person had begun to write."""
    seat.state = state
    work.act.session.execute(delete(Draft).where(Draft.task_id == task.id, Draft.person_id == seat.person_id))
    _log(work, f"seat_{state}", seat, reason)


def _log(work: Work, kind: str, seat: Seat, reason: str, **more: object) -> None:
    body = {"task_id": seat.task_id, "seat_id": seat.id, "reason": reason, **more}
    work.log(kind, f"task:{seat.task_id}", body)


def _ask_handler(work: Work, task: Task, shortage: Text) -> None:
    """Tell the holders of the handling position that the table waits for them; the notice leads to the case."""
    handler = handler_of(work.case, work.version)
    told = holders(work.act.session, work.act.bureau_id, *handler, work.act.today) if handler else []
    step = labelled(work.version.label_of(task.element))
    message = Text("{case}（{step}）：{shortage}", case=work.case.title, step=step, shortage=shortage)
    notices.send(work.act, [p.id for p in told], "seats_short", message, case_id=task.case_id)


def _has_recused(act: Act, task_id: int) -> bool:
    query = select(Seat.id).where(
        Seat.bureau_id == act.bureau_id,
        Seat.task_id == task_id,
        Seat.person_id == act.actor.person_id,
        Seat.state == "recused",
    )
    return act.session.scalar(query) is not None
