"""Indexes by which the newest cases of a whole bureau are found, all of them or those that run or are closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OPEN, _CLOSED = sa.text("closed_at IS NULL"), sa.text("closed_at IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_case_running", "case")
    op.create_index("ix_case_newest", "case", ["bureau_id", "id"])
    for name, where in (("ix_case_open", _OPEN), ("ix_case_closed", _CLOSED)):
        op.create_index(name, "case", ["bureau_id", "id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name in ("ix_case_closed", "ix_case_open", "ix_case_newest"):
        op.drop_index(name, "case")
    op.create_index("ix_case_running", "case", ["bureau_id", "slug", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
