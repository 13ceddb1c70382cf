"""How the two databases are connected to: what a connection is told, what is waited for, whether it still lives."""

from __future__ import annotations

import select
import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError, InvalidRequestError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool

WAL_FAULT_FIRST, WAL_FAULT_LAST = (3, 7, 0), (3, 51, 2)
"""SQLite versions whose write-ahead log may lose a commit when it is reset; they get the rollback journal."""

LOCK_SECONDS = 15
"""How long an act waits for the embedded database while another program writes."""

POOL_SECONDS = 10
"""How long a request waits for a connection while all are in use; then the visitor is asked to try again."""

CONNECT_SECONDS = 5
"""How long a PostgreSQL server that does not answer is waited for."""

PING_SECONDS = 30
"""How long a PostgreSQL connection may rest until it is asked whether it still lives before it is used again."""

STALLED_MILLISECONDS = 120_000
"""A PostgreSQL transaction in which nothing happens for so long is undone: a stopped process gives its locks back."""


def open_engine(url: str, *, durable: bool) -> Engine:
    """The engine of a database. Without ``durable`` an embedded one does not wait for the disk."""
    if not url.startswith("sqlite"):
        return _postgres_engine(url)
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    # A database in memory has one connection for each thread, and no pool to wait for.
    pool = {"pool_timeout": POOL_SECONDS} if path else {}
    engine = create_engine(url, connect_args={"timeout": LOCK_SECONDS, "check_same_thread": False}, **pool)
    event.listen(engine, "connect", partial(_prepare_sqlite, durable=durable))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgres_engine(url: str) -> Engine:
    """A pool for one process: its four threads hold at most two connections each."""
    from workflow_app.postgresql import Cursor  # the driver, which no process needs that works on the embedded database

    engine = create_engine(
        url,
        # Acts wait for a lock and then read what the one before has committed, whatever the server's default is.
        isolation_level="READ COMMITTED",
        poolclass=_Pool,
        pool_size=5,
        max_overflow=5,
        pool_timeout=POOL_SECONDS,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "workflow-app",
            "options": (
                f"-c idle_in_transaction_session_timeout={STALLED_MILLISECONDS} -c default_transaction_read_only=on"
            ),
            "cursor_factory": Cursor,
        },
    )
    event.listen(engine, "connect", _write_in_transactions)
    event.listen(engine, "checkin", _note_the_rest)
    event.listen(engine, "checkout", partial(_ping_if_in_doubt, engine.dialect))
    return engine


class _Pool(QueuePool):
    """A pool that says what it has come to when one connection after the other is dead: the database is away."""

    def connect(self) -> PoolProxiedConnection:
        try:
            return super().connect()
        except InvalidRequestError as dead:
            raise OperationalError("connect", None, dead) from dead


def _write_in_transactions(connection: Any, _record: object) -> None:
    # What is asked outside of a transaction cannot write; a transaction says READ WRITE unless it is told otherwise.
    connection.read_only = False


def _note_the_rest(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = time.monotonic()


def _ping_if_in_doubt(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Ask a connection whether it lives if it has rested for long, or if the server has said something meanwhile.

    A server that ends a connection says so, or closes its end: that is there to be read, without a round trip. Asking
    each time would be a fifth of the round trips of a page.

    Raises:
        InvalidatePoolError: it does not; the pool makes new ones.
    """
    rested = time.monotonic() - record.info.get("rests_since", time.monotonic())
    if rested < PING_SECONDS and not _has_something_to_read(connection):
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as gone:
        raise InvalidatePoolError from gone


def _has_something_to_read(connection: Any) -> bool:
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _prepare_sqlite(connection: DBAPIConnection, _record: object, *, durable: bool) -> None:
    # The driver's own transaction handling is switched off; _begin_sqlite says BEGIN.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "foreign_keys=ON",
        f"busy_timeout={LOCK_SECONDS * 1000}",
        f"journal_mode={_journal(durable)}",
        f"synchronous={'FULL' if durable else 'OFF'}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _journal(durable: bool) -> str:
    """The journal that a database gets with this version of SQLite.

    PERSIST writes the end of a transaction through to the disk. DELETE leaves it to the folder, which SQLite does not
    wait for: a power failure could bring the journal back, and what was acknowledged would be undone. A database that
    is being made leaves no journal beside it.
    """
    if not WAL_FAULT_FIRST <= sqlite3.sqlite_version_info <= WAL_FAULT_LAST:
        return "WAL"
    return "PERSIST" if durable else "DELETE"


def _begin_sqlite(connection: Any) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}")
