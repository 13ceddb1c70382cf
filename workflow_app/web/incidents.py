"""异常: what the program could not settle by itself, for those who look after it, and closing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app import cases
from workflow_app.cases.follow import TOO_MANY_ROUNDS
from workflow_app.cases.incidents import STUCK
from workflow_app.errors import InvalidError
from workflow_app.text import Text
from workflow_app.web.i18n import gettext
from workflow_app.web.request import asked_number, current_actor, reading, writing

blueprint = Blueprint("incidents", __name__, url_prefix="/admin/incidents")

SHOWN = 50


@dataclass(frozen=True)
class Explained:
    """A kind of incident in plain words: what happened, and what to do about it."""

    title: Text
    advice: Text


KINDS: Mapping[str, Explained] = {
    "nobody_eligible": Explained(
        Text("没有可以办理的人员"),
        Text("该环节要求的岗位目前无人任职，办件停在这里。请由安全管理员授予岗位，之后岗位人员即可在待办任务中办理。"),
    ),
    STUCK: Explained(
        Text("办件无法继续"),
        Text("办件的流程记录读不出来或不能继续，其他办件不受影响。请联系系统维护人员，从备份中恢复该办件后再处理。"),
    ),
    TOO_MANY_ROUNDS: Explained(
        Text("往返次数过多"),
        Text("办件多次退回重办，流程记录已接近上限。请与主办科室商量，尽快办结，或撤回后重新发起。"),
    ),
    "job_failed": Explained(
        Text("后台任务没有完成"),
        Text("发送通知、到期处理或生成文书的任务多次重试仍未成功，已停止重试。请把下面的技术信息告诉系统维护人员。"),
    ),
}
"""Every kind that is opened; a test holds this list to the code."""

UNKNOWN = Explained(Text("其他异常"), Text("请把下面的技术信息告诉系统维护人员。"))


@blueprint.get("")
def index() -> str:
    """The open incidents, the oldest first."""
    return _page()


@blueprint.post("/<int:incident_id>/close")
def close(incident_id: int) -> Response | tuple[str, int]:
    """Close one with what was done about it; a second click finds it closed and changes nothing."""
    reason = request.form.get("reason", "")
    try:
        with writing() as act:
            cases.close_incident(act, incident_id, reason)
    except InvalidError as error:
        return _page(Refused(incident_id, reason, error.problems[0].message)), error.status
    flash(gettext("已处理，处理情况记入审计记录。"), "ok")
    return redirect(url_for("incidents.index"), 303)


@dataclass(frozen=True)
class Refused:
    """Why an incident was not closed, for saying so beside its form with what was typed."""

    incident_id: int
    reason: str
    message: Text


def _page(refused: Refused | None = None) -> str:
    after = asked_number("after")
    with reading() as session:
        found = cases.open_incidents(session, current_actor(), after=after, limit=SHOWN)
        total = cases.open_count(session, current_actor())
    return render_template(
        "incidents/index.html",
        incidents=found,
        total=total,
        kinds=KINDS,
        unknown=UNKNOWN,
        refused=refused,
        after=after,
        more=found[-1].id if len(found) == SHOWN else None,
    )
