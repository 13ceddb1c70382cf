"""Every entry of a register leaves an event with its hash, so that a changed, lost or slipped-in row is found."""

from __future__ import annotations

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.audit.proof import row_hash, rows_agree
from workflow_app.audit.verify import ContentCheck
from workflow_app.registers.appraisal_models import (
    APPRAISAL_TABLES,
    AppraisalCorrection,
    AppraisalEntry,
    SchoolAppraisalEntry,
)
from workflow_app.registers.change_models import GroupChangeEntry
from workflow_app.registers.models import CharterEntry, EducationGroup, MeetingEntry, MembershipEntry, PlanEntry
from workflow_app.registers.pairing_models import PAIRING_TABLES, PairingEntry
from workflow_app.registers.teacher_models import TEACHER_TABLES, TeacherEntry
from workflow_app.text import Text

CaseEntry = (
    EducationGroup
    | MembershipEntry
    | GroupChangeEntry
    | CharterEntry
    | PlanEntry
    | MeetingEntry
    | AppraisalEntry
    | AppraisalCorrection
    | PairingEntry
    | TeacherEntry
)
"""An entry that names the case in which it was made."""

Entry = CaseEntry | SchoolAppraisalEntry


def enter(act: Act, entry: Entry, case_id: int | None) -> None:
    """Tell of an entry, in the chain of the registers. The entry has its id."""
    table = entry.__tablename__
    body = {"register": table, "entry": entry.id, "case_id": case_id, "content_hash": row_hash(entry)}
    append(act, "registers", "register_entered", f"{table}:{entry.id}", body)


def _check(table: type[Entry]) -> ContentCheck:
    only = {"register": table.__tablename__}
    return rows_agree(table, Text("台账登记"), "register_entered", "entry", "content_hash", only=only)


CONTENT_CHECKS: tuple[ContentCheck, ...] = (
    _check(CharterEntry),
    _check(EducationGroup),
    _check(GroupChangeEntry),
    _check(MeetingEntry),
    _check(MembershipEntry),
    _check(PlanEntry),
    *(_check(table) for table in (*APPRAISAL_TABLES, *PAIRING_TABLES, *TEACHER_TABLES)),
)
"""What the verification of the audit log compares the registers with."""
