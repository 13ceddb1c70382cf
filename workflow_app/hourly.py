"""What is done every hour whether or not anybody acts: files without a row swept, a signed checkpoint, new duties.

Every worker wishes for the jobs of the present hour when it begins and whenever the hour changes. The key of a wish
names the hour, so that several workers make one job of it, and after an outage there is one catch-up, not one per hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from workflow_app.act import Act, system_actor
from workflow_app.audit.keeping import keep_checkpoint
from workflow_app.cases import plan_duties
from workflow_app.clock import Clock
from workflow_app.config import Config
from workflow_app.database import Database
from workflow_app.directory.models import Bureau
from workflow_app.files.store import FileStore
from workflow_app.files.sweep import sweep_orphans
from workflow_app.jobs import Handler, Wish, enqueue_all
from workflow_app.jobs.models import Job

SWEEP, CHECKPOINT, DUTIES = "sweep_files", "make_checkpoint", "plan_duties"
KINDS = (SWEEP, CHECKPOINT, DUTIES)
KEPT = timedelta(days=30)
"""How long the rows of jobs that are done are kept, to see what the worker did. History is what the jobs have left."""


def handlers(config: Config) -> Mapping[str, Handler]:
    """The hourly jobs by kind."""
    store = FileStore(config.data / "files")

    def sweep(session: Session, args: Mapping[str, Any], bureau_id: int, now: datetime) -> None:  # noqa: ARG001 - signature of every job
        sweep_orphans(session, store, now)

    def checkpoint(session: Session, args: Mapping[str, Any], bureau_id: int, now: datetime) -> None:  # noqa: ARG001 - signature of every job
        keep_checkpoint(session, config, now)

    def duties(session: Session, args: Mapping[str, Any], bureau_id: int, now: datetime) -> None:  # noqa: ARG001 - signature of every job
        for bureau in session.scalars(select(Bureau.id).order_by(Bureau.id)):
            plan_duties(Act(session, system_actor(bureau), now))

    return {SWEEP: sweep, CHECKPOINT: checkpoint, DUTIES: duties}


class Hourly:
    """One worker's memory of the hour whose jobs it has wished for."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._wished_for = ""

    def wish(self) -> None:
        """Wish for the jobs of the present hour, once; before a bureau is founded there is nothing to look after."""
        now = self._clock()
        hour = f"{now:%Y%m%d%H}"
        if hour == self._wished_for:
            return
        with self._database.writing() as session:
            # The jobs look after the whole installation; a job's row needs a bureau, so it is the first one's.
            bureau_id = session.scalar(select(func.min(Bureau.id)))
            if bureau_id is None:
                return
            act = Act(session, system_actor(bureau_id), now)
            enqueue_all(act, [Wish(kind, f"{kind}:{hour}") for kind in KINDS])
            session.execute(delete(Job).where(Job.done_at < now - KEPT))
        self._wished_for = hour
