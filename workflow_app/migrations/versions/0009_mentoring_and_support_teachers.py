"""Mentoring and support teachers in the registers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow_app.audit.protect import protection_statements

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "mentoring_agreement",
    "mentoring_apprentice",
    "mentoring_log",
    "mentoring_outcome",
    "support_service",
    "support_result",
)
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the registers of teachers."""
    _mentoring()
    _support()
    for statement in protection_statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    """Take them away again."""
    for table in reversed(APPEND_ONLY):
        op.drop_table(table)


def _mentoring() -> None:
    op.create_table(
        "mentoring_agreement",
        *_entry("mentoring_agreement"),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("mentor", sa.String(length=40), nullable=False),
        sa.Column("mentor_no", sa.String(length=20), nullable=False),
        sa.Column("mentor_title", sa.String(length=20), nullable=False),
        *_school("mentoring_agreement", "mentor_school_id"),
        *_school("mentoring_agreement", "school_id"),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("record_id", _ID, nullable=True),
        sa.UniqueConstraint("case_id", name=op.f("uq_mentoring_agreement_case_id")),
    )
    op.create_index("ix_mentoring_agreement_mentor", "mentoring_agreement", ["bureau_id", "mentor_no", "starts_on"])
    op.create_index("ix_mentoring_agreement_newest", "mentoring_agreement", ["bureau_id", "id"])
    op.create_table(
        "mentoring_apprentice",
        *_entry("mentoring_apprentice"),
        *_to("mentoring_apprentice", "agreement_id", "mentoring_agreement"),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("teacher_no", sa.String(length=20), nullable=False),
        *_school("mentoring_apprentice", "school_id"),
        sa.Column("member_no", sa.String(length=20), nullable=True),
        sa.UniqueConstraint("agreement_id", "teacher_no", name=op.f("uq_mentoring_apprentice_agreement_id_teacher_no")),
    )
    op.create_index("ix_mentoring_apprentice_teacher", "mentoring_apprentice", ["bureau_id", "teacher_no"])
    op.create_table(
        "mentoring_log",
        *_entry("mentoring_log"),
        *_to("mentoring_log", "agreement_id", "mentoring_agreement"),
        sa.Column("term", sa.String(length=20), nullable=False),
        sa.Column("heard", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("guided", sa.Integer(), nullable=False),
        sa.Column("logged_on", sa.Date(), nullable=False),
    )
    op.create_index("ix_mentoring_log_agreement", "mentoring_log", ["bureau_id", "agreement_id", "id"])
    op.create_table(
        "mentoring_outcome",
        *_entry("mentoring_outcome"),
        *_to("mentoring_outcome", "agreement_id", "mentoring_agreement"),
        *_to("mentoring_outcome", "apprentice_id", "mentoring_apprentice"),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("record_id", _ID, nullable=True),
        sa.UniqueConstraint("apprentice_id", name=op.f("uq_mentoring_outcome_apprentice_id")),
    )
    op.create_index("ix_mentoring_outcome_agreement", "mentoring_outcome", ["bureau_id", "agreement_id"])


def _support() -> None:
    op.create_table(
        "support_service",
        *_entry("support_service"),
        sa.Column("batch", sa.String(length=40), nullable=False),
        sa.Column("pairing_id", _ID, nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("teacher_no", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=False),
        *_school("support_service", "home_id"),
        *_school("support_service", "host_id"),
        sa.Column("host_counts", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("planned_until", sa.Date(), nullable=False),
        sa.Column("record_id", _ID, nullable=True),
        sa.UniqueConstraint("case_id", "teacher_no", name=op.f("uq_support_service_case_id_teacher_no")),
    )
    op.create_index("ix_support_service_teacher", "support_service", ["bureau_id", "teacher_no", "starts_on"])
    op.create_index("ix_support_service_newest", "support_service", ["bureau_id", "id"])
    op.create_table(
        "support_result",
        *_entry("support_result"),
        *_to("support_result", "service_id", "support_service"),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("proved", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.UniqueConstraint("service_id", name=op.f("uq_support_result_service_id")),
    )
    op.create_index("ix_support_result_case", "support_result", ["bureau_id", "case_id"])


def _entry(table: str) -> list[sa.schema.SchemaItem]:
    """The columns that every entry has."""
    return [
        sa.Column("id", _ID, nullable=False),
        sa.Column("bureau_id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _school(table: str, column: str) -> list[sa.schema.SchemaItem]:
    return _to(table, column, "organisation")


def _to(table: str, column: str, other: str) -> list[sa.schema.SchemaItem]:
    """A column that names a row of another table."""
    return [
        sa.Column(column, _ID, nullable=False),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}")),
    ]
