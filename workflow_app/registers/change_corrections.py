"""Corrections of the changes of groups (集团变动): a type change or a dissolution that was entered wrongly.

A further entry stands in its place; what was entered stays readable. When a dissolution is void, so is the leaving of
every school that was entered with it.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import Session, aliased

from workflow_app.act import Act, Actor
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, Problem
from workflow_app.registers.change_models import GroupChangeEntry
from workflow_app.registers.changes import KINDS
from workflow_app.registers.corrections import given_reason, may_correct
from workflow_app.registers.entries import add_entries
from workflow_app.registers.models import VOIDED, EducationGroup, MembershipEntry
from workflow_app.registers.proof import enter
from workflow_app.text import Text

DISSOLVED, RETYPED = "dissolved", "type_changed"


def change_to_correct(session: Session, actor: Actor, entry_id: int) -> tuple[GroupChangeEntry, str]:
    """An entry for the one who may correct it, with the name of its group.

    Raises:
        NotFoundError: this bureau has no such entry.
        ForbiddenError: the actor is not the chief of the section.
        ConflictError: the entry has been corrected already, or says itself that another is void.
    """
    found = session.execute(
        select(GroupChangeEntry, EducationGroup.name)
        .join(EducationGroup, EducationGroup.id == GroupChangeEntry.group_id)
        .where(GroupChangeEntry.bureau_id == actor.bureau_id, GroupChangeEntry.id == entry_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    if not may_correct(session, actor):
        raise ForbiddenError("只有基础教育科科长可以更正集团台账。")
    entry, group = found
    if entry.change == VOIDED:
        raise ConflictError("登记撤销的条目不能再更正，需要恢复的请重新办理。")
    if session.scalar(select(GroupChangeEntry.id).where(GroupChangeEntry.corrects_id == entry_id)) is not None:
        raise ConflictError("该条目已被更正，请更正最新的条目。")
    return entry, group


def correct_change(
    act: Act, entry_id: int, *, becomes: str, effective_on: date | None = None, reason: str
) -> GroupChangeEntry:
    """Correct an entry by a further one: it is void, or a type change was to another type or from another day.

    ``becomes`` is ``voided`` or the right type of the group; a dissolution can be void alone.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: as :func:`change_to_correct`.
        InvalidError: there is no reason, the type is unknown or there is no day from which it holds.
    """
    wrong, _ = change_to_correct(act.session, act.actor, entry_id)
    # Two corrections of one group queue up: the second finds that the entry has been corrected.
    act.session.execute(select(EducationGroup.id).where(EducationGroup.id == wrong.group_id).with_for_update())
    change_to_correct(act.session, act.actor, entry_id)
    reason = given_reason(reason)
    if becomes != VOIDED and (wrong.change != RETYPED or becomes not in KINDS):
        raise InvalidError(problems=[Problem("becomes", Text("请选择。"))])
    if becomes != VOIDED and effective_on is None:
        raise InvalidError(problems=[Problem("effective_on", Text("请填写有效的生效日期。"))])
    entry = GroupChangeEntry(
        bureau_id=act.bureau_id,
        group_id=wrong.group_id,
        change=VOIDED if becomes == VOIDED else RETYPED,
        kind=None if becomes == VOIDED else becomes,
        effective_on=effective_on if becomes != VOIDED and effective_on else wrong.effective_on,
        corrects_id=wrong.id,
        reason=reason,
        case_id=wrong.case_id,
        record_id=wrong.record_id,
        recorded_at=act.now,
        recorded_by=act.actor.name,
    )
    add_entries(act, entry)
    if wrong.change == DISSOLVED:
        _stay(act, wrong, reason)
    return entry


def _stay(act: Act, wrong: GroupChangeEntry, reason: str) -> None:
    """The schools that left with a dissolution have not left."""
    correction = aliased(MembershipEntry)
    left = act.session.scalars(
        select(MembershipEntry)
        .where(
            MembershipEntry.bureau_id == act.bureau_id,
            MembershipEntry.group_id == wrong.group_id,
            MembershipEntry.case_id == wrong.case_id,
            MembershipEntry.effective_on == wrong.effective_on,
            MembershipEntry.change == "left",
            ~exists().where(correction.corrects_id == MembershipEntry.id),
        )
        .order_by(MembershipEntry.id)
    ).all()
    rows = [
        {
            "bureau_id": act.bureau_id,
            "group_id": entry.group_id,
            "school_id": entry.school_id,
            "change": VOIDED,
            "role": entry.role,
            "effective_on": entry.effective_on,
            "corrects_id": entry.id,
            "reason": reason,
            "case_id": entry.case_id,
            "recorded_at": act.now,
            "recorded_by": act.actor.name,
        }
        for entry in left
    ]
    for entry in act.session.scalars(insert(MembershipEntry).returning(MembershipEntry), rows) if rows else ():
        enter(act, entry, entry.case_id)
