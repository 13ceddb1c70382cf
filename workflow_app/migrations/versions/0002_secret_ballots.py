"""Secret ballots: the sealed box of a task, and on a seat the hash of the request that voted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sealed_box",
        sa.Column("id", _ID, nullable=False),
        sa.Column("bureau_id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("task_id", _ID, nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("choices", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_sealed_box_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_sealed_box_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_box")),
        sa.UniqueConstraint("task_id", name=op.f("uq_sealed_box_task_id")),
    )
    op.create_index("ix_sealed_box_case", "sealed_box", ["bureau_id", "case_id"])
    with op.batch_alter_table("seat") as seat:
        seat.add_column(sa.Column("ballot_key", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("seat") as seat:
        seat.drop_column("ballot_key")
    op.drop_index("ix_sealed_box_case", "sealed_box")
    op.drop_table("sealed_box")
