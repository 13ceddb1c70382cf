"""Corrections of decided appraisals (考核更正), of groups and of pairings: total and grade, by whoever decides them.

The appraisal stays as it was decided. A correction is an entry beside it, with its reason and the document that it goes
by; whoever asks for the grade of a school year is told the newest one (``corrected.grade_now``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from workflow_app.act import Act, Actor
from workflow_app.directory.kinds import CODES
from workflow_app.directory.models import Organisation
from workflow_app.errors import ForbiddenError, InvalidError, NotFoundError, Problem
from workflow_app.policy.arithmetic import half_up, limit_of
from workflow_app.policy.parameters import Policy, hold, load_policy
from workflow_app.registers.appraisal_models import AppraisalCorrection, AppraisalEntry
from workflow_app.registers.appraisal_scores import GRADES as GROUP_GRADES
from workflow_app.registers.appraisal_scores import band, plain
from workflow_app.registers.appraisals import excellent_groups, grades_of, groups_of_year
from workflow_app.registers.corrected import GROUPS, PAIRINGS, AppraisalTable, corrections_of
from workflow_app.registers.corrections import given_reason
from workflow_app.registers.entries import add_entries
from workflow_app.registers.failed_years import FAILED, failed_years
from workflow_app.registers.models import EducationGroup
from workflow_app.registers.pairing_appraisals import band_of
from workflow_app.registers.pairing_kinds import GRADES
from workflow_app.registers.pairing_models import Pairing, PairingAppraisal
from workflow_app.text import Text, bilingual
from workflow_app.typed import text_problem

POSITION = "deputy_director"
"""Who decides on appraisals, and so corrects them: 分管副局长."""
LONGEST_DOCUMENT = 80
_TOTAL = re.compile(r"(100|[0-9]{1,2})(\.[0-9])?")

TABLES: Mapping[str, AppraisalTable] = {GROUPS: AppraisalEntry, PAIRINGS: PairingAppraisal}
GRADES_OF: Mapping[str, Mapping[str, Text]] = {
    GROUPS: {code: bilingual(*CODES["last_appraisal"][code]) for code in GROUP_GRADES},
    PAIRINGS: GRADES,
}
"""The grades of each register, by code, the best first."""
QUOTA = "appraisal_excellent_share"


@dataclass(frozen=True)
class Decided:
    """A decided appraisal as it stands: what it is of, its total and grade after the newest correction."""

    register: str
    entry_id: int
    of: str
    about: int  # the id of the group or the pairing
    school_year: str
    decided_on: date
    total: str
    grade: str
    case_id: int


@dataclass(frozen=True)
class Corrected:
    """The correction that was entered, and whether by it a group has failed so often in a row that leaving or reform is
    to be looked into.
    """

    entry: AppraisalCorrection
    review_due: bool


def may_correct_decided(actor: Actor) -> bool:
    """Whether the actor may correct decided appraisals."""
    return actor.kind == "system" or actor.holds(POSITION)


def decided(session: Session, actor: Actor, register: str, entry_id: int) -> Decided:
    """An appraisal for the one who may correct it.

    Raises:
        NotFoundError: this bureau has no such appraisal.
        ForbiddenError: the actor does not decide on appraisals.
    """
    entry = _entry(session, actor.bureau_id, register, entry_id)
    if entry is None:
        raise NotFoundError
    if not may_correct_decided(actor):
        raise ForbiddenError("只有审定考核的分管副局长可以更正考核结果。")
    newest = corrections_of(session, actor.bureau_id, register, [entry_id])[-1:]
    total, grade = next(((c.total, c.grade) for c in newest), (entry.total, entry.grade))
    of, about = _about(session, entry)
    return Decided(register, entry.id, of, about, entry.school_year, entry.decided_on, total, grade, entry.case_id)


def correct_decided(
    act: Act,
    register: str,
    entry_id: int,
    *,
    total: str,
    grade: str,
    document: str,
    reason: str,
    beyond_quota: bool = False,
) -> Corrected:
    """Enter that a decided appraisal was to have another total or grade, by which document and why.

    What binds the decision binds its correction, by the policy of the day of the decision: no grade above that of the
    total, and 优秀 beyond its share only where the decider says so (``beyond_quota``).

    Raises:
        NotFoundError, ForbiddenError: as :func:`decided`.
        InvalidError: a value is missing or faulty, or nothing would be changed.
    """
    # The appraisal is locked, so that two corrections of it are one after the other.
    table = TABLES[register]
    act.session.execute(select(table.id).where(table.id == entry_id).with_for_update())
    stands = decided(act.session, act.actor, register, entry_id)
    total, document = total.strip(), document.strip()
    problems = [*_problems(register, total, grade, document)]
    problems = problems or _against(act, stands, Decimal(total), grade, beyond_quota)
    if problems:
        raise InvalidError(problems=problems)
    entry = AppraisalCorrection(
        bureau_id=act.bureau_id,
        register=register,
        entry_id=entry_id,
        total=str(half_up(Decimal(total), 1)),
        grade=grade,
        document=document,
        reason=given_reason(reason),
        case_id=stands.case_id,
        recorded_on=act.today,
        recorded_at=act.now,
        recorded_by=act.actor.name,
    )
    add_entries(act, entry)
    return Corrected(entry, _review_due(act, stands, grade))


def _entry(session: Session, bureau_id: int, register: str, entry_id: int) -> AppraisalEntry | PairingAppraisal | None:
    if register == GROUPS:
        mine = AppraisalEntry.bureau_id == bureau_id
        return session.scalar(select(AppraisalEntry).where(mine, AppraisalEntry.id == entry_id))
    mine = PairingAppraisal.bureau_id == bureau_id
    return session.scalar(select(PairingAppraisal).where(mine, PairingAppraisal.id == entry_id))


def _problems(register: str, total: str, grade: str, document: str) -> list[Problem]:
    found = []
    if not _TOTAL.fullmatch(total) or Decimal(total) > 100:
        found.append(Problem("total", Text("请填写0至100之间的总分，最多一位小数。")))
    if grade not in GRADES_OF[register]:
        found.append(Problem("grade", Text("请选择。")))
    wrong = text_problem(Text("依据文号"), document, LONGEST_DOCUMENT) if document else Text("请填写依据文号。")
    return [*found, Problem("document", wrong)] if wrong else found


def _against(act: Act, stands: Decided, total: Decimal, grade: str, beyond_quota: bool) -> list[Problem]:
    """What speaks against this result for this appraisal."""
    if (total, grade) == (Decimal(stands.total), stands.grade):
        return [Problem("grade", Text("总分和等次与现有结果相同，没有需要更正的内容。"))]
    policy = load_policy(act.session, act.bureau_id, stands.decided_on)
    grades = GRADES_OF[stands.register]
    due = band(total, policy) if stands.register == GROUPS else band_of(policy, total)
    if list(grades).index(grade) < list(grades).index(due):
        words = Text("总分{total}分，对应等次为{due}，不能更正为更高的等次。", total=str(total), due=grades[due])
        return [Problem("grade", words)]
    is_new = stands.register == GROUPS and grade == "excellent" and stands.grade != grade
    return _beyond(act, stands, policy) if is_new and not beyond_quota else []


def _beyond(act: Act, stands: Decided, policy: Policy) -> list[Problem]:
    """Whether one more group would be more than may be 优秀 in that school year."""
    hold(act.session, act.bureau_id, [QUOTA])
    groups = groups_of_year(act.session, act.bureau_id, stands.school_year)
    others = len(excellent_groups(act.session, act.bureau_id, stands.school_year))
    limit = limit_of(policy.fraction(QUOTA), groups)
    if others + 1 <= limit:
        return []
    words = Text(
        "本学年{groups}个集团，优秀不超过{limit}个，已评{others}个，再评优秀将超过比例。",
        groups=groups,
        limit=plain(limit),
        others=others,
    )
    return [Problem("beyond_quota", words)]


def _review_due(act: Act, was: Decided, grade: str) -> bool:
    if was.register != GROUPS or grade != FAILED or was.grade == FAILED:
        return False
    return failed_years(act, grades_of(act.session, act.bureau_id, was.about), was.school_year).review_due


def _about(session: Session, entry: AppraisalEntry | PairingAppraisal) -> tuple[str, int]:
    if isinstance(entry, AppraisalEntry):
        return session.scalars(
            select(EducationGroup.name).where(EducationGroup.id == entry.group_id)
        ).one(), entry.group_id
    helper = aliased(Organisation)
    names = session.execute(
        select(Organisation.name, helper.name)
        .select_from(Pairing)
        .join(Organisation, Organisation.id == Pairing.recipient_id)
        .join(helper, helper.id == Pairing.helper_id)
        .where(Pairing.id == entry.pairing_id)
    ).one()
    return "—".join(names), entry.pairing_id
