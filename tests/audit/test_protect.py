"""The database refuses to change what is history."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.conftest import NOW
from workflow_app.act import Act, Actor
from workflow_app.audit.append import append
from workflow_app.audit.protect import APPEND_ONLY, protection_statements
from workflow_app.database import Base, Database


@pytest.fixture
def protected(database: Database) -> Database:
    """A database with the triggers and one event."""
    with database.writing() as session:
        for statement in protection_statements(database.engine.dialect.name):
            session.execute(text(statement))
        append(Act(session, Actor(bureau_id=1, name="李敏"), NOW), "policy", "case_closed", "case:1", {"outcome": "x"})
    return database


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor_name = '王'",
        "DELETE FROM audit_event",
        pytest.param("INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event", marks=pytest.mark.sqlite),
        pytest.param("TRUNCATE audit_event", marks=pytest.mark.postgresql),
        pytest.param("TRUNCATE audit_chain CASCADE", marks=pytest.mark.postgresql),
        pytest.param(
            "INSERT INTO audit_event SELECT * FROM audit_event ON CONFLICT (id) DO UPDATE SET actor_name = '王'",
            marks=pytest.mark.postgresql,
        ),
    ],
)
def test_history_cannot_be_changed(protected: Database, statement: str) -> None:
    with pytest.raises(DatabaseError, match="audit_event: rows of this table"), protected.writing() as session:
        session.execute(text(statement))


def test_history_still_grows(protected: Database) -> None:
    with protected.writing() as session:
        append(Act(session, Actor(bureau_id=1, name="李敏"), NOW), "policy", "case_closed", "case:1", {"outcome": "y"})
    with protected.reading() as session:
        assert session.execute(text("SELECT count(*) FROM audit_event")).scalar_one() == 2


def test_every_protected_table_exists() -> None:
    assert set(APPEND_ONLY) <= set(Base.metadata.tables)
    assert list(APPEND_ONLY) == sorted(APPEND_ONLY)


def test_postgres_refuses_truncation_too() -> None:
    statements = protection_statements("postgresql", ["audit_event"])
    assert [s.split()[0:2] for s in statements] == [["CREATE", "OR"], ["CREATE", "TRIGGER"], ["CREATE", "TRIGGER"]]
    assert "BEFORE TRUNCATE" in statements[2]


def test_an_unknown_database_is_refused() -> None:
    with pytest.raises(ValueError, match="oracle"):
        protection_statements("oracle")
