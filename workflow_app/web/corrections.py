"""Corrections of registers (更正台账): one entry, on a page of its own, with a reason; what it was stays readable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from workflow_app.dossier.group_change_tables import GROUP_CHANGES
from workflow_app.dossier.group_tables import CHANGES as GROUP_ENTRIES
from workflow_app.errors import InvalidError, Problem
from workflow_app.registers.change_corrections import RETYPED, change_to_correct, correct_change
from workflow_app.registers.changes import KINDS
from workflow_app.registers.corrections import Change, Role, correct_membership, entry_to_correct
from workflow_app.registers.models import VOIDED
from workflow_app.text import Text, listed
from workflow_app.typed import plain_day
from workflow_app.web.correction_form import Answer, Asking, choice, day, page, reason
from workflow_app.web.i18n import gettext
from workflow_app.web.request import current_actor, reading, writing

blueprint = Blueprint("corrections", __name__, url_prefix="/registers")

CHANGES: Mapping[Change, Text] = {"joined": Text("加入"), "left": Text("退出")}
ROLES: Mapping[Role, Text] = {"lead": Text("龙头校"), "member": Text("成员校")}
KEPT = Text("原条目不删改，另记一条更正，写明正确的内容；查询任何一天的成员校时以更正后的内容为准。")
KEPT_CHANGE = Text(
    "原条目不删改，另记一条更正；查询任何一天的集团类型时以更正后的内容为准。"
    "撤销集团的登记被撤销的，随之登记的各校退出一并撤销。"
)

Code = TypeVar("Code", bound=str)


@blueprint.get("/entries/<int:entry_id>/correct")
def ask(entry_id: int) -> str:
    """Show an entry of the members, and ask for what should have stood there."""
    return _entry_page(entry_id)


@blueprint.post("/entries/<int:entry_id>/correct")
def correct(entry_id: int) -> Answer:
    """更正: the further entry stands in place of the wrong one, which stays readable."""
    try:
        with writing() as act:
            # Who may not correct is told so before anything is said about what was typed.
            entry_to_correct(act.session, act.actor, entry_id)
            change, role = _chosen("change", CHANGES), _chosen("role", ROLES)
            on = plain_day(request.form.get("effective_on", "").strip())
            if on is None:
                raise InvalidError(problems=[Problem("effective_on", Text("请填写有效的生效日期。"))])
            entry = correct_membership(
                act, entry_id, change=change, role=role, effective_on=on, reason=request.form.get("reason", "")
            )
            group_id = entry.group_id
    except InvalidError as error:
        return _entry_page(entry_id, error), error.status
    return corrected(url_for("registers.group", group_id=group_id))


@blueprint.get("/changes/<int:entry_id>/correct")
def ask_change(entry_id: int) -> str:
    """Show a type change or a dissolution, and ask what should have stood there, if anything."""
    return _change_page(entry_id)


@blueprint.post("/changes/<int:entry_id>/correct")
def correct_group_change(entry_id: int) -> Answer:
    """更正: the change is void, or another one stands in its place."""
    form = request.form
    try:
        with writing() as act:
            entry = correct_change(
                act,
                entry_id,
                becomes=form.get("becomes", ""),
                effective_on=plain_day(form.get("effective_on", "").strip()),
                reason=form.get("reason", ""),
            )
            group_id = entry.group_id
    except InvalidError as error:
        return _change_page(entry_id, error), error.status
    return corrected(url_for("registers.group", group_id=group_id))


def corrected(back: str) -> Response:
    """Back to the register, where the correction stands."""
    flash(gettext("已更正，原条目保留并标明已更正。"), "ok")
    return redirect(back, 303)


def _chosen(key: str, codes: Mapping[Code, Text]) -> Code:
    typed = request.form.get(key, "")
    found = next((code for code in codes if code == typed), None)
    if found is None:
        raise InvalidError(problems=[Problem(key, Text("请选择。"))])
    return found


def _entry_page(entry_id: int, error: InvalidError | None = None) -> str:
    with reading() as session:
        entry, school, group = entry_to_correct(session, current_actor(), entry_id)
        stands = {"change": entry.change, "role": entry.role, "effective_on": entry.effective_on.isoformat()}
        what = listed([school, GROUP_ENTRIES[entry.change]])
        fields = (
            choice("change", Text("变动"), CHANGES),
            choice("role", Text("身份"), ROLES),
            day("effective_on", Text("生效日期")),
            reason(),
        )
        back = url_for("registers.group", group_id=entry.group_id)
        return page(Asking(group, back, what, entry.effective_on, KEPT, fields, stands), error)


def _change_page(entry_id: int, error: InvalidError | None = None) -> str:
    with reading() as session:
        entry, group = change_to_correct(session, current_actor(), entry_id)
        becomes = {VOIDED: Text("撤销登记"), **(KINDS if entry.change == RETYPED else {})}
        fields = (
            choice("becomes", Text("更正为"), becomes),
            *((day("effective_on", Text("生效日期")),) if entry.change == RETYPED else ()),
            reason(),
        )
        stands = {"becomes": VOIDED, "effective_on": entry.effective_on.isoformat()}
        what = listed([GROUP_CHANGES[entry.change], *([KINDS[entry.kind]] if entry.kind else [])])
        back = url_for("registers.group", group_id=entry.group_id)
        return page(Asking(group, back, what, entry.effective_on, KEPT_CHANGE, fields, stands), error)
