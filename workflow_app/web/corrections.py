"""Corrections of the register of groups (更正台账): one entry, on a page of its own, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.errors import InvalidError, Problem
from workflow_app.registers.corrections import Change, Role, correct_membership, entry_to_correct
from workflow_app.text import Text
from workflow_app.typed import plain_day
from workflow_app.web.i18n import gettext
from workflow_app.web.request import current_actor, reading, writing

blueprint = Blueprint("corrections", __name__, url_prefix="/registers/entries/<int:entry_id>")

CHANGES: Mapping[Change, Text] = {"joined": Text("加入"), "left": Text("退出")}
ROLES: Mapping[Role, Text] = {"lead": Text("龙头校"), "member": Text("成员校")}

Answer = Response | tuple[str, int]
Code = TypeVar("Code", bound=str)


@blueprint.get("/correct")
def ask(entry_id: int) -> str:
    """Show the entry, and ask for what should have stood there."""
    return _page(entry_id)


@blueprint.post("/correct")
def correct(entry_id: int) -> Answer:
    """更正: the further entry stands in place of the wrong one, which stays readable."""
    try:
        with writing() as act:
            # Who may not correct is told so before anything is said about what was typed.
            entry_to_correct(act.session, act.actor, entry_id)
            change, role = _chosen("change", CHANGES), _chosen("role", ROLES)
            day = plain_day(request.form.get("effective_on", "").strip())
            if day is None:
                raise InvalidError(problems=[Problem("effective_on", Text("请填写有效的生效日期。"))])
            entry = correct_membership(
                act, entry_id, change=change, role=role, effective_on=day, reason=request.form.get("reason", "")
            )
            group_id = entry.group_id
    except InvalidError as error:
        return _page(entry_id, error), error.status
    flash(gettext("已更正，原条目保留并标明已更正。"), "ok")
    return redirect(url_for("registers.group", group_id=group_id), 303)


def _chosen(key: str, codes: Mapping[Code, Text]) -> Code:
    typed = request.form.get(key, "")
    found = next((code for code in codes if code == typed), None)
    if found is None:
        raise InvalidError(problems=[Problem(key, Text("请选择。"))])
    return found


def _page(entry_id: int, error: InvalidError | None = None) -> str:
    with reading() as session:
        entry, school, group = entry_to_correct(session, current_actor(), entry_id)
        stands = {"change": entry.change, "role": entry.role, "effective_on": entry.effective_on.isoformat()}
        return render_template(
            "registers/correct.html",
            entry=entry,
            school=school,
            group=group,
            changes=CHANGES,
            roles=ROLES,
            typed={**stands, "reason": "", **(request.form.to_dict() if error else {})},
            problems={problem.field: problem.message for problem in error.problems} if error else {},
        )
