"""What an invited outsider may do: come in by link and code, and be whoever answers one task, until that is over.

Coming in has the three steps of signing in (``directory/signing_in.py``): a quick look, the slow check of the code
outside of any transaction, a quick act that is committed whatever the answer. An unknown link, one that has expired,
was revoked or locked, and a wrong code get the same answer after the same slow check.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from workflow_app import notices
from workflow_app.act import Act, Actor
from workflow_app.audit import append
from workflow_app.cases.invitation_models import Invitation
from workflow_app.cases.invitations import is_alive
from workflow_app.cases.models import Seat, Task
from workflow_app.cases.panels import handler_of
from workflow_app.cases.work import Work, lock_task
from workflow_app.clock import local_date
from workflow_app.columns import digest
from workflow_app.definitions.answers_shape import labelled
from workflow_app.directory.holdings import holders
from workflow_app.directory.models import Organisation
from workflow_app.files.models import StoredFile
from workflow_app.security.counters import INVITATION_FAILURES, attempts, count_attempt
from workflow_app.security.passwords import nobodys_hash, verify_password
from workflow_app.security.sessions import TOUCH_EVERY
from workflow_app.text import Text

LONGEST_CODE = 20
"""Characters that are looked at of what was typed as the code, blanks left out."""

_LONGEST_ACTOR = 80


@dataclass(frozen=True)
class Asked:
    """What a link leads to: an invitation and the hash of its code, or nobody's."""

    invitation_id: int | None
    bureau_id: int
    task_id: int
    stored_hash: str


@dataclass(frozen=True)
class CheckedCode:
    """A link, and whether the code fits it."""

    asked: Asked
    is_right: bool


@dataclass(frozen=True)
class Guest:
    """An invited outsider who is inside: who acts, on which task, and whether :func:`touch` is due."""

    actor: Actor
    task_id: int
    touch_due: bool


def look_up(session: Session, token: str, place: str, now: datetime) -> Asked:
    """Find the invitation of a link; writes nothing.

    Raises:
        TooManyError: too many failures came from this network address within the last minutes.
    """
    limit = INVITATION_FAILURES
    limit.refuse_beyond(attempts(session, limit.kind, place, now, limit.window_minutes))
    nobody = nobodys_hash()
    row = session.scalars(select(Invitation).where(Invitation.token_hash == digest(token))).one_or_none()
    if row is None:
        return Asked(None, 0, 0, nobody)
    return Asked(row.id, row.bureau_id, row.task_id, row.code_hash or nobody)


def check_code(asked: Asked, code: str) -> CheckedCode:
    """Verify the code: exactly one Argon2 verification, whether the link is known or not."""
    typed = "".join(code.split())
    return CheckedCode(asked, verify_password(asked.stored_hash, typed[:LONGEST_CODE]) and len(typed) <= LONGEST_CODE)


def enter(session: Session, checked: CheckedCode, place: str, now: datetime) -> str | None:
    """Open the session of the invitation and return its token; None: refused, counted and recorded. The caller commits
    either way. A session that was open before is over: one browser at a time.
    """
    asked = checked.asked
    token = None
    if asked.invitation_id is not None:
        nobody = Actor(asked.bureau_id, "未登录者", kind="external")
        work, task = lock_task(Act(session, nobody, now), asked.task_id)
        row = session.get_one(Invitation, asked.invitation_id, populate_existing=True)
        if is_alive(row, work.act.today) and task.closed_at is None and row.code_hash is not None:
            # The code may have been made anew since it was checked; then what was checked counts for nothing.
            right = checked.is_right and row.code_hash == asked.stored_hash
            if right:
                token = _open(work, task, row, place)
            else:
                _count_failure(work, task, row, place)
    if token is None:
        count_attempt(session, INVITATION_FAILURES.kind, place, now, INVITATION_FAILURES.window_minutes)
    return token


def _open(work: Work, task: Task, row: Invitation, place: str) -> str:
    session, now = work.act.session, work.act.now
    token = secrets.token_urlsafe(32)
    row.failed_count, row.session_hash, row.session_since, row.session_seen = 0, digest(token), now, now
    organisation = session.get_one(Organisation, row.organisation_id)
    act = Act(session, _actor(row, organisation.name), now)
    body = {"invitation_id": row.id, "address": place}
    append(act, work.chain, "invitation_opened", f"task:{task.id}", body)
    return token


