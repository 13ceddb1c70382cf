"""结对台账: which schools help which, what was reached, what they did together, how it was judged."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.cases.access import access_to
from workflow_app.cases.models import Case
from workflow_app.dossier.pairing_entries import albums, further_activities, pairing_of, sees_scores
from workflow_app.dossier.pairing_tables import further_pairings, state_of
from workflow_app.dossier.registers import table
from workflow_app.dossier.tables import Asked
from workflow_app.registers.pairing_activities import totals_of
from workflow_app.registers.pairing_kinds import ACTIVITY_FORMS, KINDS
from workflow_app.registers.pairing_midterms import reached_of
from workflow_app.registers.pairings import PAGE, targets_of
from workflow_app.web.pairing_charts import HEIGHT, WIDTH, charts
from workflow_app.web.registers import asked_of_page
from workflow_app.web.request import asked_number, current_actor, reading, today

blueprint = Blueprint("pairings", __name__, url_prefix="/registers/pairings")

ACTIVITIES = 20
"""Activities on one page of a pairing; the totals count all of them."""
TABLES = ("indicators", "activities", "midterms", "appraisals", "changes")
"""What the page of a pairing shows; in the tables of all registers each is called ``pairing-…``."""


@blueprint.get("")
def index() -> str:
    """The pairings that this person may see, the newest first."""
    asked = Asked(current_actor(), today(), today(), args=request.args.to_dict(), limit=PAGE)
    with reading() as session:
        return render_template(
            "registers/pairings.html",
            pairings=table(session, "pairings", asked),
            following=further_pairings(session, asked),
        )


@blueprint.get("/<int:pairing_id>")
def pairing(pairing_id: int) -> str:
    """One pairing: targets with charts, activities with their photographs, mid-term check, appraisals, changes.

    Raises:
        NotFoundError: there is no such pairing, or it may not be seen.
    """
    asked = asked_of_page(pairing_id, limit=ACTIVITIES)
    actor = asked.actor
    with reading() as session:
        line = pairing_of(session, asked)
        targets = targets_of(session, actor.bureau_id, pairing_id)
        return render_template(
            "registers/pairing.html",
            pairing=line,
            state=state_of(line, today()),
            kind=KINDS[line.kind],
            charts=charts(targets, reached_of(session, actor.bureau_id, pairing_id)),
            size=(WIDTH, HEIGHT),
            totals=totals_of(session, actor.bureau_id, pairing_id),
            albums=albums(session, asked),
            forms=ACTIVITY_FORMS,
            before=asked_number("before"),
            more=further_activities(session, asked),
            shows_scores=sees_scores(actor),
            case=_visible_case(session, actor, line.case_id),
            **{name: table(session, f"pairing-{name}", asked) for name in TABLES},
        )


def _visible_case(session: Session, actor: Actor, case_id: int) -> Case | None:
    """The case in which it was agreed, for those who may see it."""
    case = session.scalar(select(Case).where(Case.bureau_id == actor.bureau_id, Case.id == case_id))
    return case if case is not None and access_to(session, actor, case) is not None else None
