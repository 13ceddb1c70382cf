"""The front door and the sign of life."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from sqlalchemy import text
from werkzeug.wrappers import Response

from workflow_app.web.request import reading

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> Response:
    """The inbox is everyone's first page."""
    return redirect(url_for("inbox.index"))


@blueprint.get("/healthz")
def healthz() -> str:
    """``ok`` when the program runs and its database answers."""
    with reading() as session:
        session.execute(text("SELECT 1"))
    return "ok"
