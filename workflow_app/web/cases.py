"""A case: the lists, starting one, its page with where it stands, withdrawing and terminating it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app import cases
from workflow_app.cases.lists import CaseTab
from workflow_app.cases.pages import CasePage
from workflow_app.directory.rights import sees_whole_bureau
from workflow_app.errors import ForbiddenError, InvalidError
from workflow_app.records.queries import records_of_case
from workflow_app.text import Text
from workflow_app.web.case_diagram import case_diagram
from workflow_app.web.forms.choices import load_names
from workflow_app.web.forms.seen import mentioned_in, seen
from workflow_app.web.i18n import gettext, text
from workflow_app.web.request import asked_number, asked_words, current_actor, now, reading, sent_number, today, writing

blueprint = Blueprint("cases", __name__, url_prefix="/cases")

STAGES: Mapping[str, Text] = {
    "draft": Text("草稿"),
    "submitted": Text("已提交"),
    "supplement": Text("待补正"),
    "accepted": Text("已受理"),
    "review": Text("审核"),
    "countersign": Text("会审"),
    "assessment": Text("评估"),
    "notice": Text("公示"),
    "objection": Text("异议核查"),
    "decision": Text("待决定"),
    "issue": Text("发文"),
    "execution": Text("执行中"),
    "archived": Text("已归档"),
}
"""The one list of stages, in their order (processes.md B0, States)."""

TABS: Mapping[CaseTab, Text] = {"running": Text("在办"), "closed": Text("已办结"), "all": Text("全部")}


@blueprint.app_template_filter("stage")
def stage_name(stage: str) -> str:
    """The name of a stage in the language of the page."""
    return text(STAGES[stage])


@blueprint.get("")
def index() -> str:
    """我的办件: the cases that I may see, the newest first."""
    asked = request.args.get("tab")
    tab: CaseTab = next((t for t in get_args(CaseTab) if t == asked), "running")
    words, after = asked_words("text"), asked_number("after")
    with reading() as session:
        page = cases.my_cases(session, current_actor(), today=today(), tab=tab, text=words, after=after)
        values = {"tabs": TABS, "tab": tab, "search": words, "after": after}
        return render_template("cases/index.html", page=page, sees_all=sees_whole_bureau(current_actor()), **values)


@blueprint.get("/start")
def start() -> str:
    """发起事项: the processes that my positions may start."""
    with reading() as session:
        return render_template("cases/start.html", startable=cases.startable(session, current_actor()))


@blueprint.post("/start/<slug>")
def begin(slug: str) -> Response:
    """Start a case and open its first task."""
    applicant = sent_number("applicant")
    with writing() as act:
        started = cases.start_case(act, slug, applicant_id=applicant)
    return redirect(url_for("tasks.show", task_id=started.task_id), 303)


@blueprint.get("/<int:case_id>")
def show(case_id: int) -> str:
    """到哪了: where the case is, with whom, since when, how long left; its history, documents and answers."""
    return _page(case_id)


@blueprint.post("/<int:case_id>/gates")
def lift(case_id: int) -> Response | tuple[str, int]:
    """放行: lift a gate with a reason. A second click finds it lifted and changes nothing."""
    task_id, check = sent_number("task"), request.form.get("check", "")
    reason = request.form.get("reason", "")
    try:
        with writing() as act:
            cases.readable_case(act.session, act.actor, case_id)
            found = cases.open_gates(act.session, act.actor, case_id, act.now)
            gate = next((g for g in found if (g.task_id, g.finding.check) == (task_id, check)), None)
            if gate is None:
                raise ForbiddenError("现在没有可以由您放行的这个卡点，请刷新办件页面后核对。")
            cases.override_gate(act, gate.task_id, check, gate.place, reason)
    except InvalidError as error:
        return _page(case_id, Refused(task_id, check, error.problems[0].message)), error.status
    flash(gettext("已放行，办理人会收到通知。"), "ok")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@dataclass(frozen=True)
class Refused:
    """Why a gate was not lifted, for saying so beside its form."""

    task_id: int | None
    check: str
    message: Text


def _page(case_id: int, refused: Refused | None = None) -> str:
    actor = current_actor()
    with reading() as session:
        page = cases.case_page(session, actor, case_id, now())
        names = load_names(session, actor.bureau_id, mentioned_in(page.earlier), case_id)
        return render_template(
            "cases/show.html",
            page=page,
            earlier=seen(page.earlier, names, actor),
            records=records_of_case(session, actor.bureau_id, case_id, with_internal=page.access == "internal"),
            diagram=case_diagram(session, page),
            panels=cases.open_panels(session, actor, case_id, now()),
            invitations=cases.open_invitations(session, actor, case_id, now()),
            gates=cases.open_gates(session, actor, case_id, now()),
            refused=refused,
        )


@blueprint.get("/<int:case_id>/diagram")
@blueprint.get("/<int:case_id>/diagram/<call>")
def diagram(case_id: int, call: str | None = None) -> str:
    """The diagram alone, in its full size: of the process, or of one shared step of it."""
    with reading() as session:
        page = cases.case_page(session, current_actor(), case_id, now())
        return render_template("cases/diagram.html", page=page, call=call, diagram=case_diagram(session, page, call))


@blueprint.get("/<int:case_id>/withdraw")
def confirm_withdrawal(case_id: int) -> str:
    """Ask for the reason, and say what withdrawing means."""
    return render_template("cases/withdraw.html", page=_withdrawable(case_id), reason="", problem=None)


@blueprint.post("/<int:case_id>/withdraw")
def withdraw(case_id: int) -> Response | tuple[str, int]:
    """Withdraw the case; a second click finds it withdrawn and changes nothing."""
    reason = request.form.get("reason", "")
    try:
        with writing() as act:
            cases.withdraw(act, case_id, reason)
    except InvalidError as error:
        problem = error.problems[0].message if error.problems else error.message
        values = {"page": _withdrawable(case_id), "reason": reason, "problem": problem}
        return render_template("cases/withdraw.html", **values), error.status
    flash(gettext("已撤回。"), "ok")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@blueprint.get("/<int:case_id>/terminate")
def confirm_termination(case_id: int) -> str:
    """Ask for the reason, and say what terminating means and what it leaves as it is."""
    return render_template("cases/terminate.html", page=_terminable(case_id), reason="", problem=None)


@blueprint.post("/<int:case_id>/terminate")
def terminate(case_id: int) -> Response | tuple[str, int]:
    """终止办理; a second click finds the case terminated and changes nothing."""
    reason = request.form.get("reason", "")
    try:
        with writing() as act:
            cases.terminate(act, case_id, reason)
    except InvalidError as error:
        values = {"page": _terminable(case_id), "reason": reason, "problem": error.problems[0].message}
        return render_template("cases/terminate.html", **values), error.status
    flash(gettext("已终止办理，申请单位和正在办理的人员会收到通知。"), "ok")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _terminable(case_id: int) -> CasePage:
    with reading() as session:
        page = cases.case_page(session, current_actor(), case_id, now())
    if not page.may_terminate:
        raise ForbiddenError("该办件现在不能由您终止办理。")
    return page


def _withdrawable(case_id: int) -> CasePage:
    with reading() as session:
        page = cases.case_page(session, current_actor(), case_id, now())
    if not page.may_withdraw:
        raise ForbiddenError("该办件现在不能由您撤回。")
    return page
