"""Bringing a database to the present schema with Alembic; the migrations lie inside the package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from workflow_app.database import Database
from workflow_app.errors import ConfigurationError
from workflow_app.text import Text

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
"""The folder of the migrations."""


def _alembic(database: Database) -> AlembicConfig:
    from alembic.config import Config as AlembicConfig  # 8 MB that no process which serves needs

    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database"] = database
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Apply the migrations that are missing.

    Raises:
        ConfigurationError: a newer program has been at the database.
    """
    from alembic import command

    _refuse_newer(present_revision(database))
    command.upgrade(_alembic(database), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take migrations back, down to a revision (``base``: an empty database)."""
    from alembic import command

    command.downgrade(_alembic(database), revision)


def revisions(database: Database) -> tuple[str | None, str | None]:
    """The revision that the database is at, and the newest one that this program knows."""
    return present_revision(database), newest_revision()


def present_revision(database: Database) -> str | None:
    """The revision that the database is at; None before the first migration."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def newest_revision() -> str | None:
    """The newest revision that this program knows."""
    return max(_revisions(), default=None)


def refuse_other_schema(database: Database) -> None:
    """Go on only with a database at the revision of this program.

    Raises:
        ConfigurationError: it is at an older one, which can be helped, or at a newer one.
    """
    present = present_revision(database)
    _refuse_newer(present)
    if present != newest_revision():
        raise ConfigurationError(Text("数据库的结构还不是本程序的：请先运行 workflow-app upgrade。"))


def _refuse_newer(present: str | None) -> None:
    if present is not None and not knows(present):
        refusal = Text(
            "数据库已由更新的程序升级到{revision}，本程序不能使用：请改用新的程序，或恢复升级前的备份。",
            revision=present,
        )
        raise ConfigurationError(refusal)


def knows(revision: str | None) -> bool:
    """Whether this program has a revision; one that it lacks was made by a newer program."""
    return revision in _revisions()


def _revisions() -> set[str]:
    """The revisions by the names of their files, ``0004_plans_and_meetings.py``; a test holds them to be one chain."""
    return {path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py")}
