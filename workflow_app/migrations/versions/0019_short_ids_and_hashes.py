"""A finished case takes less again: on PostgreSQL ids of four bytes, of which every act writes dozens, and on both
databases the hash of what an event tells of in its 32 bytes, beside the body and not spelled out in it.

A county writes a million rows of history a year at most: two thousand millions are room for two thousand years.
Events that stand already stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby

import sqlalchemy as sa
from alembic import op

from workflow_app.audit.protect import protection_statements

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_IDS = sa.text(r"""
    SELECT c.table_name, c.column_name FROM information_schema.columns AS c
    JOIN information_schema.tables AS t USING (table_schema, table_name)
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.data_type = :type
    AND (c.column_name = 'id' OR c.column_name LIKE '%\_id' OR c.column_name LIKE '%\_by')
    ORDER BY c.table_name, c.ordinal_position
""")
"""Every id, and no other number: they are named so in all tables."""

_TOLD = r"""
    UPDATE audit_event SET body = '{"content_hash"\:"' || # || '",' || substr(body, 2) WHERE length(content_hash) > 0
"""
"""The body as it was told and as it was hashed: the hash of the content is its first value."""


def upgrade() -> None:
    if _is_postgresql():
        _change_ids("bigint", "integer")
    op.add_column("audit_event", sa.Column("content_hash", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with _unguarded("audit_event"):
        spelled = "encode(content_hash, 'hex')" if _is_postgresql() else "lower(hex(content_hash))"
        op.execute(sa.text(_TOLD.replace("#", spelled)))
    op.drop_column("audit_event", "content_hash")
    if _is_postgresql():
        _change_ids("integer", "bigint")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _change_ids(old: str, new: str) -> None:
    """Each table is written anew once, whatever the number of its ids; a change of a column's type asks no trigger."""
    found = op.get_bind().execute(_IDS, {"type": old}).all()
    for table, rows in groupby(found, lambda row: str(row[0])):
        columns = [str(row[1]) for row in rows]
        changes = ", ".join(f"ALTER COLUMN {column} TYPE {new}" for column in columns)
        op.execute(sa.text(f'ALTER TABLE "{table}" {changes}'))
        if "id" in columns:
            op.execute(sa.text(f"ALTER SEQUENCE {table}_id_seq AS {new}"))


@contextmanager
def _unguarded(table: str) -> Iterator[None]:
    """The guards against changes go, and come back."""
    if _is_postgresql():
        op.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield
        op.execute(sa.text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        return
    found = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    for name in op.get_bind().execute(found, {"table": table}).scalars().all():
        op.execute(sa.text(f"DROP TRIGGER {name}"))
    yield
    for statement in protection_statements("sqlite", [table]):
        op.execute(sa.text(statement))
