"""Inviting an outside organisation to its one task: a link, a code that goes another way, taking both back.

The program sends neither: the handler of the case passes the link on, and tells the code by a second channel, such as
the telephone. Each is shown once; what is kept are hashes.
"""

from __future__ import annotations

import secrets
from datetime import date

from sqlalchemy import select

from workflow_app.act import Act
from workflow_app.cases.access import access_to
from workflow_app.cases.acts import needed_reason
from workflow_app.cases.invitation_models import Invitation
from workflow_app.cases.models import Seat, Task
from workflow_app.cases.panels import is_handler
from workflow_app.cases.sitting import seats_of
from workflow_app.cases.work import Work, lock_task
from workflow_app.columns import digest
from workflow_app.definitions.check_invited import LONGEST_CONTACT
from workflow_app.directory.positions import INVITED
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, Problem
from workflow_app.security.passwords import hash_password
from workflow_app.text import Text
from workflow_app.typed import text_problem

CODE_DIGITS = 8


def invite(act: Act, task_id: int, contact: str) -> str:
    """Make a link for a named contact and return its token, the only copy there is. An earlier link is dead at once.

    Raises:
        InvalidError: the contact has no name, or none that can be printed and kept.
        NotFoundError, ForbiddenError, ConflictError: as :func:`revoke`.
    """
    contact = _contact(contact)
    work, task, seat = _invited_seat(act, task_id)
    if (earlier := _newest(work, seat)) is not None and earlier.ended is None:
        earlier.ended, earlier.ended_at = "replaced", act.now
    token = secrets.token_urlsafe(32)
    row = Invitation(
        bureau_id=act.bureau_id,
        case_id=work.case.id,
        task_id=task.id,
        seat_id=seat.id,
        organisation_id=seat.organisation_id,
        contact=contact,
        token_hash=digest(token),
        failed_count=0,
        issued_by=act.actor.person_id,
        issued_at=act.now,
        expires_on=work.policy.due(work.calendar, "invitation_days", act.today),
    )
    act.session.add(row)
    act.session.flush()
    body = {"organisation_id": seat.organisation_id, "expires_on": str(row.expires_on)}
    work.log("invitation_issued", f"task:{task.id}", {"invitation_id": row.id, **body})
    return token


def make_code(act: Act, task_id: int) -> str:
    """Make the code of the living link and return it, the only copy there is. An earlier code is dead at once, and so
    is the session that was opened with it.

    Raises:
        ConflictError: there is no living link; or as :func:`revoke`.
        NotFoundError, ForbiddenError: as :func:`revoke`.
    """
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    stored = hash_password(code)  # Slow on purpose, so not while the case is locked.
    work, task, seat = _invited_seat(act, task_id)
    row = _living(work, seat)
    row.code_hash, row.failed_count, row.session_hash = stored, 0, None
    work.log("invitation_code_made", f"task:{task.id}", {"invitation_id": row.id})
    return code


def revoke(act: Act, task_id: int, reason: str) -> None:
    """Take the living invitation back, with a reason; whoever is inside is outside with the next request.

    Raises:
        InvalidError: there is no reason.
        NotFoundError: there is no such task, or its case may not be seen.
        ForbiddenError: the actor does not handle the case, or the task is no outside organisation's.
        ConflictError: the task is answered or closed, or there is no living invitation.
    """
    reason = needed_reason(reason)
    work, task, seat = _invited_seat(act, task_id)
    row = _living(work, seat)
    row.ended, row.ended_at = "revoked", act.now
    work.log("invitation_revoked", f"task:{task.id}", {"invitation_id": row.id, "reason": reason})


def is_alive(row: Invitation, today: date) -> bool:
    """Whether the link still leads in, as far as the invitation itself says; its seat must be open as well."""
    return row.ended is None and today <= row.expires_on


def _contact(typed: str) -> str:
    name = typed.strip()
    problem = text_problem(Text("联系人"), name, LONGEST_CONTACT) if name else Text("请填写联系人姓名。")
    if problem:
        raise InvalidError(problems=[Problem("contact", problem)])
    return name


def _invited_seat(act: Act, task_id: int) -> tuple[Work, Task, Seat]:
    """Lock the task of an outside organisation for the handler of its case."""
    work, task = lock_task(act, task_id)
    if access_to(act.session, act.actor, work.case) is None:
        raise NotFoundError
    if not is_handler(act.actor, work.case, work.version):
        raise ForbiddenError("只有主办科室可以邀请外地单位办理。")
    seats = seats_of(work, task)
    if not any(seat.position == INVITED for seat in seats):
        raise ForbiddenError("本任务不由受邀单位办理，不能发出邀请。")
    seat = next((s for s in seats if s.state == "open"), None)
    if task.closed_at is not None or seat is None:
        raise ConflictError("本任务已办结或已关闭，不需要再邀请。")
    return work, task, seat


def _newest(work: Work, seat: Seat) -> Invitation | None:
    query = select(Invitation).where(Invitation.bureau_id == seat.bureau_id, Invitation.seat_id == seat.id)
    found: Invitation | None = work.act.session.scalars(query.order_by(Invitation.id.desc()).limit(1)).one_or_none()
    return found


def _living(work: Work, seat: Seat) -> Invitation:
    row = _newest(work, seat)
    if row is None or not is_alive(row, work.act.today):
        raise ConflictError("目前没有有效的邀请链接，请先生成链接。")
    return row
