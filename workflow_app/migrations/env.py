"""Alembic's entry: migrations run on the engine that the program hands in, all in one transaction."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

import workflow_app.tables  # noqa: F401 - autogenerate compares with every table
from workflow_app.database import Base, Database


def _migrate(connection: Connection) -> None:
    with connection.begin():
        context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            _check_references(connection)


def _check_references(connection: Connection) -> None:
    if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise RuntimeError(f"after the migration rows refer to nothing: {lost[:5]}")


def _migrate_sqlite(connection: Connection) -> None:
    """SQLite changes a column by building the table anew, to whose rows others refer meanwhile.

    So foreign keys are not looked at until all is done, and then all of them. The switch works between transactions
    only, hence the bare connection.

    Raises:
        RuntimeError: a row refers to one that is no longer there; nothing is changed.
    """
    bare = connection.connection.driver_connection
    assert bare is not None
    bare.execute("PRAGMA foreign_keys=OFF")
    try:
        _migrate(connection)
    finally:
        bare.execute("PRAGMA foreign_keys=ON")


database: Database = context.config.attributes["database"]

with database.engine.connect() as connection:
    if database.is_sqlite:
        _migrate_sqlite(connection)
    else:
        _migrate(connection)
