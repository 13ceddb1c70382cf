"""Claims (认领) whose holder has lost the position or the account: the task goes back to the position, so that
colleagues can go on.

The directory wishes for this whenever a term ends (``directory/holdings.py``) and when an account is disabled
(``directory/accounts.py``). Each case is an act of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from workflow_app.act import Act, system_actor
from workflow_app.cases.firing import tasks_opened
from workflow_app.cases.models import Seat
from workflow_app.cases.work import lock_task
from workflow_app.directory.holdings import RELEASE_CLAIMS, valid_on
from workflow_app.directory.models import Account, PositionHolding
from workflow_app.jobs import Handler, Wish, enqueue_all

RELEASE_CLAIM = "release_claim"


def release_lapsed(act: Act, task_id: int) -> bool:
    """Take a claim off a task whose claimer may not go on with it any more, and tell those who may; False if none
    stands.

    Raises:
        NotFoundError: there is no such task in the bureau.
    """
    work, task = lock_task(act, task_id)
    seats = act.session.scalars(select(Seat).where(Seat.task_id == task.id, *_lapsed(act))).all()
    for seat in seats:
        seat.person_id = None
        work.log("task_released", f"task:{task.id}", {"element": task.element, "seat_id": seat.id})
    if seats:
        act.session.flush()
        tasks_opened(act, task.case_id, [task.id])
    return bool(seats)


def _lapsed(act: Act) -> tuple[ColumnElement[bool], ...]:
    """The conditions of an open seat that somebody has claimed who may not answer it any more."""
    holds = exists().where(
        PositionHolding.bureau_id == Seat.bureau_id,
        PositionHolding.person_id == Seat.person_id,
        PositionHolding.organisation_id == Seat.organisation_id,
        PositionHolding.position == Seat.position,
        valid_on(act.today),
    )
    shut_out = exists().where(
        Account.bureau_id == Seat.bureau_id, Account.person_id == Seat.person_id, Account.disabled_at.is_not(None)
    )
    claimed = (Seat.bureau_id == act.bureau_id, Seat.person_id.is_not(None), ~Seat.is_named)
    return (*claimed, Seat.state == "open", ~holds | shut_out)


def _run_all(session: Session, args: Mapping[str, Any], bureau_id: int, now: datetime) -> None:
    act = Act(session, system_actor(bureau_id), now)
    query = select(Seat.id, Seat.task_id).where(*_lapsed(act), Seat.person_id == args["person_id"])
    found = session.execute(query).all()
    enqueue_all(
        act, [Wish(RELEASE_CLAIM, f"{RELEASE_CLAIM}:{seat}:{args['term']}", {"task_id": t}) for seat, t in found]
    )


def _run_one(session: Session, args: Mapping[str, Any], bureau_id: int, now: datetime) -> None:
    release_lapsed(Act(session, system_actor(bureau_id), now), args["task_id"])


HANDLERS: Mapping[str, Handler] = {RELEASE_CLAIMS: _run_all, RELEASE_CLAIM: _run_one}
"""The jobs by kind."""
