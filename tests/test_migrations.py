"""Migrations: both ways, equal to the tables of the program, and with the triggers that protect history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DatabaseError

from tests.county import NewCounty, protect, table_counts
from tests.databases import Databases
from workflow_app.audit.models import AuditChain, AuditEvent
from workflow_app.audit.protect import APPEND_ONLY, protection_statements
from workflow_app.audit.verify import verify
from workflow_app.cases.proof import CONTENT_CHECKS
from workflow_app.cli import cli
from workflow_app.database import Base, Database
from workflow_app.migrate import MIGRATIONS, downgrade, revisions, upgrade

KNOWN = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
"""Every revision, from the first to the newest."""

VERSION_TABLE = "alembic_version"

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}
FUNCTIONS = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"


@pytest.fixture
def blank(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    database = Database(databases.new(tmp_path / "blank"))
    yield database
    database.dispose()
    databases.drop(database.url)


@pytest.fixture
def migrated(blank: Database) -> Database:
    upgrade(blank)
    return blank


def triggers(database: Database) -> set[str]:
    """The names of all triggers."""
    with database.engine.connect() as connection:
        return set(connection.execute(text(TRIGGERS[connection.dialect.name])).scalars())


def schema(database: Database) -> dict[str, Any]:
    """Every table with its columns, keys, indexes and their conditions, as the database itself tells it."""
    with database.engine.connect() as connection:
        inspector = inspect(connection)
        tables = set(inspector.get_table_names()) - {VERSION_TABLE}
        return {table: _table(inspector, table) for table in sorted(tables)}


def _table(inspector: Any, table: str) -> dict[str, Any]:
    def sorted_by_name(rows: list[dict[str, Any]]) -> list[str]:
        return sorted(repr(sorted(row.items(), key=str)) for row in rows)

    return {
        "columns": sorted_by_name([{**column, "type": str(column["type"])} for column in inspector.get_columns(table)]),
        "key": inspector.get_pk_constraint(table),
        "unique": sorted_by_name(inspector.get_unique_constraints(table)),
        "foreign": sorted_by_name(inspector.get_foreign_keys(table)),
        "checks": sorted_by_name(inspector.get_check_constraints(table)),
        "indexes": sorted_by_name([{**i, "dialect_options": _options(i)} for i in inspector.get_indexes(table)]),
    }


def _options(index: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in index.get("dialect_options", {}).items()}


def test_the_migrations_make_what_the_program_expects(migrated: Database, database: Database) -> None:
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []
    # What the comparison does not look at, above all the conditions of partial indexes.
    assert schema(migrated) == schema(database)
    present, newest = revisions(migrated)
    assert present == newest


def test_every_step_down_leads_to_what_was_there_before(blank: Database) -> None:
    stood: list[tuple[str | None, dict[str, Any], set[str]]] = [(None, schema(blank), triggers(blank))]
    for revision in KNOWN:
        upgrade(blank, revision)
        stood.append((revision, schema(blank), triggers(blank)))
    while len(stood) > 1:
        stood.pop()
        downgrade(blank, stood[-1][0] or "base")
        assert (revisions(blank)[0], schema(blank), triggers(blank)) == stood[-1]


@pytest.mark.postgresql
def test_nothing_is_left_at_the_bottom(migrated: Database) -> None:
    downgrade(migrated, "base")
    with migrated.engine.connect() as connection:
        assert connection.execute(text(FUNCTIONS)).all() == []


def test_every_append_only_table_has_its_triggers(migrated: Database) -> None:
    statements = protection_statements(migrated.engine.dialect.name)
    expected = {words[2] for words in map(str.split, statements) if words[:2] == ["CREATE", "TRIGGER"]}
    assert len(expected) >= 2 * len(APPEND_ONLY)
    assert triggers(migrated) == expected


def test_a_county_with_cases_goes_down_to_the_first_schema_and_up_again(county_at: NewCounty) -> None:
    """Rows of tables that every schema has are kept, their protection and their proof too."""
    player = county_at("issued")
    database = player.database
    protect(database)
    before, protection = table_counts(player), triggers(database)
    downgrade(database, "0017")
    with database.reading() as session:
        stored = {
            (answer, content) for answer, content in session.execute(text("SELECT id, content_hash FROM submission"))
        }
        told = session.scalars(select(AuditEvent.body).where(AuditEvent.kind == "task_completed"))
        assert stored == {(body["submission_id"], bytes.fromhex(body["content_hash"])) for body in told}
    downgrade(database, KNOWN[0])
    upgrade(database)
    assert table_counts(player) == before
    assert triggers(database) == protection
    with database.reading() as session:
        assert verify(session, None, CONTENT_CHECKS).is_sound


def test_what_is_no_digest_keeps_its_bytes_and_is_still_found(migrated: Database) -> None:
    downgrade(migrated, KNOWN[KNOWN.index("0015") - 1])
    with migrated.writing() as session:
        session.execute(text("INSERT INTO audit_chain (id, bureau_id, name, count, head) VALUES (1, 1, 'c', 0, 'h')"))
    upgrade(migrated)
    with migrated.reading() as session:
        assert session.scalar(select(AuditChain.head)) == b"h".hex()
        assert [fault.kind for fault in verify(session).faults] == ["head"]


def refusal(database: Database, folder: Path, *words: str) -> str:
    """What a command says when it does not begin."""
    settings = {"WORKFLOW_APP_DATA": str(folder), "WORKFLOW_APP_DATABASE_URL": database.url}
    done = CliRunner().invoke(cli, words, env=settings)
    assert done.exit_code == 1, done.output
    return done.stderr


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_nothing_is_served_from_an_older_schema(migrated: Database, tmp_path: Path, command: str) -> None:
    downgrade(migrated, KNOWN[0])
    assert "workflow-app upgrade" in refusal(migrated, tmp_path, command)


@pytest.mark.parametrize("command", ["serve", "worker", "upgrade"])
def test_an_older_program_refuses_what_a_newer_one_has_left(migrated: Database, tmp_path: Path, command: str) -> None:
    with migrated.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "更新的程序升级到9999" in refusal(migrated, tmp_path, command)


@pytest.mark.sqlite
def test_a_migration_that_would_leave_a_row_that_refers_to_nothing_is_undone(
    migrated: Database, databases: Databases
) -> None:
    downgrade(migrated, KNOWN[0])
    lost = "INSERT INTO draft (bureau_id, task_id, person_id, answers, saved_at) VALUES (1, 999, 1, '{}', '2026-04-08')"
    databases.tamper(migrated.url, lost)
    with pytest.raises(RuntimeError, match="refer to nothing"):
        upgrade(migrated)
    assert revisions(migrated)[0] == KNOWN[0]


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
