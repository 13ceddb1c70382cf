"""The register of pairings: pairings, their targets, what was reached, activities, appraisals, what changed."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from alembic import op

from workflow_app.audit.protect import protection_statements

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "pairing_change",
    "pairing_appraisal",
    "pairing_activity",
    "pairing_indicator_value",
    "pairing_indicator",
    "pairing",
)
"""Each before the tables that it refers to, so that they can be dropped in this order."""
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pairing",
        *_entry("pairing"),
        _text("kind", 20),
        _id("recipient_id"),
        _id("helper_id"),
        _day("starts_on"),
        _day("ends_on"),
        _text("goals", 2000),
        _count("people"),
        sa.Column("record_id", _ID, nullable=True),
        _refers("pairing", "recipient_id", "organisation"),
        _refers("pairing", "helper_id", "organisation"),
    )
    op.create_index("ix_pairing_recipient", "pairing", ["bureau_id", "recipient_id"])
    op.create_index("ix_pairing_helper", "pairing", ["bureau_id", "helper_id"])
    _of_pairing("pairing_indicator", (), _text("indicator", 40), _text("base", 20), _text("target", 20), _day("due_on"))
    _of_pairing(
        "pairing_indicator_value",
        ("school_year",),
        _id("indicator_id"),
        _text("school_year", 9),
        _text("value", 20),
        _refers("pairing_indicator_value", "indicator_id", "pairing_indicator"),
    )
    _of_pairing(
        "pairing_activity",
        ("held_on",),
        _day("held_on"),
        _text("form", 20),
        _count("heads"),
        _text("hours", 10),
        _text("content", 1000),
        _count("photos"),
        _id("logged_by_id"),
        _id("confirmed_by_id"),
        _day("confirmed_on"),
        _refers("pairing_activity", "logged_by_id", "organisation"),
        _refers("pairing_activity", "confirmed_by_id", "organisation"),
    )
    _of_pairing(
        "pairing_appraisal",
        ("school_year",),
        _text("school_year", 9),
        _text("host_score", 10),
        _text("helper_score", 10),
        _count("targets"),
        _count("targets_met"),
        _text("total", 10),
        _text("grade", 20),
        _text("next_step", 20),
        _day("decided_on"),
        sa.Column("record_id", _ID, nullable=True),
    )
    _of_pairing(
        "pairing_change",
        ("effective_on",),
        _text("change", 20),
        _day("effective_on"),
        _day("ends_on"),
        _text("terms", 2000),
        sa.Column("record_id", _ID, nullable=True),
    )
    for statement in protection_statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    for table in APPEND_ONLY:
        op.drop_table(table)


def _of_pairing(table: str, indexed: tuple[str, ...], *columns: sa.schema.SchemaItem) -> None:
    """A table of entries that each belong to a pairing, and their index."""
    op.create_table(table, *_entry(table), _id("pairing_id"), *columns, _refers(table, "pairing_id", "pairing"))
    op.create_index(f"ix_{table}_pairing", table, ["bureau_id", "pairing_id", *indexed])


def _entry(table: str) -> list[sa.schema.SchemaItem]:
    """The columns that every entry has."""
    return [
        _id("id"),
        _id("bureau_id"),
        _id("case_id"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _id(name: str) -> sa.Column[int]:
    return sa.Column(name, _ID, nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _day(name: str) -> sa.Column[date]:
    return sa.Column(name, sa.Date(), nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
