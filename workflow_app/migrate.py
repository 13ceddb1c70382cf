"""Bringing a database to the present schema with Alembic; the migrations lie inside the package."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from workflow_app.database import Database

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
"""The folder of the migrations."""


def _alembic(database: Database) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database"] = database
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Apply the migrations that are missing."""
    command.upgrade(_alembic(database), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take migrations back, down to a revision (``base``: an empty database)."""
    command.downgrade(_alembic(database), revision)


def revisions(database: Database) -> tuple[str | None, str | None]:
    """The revision that the database is at, and the newest one that this program knows."""
    return present_revision(database), newest_revision()


def present_revision(database: Database) -> str | None:
    """The revision that the database is at; None before the first migration."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The newest revision that this program knows."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()
