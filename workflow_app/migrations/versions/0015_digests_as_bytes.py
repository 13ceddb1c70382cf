"""Digests of chains, events and submissions as their 32 bytes: every act writes some, and as text they take twice that.

What is not a digest keeps its bytes, so that the verification goes on finding it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from workflow_app.audit.protect import protection_statements

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None

_COLUMNS = {"audit_chain": ("head",), "audit_event": ("previous", "hash"), "submission": ("content_hash",)}
_GUARDED = ("audit_event", "submission")
_Type = sa.types.TypeEngine[Any]
_DIGEST = "^([0-9a-f]{64})?$"
_BYTES = f"CASE WHEN # ~ '{_DIGEST}' THEN decode(#, 'hex') ELSE convert_to(#, 'UTF8') END"


def upgrade() -> None:
    text, binary = sa.String(length=64), sa.LargeBinary()
    if op.get_bind().dialect.name == "postgresql":
        _change_postgres(text, binary, _BYTES)
    else:
        bare = op.get_bind().connection.driver_connection
        assert bare is not None
        bare.create_function("digest_bytes", 1, _digest_bytes, deterministic=True)
        _change_sqlite(text, binary, "digest_bytes(#)")


def downgrade() -> None:
    text, binary = sa.String(length=64), sa.LargeBinary()
    if op.get_bind().dialect.name == "postgresql":
        _change_postgres(binary, text, "left(encode(#, 'hex'), 64)")
    else:
        _change_sqlite(binary, text, "lower(hex(#))")


def _digest_bytes(stored: str) -> bytes:
    return bytes.fromhex(stored) if re.fullmatch(_DIGEST, stored) else stored.encode()


def _change_postgres(old: _Type, new: _Type, converted: str) -> None:
    """A change of a column's type asks no trigger."""
    for table, columns in _COLUMNS.items():
        for column in columns:
            using = converted.replace("#", column)
            op.alter_column(table, column, existing_type=old, type_=new, postgresql_using=using)


def _change_sqlite(old: _Type, new: _Type, converted: str) -> None:
    """The guards against changes go, and come back when the tables have been built anew."""
    for table, columns in _COLUMNS.items():
        _drop_guards(table)
        values = ", ".join(f"{column} = {converted.replace('#', column)}" for column in columns)
        op.execute(sa.text(f"UPDATE {table} SET {values}"))  # noqa: S608 - names of our own tables
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.alter_column(column, existing_type=old, type_=new, existing_nullable=False)
    for statement in protection_statements("sqlite", _GUARDED):
        op.execute(sa.text(statement))


def _drop_guards(table: str) -> None:
    for name in _triggers(table):
        op.execute(sa.text(f"DROP TRIGGER {name}"))


def _triggers(table: str) -> Sequence[str]:
    found = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    return op.get_bind().execute(found, {"table": table}).scalars().all()
