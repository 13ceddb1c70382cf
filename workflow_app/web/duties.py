"""应办事项: what is owed for each period, by one's own school or by everybody whom one's section handles."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, url_for
from werkzeug import Response

from workflow_app import cases
from workflow_app.errors import ConflictError, ForbiddenError, NotFoundError
from workflow_app.text import Text
from workflow_app.web.request import current_actor, reading, writing

blueprint = Blueprint("duties", __name__, url_prefix="/duties")

STATES: Mapping[str, tuple[Text, str]] = {
    "open": (Text("待报送"), "run"),
    "missed": (Text("逾期未报"), "bad"),
    "draft": (Text("填写中"), "run"),
    "filed": (Text("已报送"), "run"),
    "done": (Text("已完成"), "ok"),
}
"""How a duty stands: its words, and the tone in which they are shown."""


@blueprint.get("")
def index() -> str:
    """What is owed, the earliest due first; what is done comes last."""
    with reading() as session:
        return render_template("duties/index.html", duties=cases.duties_of(session, current_actor()), states=STATES)


@blueprint.post("/<int:duty_id>")
def begin(duty_id: int) -> Response:
    """Open the case of a duty, or go on with it, and show its first task.

    Raises:
        NotFoundError: there is no such duty, or it may not be seen.
        ForbiddenError: it may be seen, but others hand it in.
        ConflictError: it is done.
    """
    with writing() as act:
        line = next((d for d in cases.duties_of(act.session, act.actor) if d.id == duty_id), None)
        if line is None:
            raise NotFoundError
        if line.state == "done":
            raise ConflictError("该应办事项已完成，无需再报送。")
        if not line.mine:
            raise ForbiddenError("该应办事项由{organisation}报送。", organisation=line.organisation)
        if line.case_id is not None:
            return redirect(url_for("cases.show", case_id=line.case_id), 303)
        started = cases.start_case(act, line.slug, duty_id=duty_id)
    return redirect(url_for("tasks.show", task_id=started.task_id), 303)
