"""The front door and the signs of life."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from sqlalchemy import text
from werkzeug.wrappers import Response

from workflow_app.health import hindrances
from workflow_app.web.request import reading, runtime

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


@blueprint.get("/readyz")
def readyz() -> tuple[str, int]:
    """``ready``, or 503 and what is in the way: a proxy or an orchestrator then sends visitors elsewhere."""
    parts = runtime()
    found = hindrances(parts.config, parts.database)
    return (f"not ready: {', '.join(found)}", 503) if found else ("ready", 200)
