"""The bulletins (通报) on the work of groups as a table: which school of a group was written to, when, about what."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.cases.models import Case, CaseParty
from workflow_app.directory.models import Organisation
from workflow_app.dossier.group_tables import group_at
from workflow_app.dossier.tables import Asked, Table
from workflow_app.records.models import IssuedRecord
from workflow_app.text import Text

SLUG, PARTY, KIND = "group-bulletin", "school", "bulletin"
"""The process, its party that is written to, and its document."""


def bulletins(session: Session, asked: Asked) -> Table:
    """group-bulletins: the bulletins issued by the day to schools that were in the group on it, the newest first."""
    group = group_at(session, asked)
    bureau_id, schools = asked.actor.bureau_id, [member.school_id for member in group.members]
    rows = session.execute(
        select(IssuedRecord.issued_on, IssuedRecord.number_text, Organisation.name, IssuedRecord.title)
        .join(Case, Case.id == IssuedRecord.case_id)
        .join(CaseParty, CaseParty.case_id == Case.id)
        .join(Organisation, Organisation.id == CaseParty.organisation_id)
        .where(IssuedRecord.bureau_id == bureau_id, IssuedRecord.kind == KIND, IssuedRecord.issued_on <= asked.day)
        .where(Case.bureau_id == bureau_id, Case.slug == SLUG)
        .where(CaseParty.bureau_id == bureau_id, CaseParty.role == PARTY, CaseParty.organisation_id.in_(schools))
        .order_by(IssuedRecord.id.desc())
        .limit(asked.limit)
    ).all()
    head = (Text("日期"), Text("文号"), Text("学校"), Text("标题"))
    return Table("group-bulletins", Text("通报"), head, [tuple(row) for row in rows], group.id, group.name)
