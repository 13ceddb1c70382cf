"""A whole office for fault runs: gunicorn with two workers, a job worker, a clock to set, processes to kill."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from tests.faults import failpoints
from tests.faults.mortal import ARMED, OfficeClock
from workflow_app.config import Config
from workflow_app.database import Database
from workflow_app.jobs.models import Job
from workflow_app.serve import gunicorn

WEB_PROCESSES = 2
PATIENCE_SECONDS = 60
"""How long anything may take before a run is given up."""

LEASE = timedelta(seconds=61)
"""A job whose worker was killed is taken by another one after this time."""


def wait_until(done: Callable[[], bool], what: str) -> None:
    """Look again and again.

    Raises:
        TimeoutError: it did not come about.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    pause = threading.Event()
    while not done():
        if time.monotonic() > until:
            raise TimeoutError(what)
        pause.wait(0.02)


@dataclass
class Office:
    """The running processes, and what a test may do to them."""

    config: Config
    database: Database
    clock: OfficeClock
    kills: int = 0
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def armed(self) -> Path:
        """The folder of the failpoints."""
        return self.config.data / ARMED

    def start(self) -> None:
        """Start gunicorn and the keeper of the job worker, and wait until pages come."""
        environment = {
            **os.environ,
            "WORKFLOW_APP_DATA": str(self.config.data),
            "WORKFLOW_APP_DATABASE_URL": self.config.database_url,
            "WORKFLOW_APP_IDLE_MINUTES": "9999999",
            "WORKFLOW_APP_SESSION_HOURS": "9999999",
            "WORKFLOW_APP_PASSWORD_DAYS": "0",
        }
        web = gunicorn(self.config, WEB_PROCESSES)
        web[web.index("workflow_app.wsgi:app")] = "tests.faults.mortal:make_app()"
        log = (self.config.data / "office.log").open("ab")
        for command in ([*web, "--preload"], [sys.executable, "-m", "tests.faults.mortal"]):
            # They end when their pipe does: also with a run that was killed.
            started = subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
            )
            self._processes.append(started)
        log.close()
        wait_until(self._answers, "the office did not open; see office.log in its data folder")

    def power_cut(self) -> None:
        """Kill every process at the same moment."""
        for process in self._processes:
            os.killpg(process.pid, signal.SIGKILL)
        for process in self._processes:
            process.communicate()
        self._processes.clear()

    def kill_one(self, which: float) -> None:
        """Kill one of the web processes or the job worker, whatever it is doing; ``which`` is from 0 up to 1."""
        mortal = [child for process in self._processes for child in _children(process.pid)]
        if mortal:
            os.kill(mortal[int(which * len(mortal))], signal.SIGKILL)
            self.kills += 1

    def settle(self) -> None:
        """Let the worker catch up: until no job is due. Leases of the dead lapse meanwhile."""

        def is_done() -> bool:
            with self.database.reading() as session:
                waits = select(Job.lease_until).where(
                    Job.done_at.is_(None), Job.failed_at.is_(None), Job.due_at <= self.clock()
                )
                leases = session.scalars(waits).all()
            if leases and all(lease is not None and lease > self.clock() for lease in leases):
                self.clock.set(max(lease for lease in leases if lease is not None) + timedelta(seconds=1))
            return not leases

        wait_until(is_done, "the worker did not catch up")

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.config.host, self.config.port), timeout=1):
                return True
        except OSError:
            return False


@contextmanager
def open_office(config: Config, now: datetime) -> Iterator[Office]:
    """An office on a county, from a moment on, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        config = replace(config, host="127.0.0.1", port=probe.getsockname()[1])
    clock = OfficeClock(config.data)
    clock.set(now)
    failpoints.arm(config.data / ARMED, ())
    office = Office(config, Database(config.database_url), clock)
    try:
        office.start()
        yield office
    finally:
        office.power_cut()
        office.database.dispose()


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []
