"""How a connection is set up on either database, and what a session may do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

import pytest
from psycopg import Cursor as DriverCursor
from psycopg.pq import TransactionStatus
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from workflow_app.connections import WAL_FAULT_FIRST, WAL_FAULT_LAST
from workflow_app.database import Database
from workflow_app.directory.models import Bureau
from workflow_app.jobs.models import Job

JOURNAL = "persist" if WAL_FAULT_FIRST <= sqlite3.sqlite_version_info <= WAL_FAULT_LAST else "wal"

SETTINGS: dict[str, dict[str, int | str]] = {
    "sqlite": {
        "PRAGMA foreign_keys": 1,
        "PRAGMA synchronous": 2,
        "PRAGMA busy_timeout": 15000,
        "PRAGMA journal_mode": JOURNAL,
    },
    "postgresql": {
        "SHOW transaction_isolation": "read committed",
        "SHOW default_transaction_read_only": "on",
        "SHOW idle_in_transaction_session_timeout": "2min",
        "SHOW application_name": "workflow-app",
    },
}


def _bureau(code: str) -> Bureau:
    return Bureau(code=code, name="局", county="县", document_word="字", policy_profile="003")


def _bureaus(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Bureau)) or 0


def test_every_connection_has_the_settings_on_which_the_product_relies(database: Database) -> None:
    wanted = SETTINGS[database.engine.dialect.name]
    with database.reading() as session, database.writing() as other:
        for connection in (session, other):
            assert {asked: connection.execute(text(asked)).scalar_one() for asked in wanted} == wanted


@pytest.mark.parametrize("way_in", [Database.reading, Database.glancing], ids=["reading", "glancing"])
def test_a_session_that_reads_leaves_nothing(
    database: Database, way_in: Callable[[Database], AbstractContextManager[Session]]
) -> None:
    """PostgreSQL refuses what it writes, SQLite undoes it; what was never written is forgotten."""
    refused = nullcontext() if database.is_sqlite else pytest.raises(DBAPIError, match="read-only transaction")
    with refused, way_in(database) as session:
        session.add(_bureau("a"))
        session.flush()
    with way_in(database) as session:
        session.add(_bureau("b"))
    assert _bureaus(database) == 0


@pytest.mark.postgresql
def test_a_glance_begins_no_transaction_and_the_next_act_does(database: Database) -> None:
    """The driver keeps what it was told on a connection, and the pool hands the same one to each in turn."""
    for _ in range(2):
        with database.glancing() as session:
            assert session.scalar(select(1)) == 1
            assert _driver(session).info.transaction_status == TransactionStatus.IDLE
        with database.writing() as session:
            session.add(_bureau(f"b{_bureaus(database)}"))
            session.flush()
            assert _driver(session).info.transaction_status == TransactionStatus.INTRANS
    assert _bureaus(database) == 2


@pytest.mark.postgresql
def test_the_columns_of_a_result_are_described_as_the_driver_does(database: Database) -> None:
    with database.reading() as session:
        connection = _driver(session)
        ours = connection.execute("SELECT 1 AS one, 'x'::text AS two").description
        theirs = DriverCursor(connection).execute("SELECT 1 AS one, 'x'::text AS two").description
        assert ours is not None
        assert list(map(tuple, ours)) == list(map(tuple, theirs or ()))
        assert (len(ours), ours[-1].name, [column.name for column in ours[:1]]) == (2, "two", ["one"])
        assert connection.execute("SET LOCAL lock_timeout = 5").description is None


def _driver(session: Session) -> Any:
    return session.connection().connection.driver_connection


@pytest.mark.postgresql
def test_what_the_server_has_prepared_outlives_the_session(database: Database) -> None:
    """The driver has a statement prepared that it meets often, and forgets all of them with a rollback."""
    for _ in range(8):
        _bureaus(database)
    with database.reading() as session:
        prepared = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert [statement for statement in prepared if "FROM bureau" in statement]


def test_an_act_that_raises_leaves_nothing(database: Database) -> None:
    def act() -> None:
        with database.writing() as session:
            session.add(_bureau("a"))
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        act()
    assert _bureaus(database) == 0
    with database.writing() as session:
        session.add(_bureau("b"))
    assert _bureaus(database) == 1


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 4, 8)  # noqa: DTZ001 - what is refused
    with database.reading() as session, pytest.raises(Exception, match="an instant without a zone"):
        session.execute(select(Job.id).where(Job.due_at <= naive))


def test_an_index_over_few_rows_has_its_condition_on_both_databases(database: Database) -> None:
    indexes = {str(index["name"]): index for index in inspect(database.engine).get_indexes("task")}
    options = indexes["uq_task_open"]["dialect_options"]
    (condition,) = [str(value) for name, value in options.items() if name.endswith("_where")]
    assert indexes["uq_task_open"]["unique"]
    assert "closed_at IS NULL" in condition
