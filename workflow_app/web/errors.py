"""Every refusal becomes a page that says what happened and what to do, in the reader's language."""

from __future__ import annotations

from flask import Flask, Response, jsonify, make_response, render_template, request

from workflow_app.errors import InvalidError, WorkflowError
from workflow_app.web.i18n import text


def wants_json() -> bool:
    """Whether a script asks, not a person."""
    return request.headers.get("X-Requested-With") == "fetch" or request.accept_mimetypes.best == "application/json"


def refused(error: WorkflowError) -> Response:
    """The answer to a refusal of a service."""
    message = text(error.message)
    if wants_json():
        problems = error.problems if isinstance(error, InvalidError) else ()
        body = {"message": message, "problems": [{"field": p.field, "message": text(p.message)} for p in problems]}
        return make_response(jsonify(body), error.status)
    return make_response(render_template("errors/error.html", status=error.status, message=message), error.status)


def install(app: Flask) -> None:
    """Answer every error with a page."""
    app.register_error_handler(WorkflowError, refused)
