"""Migrations: both ways, equal to the tables of the program, and with the triggers that protect history."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from workflow_app.audit.protect import APPEND_ONLY
from workflow_app.database import Base, Database
from workflow_app.migrate import downgrade, revisions, upgrade


@pytest.fixture
def migrated(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'migrated.db'}")
    upgrade(database)
    return database


def test_the_migrations_make_what_the_program_expects(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []
    present, newest = revisions(migrated)
    assert present == newest


def test_down_and_up_again(migrated: Database) -> None:
    downgrade(migrated, "base")
    assert revisions(migrated)[0] is None
    upgrade(migrated)
    assert revisions(migrated)[0] == revisions(migrated)[1]


def test_every_append_only_table_has_its_triggers(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        names = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
    assert {f"{table}_no_{act}" for table in APPEND_ONLY for act in ("update", "delete", "replace")} <= names


@pytest.mark.parametrize("change", ["UPDATE audit_event SET kind = 'other'", "DELETE FROM audit_event"])
def test_the_database_refuses_to_change_history(migrated: Database, change: str) -> None:
    with migrated.writing() as session:
        session.execute(text("INSERT INTO audit_chain (id, bureau_id, name, count, head) VALUES (1, 1, 'c', 1, 'h')"))
        session.execute(
            text(
                "INSERT INTO audit_event (bureau_id, chain_id, seq, at, kind, subject, actor_kind, actor_name, body,"
                " previous, hash) VALUES (1, 1, 1, :at, 'k', 's', 'system', 'n', '{}', '', 'h')"
            ),
            {"at": datetime(2026, 4, 8, tzinfo=UTC).isoformat()},
        )
    with pytest.raises(DatabaseError, match="never changed"), migrated.writing() as session:
        session.execute(text(change))
