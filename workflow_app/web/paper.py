"""Entering the paper answer of an outside organisation: the handler fills in the form of its one task."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from workflow_app.cases.paper import stand_in
from workflow_app.cases.task_form import TaskFormRef, task_form
from workflow_app.web import answering
from workflow_app.web.answering import Answer
from workflow_app.web.request import current_actor, reading

blueprint = Blueprint("paper", __name__, url_prefix="/tasks/<int:task_id>/paper")


@blueprint.before_request
def _stand_in() -> None:
    """Let the handler act at the seat of the organisation, on these pages alone."""
    with reading() as session:
        g.stand_in = stand_in(session, current_actor(), int((request.view_args or {})["task_id"]))


@blueprint.get("")
def show(task_id: int) -> Answer:
    """The form, with what the paper needs besides."""
    return answering.page(task_id)


@blueprint.post("")
def send(task_id: int) -> Answer:
    """Do what the pressed button says: submit, keep as a draft, or change the rows of a table."""
    return answering.sent(_ref(task_id))


@blueprint.post("/files")
def upload(task_id: int) -> Answer:
    """Add files to an upload place of the form, or remove one."""
    return answering.files_sent(_ref(task_id))


@blueprint.post("/draft")
def draft(task_id: int) -> Response:
    """Keep what has been typed so far."""
    return answering.draft_sent(_ref(task_id))


def _ref(task_id: int) -> TaskFormRef:
    with reading() as session:
        return task_form(session, current_actor(), task_id)
