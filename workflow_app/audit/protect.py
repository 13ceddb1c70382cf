"""The database itself refuses to change or delete rows of history (DESIGN, promise 8)."""

from __future__ import annotations

from collections.abc import Iterable

APPEND_ONLY = (
    "appraisal_correction",
    "appraisal_entry",
    "audit_event",
    "charter_entry",
    "definition_version",
    "education_group",
    "group_change_entry",
    "issued_record",
    "meeting_entry",
    "membership_entry",
    "mentoring_agreement",
    "mentoring_apprentice",
    "mentoring_log",
    "mentoring_outcome",
    "organisation_attribute",
    "pairing",
    "pairing_activity",
    "pairing_appraisal",
    "pairing_change",
    "pairing_indicator",
    "pairing_indicator_value",
    "pairing_midterm",
    "pairing_midterm_value",
    "plan_entry",
    "policy_parameter",
    "school_appraisal_entry",
    "submission",
    "support_result",
    "support_service",
)
"""Tables whose rows are entries: added, never changed, never deleted."""

_MESSAGE = "rows of this table are never changed or deleted"

_POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%: {_MESSAGE}', TG_TABLE_NAME; END $$
""".strip()


def protection_statements(dialect: str, tables: Iterable[str] = APPEND_ONLY) -> list[str]:
    """The SQL that makes tables append-only, for the migration and for tests.

    Raises:
        ValueError: the dialect is neither sqlite nor postgresql.
    """
    if dialect == "sqlite":
        return [statement for table in tables for statement in _sqlite(table)]
    if dialect == "postgresql":
        return [_POSTGRES_FUNCTION, *(statement for table in tables for statement in _postgres(table))]
    raise ValueError(f"no protection is known for {dialect}")


def _sqlite(table: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table}: {_MESSAGE}'); END"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        # INSERT OR REPLACE deletes the old row without asking the trigger on DELETE.
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN NEW.id IN (SELECT id FROM {table}) {refuse}",  # noqa: S608 - names of our own tables
    ]


def _postgres(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]
