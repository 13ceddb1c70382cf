"""The register of groups' appraisals as tables: the points of each school year, the one grade of every school."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.cases.checks import period_text
from workflow_app.directory.kinds import CODES
from workflow_app.directory.models import Organisation
from workflow_app.dossier.group_tables import ROLES, group_at
from workflow_app.dossier.tables import Asked, Cell, Link, Row, Table, Tone
from workflow_app.registers.appraisal_models import AppraisalCorrection, AppraisalEntry, SchoolAppraisalEntry
from workflow_app.registers.appraisal_scores import DIMENSIONS
from workflow_app.registers.appraisals import USES, appraisals_of
from workflow_app.registers.corrected import GROUPS, corrections_of
from workflow_app.registers.decided import may_correct_decided
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
    rows = list(_appraisals(session, asked, _decided(session, asked, group.id)))
    return Table("group-appraisals", Text("捆绑式考核"), head, rows, group.id, group.name)


def grades(session: Session, asked: Asked) -> Table:
    """group-grades: the grade of each school of one group by school year, as corrected, and what it is used for."""
    group = group_at(session, asked)
    entries = {entry.id: entry for entry in _decided(session, asked, group.id)}
    corrected = by_entry(session, asked, GROUPS, list(entries))
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
        (
            name,
            period_text(row.school_year),
            ROLES[row.role],
            _grade(corrected[row.appraisal_id][-1].grade if row.appraisal_id in corrected else row.grade),
            _uses(entries[row.appraisal_id]),
        )
        for row, name in found
    ]
    head = (Text("学校"), Text("学年"), Text("身份"), Text("等次"), Text("结果运用"))
    return Table("group-grades", Text("各校考核等次"), head, rows, group.id, group.name)


def _decided(session: Session, asked: Asked, group_id: int) -> Sequence[AppraisalEntry]:
    found = appraisals_of(session, asked.actor.bureau_id, group_id)
    return [entry for entry in found if entry.decided_on <= asked.day]


def _appraisals(session: Session, asked: Asked, entries: Sequence[AppraisalEntry]) -> Iterator[Row]:
    """Each appraisal as it was decided, struck out where it was corrected, with its corrections below it."""
    corrected = by_entry(session, asked, GROUPS, [entry.id for entry in entries])
    for entry in entries:
        later = corrected.get(entry.id, ())
        grade = bilingual(*CODES["last_appraisal"][entry.grade])
        yield (
            period_text(entry.school_year),
            Cell(Decimal(entry.total), is_void=bool(later)),
            Cell(grade, is_void=True) if later else _grade(entry.grade),
            *(Decimal(getattr(entry, dimension)) for dimension in DIMENSIONS),
            Decimal(entry.value_added),
            entry.scorers,
            _day(asked, entry, entry.decided_on, is_void=bool(later)),
        )
        for correction in later:
            is_void = correction is not later[-1]
            grade = bilingual(*CODES["last_appraisal"][correction.grade])
            yield (
                period_text(entry.school_year),
                Cell(Decimal(correction.total), is_void=is_void),
                Cell(grade, is_void=True) if is_void else _grade(correction.grade),
                *(None for _ in DIMENSIONS),
                None,
                None,
                _day(asked, entry, correction.recorded_on, is_void=is_void),
            )


def corrections(session: Session, asked: Asked) -> Table:
    """group-corrections: what was corrected of one group's appraisals by the day, by which document, why, by whom."""
    group = group_at(session, asked)
    entries = {entry.id: entry for entry in _decided(session, asked, group.id)}
    rows = [
        (
            period_text(entries[correction.entry_id].school_year),
            Decimal(correction.total),
            bilingual(*CODES["last_appraisal"][correction.grade]),
            correction.document,
            correction.reason,
            correction.recorded_on,
            correction.recorded_by,
        )
        for found in by_entry(session, asked, GROUPS, list(entries)).values()
        for correction in found
    ]
    head = (
        *(Text("学年"), Text("更正后总分"), Text("更正后等次"), Text("依据文号"), Text("更正理由")),
        *(Text("登记日期"), Text("登记人")),
    )
    return Table("group-corrections", Text("考核更正"), head, rows, group.id, group.name)


def _day(asked: Asked, entry: AppraisalEntry, day: date, *, is_void: bool) -> Cell:
    """The day of a result; who may correct the one that stands is led there."""
    is_open = may_correct_decided(asked.actor) and not is_void
    return Cell(day, Link("appraisal_corrections.ask", {"entry_id": entry.id}) if is_open else None)


def by_entry(
    session: Session, asked: Asked, register: str, entry_ids: Collection[int]
) -> Mapping[int, Sequence[AppraisalCorrection]]:
    """The corrections made by the day, the oldest first, for each appraisal that has any."""
    found: dict[int, list[AppraisalCorrection]] = {}
    for correction in corrections_of(session, asked.actor.bureau_id, register, entry_ids):
        if correction.recorded_on <= asked.day:
            found.setdefault(correction.entry_id, []).append(correction)
    return found


def _grade(grade: str) -> Cell:
    return Cell(bilingual(*CODES["last_appraisal"][grade]), tone=TONES.get(grade, ""))


def _uses(entry: AppraisalEntry) -> Text | None:
    return listed([USES[use] for use in entry.uses.split(",")]) if entry.uses else None
