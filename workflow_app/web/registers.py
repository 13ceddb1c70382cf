"""台账: what approvals have left behind, as of any day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.cases.access import access_to
from workflow_app.cases.checks import period_text
from workflow_app.cases.models import Case
from workflow_app.directory.kinds import CODES
from workflow_app.directory.models import Organisation
from workflow_app.errors import InvalidError, NotFoundError
from workflow_app.registers.filings import meetings_of, plans_of
from workflow_app.registers.groups import charter_at, groups_at
from workflow_app.registers.models import MembershipEntry
from workflow_app.text import Text, day_text
from workflow_app.typed import plain_day
from workflow_app.web.request import current_actor, reading, today

blueprint = Blueprint("registers", __name__, url_prefix="/registers")

GROUP_KINDS: Mapping[str, Text] = {"close_knit": Text("紧密型"), "cooperative": Text("合作型")}
CHANGES: Mapping[str, Text] = {"joined": Text("加入"), "left": Text("退出")}
ROLES: Mapping[str, Text] = {"lead": Text("龙头校"), "member": Text("成员校")}


@dataclass(frozen=True)
class Entry:
    """One entry of the register of members, with the school's name; a void entry has been corrected by a later one."""

    row: MembershipEntry
    school: str
    void: bool


@blueprint.get("/groups")
def groups() -> str:
    """教育集团台账: the groups and their members as of a day."""
    day = _day()
    with reading() as session:
        found = groups_at(session, current_actor().bureau_id, day)
    return render_template("registers/groups.html", groups=found, **_words(day))


@blueprint.get("/groups/<int:group_id>")
def group(group_id: int) -> str:
    """One group as of a day: members, charter, plans, meetings, and every entry that has ever been made.

    Raises:
        NotFoundError: there is no such group, or it had not been approved by that day.
    """
    day, actor = _day(), current_actor()
    with reading() as session:
        line = next((g for g in groups_at(session, actor.bureau_id, day) if g.id == group_id), None)
        if line is None:
            raise NotFoundError("台账中没有这个集团，或它在{day}尚未批准。", day=day_text(day))
        return render_template(
            "registers/group.html",
            group=line,
            charter=charter_at(session, actor.bureau_id, group_id, max(day, line.effective_on)),
            entries=_entries(session, actor.bureau_id, group_id),
            plans=[plan for plan in plans_of(session, actor.bureau_id, group_id) if plan.filed_on <= day],
            meetings=[held for held in meetings_of(session, actor.bureau_id, group_id) if held.filed_on <= day],
            period=period_text,
            case=_visible_case(session, actor, line.case_id),
            **_words(day),
        )


def _day() -> date:
    """The day that was asked for; today if none was.

    Raises:
        InvalidError: it is not a date.
    """
    asked = request.args.get("on", "").strip()
    if not asked:
        return today()
    day = plain_day(asked)
    if day is None:
        raise InvalidError("“{asked}”不是有效的日期，请按“2026-09-01”的格式填写。", asked=asked[:40])
    return day


def _words(day: date) -> dict[str, object]:
    return {
        "day": day,
        "today": today(),
        "kinds": GROUP_KINDS,
        "stages": {code: {"zh": zh, "en": en} for code, (zh, en) in CODES["stage"].items()},
        "changes": CHANGES,
        "roles": ROLES,
    }


def _entries(session: Session, bureau_id: int, group_id: int) -> Sequence[Entry]:
    rows = session.execute(
        select(MembershipEntry, Organisation.name)
        .join(Organisation, Organisation.id == MembershipEntry.school_id)
        .where(MembershipEntry.bureau_id == bureau_id, MembershipEntry.group_id == group_id)
        .order_by(MembershipEntry.id)
    ).all()
    void = {entry.corrects_id for entry, _ in rows}
    return [Entry(entry, school, entry.id in void) for entry, school in rows]


def _visible_case(session: Session, actor: Actor, case_id: int) -> Case | None:
    """The case that founded the group, for those who may see it."""
    case = session.scalar(select(Case).where(Case.bureau_id == actor.bureau_id, Case.id == case_id))
    return case if case is not None and access_to(session, actor, case) is not None else None
