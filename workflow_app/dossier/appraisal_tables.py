"""The register of groups' appraisals as tables: the points of each school year, the one grade of every school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.cases.checks import period_text
from workflow_app.directory.kinds import CODES
from workflow_app.directory.models import Organisation
from workflow_app.dossier.group_tables import ROLES, group_at
from workflow_app.dossier.tables import Asked, Cell, Row, Table, Tone
from workflow_app.registers.appraisal_models import AppraisalEntry, SchoolAppraisalEntry
from workflow_app.registers.appraisal_scores import DIMENSIONS
from workflow_app.registers.appraisals import USES, appraisals_of
from workflow_app.text import Text, bilingual, listed

TONES: Mapping[str, Tone] = {"excellent": "ok", "good": "run", "failed": "bad"}


def appraisals(session: Session, asked: Asked) -> Table:
    """group-appraisals: the appraisals of one group that were decided by the day, with the points of each dimension."""
    group = group_at(session, asked)
    head = (
        *(Text("学年"), Text("总分"), Text("等次")),
        *DIMENSIONS.values(),
        *(Text("增值分"), Text("评分人数"), Text("审定日期")),
    )
    rows = [_appraisal(entry) for entry in _decided(session, asked, group.id)]
    return Table("group-appraisals", Text("捆绑式考核"), head, rows, group.id, group.name)


def grades(session: Session, asked: Asked) -> Table:
    """group-grades: the grade of each school of one group by school year, and what it is used for."""
    group = group_at(session, asked)
    entries = {entry.id: entry for entry in _decided(session, asked, group.id)}
    found = session.execute(
        select(SchoolAppraisalEntry, Organisation.name)
        .join(Organisation, Organisation.id == SchoolAppraisalEntry.school_id)
        .where(
            SchoolAppraisalEntry.bureau_id == asked.actor.bureau_id,
            SchoolAppraisalEntry.appraisal_id.in_(list(entries)),
        )
        .order_by(SchoolAppraisalEntry.school_year.desc(), SchoolAppraisalEntry.id)
    ).all()
    rows = [
        (name, period_text(row.school_year), ROLES[row.role], _grade(row.grade), _uses(entries[row.appraisal_id]))
        for row, name in found
    ]
    head = (Text("学校"), Text("学年"), Text("身份"), Text("等次"), Text("结果运用"))
    return Table("group-grades", Text("各校考核等次"), head, rows, group.id, group.name)


def _decided(session: Session, asked: Asked, group_id: int) -> Sequence[AppraisalEntry]:
    found = appraisals_of(session, asked.actor.bureau_id, group_id)
    return [entry for entry in found if entry.decided_on <= asked.day]


def _appraisal(entry: AppraisalEntry) -> Row:
    points = (Decimal(getattr(entry, dimension)) for dimension in DIMENSIONS)
    return (
        period_text(entry.school_year),
        Decimal(entry.total),
        _grade(entry.grade),
        *points,
        Decimal(entry.value_added),
        entry.scorers,
        entry.decided_on,
    )


def _grade(grade: str) -> Cell:
    return Cell(bilingual(*CODES["last_appraisal"][grade]), tone=TONES.get(grade, ""))


def _uses(entry: AppraisalEntry) -> Text | None:
    return listed([USES[use] for use in entry.uses.split(",")]) if entry.uses else None
