"""Filed charters clause by clause, with the hash of the text and the day on which the council voted on it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COLUMNS = ("clauses", "text_hash", "voted_on")


def upgrade() -> None:
    # Plain ALTER TABLE on both databases: a rebuilt table would lose the triggers that protect its rows.
    op.add_column("charter_entry", sa.Column("clauses", sa.Text(), nullable=True))
    op.add_column("charter_entry", sa.Column("text_hash", sa.String(length=64), nullable=True))
    op.add_column("charter_entry", sa.Column("voted_on", sa.Date(), nullable=True))


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_column("charter_entry", column)
