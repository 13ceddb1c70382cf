"""Corrections of decided appraisals, of groups and of pairings: entries beside what was decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow_app.audit.protect import protection_statements

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLE = "appraisal_correction"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("bureau_id", _ID, nullable=False),
        sa.Column("register", sa.String(length=30), nullable=False),
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("total", sa.String(length=5), nullable=False),
        sa.Column("grade", sa.String(length=10), nullable=False),
        sa.Column("document", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index("ix_appraisal_correction_entry", TABLE, ["bureau_id", "register", "entry_id"])
    for statement in protection_statements(op.get_bind().dialect.name, (TABLE,)):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)
