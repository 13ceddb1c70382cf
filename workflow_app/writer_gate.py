"""One writer at a time into an embedded database, whichever thread or process it belongs to.

SQLite lets a writer that finds another one at work sleep for longer and longer, up to 100 ms, and the one who comes by
next may be let in first. Here a writer looks every millisecond, and of one process only one of them looks.
"""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy.exc import TimeoutError as WaitedTooLongError

from workflow_app.connections import LOCK_SECONDS

LOOK_SECONDS = 0.001
"""How often a process looks whether another one has finished writing."""


class WriterGate:
    """The way in for those who write. The lock on the file is given back by the system when a process dies."""

    def __init__(self, database: str | None) -> None:
        """Stand before a database file; before one in memory, which no other process can reach, without a file."""
        self._lock = threading.Lock()
        self._path = Path(f"{database}-writer") if database and database != ":memory:" else None

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Be the one who writes, until the end of the block.

        Raises:
            sqlalchemy.exc.TimeoutError: somebody else has been writing for ``LOCK_SECONDS``.
        """
        until = time.monotonic() + LOCK_SECONDS
        if not self._lock.acquire(timeout=LOCK_SECONDS):
            raise WaitedTooLongError("another thread is writing")
        try:
            if self._path is None:
                yield
                return
            # Opened anew each time: a file opened before a fork would be one lock for both processes.
            with self._path.open("ab") as file:
                _wait_for(file, until)
                yield
        finally:
            self._lock.release()


def _wait_for(file: IO[bytes], until: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise WaitedTooLongError("another process is writing") from None
            time.sleep(LOOK_SECONDS)
        else:
            return
