"""An outside organisation's answer that comes on paper: the handler of the case enters it for the organisation.

The handler answers the very seat of the invitation, by the same form, and remains who acts; so the answer ends the
invitation as one given online does.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.cases.access import readable_case
from workflow_app.cases.models import Seat, Task
from workflow_app.cases.panels import is_handler
from workflow_app.definitions.store import version
from workflow_app.directory.positions import INVITED
from workflow_app.errors import ForbiddenError, NotFoundError


def stand_in(session: Session, actor: Actor, task_id: int) -> Actor:
    """The handler of a case as whoever answers one task of it for an outside organisation, on paper.

    Raises:
        NotFoundError: there is no such task, or its case may not be seen.
        ForbiddenError: another section handles the case, or the task is no outside organisation's.
    """
    task = session.scalar(select(Task).where(Task.id == task_id, Task.bureau_id == actor.bureau_id))
    if task is None:
        raise NotFoundError
    case, _ = readable_case(session, actor, task.case_id)
    if not is_handler(actor, case, version(session, case.version_id)):
        raise ForbiddenError("只有主办科室可以录入外地单位的纸质答复。")
    seats = select(Seat.id).where(Seat.bureau_id == actor.bureau_id, Seat.task_id == task.id, Seat.position == INVITED)
    seat_id = session.scalar(seats.order_by(Seat.no).limit(1))
    if seat_id is None:
        raise ForbiddenError("本任务不由受邀单位办理，不能录入纸质答复。")
    return replace(actor, seat_id=seat_id)
