"""What a finished case leaves behind takes less: no key that nothing refers to, no index that no query walks along, no
hash beside the event that holds it, ids of the engine in their 16 bytes.

A seat is answered once: the database holds that now, in place of the key of the request.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

from workflow_app.audit.protect import protection_statements

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OF_A_CASE = {"ix_task_case": "task", "ix_submission_case": "submission", "ix_deadline_case": "deadline"}
_OF_THE_ENGINE = ("task", "deadline")
_ONE_ANSWER, _ONE_REQUEST = "uq_submission_seat_id", "uq_submission_bureau_id_idempotency_key"
_PARTY = "bureau_id, organisation_id, case_id, role"


def upgrade() -> None:
    op.drop_index("ix_audit_event_subject", "audit_event")
    _engine_ids(sa.String(length=36), sa.Uuid(as_uuid=False), "uuid")
    with _unguarded("submission"), op.batch_alter_table("submission") as batch:
        batch.drop_constraint(_ONE_REQUEST, type_="unique")
        batch.create_unique_constraint(_ONE_ANSWER, ["seat_id"])
        batch.drop_column("content_hash")
    _indexes(["bureau_id", "case_id"])
    _bare_parties() if _is_sqlite() else _bare_parties_in_place()


def downgrade() -> None:
    _numbered_parties() if _is_sqlite() else _numbered_parties_in_place()
    with _unguarded("submission"):
        with op.batch_alter_table("submission") as batch:
            batch.drop_constraint(_ONE_ANSWER, type_="unique")
            batch.create_unique_constraint(_ONE_REQUEST, ["bureau_id", "idempotency_key"])
            batch.add_column(sa.Column("content_hash", sa.LargeBinary(), nullable=True))
        _take_hashes_from_events()
        with op.batch_alter_table("submission") as batch:
            batch.alter_column("content_hash", existing_type=sa.LargeBinary(), nullable=False)
    _indexes(["bureau_id", "case_id", "id"])
    _engine_ids(sa.Uuid(as_uuid=False), sa.String(length=36), "varchar")
    op.create_index("ix_audit_event_subject", "audit_event", ["bureau_id", "subject", "id"])


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _indexes(columns: list[str]) -> None:
    """Rows of a case are few: without the id in the index PostgreSQL keeps all of a case under one key."""
    for name, table in _OF_A_CASE.items():
        op.drop_index(name, table)
        op.create_index(name, table, columns)


def _engine_ids(old: sa.types.TypeEngine[str], new: sa.types.TypeEngine[str], cast: str) -> None:
    if not _is_sqlite():
        for table in _OF_THE_ENGINE:
            using = f"engine_task_id::{cast}"
            op.alter_column(table, "engine_task_id", existing_type=old, type_=new, postgresql_using=using)


@contextmanager
def _unguarded(table: str) -> Iterator[None]:
    """The guards against changes go, and come back when the table has its new form."""
    if _is_sqlite():
        found = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
        for name in op.get_bind().execute(found, {"table": table}).scalars().all():
            op.execute(sa.text(f"DROP TRIGGER {name}"))
        yield
        for statement in protection_statements("sqlite", [table]):
            op.execute(sa.text(statement))
    else:
        op.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield
        op.execute(sa.text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def _take_hashes_from_events() -> None:
    """What the event of an answer says; an answer without one has no hash that anybody vouches for."""
    connection = op.get_bind()
    connection.execute(sa.text("UPDATE submission SET content_hash = ''"))
    told = connection.execute(sa.text("SELECT body FROM audit_event WHERE kind = 'task_completed'")).scalars()
    hashes = [
        {"id": body["submission_id"], "hash": bytes.fromhex(body["content_hash"])} for body in map(json.loads, told)
    ]
    if hashes:
        connection.execute(sa.text("UPDATE submission SET content_hash = :hash WHERE id = :id"), hashes)


def _bare_parties_in_place() -> None:
    op.drop_index("ix_case_party_organisation", "case_party")
    op.drop_constraint("uq_case_party_case_id_role_organisation_id", "case_party", type_="unique")
    op.drop_constraint("pk_case_party", "case_party", type_="primary")
    op.drop_column("case_party", "id")
    op.create_primary_key("pk_case_party", "case_party", _PARTY.split(", "))


def _numbered_parties_in_place() -> None:
    op.drop_constraint("pk_case_party", "case_party", type_="primary")
    op.execute(sa.text("ALTER TABLE case_party ADD COLUMN id BIGSERIAL"))
    op.create_primary_key("pk_case_party", "case_party", ["id"])
    op.create_unique_constraint(
        "uq_case_party_case_id_role_organisation_id", "case_party", ["case_id", "role", "organisation_id"]
    )
    op.create_index("ix_case_party_organisation", "case_party", ["bureau_id", "organisation_id", "case_id"])


def _bare_parties() -> None:
    op.create_table(
        "case_party_anew",
        *_party_columns(),
        sa.PrimaryKeyConstraint(*_PARTY.split(", "), name=op.f("pk_case_party")),
        sqlite_with_rowid=False,
    )
    _move_parties()


def _numbered_parties() -> None:
    op.create_table(
        "case_party_anew",
        sa.Column("id", _ID, nullable=False),
        *_party_columns(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_party")),
        sa.UniqueConstraint(
            "case_id", "role", "organisation_id", name=op.f("uq_case_party_case_id_role_organisation_id")
        ),
    )
    _move_parties()
    op.create_index("ix_case_party_organisation", "case_party", ["bureau_id", "organisation_id", "case_id"])


def _party_columns() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("bureau_id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_party_case_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_case_party_organisation_id")),
    )


def _move_parties() -> None:
    op.execute(
        sa.text(f"INSERT INTO case_party_anew ({_PARTY}) SELECT {_PARTY} FROM case_party ORDER BY case_id, role")  # noqa: S608
    )
    op.drop_table("case_party")
    op.rename_table("case_party_anew", "case_party")
