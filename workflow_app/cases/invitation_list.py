"""The outside organisations that an open case waits for, as its page shows them to the bureau."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from workflow_app.act import Act, Actor
from workflow_app.audit.models import AuditChain
from workflow_app.cases.access import readable_case
from workflow_app.cases.invitation_models import Invitation
from workflow_app.cases.invitations import is_alive
from workflow_app.cases.models import Case, Seat, Task
from workflow_app.cases.panels import is_handler
from workflow_app.cases.progress import Progress
from workflow_app.cases.work import Work
from workflow_app.definitions.schema_fields import Label
from workflow_app.definitions.store import version
from workflow_app.directory.models import Organisation
from workflow_app.directory.positions import INVITED
from workflow_app.errors import ForbiddenError, NotFoundError
from workflow_app.text import Text

_ENDED: Mapping[str, Text] = {
    "revoked": Text("邀请已撤销"),
    "locked": Text("验证码多次输错，邀请已锁定"),
}


@dataclass(frozen=True)
class InvitedSeat:
    """One open task of an outside organisation: whom it waits for, and how its invitation stands."""

    task_id: int
    case_id: int
    step: Label
    organisation: str
    contact: str  # of the newest invitation, else whom the case names
    state: Text
    has_link: bool  # a link that still leads in
    has_code: bool
    expires_on: date | None
    may_invite: bool  # the reader is the handler


def open_invitations(session: Session, actor: Actor, case_id: int, now: datetime) -> tuple[InvitedSeat, ...]:
    """The outside organisations that a case waits for, for readers inside the bureau. Where it waits for none, it costs
    the case alone.

    Raises:
        NotFoundError: there is no such case, or it may not be seen.
    """
    case, access = readable_case(session, actor, case_id)
    process = version(session, case.version_id)
    elements = {element for _, element in Progress.from_json(case.progress).open if process.waits_outside(element)}
    if access != "internal" or not elements:
        return ()
    work = Work.on(Act(session, actor, now), case, session.get_one(AuditChain, case.chain_id))
    return tuple(_line(work, *row) for row in session.execute(_open_seats(case)))


def open_invitation(session: Session, actor: Actor, task_id: int, now: datetime) -> InvitedSeat:
    """One of them, for the handler who is about to invite.

    Raises:
        NotFoundError: there is no such open task, or its case may not be seen by this actor.
        ForbiddenError: another section handles the case.
    """
    case_id = session.scalar(select(Task.case_id).where(Task.id == task_id, Task.bureau_id == actor.bureau_id))
    for seat in open_invitations(session, actor, case_id, now) if case_id is not None else ():
        if seat.task_id == task_id:
            if not seat.may_invite:
                raise ForbiddenError("只有主办科室可以邀请外地单位办理。")
            return seat
    raise NotFoundError


def _open_seats(case: Case) -> Any:
    newest = select(func.max(Invitation.id)).where(Invitation.seat_id == Seat.id).correlate(Seat).scalar_subquery()
    return (
        select(Task, Organisation.name, Invitation)
        .join(Seat, Seat.task_id == Task.id)
        .join(Organisation, Organisation.id == Seat.organisation_id)
        .outerjoin(Invitation, and_(Invitation.bureau_id == case.bureau_id, Invitation.id == newest))
        .where(
            Task.bureau_id == case.bureau_id,
            Task.case_id == case.id,
            Task.closed_at.is_(None),
            Seat.position == INVITED,
            Seat.state == "open",
        )
        .order_by(Task.id)
    )


def _line(work: Work, task: Task, organisation: str, row: Invitation | None) -> InvitedSeat:
    living = row is not None and is_alive(row, work.act.today)
    return InvitedSeat(
        task_id=task.id,
        case_id=task.case_id,
        step=work.version.label_of(task.element),
        organisation=organisation,
        contact=row.contact if row is not None else _named_contact(work, task.element),
        state=_state(row, living=living),
        has_link=living,
        has_code=living and row is not None and row.code_hash is not None,
        expires_on=row.expires_on if row is not None and living else None,
        may_invite=is_handler(work.act.actor, work.case, work.version),
    )


def _state(row: Invitation | None, *, living: bool) -> Text:
    if row is None:
        return Text("尚未邀请")
    if row.ended is not None:
        return _ENDED[row.ended]
    if not living:
        return Text("邀请已过期")
    if row.code_hash is None:
        return Text("已生成链接，还没有验证码")
    return Text("受邀人已进入") if row.session_since is not None else Text("已邀请，对方尚未进入")


def _named_contact(work: Work, element: str) -> str:
    """Whom the case itself names as the contact of the party."""
    party = work.version.head.parties[work.version.place_of(element).partition("@")[2]]
    step, _, key = (party.contact or "").partition(".")
    return str(work.view().answers(step).get(key) or "")
