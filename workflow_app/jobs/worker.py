"""The worker: takes due jobs under a lease and runs each in one transaction together with its done mark.

So an effect happens exactly once however often a worker dies: a worker killed in mid-transaction leaves nothing behind,
and one that wakes up after its lease has passed to another (a zombie) finds that the done mark is no longer its own.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Update, and_, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from workflow_app.clock import Clock
from workflow_app.database import Database
from workflow_app.jobs.models import Job

Handler = Callable[[Session, Mapping[str, Any], int, datetime], None]
"""Does one job: ``handler(session, args, bureau_id, now)``. It writes through the session alone and never commits."""

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(hours=1)
"""The pause after a first failure, doubled each time, and its limit."""

ERROR_LENGTH = 2000


@dataclass(frozen=True)
class Claimed:
    """A job as it was taken; ``tries`` is the fencing token of this claim."""

    id: int
    bureau_id: int
    kind: str
    args: Mapping[str, Any]
    key: str
    tries: int


GiveUp = Callable[[Session, Claimed, str, datetime], None]
"""Told of a job that failed for good, in the transaction that marks it: ``on_give_up(session, job, error, now)``."""


OnFailure = Callable[[Session, Claimed, Exception, datetime], None]
"""Told of a failure after which the job will be tried again: ``on_failure(session, job, error, now)``."""


class _LeaseLostError(Exception):
    """The job has meanwhile passed to another worker, or was cancelled."""


class Worker:
    """One worker loop. Several may run on one database, in one process or many."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        clock: Clock,
        name: str,
        lease_seconds: int = 60,
        *,
        max_tries: int = 8,
        batch: int = 5,
        on_failure: OnFailure | None = None,
        on_give_up: GiveUp | None = None,
    ) -> None:
        self._database, self._handlers, self._clock = database, handlers, clock
        # The name alone does not tell a restarted worker from the zombie of its predecessor.
        self._owner = f"{name[:60]}:{secrets.token_hex(8)}"
        self._lease = timedelta(seconds=lease_seconds)
        self._max_tries, self._batch = max_tries, batch
        self._on_failure, self._on_give_up = on_failure, on_give_up

    def run_once(self) -> int:
        """Take and run a few due jobs; the number taken, 0 when nothing was due."""
        jobs = self._claim() if self._anything_due() else []
        for job in jobs:
            self._run(job)
        return len(jobs)

    def run_until(
        self, stop: threading.Event, poll_seconds: float, beforehand: Callable[[], object] = lambda: None
    ) -> None:
        """Run jobs until ``stop`` is set, looking again after ``poll_seconds`` when nothing is due.

        ``beforehand`` is called each time before the table is looked at.
        """
        while not stop.is_set():
            try:
                beforehand()
                taken = self.run_once()
            except DBAPIError:
                logger.exception("the database did not answer; trying again")
                taken = 0
            if not taken:
                stop.wait(poll_seconds)

    def _anything_due(self) -> bool:
        with self._database.reading() as session:
            return session.scalar(select(Job.id).where(_ready(self._clock())).limit(1)) is not None

    def _claim(self) -> list[Claimed]:
        now = self._clock()
        with self._database.writing() as session:
            rows = session.execute(
                select(Job.id, Job.bureau_id, Job.kind, Job.args, Job.key, Job.tries)
                .where(_ready(now))
                .order_by(Job.due_at, Job.id)
                .limit(self._batch)
                .with_for_update(skip_locked=True)
            ).all()
            if rows:
                _execute(
                    session,
                    update(Job)
                    .where(Job.id.in_([row.id for row in rows]))
                    .values(owner=self._owner, lease_until=now + self._lease, tries=Job.tries + 1),
                )
        return [Claimed(row.id, row.bureau_id, row.kind, row.args, row.key, row.tries + 1) for row in rows]

    def _run(self, job: Claimed) -> None:
        if job.tries > self._max_tries:
            # It was taken that often and nobody lived to say why it failed.
            self._fail(job, "the worker ended during every try")
            return
        try:
            with self._database.writing() as session:
                now = self._clock()
                # The mark comes first: it locks the row, so that nobody can cancel or take over a job that is running.
                self._mark(session, job, done_at=now, lease_until=None)
                self._handlers[job.kind](session, job.args, job.bureau_id, now)
        except _LeaseLostError:
            logger.warning("job %s passed to another worker or was cancelled", job.key)
        except Exception as error:
            logger.exception("job %s failed at try %s", job.key, job.tries)
            self._fail(job, f"{type(error).__name__}: {error}"[:ERROR_LENGTH], error)

    def _fail(self, job: Claimed, words: str, error: Exception | None = None) -> None:
        """Set the job aside until its next try, or for good. A failure to write that down leaves it to the lease."""
        now, last = self._clock(), job.tries >= self._max_tries
        try:
            with self._database.writing() as session:
                if not last:
                    self._mark(session, job, owner=None, lease_until=now + _pause(job.tries), error=words)
                    if self._on_failure is not None and error is not None:
                        self._on_failure(session, job, error, now)
                    return
                self._mark(session, job, owner=None, lease_until=None, failed_at=now, error=words)
                if self._on_give_up is not None:
                    self._on_give_up(session, job, words, now)
        except Exception:
            logger.exception("the failure of job %s could not be recorded", job.key)

    def _mark(self, session: Session, job: Claimed, **values: Any) -> None:
        """Write to the job's row, if this claim still owns it.

        Raises:
            _LeaseLostError: it does not.
        """
        mine = (Job.id == job.id, Job.owner == self._owner, Job.tries == job.tries, Job.done_at.is_(None))
        if _execute(session, update(Job).where(*mine).values(**values)) != 1:
            raise _LeaseLostError


def _ready(now: datetime) -> ColumnElement[bool]:
    return and_(
        Job.done_at.is_(None),
        Job.failed_at.is_(None),
        Job.due_at <= now,
        or_(Job.lease_until.is_(None), Job.lease_until <= now),
    )


def _pause(tries: int) -> timedelta:
    return min(FIRST_PAUSE * (1 << (tries - 1)), LONGEST_PAUSE)


def _execute(session: Session, statement: Update) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return int(result.rowcount)
