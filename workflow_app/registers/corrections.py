"""Corrections of the register of members: a further entry stands in place of the wrong one, which stays readable."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Act, Actor
from workflow_app.directory.models import Organisation
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, Problem
from workflow_app.registers.entries import add_entries
from workflow_app.registers.models import VOIDED, EducationGroup, MembershipEntry
from workflow_app.text import Text

Change = Literal["joined", "left"]
Role = Literal["lead", "member"]

POSITION, SECTION = "section_chief", "basic_education"
"""Who answers for the register of groups: 基础教育科科长."""
LONGEST_REASON = 200


def may_correct(session: Session, actor: Actor) -> bool:
    """Whether the actor may correct the register of groups; the system itself, from the command line, may."""
    if actor.kind == "system":
        return True
    if not actor.holds(POSITION):
        return False
    section = session.scalar(
        select(Organisation.id).where(Organisation.bureau_id == actor.bureau_id, Organisation.code == SECTION)
    )
    return section is not None and actor.holds(POSITION, section)


def entry_to_correct(session: Session, actor: Actor, entry_id: int) -> tuple[MembershipEntry, str, str]:
    """An entry for the one who may correct it, with the names of its school and its group.

    Raises:
        NotFoundError: this bureau has no such entry.
        ForbiddenError: the actor is not the chief of the section.
        ConflictError: the entry has been corrected already, or says itself that another is void.
    """
    found = session.execute(
        select(MembershipEntry, Organisation.name, EducationGroup.name)
        .join(Organisation, Organisation.id == MembershipEntry.school_id)
        .join(EducationGroup, EducationGroup.id == MembershipEntry.group_id)
        .where(MembershipEntry.bureau_id == actor.bureau_id, MembershipEntry.id == entry_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    if not may_correct(session, actor):
        raise ForbiddenError("只有基础教育科科长可以更正集团台账。")
    if session.scalar(select(MembershipEntry.id).where(MembershipEntry.corrects_id == entry_id)) is not None:
        raise ConflictError("该条目已被更正，请更正最新的条目。")
    entry, school, group = found
    if entry.change == VOIDED:
        raise ConflictError("登记撤销的条目不能再更正，需要恢复的请重新办理。")
    return entry, school, group


def correct_membership(
    act: Act, entry_id: int, *, change: Change, role: Role, effective_on: date, reason: str
) -> MembershipEntry:
    """Correct an entry by a further one that stands in its place; the section chief answers for it, with a reason.

    Raises:
        NotFoundError: this bureau has no such entry.
        ForbiddenError: the actor is not the chief of the section.
        InvalidError: there is no reason, or it is too long.
        ConflictError: the entry has been corrected already.
    """
    wrong, _, _ = entry_to_correct(act.session, act.actor, entry_id)
    # Two corrections of one group queue up: the second finds that the entry has been corrected.
    act.session.execute(select(EducationGroup.id).where(EducationGroup.id == wrong.group_id).with_for_update())
    entry_to_correct(act.session, act.actor, entry_id)
    reason = given_reason(reason)
    entry = MembershipEntry(
        bureau_id=act.bureau_id,
        group_id=wrong.group_id,
        school_id=wrong.school_id,
        change=change,
        role=role,
        effective_on=effective_on,
        corrects_id=wrong.id,
        reason=reason,
        case_id=wrong.case_id,
        recorded_at=act.now,
        recorded_by=act.actor.name,
    )
    add_entries(act, entry)
    return entry


def given_reason(reason: str) -> str:
    """The reason of a correction, without blanks around it.

    Raises:
        InvalidError: there is none, or it is too long.
    """
    reason = reason.strip()
    if not reason:
        raise InvalidError(problems=[Problem("reason", Text("请填写更正理由。"))])
    if len(reason) > LONGEST_REASON:
        raise InvalidError(problems=[Problem("reason", Text("理由不超过{most}个字。", most=LONGEST_REASON))])
    return reason
