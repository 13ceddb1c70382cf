"""应办事项: what is owed for each period, by one's own school or by everybody whom one's section handles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from workflow_app import cases
from workflow_app.cases.duty_lists import DutyTab
from workflow_app.errors import ConflictError, ForbiddenError
from workflow_app.text import Text
from workflow_app.web.request import asked_words, current_actor, reading, today, writing

blueprint = Blueprint("duties", __name__, url_prefix="/duties")

STATES: Mapping[str, tuple[Text, str]] = {
    "open": (Text("待报送"), "run"),
    "missed": (Text("逾期未报"), "bad"),
    "draft": (Text("填写中"), "run"),
    "filed": (Text("已报送"), "run"),
    "done": (Text("已完成"), "ok"),
}
"""How a duty stands: its words, and the tone in which they are shown."""

TABS: Mapping[DutyTab, Text] = {"current": Text("本学年"), "earlier": Text("历年未完成"), "done": Text("已完成")}


@blueprint.get("")
def index() -> str:
    """What is owed this school year, the earliest due first; what earlier years have left, and what is done."""
    asked, after = request.args.get("tab"), asked_words("after")
    tab: DutyTab = next((t for t in get_args(DutyTab) if t == asked), "current")
    with reading() as session:
        page = cases.duties_of(session, current_actor(), today=today(), tab=tab, after=after)
        return render_template("duties/index.html", page=page, states=STATES, tabs=TABS, tab=tab, after=after)


@blueprint.post("/<int:duty_id>")
def begin(duty_id: int) -> Response:
    """Open the case of a duty, or go on with it, and show its first task.

    Raises:
        NotFoundError: there is no such duty, or it may not be seen.
        ForbiddenError: it may be seen, but others hand it in.
        ConflictError: it is done.
    """
    with writing() as act:
        line = cases.duty_line(act.session, act.actor, duty_id)
        if line.state == "done":
            raise ConflictError("该应办事项已完成，无需再报送。")
        if not line.mine:
            raise ForbiddenError("该应办事项由{organisation}报送。", organisation=line.organisation)
        if line.case_id is not None:
            return redirect(url_for("cases.show", case_id=line.case_id), 303)
        started = cases.start_case(act, line.slug, duty_id=duty_id)
    return redirect(url_for("tasks.show", task_id=started.task_id), 303)
