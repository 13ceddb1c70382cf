"""The product's own processes, told to die: the web application for gunicorn, and the keeper of a job worker.

``python -m tests.faults.mortal`` keeps one job worker alive: whenever it has been killed, a new one is forked.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask

from tests.faults import failpoints
from workflow_app.config import from_environment
from workflow_app.database import Database
from workflow_app.records.press import press_of, use
from workflow_app.web import create_app
from workflow_app.worker import make_worker

ARMED, CLOCK = "failpoints", "clock.json"
"""In the folder of the office: what is armed, and what time it is."""

POLL_SECONDS = 0.05


class OfficeClock:
    """The office's time: it runs like the machine's, from the moment at which it was last set."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / CLOCK

    def __call__(self) -> datetime:
        moment, since = json.loads(self._file.read_text())
        return datetime.fromisoformat(moment) + timedelta(seconds=time.time() - since)

    def set(self, moment: datetime) -> None:
        """Go to a moment, for every process at once."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps([moment.isoformat(), time.time()]))
        fresh.replace(self._file)


def end_with_the_run() -> None:
    """Kill this process and all that it has started as soon as the run that started it is gone, however it ended."""

    def wait_and_die() -> None:
        os.read(0, 1)  # The other end of the pipe is never written to; it closes when the run ends.
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=wait_and_die, daemon=True).start()


def make_app() -> Flask:
    """The web application with its failpoints; gunicorn's master makes it, its workers are forked."""
    config = from_environment()
    use(press_of(config))
    end_with_the_run()
    failpoints.install(config.data / ARMED)
    return create_app(config, clock=OfficeClock(config.data))


def keep_a_worker() -> None:
    """Fork a job worker, and another one each time that it has died."""
    config = from_environment()
    end_with_the_run()
    failpoints.install(config.data / ARMED)
    while True:
        child = os.fork()
        if child == 0:
            worker = make_worker(config, Database(config.database_url), OfficeClock(config.data))
            worker.run_until(threading.Event(), POLL_SECONDS)
        os.waitpid(child, 0)


if __name__ == "__main__":
    keep_a_worker()
