"""Invitations of outside organisations; what an invited person has drafted, answered and uploaded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_REFERENCES = ("case", "task", "seat", "organisation")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "invitation",
        sa.Column("id", _ID, nullable=False),
        sa.Column("bureau_id", _ID, nullable=False),
        *(sa.Column(f"{table}_id", _ID, nullable=False) for table in _REFERENCES),
        sa.Column("contact", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=True),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("issued_by", _ID, nullable=True),
        sa.Column("issued_at", instant, nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("ended", sa.String(length=10), nullable=True),
        sa.Column("ended_at", instant, nullable=True),
        sa.Column("session_hash", sa.String(length=64), nullable=True),
        sa.Column("session_since", instant, nullable=True),
        sa.Column("session_seen", instant, nullable=True),
        *(
            sa.ForeignKeyConstraint([f"{table}_id"], [f"{table}.id"], name=op.f(f"fk_invitation_{table}_id"))
            for table in _REFERENCES
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
        sa.UniqueConstraint("session_hash", name=op.f("uq_invitation_session_hash")),
    )
    op.create_index("ix_invitation_seat", "invitation", ["bureau_id", "seat_id", "id"])
    # Added where they are: the table of submissions must not be rebuilt, or its guard against changes were gone.
    op.add_column("submission", sa.Column("invitation_id", _ID, nullable=True))
    op.add_column("stored_file", sa.Column("invitation_id", _ID, nullable=True))
    with op.batch_alter_table("draft") as draft:
        draft.alter_column("person_id", existing_type=_ID, nullable=True)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM draft WHERE person_id IS NULL"))
    with op.batch_alter_table("draft") as draft:
        draft.alter_column("person_id", existing_type=_ID, nullable=False)
    op.drop_column("stored_file", "invitation_id")
    op.drop_column("submission", "invitation_id")
    op.drop_index("ix_invitation_seat", "invitation")
    op.drop_table("invitation")
