"""The list of duties goes along an index for each of its tabs, by process and by organisation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_OPEN, _DONE = "fulfilled_at IS NULL", "fulfilled_at IS NOT NULL"
_INDEXES = {
    "ix_duty_open_slug": ("slug", _OPEN),
    "ix_duty_done": ("organisation_id", _DONE),
    "ix_duty_done_slug": ("slug", _DONE),
}


def upgrade() -> None:
    for name, (column, where) in _INDEXES.items():
        rows = sa.text(where)
        columns = ["bureau_id", column, "due_on"]
        op.create_index(name, "duty", columns, sqlite_where=rows, postgresql_where=rows)


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, "duty")
