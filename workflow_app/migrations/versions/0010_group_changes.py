"""Changes of groups after their founding: another type, dissolution."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow_app.audit.protect import protection_statements

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLE = "group_change_entry"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("bureau_id", _ID, nullable=False),
        sa.Column("group_id", _ID, nullable=False),
        sa.Column("change", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("corrects_id", _ID, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("case_id", _ID, nullable=True),
        sa.Column("record_id", _ID, nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["education_group.id"], name=op.f(f"fk_{TABLE}_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index("ix_group_change_entry_group", TABLE, ["bureau_id", "group_id", "effective_on"])
    for statement in protection_statements(op.get_bind().dialect.name, (TABLE,)):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)
