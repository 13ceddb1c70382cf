"""What has been entered about one group since its founding: its schools, its type, its dissolution."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.directory.models import Organisation
from workflow_app.dossier.group_tables import CHANGES, ROLES, group_at
from workflow_app.dossier.tables import Asked, Cell, Link, Row, Table
from workflow_app.registers.change_models import GroupChangeEntry
from workflow_app.registers.changes import KINDS
from workflow_app.registers.corrections import may_correct
from workflow_app.registers.models import VOIDED, MembershipEntry
from workflow_app.text import Text

GROUP_CHANGES: Mapping[str, Text] = {
    "type_changed": Text("类型变更"),
    "dissolved": Text("撤销"),
    "voided": Text("登记撤销"),
}


def entries(session: Session, asked: Asked) -> Table:
    """group-entries: every entry that was ever made about the members of one group, also the void ones.

    Who may correct an entry is led there by its state.
    """
    group = group_at(session, asked)
    found = session.execute(
        select(MembershipEntry, Organisation.name)
        .join(Organisation, Organisation.id == MembershipEntry.school_id)
        .where(MembershipEntry.bureau_id == asked.actor.bureau_id, MembershipEntry.group_id == group.id)
        .order_by(MembershipEntry.id)
    ).all()
    void = {entry.corrects_id for entry, _ in found}
    corrects = may_correct(session, asked.actor)
    head = (
        *(Text("学校"), Text("变动"), Text("身份"), Text("生效日期"), Text("事由"), Text("状态")),
        *(Text("登记人"), Text("登记时间")),
    )
    rows = [_entry(entry, school, is_void=entry.id in void, corrects=corrects) for entry, school in found]
    return Table("group-entries", Text("变动记录"), head, rows, group.id, group.name)


def changes(session: Session, asked: Asked) -> Table:
    """group-changes: every change of the type of one group, and its dissolution."""
    group = group_at(session, asked)
    found = session.scalars(
        select(GroupChangeEntry)
        .where(GroupChangeEntry.bureau_id == asked.actor.bureau_id, GroupChangeEntry.group_id == group.id)
        .order_by(GroupChangeEntry.id)
    ).all()
    head = (
        *(Text("变动"), Text("变更后的类型"), Text("生效日期"), Text("事由"), Text("状态")),
        *(Text("登记人"), Text("登记时间")),
    )
    void = {entry.corrects_id for entry in found}
    corrects = may_correct(session, asked.actor)
    rows = [_change(entry, is_void=entry.id in void, corrects=corrects) for entry in found]
    return Table("group-changes", Text("类型变更和撤销"), head, rows, group.id, group.name)


def _change(entry: GroupChangeEntry, *, is_void: bool, corrects: bool) -> Row:
    return (
        Cell(GROUP_CHANGES.get(entry.change, entry.change), is_void=is_void),
        Cell(KINDS[entry.kind] if entry.kind else None, is_void=is_void),
        entry.effective_on,
        entry.reason,
        _state(entry, "corrections.ask_change", is_void=is_void, corrects=corrects),
        entry.recorded_by,
        entry.recorded_at,
    )


def _state(entry: MembershipEntry | GroupChangeEntry, endpoint: str, *, is_void: bool, corrects: bool) -> Cell:
    """What stands in for an entry that was wrong says so; the way to correct one for who may."""
    state = Text("已更正") if is_void else Text("更正") if entry.corrects_id else Text("有效")
    is_open = corrects and not is_void and entry.change != VOIDED
    link = Link(endpoint, {"entry_id": entry.id}) if is_open else None
    return Cell(state, link, tone="warn" if is_void else "run" if entry.corrects_id else "ok")


def _entry(entry: MembershipEntry, school: str, *, is_void: bool, corrects: bool) -> Row:
    # The wrong entry stays readable, struck out.
    return (
        Cell(school, is_void=is_void),
        Cell(CHANGES.get(entry.change, entry.change), is_void=is_void),
        Cell(ROLES[entry.role], is_void=is_void),
        entry.effective_on,
        entry.reason,
        _state(entry, "corrections.ask", is_void=is_void, corrects=corrects),
        entry.recorded_by,
        entry.recorded_at,
    )
