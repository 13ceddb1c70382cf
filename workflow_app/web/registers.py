"""台账: what approvals have left behind, as of any day, on pages and as spreadsheets."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, send_file, url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug import Response

from workflow_app.act import Actor
from workflow_app.cases.access import access_to
from workflow_app.cases.models import Case
from workflow_app.dossier.export import export_table
from workflow_app.dossier.group_tables import STAGES, group_at
from workflow_app.dossier.registers import table
from workflow_app.dossier.tables import Amount, Asked, Code, Table, Value
from workflow_app.errors import InvalidError
from workflow_app.registers.changes import KINDS
from workflow_app.registers.groups import charter_at
from workflow_app.text import Text
from workflow_app.typed import plain_day
from workflow_app.web.i18n import date_text, datetime_text, marked_text, translate
from workflow_app.web.request import asked_number, current_actor, reading, today, writing

blueprint = Blueprint("registers", __name__, url_prefix="/registers")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGING = frozenset({"after", "before"})
"""Words of an address that turn to a further page: a file holds all pages."""
GROUP_TABLES = (
    *("members", "entries", "changes", "plans", "meetings"),
    *("appraisals", "corrections", "grades", "bulletins", "charters"),
)
"""What the page of a group shows; in the tables of all registers each is called ``group-…``."""


@blueprint.get("/groups")
def groups() -> str:
    """教育集团台账: the groups and their members as of a day."""
    asked = asked_of_page()
    with reading() as session:
        return render_template(
            "registers/groups.html", groups=table(session, "groups", asked), day=asked.day, today=asked.today
        )


@blueprint.get("/groups/<int:group_id>")
def group(group_id: int) -> str:
    """One group as of a day: members, plans, meetings, charters, and every entry that has ever been made.

    Raises:
        NotFoundError: there is no such group, or it had not been approved by that day.
    """
    asked = asked_of_page(group_id)
    with reading() as session:
        line = group_at(session, asked)
        return render_template(
            "registers/group.html",
            group=line,
            charter=charter_at(session, asked.actor.bureau_id, group_id, max(asked.day, line.effective_on)),
            case=_visible_case(session, asked.actor, line.case_id),
            kinds=KINDS,
            stages=STAGES,
            day=asked.day,
            today=asked.today,
            **{name: table(session, f"group-{name}", asked) for name in GROUP_TABLES},
        )


@blueprint.post("/exports/<name>")
def export(name: str) -> Response:
    """A table of a register as a spreadsheet, under the words of its page's address; the audit log keeps who took it.

    Raises:
        NotFoundError: there is no such table for this reader.
        InvalidError: it has too many rows for one file.
    """
    asked = asked_of_page(asked_number("about"))
    with writing() as act:
        made = export_table(act, name, asked.day, translate, about=asked.about, args=asked.args)
    response = send_file(BytesIO(made.content), XLSX, as_attachment=True, download_name=made.name)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.app_template_filter()
def said(value: Value) -> str:
    """What a cell says, on a page."""
    if isinstance(value, Code):
        return Markup("<code>{}</code>").format(value) if value else ""
    if value is None or isinstance(value, str | Text):
        return marked_text(value)
    if isinstance(value, Amount):
        return marked_text(value.said)
    if isinstance(value, datetime):
        return datetime_text(value)
    return date_text(value) if isinstance(value, date) else str(value)


@blueprint.app_template_test()
def short(value: Value) -> bool:
    """Whether a cell stays on one line."""
    return isinstance(value, date | int | Decimal | Amount)


@blueprint.app_template_filter()
def export_address(shown: Table) -> str:
    """Where a table is exported, with the words of its page's address: the file holds what the page shows."""
    kept = {name: words for name, words in request.args.items() if name not in PAGING}
    words = {**kept, **({} if shown.about is None else {"about": str(shown.about)})}
    return f"{url_for('registers.export', name=shown.name)}?{urlencode(words)}"


def asked_of_page(about: int | None = None, *, limit: int | None = None) -> Asked:
    """What the address of this page asks of a register.

    Raises:
        InvalidError: the day that it asks for is not a date.
    """
    return Asked(current_actor(), _day(), today(), about, request.args.to_dict(), limit)


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


def _visible_case(session: Session, actor: Actor, case_id: int) -> Case | None:
    """The case that founded the group, for those who may see it."""
    case = session.scalar(select(Case).where(Case.bureau_id == actor.bureau_id, Case.id == case_id))
    return case if case is not None and access_to(session, actor, case) is not None else None
