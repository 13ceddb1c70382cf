"""The register of the yearly appraisals of groups: one entry for each group, one for each of its schools."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow_app.audit.protect import protection_statements

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

APPEND_ONLY = ("appraisal_entry", "school_appraisal_entry")
SCORES = ("resources", "gap", "radiation", "integration", "satisfaction", "value_added")
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "appraisal_entry",
        sa.Column("id", _ID, nullable=False),
        sa.Column("bureau_id", _ID, nullable=False),
        sa.Column("group_id", _ID, nullable=False),
        sa.Column("school_year", sa.String(length=9), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("total", sa.String(length=5), nullable=False),
        sa.Column("grade", sa.String(length=10), nullable=False),
        *(sa.Column(score, sa.String(length=6), nullable=False) for score in SCORES),
        sa.Column("scorers", sa.Integer(), nullable=False),
        sa.Column("uses", sa.String(length=80), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("record_id", _ID, nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["education_group.id"], name=op.f("fk_appraisal_entry_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal_entry")),
        sa.UniqueConstraint(
            "bureau_id", "school_year", "group_id", name=op.f("uq_appraisal_entry_bureau_id_school_year_group_id")
        ),
    )
    op.create_table(
        "school_appraisal_entry",
        sa.Column("id", _ID, nullable=False),
        sa.Column("bureau_id", _ID, nullable=False),
        sa.Column("appraisal_id", _ID, nullable=False),
        sa.Column("school_id", _ID, nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("school_year", sa.String(length=9), nullable=False),
        sa.Column("grade", sa.String(length=10), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal_entry.id"], name=op.f("fk_school_appraisal_entry_appraisal_id")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["organisation.id"], name=op.f("fk_school_appraisal_entry_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_appraisal_entry")),
    )
    op.create_index(
        "ix_school_appraisal_entry_school", "school_appraisal_entry", ["bureau_id", "school_id", "school_year"]
    )
    for statement in protection_statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(APPEND_ONLY):
        op.drop_table(table)
