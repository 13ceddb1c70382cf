"""The register of groups as tables: the groups of a day, and what is registered of one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.cases.checks import period_text
from workflow_app.database import remembered
from workflow_app.directory.kinds import CODES
from workflow_app.dossier.tables import Amount, Asked, Cell, Code, Link, Row, Table
from workflow_app.errors import NotFoundError
from workflow_app.registers.changes import KINDS
from workflow_app.registers.filings import meetings_of, plans_of
from workflow_app.registers.groups import GroupLine, groups_at
from workflow_app.registers.models import CharterEntry, PlanEntry
from workflow_app.text import Text, bilingual, day_text, listed

CHANGES: Mapping[str, Text] = {"joined": Text("加入"), "left": Text("退出"), "voided": Text("登记撤销")}
ROLES: Mapping[str, Text] = {"lead": Text("龙头校"), "member": Text("成员校")}
STAGES: Mapping[str, Text] = {code: bilingual(zh, en) for code, (zh, en) in CODES["stage"].items()}


def group_at(session: Session, asked: Asked) -> GroupLine:
    """The group that is asked about, as of the day.

    Raises:
        NotFoundError: there is no such group, or it had not been approved by that day.
    """
    found = next((group for group in _groups(session, asked) if group.id == asked.about), None)
    if found is None:
        raise NotFoundError("台账中没有这个集团，或它在{day}尚未批准。", day=day_text(asked.day))
    return found


def groups(session: Session, asked: Asked) -> Table:
    """groups: the groups approved by the day, newest first."""
    head = (
        *(Text("集团"), Text("龙头校"), Text("学段"), Text("类型"), Text("成员校数"), Text("成员校")),
        *(Text("批准日期"), Text("生效日期"), Text("状态")),
    )
    return Table("groups", Text("教育集团台账"), head, [_group(group, asked) for group in _groups(session, asked)])


def members(session: Session, asked: Asked) -> Table:
    """group-members: the schools of one group on the day, or on its first day if that is later."""
    group = group_at(session, asked)
    rows = [
        (member.school, Cell(ROLES[member.role], tone="run" if member.role == "lead" else ""), member.since)
        for member in group.members
    ]
    head = (Text("学校"), Text("身份"), Text("加入日期"))
    return Table("group-members", Text("成员校"), head, rows, group.id, group.name)


def plans(session: Session, asked: Asked) -> Table:
    """group-plans: the yearly plans that one group had handed in by the day."""
    group = group_at(session, asked)
    found = [plan for plan in plans_of(session, asked.actor.bureau_id, group.id) if plan.filed_on <= asked.day]
    head = (Text("学年"), Text("报送日期"), Text("项目"), Text("交流青年教师"), Text("青年教师总数"))
    return Table("group-plans", Text("学年度工作计划"), head, [_plan(plan) for plan in found], group.id, group.name)


def meetings(session: Session, asked: Asked) -> Table:
    """group-meetings: the monthly meetings of one group that had been handed in by the day."""
    group = group_at(session, asked)
    rows = [
        (
            period_text(held.month),
            held.held_on,
            held.filed_on,
            Amount(held.schools_present, Text("{count}所", count=held.schools_present)),
        )
        for held in meetings_of(session, asked.actor.bureau_id, group.id)
        if held.filed_on <= asked.day
    ]
    head = (Text("月份"), Text("会议日期"), Text("报送日期"), Text("出席学校"))
    return Table("group-meetings", Text("月例会"), head, rows, group.id, group.name)


def charters(session: Session, asked: Asked) -> Table:
    """group-charters: the versions of one group's charter that had been filed by the day, newest first."""
    group = group_at(session, asked)
    found = session.scalars(
        select(CharterEntry)
        .where(CharterEntry.bureau_id == asked.actor.bureau_id, CharterEntry.group_id == group.id)
        .where(CharterEntry.filed_on <= asked.day)
        .order_by(CharterEntry.version.desc())
    ).all()
    rows = [
        (
            Amount(charter.version, Text("第{version}版", version=charter.version)),
            charter.filed_on,
            charter.effective_on,
            Code(charter.text_hash or charter.file_hash or ""),
        )
        for charter in found
    ]
    head = (Text("版本"), Text("备案日期"), Text("生效日期"), Text("文本校验码"))
    return Table("group-charters", Text("章程版本"), head, rows, group.id, group.name)


def _groups(session: Session, asked: Asked) -> Sequence[GroupLine]:
    """The groups of the day, read once for all tables of a page."""
    known, key = remembered(session), (GroupLine, asked.actor.bureau_id, asked.day)
    if key not in known:
        known[key] = groups_at(session, asked.actor.bureau_id, asked.day)
    found: Sequence[GroupLine] = known[key]
    return found


def _group(group: GroupLine, asked: Asked) -> Row:
    is_coming = group.effective_on > asked.day
    count = 0 if is_coming else len(group.members)
    schools = listed([member.school for member in group.members if member.role != "lead"])
    return (
        Cell(group.name, Link("registers.group", {"group_id": group.id, "on": asked.on})),
        group.lead_school,
        STAGES.get(group.stage, group.stage),
        Cell(KINDS[group.kind], tone="run" if group.kind == "close_knit" else ""),
        Amount(count, Text("{count}所", count=count)),
        Text("生效后：{schools}", schools=schools) if is_coming else schools,
        group.approved_on,
        group.effective_on,
        _state(group, asked),
    )


def _state(group: GroupLine, asked: Asked) -> Cell:
    if group.dissolved_on is not None and group.dissolved_on <= asked.day:
        return Cell(Text("已撤销"), tone="bad")
    return Cell(Text("未生效"), tone="warn") if group.effective_on > asked.day else Cell(Text("正常"), tone="ok")


def _plan(plan: PlanEntry) -> Row:
    return (
        period_text(plan.school_year),
        plan.filed_on,
        Amount(plan.projects, Text("{count}项", count=plan.projects)),
        Amount(plan.exchanged, Text("{count}人", count=plan.exchanged)),
        None
        if plan.young_teachers is None
        else Amount(plan.young_teachers, Text("{count}人", count=plan.young_teachers)),
    )