def _count_failure(work: Work, task: Task, row: Invitation, place: str) -> None:
    subject = f"task:{task.id}"
    row.failed_count += 1
    work.log("invitation_refused", subject, {"invitation_id": row.id, "address": place})
    if row.failed_count < work.policy.integer("invitation_tries"):
        return
    row.ended, row.ended_at = "locked", work.act.now
    work.log("invitation_locked", subject, {"invitation_id": row.id, "failed_count": row.failed_count})
    _tell_handler(work, task)


def _tell_handler(work: Work, task: Task) -> None:
    handler = handler_of(work.case, work.version)
    told = holders(work.act.session, work.act.bureau_id, *handler, work.act.today) if handler else []
    step = labelled(work.version.label_of(task.element))
    message = Text("邀请验证码多次输错，已锁定，请核实后重新邀请：{case}（{step}）", case=work.case.title, step=step)
    notices.send(work.act, [p.id for p in told], "invitation_locked", message, case_id=work.case.id)


def guest(session: Session, token: str, now: datetime, idle_minutes: int, lifetime_hours: int) -> Guest | None:
    """Whoever is inside with the token of a session, asked anew at every request; None once anything has ended it: an
    answer, a return, revocation, a newer link or code, the last day, idleness, old age. Nothing is written.
    """
    found = session.execute(
        select(Invitation, Organisation.name)
        .join(Seat, Seat.id == Invitation.seat_id)
        .join(Task, Task.id == Invitation.task_id)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.session_hash == digest(token), Seat.state == "open", Task.closed_at.is_(None))
    ).one_or_none()
    if found is None:
        return None
    row, organisation = found
    since, seen = row.session_since, row.session_seen
    if since is None or seen is None or not is_alive(row, local_date(now)):
        return None
    if now - seen > timedelta(minutes=idle_minutes) or now - since > timedelta(hours=lifetime_hours):
        return None
    return Guest(_actor(row, organisation), row.task_id, touch_due=now - seen >= TOUCH_EVERY)


def has_answered(session: Session, token: str) -> bool:
    """Whether a session has ended because the outsider has answered; not so where the answer came on paper."""
    query = select(Invitation.id).join(Seat, Seat.id == Invitation.seat_id)
    return (
        session.scalar(
            query.where(Invitation.session_hash == digest(token), Seat.state == "done", Seat.done_by_id.is_(None))
        )
        is not None
    )


def touch(session: Session, token: str, now: datetime) -> None:
    """Note that the session was used; one that has ended stays so."""
    _set(session, token, session_seen=now)


def leave(session: Session, token: str) -> None:
    """End the session; link and code lead in again for as long as the invitation lives."""
    _set(session, token, session_hash=None)


def own_files(session: Session, actor: Actor, file_ids: Collection[int]) -> frozenset[int]:
    """Those of the files that the invited organisation has itself uploaded to the case, by this invitation or an
    earlier one.
    """
    query = select(StoredFile.id).where(
        StoredFile.bureau_id == actor.bureau_id, StoredFile.id.in_(file_ids), uploaded_by_guest(actor)
    )
    return frozenset(session.scalars(query)) if file_ids else frozenset()


def uploaded_by_guest(actor: Actor) -> ColumnElement[bool]:
    """The condition that a file was uploaded to this case by the organisation of an invited actor."""
    case_id = select(Seat.case_id).where(Seat.id == actor.seat_id).scalar_subquery()
    invitations = select(Invitation.id).where(
        Invitation.bureau_id == actor.bureau_id,
        Invitation.organisation_id == actor.organisation_id,
        Invitation.case_id == case_id,
    )
    return StoredFile.invitation_id.in_(invitations)


def _set(session: Session, token: str, **values: object) -> None:
    session.execute(update(Invitation).where(Invitation.session_hash == digest(token)).values(values))


def _actor(row: Invitation, organisation: str) -> Actor:
    """The contact under the name by which the history knows whoever answered; a renamed organisation may be long."""
    name = f"{row.contact}（{organisation}）"
    return Actor(
        bureau_id=row.bureau_id,
        name=name if len(name) <= _LONGEST_ACTOR else row.contact,
        kind="invited",
        organisation_id=row.organisation_id,
        invitation_id=row.id,
        seat_id=row.seat_id,
    )
