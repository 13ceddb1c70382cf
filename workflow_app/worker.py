"""The worker: fires deadlines, sends notices, renders records, looks after the house each hour.

Safe to run several times; one process is enough.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Mapping

from workflow_app import cases, hourly, records
from workflow_app.cases.incidents import report_failed_job, report_given_up_job
from workflow_app.clock import Clock, system_clock
from workflow_app.config import Config
from workflow_app.database import Database
from workflow_app.files.store import FileStore
from workflow_app.jobs import Handler, Worker
from workflow_app.records.press import press_of, use
from workflow_app.security import vault

POLL_SECONDS = 1.0


def handlers(config: Config) -> Mapping[str, Handler]:
    """Every kind of job and who does it."""
    return {**cases.HANDLERS, **records.handlers(FileStore(config.data / "files")), **hourly.handlers(config)}


def make_worker(config: Config, database: Database, clock: Clock = system_clock) -> Worker:
    """A worker of this host and process; its name is what a lease is held under."""
    use(press_of(config))
    vault.use(vault.Vault(config.data_key()))
    name = f"{socket.gethostname()}:{os.getpid()}"
    return Worker(database, handlers(config), clock, name, on_failure=report_failed_job, on_give_up=report_given_up_job)


def run(config: Config, database: Database) -> None:
    """Work until told to stop by SIGTERM or SIGINT; the job in hand is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    make_worker(config, database).run_until(stop, POLL_SECONDS, hourly.Hourly(database, system_clock).wish)
