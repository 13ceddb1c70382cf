"""Inviting an outside organisation: the handler's page with link and code, each shown once and sent by nobody."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app import cases
from workflow_app.cases.invitations import CODE_DIGITS
from workflow_app.errors import InvalidError
from workflow_app.web.i18n import gettext
from workflow_app.web.request import config, current_actor, now, reading, writing

blueprint = Blueprint("invitations", __name__, url_prefix="/tasks/<int:task_id>/invitation")

Answer = str | Response | tuple[str, int]


@blueprint.get("")
def show(task_id: int) -> Answer:
    """How the invitation stands, and what may be done about it."""
    return _page(task_id)


@blueprint.post("")
def invite(task_id: int) -> Answer:
    """Make a link and show it, this once: so the page is the answer itself, and no other address leads to it."""
    try:
        with writing() as act:
            token = cases.invite(act, task_id, request.form.get("contact", ""))
    except InvalidError as error:
        return _page(task_id, error=error), error.status
    return _page(task_id, link=config().base_url + url_for("invited.follow", link=token))


@blueprint.post("/code")
def make_code(task_id: int) -> Answer:
    """Make a code and show it, this once."""
    with writing() as act:
        code = cases.make_code(act, task_id)
    half = CODE_DIGITS // 2
    return _page(task_id, code=f"{code[:half]} {code[half:]}")


@blueprint.post("/revoke")
def revoke(task_id: int) -> Answer:
    """Take the invitation back, with a reason."""
    try:
        with writing() as act:
            cases.revoke(act, task_id, request.form.get("reason", ""))
    except InvalidError as error:
        return _page(task_id, error=error), error.status
    flash(gettext("邀请已撤销，原链接和验证码不能再使用。"), "ok")
    return redirect(url_for("invitations.show", task_id=task_id), 303)


def _page(task_id: int, *, link: str = "", code: str = "", error: InvalidError | None = None) -> str:
    with reading() as session:
        seat = cases.open_invitation(session, current_actor(), task_id, now())
    problems = {p.field: p.message for p in error.problems} if error else {}
    typed = {"contact": request.form.get("contact", seat.contact), "reason": request.form.get("reason", "")}
    return render_template("cases/invitation.html", seat=seat, link=link, code=code, problems=problems, **typed)
