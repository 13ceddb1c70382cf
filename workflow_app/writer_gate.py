"""One writer at a time into an embedded database, in the order in which they came, whichever process they belong to.

SQLite lets a writer that finds another one at work sleep for longer and longer, up to 100 ms, and who comes by next may
be let in first. Here a writer takes a ticket, as at a counter, and looks again and again whether everybody with a lower
number has left. Of four who wrote at once, one in twenty waited 95 ms when the lock went to whoever looked first, and
80 ms in turn.
"""

from __future__ import annotations

import fcntl
import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from sqlalchemy.exc import TimeoutError as WaitedTooLongError

from workflow_app.connections import LOCK_SECONDS

LOOK_SECONDS = 0.0005
"""How often a writer looks whether those before have finished."""

_TICKETS = 0
"""The byte of the file whose lock guards the number of the last ticket, which the file holds. The byte after it is the
first ticket's, and so on: locks may lie where a file has no bytes."""

_NUMBER_SIZE = 7
"""As many bytes as a number that is still a place in a file may have."""

_FLOCK = struct.Struct("hhqqi0q")
"""The kernel's ``struct flock``: kind, whence, first byte, number of bytes, process."""


class WriterGate:
    """The way in for those who write. Locks on the file are given back by the system when a process dies."""

    def __init__(self, database: str | None) -> None:
        """Stand before a database file; before one in memory, which no other process can reach, without a file."""
        self._lock = threading.Lock()
        self._path = Path(f"{database}-writer") if database and database != ":memory:" else None

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Be the one who writes, until the end of the block.

        Raises:
            sqlalchemy.exc.TimeoutError: others have been writing for ``LOCK_SECONDS``.
        """
        if self._path is None:
            with self._lock:
                yield
            return
        until = time.monotonic() + LOCK_SECONDS
        # Opened anew each time: the locks belong to this one opening, and go with it.
        with _opened(self._path) as file:
            _wait_for(file.fileno(), _take_ticket(file.fileno()), until)
            yield


def _opened(path: Path) -> FileIO:
    try:
        return path.open("r+b", buffering=0)
    except FileNotFoundError:
        # Made without emptying it: another process may have made it meanwhile, and have taken a ticket.
        path.open("ab").close()
        return path.open("r+b", buffering=0)


def _take_ticket(file: int) -> int:
    """The next number; its byte is locked for as long as its holder waits or writes."""
    _lock(file, fcntl.F_OFD_SETLKW, _TICKETS)
    ticket = int.from_bytes(os.pread(file, _NUMBER_SIZE, 0), "little") + 1
    os.pwrite(file, ticket.to_bytes(_NUMBER_SIZE, "little"), 0)
    _lock(file, fcntl.F_OFD_SETLK, ticket)
    _lock(file, fcntl.F_OFD_SETLK, _TICKETS, kind=fcntl.F_UNLCK)
    return ticket


def _wait_for(file: int, ticket: int, until: float) -> None:
    while not _have_left(file, ticket):
        if time.monotonic() > until:
            raise WaitedTooLongError("others are writing")
        time.sleep(LOOK_SECONDS)


def _have_left(file: int, ticket: int) -> bool:
    """Whether nobody with a lower number waits or writes any more."""
    before = ticket - _TICKETS - 1
    if not before:
        return True
    try:
        _lock(file, fcntl.F_OFD_SETLK, _TICKETS + 1, before)
    except (BlockingIOError, PermissionError):  # POSIX leaves it open which of the two says that others hold it
        return False
    return True


def _lock(file: int, command: int, first: int, count: int = 1, kind: int = fcntl.F_WRLCK) -> None:
    fcntl.fcntl(file, command, _FLOCK.pack(kind, os.SEEK_SET, first, count, 0))
