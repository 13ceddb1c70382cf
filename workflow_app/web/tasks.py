"""A task: its page, its draft, its completion, claiming and giving back."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from workflow_app import cases
from workflow_app.cases.task_form import TaskFormRef, task_form
from workflow_app.errors import ConflictError
from workflow_app.web import answering
from workflow_app.web.answering import Answer
from workflow_app.web.i18n import gettext, text
from workflow_app.web.request import current_actor, reading, writing

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")


@blueprint.get("/<int:task_id>")
def show(task_id: int) -> Answer:
    """The form of a task for whoever may answer it; who comes too late is told so on the page of the case."""
    try:
        return answering.page(task_id)
    except ConflictError as error:
        flash(text(error.message), "warn")
        return redirect(url_for("cases.show", case_id=_ref(task_id).case_id), 303)


@blueprint.post("/<int:task_id>")
def complete(task_id: int) -> Answer:
    """Do what the pressed button says: submit, keep as a draft, or change the rows of a table."""
    return answering.sent(_ref(task_id))


@blueprint.post("/<int:task_id>/files")
def upload(task_id: int) -> Answer:
    """Add files to an upload place of the form, or remove one; the rest of the form is kept as a draft."""
    return answering.files_sent(_ref(task_id))


@blueprint.post("/<int:task_id>/draft")
def draft(task_id: int) -> Response:
    """Keep what has been typed so far; the page's script calls this a moment after the last key."""
    return answering.draft_sent(_ref(task_id))


@blueprint.post("/<int:task_id>/claim")
def claim(task_id: int) -> AnyResponse:
    """Take the task, so that colleagues of the same position see who has it."""
    with writing() as act:
        cases.claim(act, task_id)
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@blueprint.post("/<int:task_id>/release")
def release(task_id: int) -> AnyResponse:
    """Give a claimed task back to the position."""
    with writing() as act:
        cases.release(act, task_id)
    flash(gettext("已退回认领，同岗位的人员都可以办理。"), "ok")
    return redirect(url_for("inbox.index"), 303)


def _ref(task_id: int) -> TaskFormRef:
    with reading() as session:
        return task_form(session, current_actor(), task_id)
