"""Alembic's entry: migrations run on the engine that the program hands in, all in one transaction."""

from __future__ import annotations

from alembic import context

import workflow_app.tables  # noqa: F401 - autogenerate compares with every table
from workflow_app.database import Base, Database

database: Database = context.config.attributes["database"]

with database.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
