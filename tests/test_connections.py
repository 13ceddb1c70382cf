"""A PostgreSQL connection is asked whether it lives when there is a doubt, and not with every act."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from workflow_app.database import Database

pytestmark = pytest.mark.postgresql


@pytest.fixture
def pings(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The connections that were asked."""
    asked: list[Any] = []
    ping = database.engine.dialect.do_ping

    def count(connection: Any) -> bool:
        asked.append(connection)
        return ping(connection)

    monkeypatch.setattr(database.engine.dialect, "do_ping", count)
    return asked


def _who_answers(session: Session) -> int:
    number: int = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return number


def test_what_was_used_a_moment_ago_is_not_asked(database: Database, pings: list[Any]) -> None:
    for _ in range(3):
        with database.reading() as session:
            session.scalar(select(1))
    assert pings == []


def test_what_has_rested_for_long_is_asked_once(
    database: Database, pings: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.reading() as session:
        first = _who_answers(session)
    with monkeypatch.context() as hurried:
        hurried.setattr("workflow_app.connections.PING_SECONDS", 0)
        with database.reading() as session:
            assert _who_answers(session) == first
    assert len(pings) == 1


def test_what_the_server_has_ended_is_replaced_before_anybody_uses_it(database: Database, pings: list[Any]) -> None:
    with database.reading() as session:
        first = _who_answers(session)
    with create_engine(database.url, poolclass=NullPool).connect() as another:
        another.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": first})
    with database.reading() as session:
        assert _who_answers(session) != first
    assert len(pings) == 1


def test_who_is_given_dead_connections_only_is_told_that_the_database_is_away(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_connection: Any) -> bool:
        raise database.engine.dialect.loaded_dbapi.OperationalError("cut")

    monkeypatch.setattr("workflow_app.connections.PING_SECONDS", -1)
    monkeypatch.setattr(database.engine.dialect, "do_ping", cut)
    with pytest.raises(OperationalError), database.reading() as session:
        session.scalar(select(1))
