"""A worker process that kills itself in the middle of one job: its effect is written, nothing is committed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

import workflow_app.tables  # noqa: F401 - registers every table
from tests.jobs.test_worker import leave_a_notice
from workflow_app.database import Database
from workflow_app.jobs.worker import Worker


def main(url: str, now: str, die_at: str) -> None:
    """Work at the moment ``now`` until the job of person ``die_at``; die there."""

    def leave_and_die(session: Session, args: Mapping[str, Any], bureau_id: int, at: datetime) -> None:
        leave_a_notice(session, args, bureau_id, at)
        if args["person"] == int(die_at):
            os.kill(os.getpid(), signal.SIGKILL)

    worker = Worker(Database(url), {"leave": leave_and_die}, lambda: datetime.fromisoformat(now), "mortal")
    while worker.run_once():
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
