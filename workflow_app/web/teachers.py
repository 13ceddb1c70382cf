"""台账 of teachers: mentoring and support teaching, as of any day. A school sees what it takes part in itself."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from workflow_app.dossier.registers import table
from workflow_app.dossier.tables import Asked
from workflow_app.dossier.teacher_tables import further_mentoring, further_support
from workflow_app.web.registers import asked_of_page
from workflow_app.web.request import asked_number, reading

blueprint = Blueprint("teachers", __name__, url_prefix="/registers")

PAGE = 50
"""Rows of a page."""


@blueprint.get("/mentoring")
def mentoring() -> str:
    """师徒结对台账: agreements with their apprentices, the terms' work and the results, as of a day."""
    return _page("mentoring", further_mentoring)


@blueprint.get("/support")
def support() -> str:
    """支教人员台账: who serves or served where, for how many teaching months, with what result, as of a day."""
    return _page("support", further_support)


def _page(name: str, further: Callable[[Session, Asked], int | None]) -> str:
    asked = asked_of_page(limit=PAGE)
    with reading() as session:
        return render_template(
            f"registers/{name}.html",
            register=table(session, name, asked),
            more=further(session, asked),
            before=asked_number("before"),
            day=asked.day,
            today=asked.today,
        )
