"""The tables of all registers by name. A further register is one description and its line here."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from workflow_app.dossier import (
    appraisal_tables,
    bulletin_tables,
    group_change_tables,
    group_tables,
    pairing_entries,
    pairing_tables,
    teacher_tables,
)
from workflow_app.dossier.tables import Asked, Describe, Table
from workflow_app.errors import NotFoundError

TABLES: Mapping[str, Describe] = {
    "group-appraisals": appraisal_tables.appraisals,
    "group-bulletins": bulletin_tables.bulletins,
    "group-changes": group_change_tables.changes,
    "group-charters": group_tables.charters,
    "group-corrections": appraisal_tables.corrections,
    "group-entries": group_change_tables.entries,
    "group-grades": appraisal_tables.grades,
    "group-meetings": group_tables.meetings,
    "group-members": group_tables.members,
    "group-plans": group_tables.plans,
    "groups": group_tables.groups,
    "mentoring": teacher_tables.mentoring,
    "pairing-activities": pairing_entries.activities,
    "pairing-appraisals": pairing_entries.appraisals,
    "pairing-changes": pairing_entries.changes,
    "pairing-indicators": pairing_entries.indicators,
    "pairing-midterms": pairing_entries.midterms,
    "pairings": pairing_tables.pairings,
    "support": teacher_tables.support,
}
"""How each table is described; its page and its export ask here."""


def table(session: Session, name: str, asked: Asked) -> Table:
    """A table as this reader sees it.

    Raises:
        NotFoundError: no register has this name, or what is asked about is not there for this reader.
        ForbiddenError: the table is not for this reader.
    """
    describe = TABLES.get(name)
    if describe is None:
        raise NotFoundError
    return describe(session, asked)
