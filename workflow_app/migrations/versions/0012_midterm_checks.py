"""Mid-term checks of pairings, and what was reached of their targets by then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow_app.audit.protect import protection_statements

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CHECK, VALUE = "pairing_midterm", "pairing_midterm_value"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        CHECK,
        *_of_a_pairing(),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("total", sa.String(length=10), nullable=False),
        sa.Column("points", sa.String(length=80), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("mend_by", sa.Date(), nullable=True),
        *_of_a_case(),
        sa.Column("record_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["pairing_id"], ["pairing.id"], name=op.f(f"fk_{CHECK}_pairing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{CHECK}")),
    )
    op.create_index("ix_pairing_midterm_pairing", CHECK, ["bureau_id", "pairing_id", "entered_on"])
    op.create_table(
        VALUE,
        *_of_a_pairing(),
        sa.Column("indicator_id", _ID, nullable=False),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        *_of_a_case(),
        sa.ForeignKeyConstraint(["pairing_id"], ["pairing.id"], name=op.f(f"fk_{VALUE}_pairing_id")),
        sa.ForeignKeyConstraint(["indicator_id"], ["pairing_indicator.id"], name=op.f(f"fk_{VALUE}_indicator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{VALUE}")),
    )
    op.create_index("ix_pairing_midterm_value_pairing", VALUE, ["bureau_id", "pairing_id"])
    for statement in protection_statements(op.get_bind().dialect.name, (CHECK, VALUE)):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(VALUE)
    op.drop_table(CHECK)


def _of_a_pairing() -> tuple[sa.Column[int], ...]:
    return tuple(sa.Column(name, _ID, nullable=False) for name in ("id", "bureau_id", "pairing_id"))


def _of_a_case() -> tuple[sa.Column[int], sa.Column[object]]:
    return (
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
