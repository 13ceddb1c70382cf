"""Plans and meetings of groups in the register; of a duty, whom it is about and since when it is missed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow_app.audit.protect import protection_statements

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

APPEND_ONLY = ("meeting_entry", "plan_entry")
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "plan_entry",
        *_entry("plan_entry"),
        sa.Column("school_year", sa.String(length=9), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("projects", sa.Integer(), nullable=False),
        sa.Column("exchanged", sa.Integer(), nullable=False),
        sa.Column("young_teachers", sa.Integer(), nullable=True),
    )
    op.create_index("ix_plan_entry_group", "plan_entry", ["bureau_id", "group_id", "school_year"])
    op.create_table(
        "meeting_entry",
        *_entry("meeting_entry"),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("schools_present", sa.Integer(), nullable=False),
    )
    op.create_index("ix_meeting_entry_group", "meeting_entry", ["bureau_id", "group_id", "month"])
    with op.batch_alter_table("duty") as duty:
        duty.add_column(sa.Column("subject_id", _ID, nullable=True))
        duty.add_column(sa.Column("missed_on", sa.Date(), nullable=True))
    for statement in protection_statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("duty") as duty:
        duty.drop_column("missed_on")
        duty.drop_column("subject_id")
    for table in APPEND_ONLY:
        op.drop_table(table)


def _entry(table: str) -> list[sa.schema.SchemaItem]:
    """The columns that every entry of a group has."""
    return [
        sa.Column("id", _ID, nullable=False),
        sa.Column("bureau_id", _ID, nullable=False),
        sa.Column("group_id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("record_id", _ID, nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["education_group.id"], name=op.f(f"fk_{table}_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
