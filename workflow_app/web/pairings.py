"""结对台账: which schools help which, what was reached, what they did together, how it was judged."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.cases.access import access_to
from workflow_app.cases.checks import period_text
from workflow_app.cases.models import Case
from workflow_app.dossier.pairing_tables import further_pairings, state_of
from workflow_app.dossier.registers import table
from workflow_app.dossier.tables import Asked
from workflow_app.errors import NotFoundError
from workflow_app.registers.pairing_activities import activities_of, totals_of
from workflow_app.registers.pairing_appraisals import appraisals_of, values_of
from workflow_app.registers.pairing_kinds import ACTIVITY_FORMS, CHANGES, GRADES, KINDS, NEXT_STEPS
from workflow_app.registers.pairings import PAGE, changes_of, pairings_at, sides_seen, targets_of
from workflow_app.web.pairing_charts import HEIGHT, WIDTH, charts
from workflow_app.web.request import current_actor, reading, today

blueprint = Blueprint("pairings", __name__, url_prefix="/registers/pairings")

SHOWN = 100
"""The newest activities are shown, as many as these; the totals count all of them."""


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
    """One pairing: targets with charts, activities, appraisals, changes.

    Both sides' scores are shown to those who work in the bureau alone, so that the helper never learns what the
    school that it helps has said of it.

    Raises:
        NotFoundError: there is no such pairing, or it may not be seen.
    """
    actor = current_actor()
    with reading() as session:
        seen = sides_seen(actor)
        line = next(iter(pairings_at(session, actor.bureau_id, only=seen, of=pairing_id)), None)
        if line is None:
            raise NotFoundError
        targets = targets_of(session, actor.bureau_id, pairing_id)
        return render_template(
            "registers/pairing.html",
            pairing=line,
            state=state_of(line, today()),
            kind=KINDS[line.kind],
            charts=charts(targets, values_of(session, actor.bureau_id, pairing_id)),
            size=(WIDTH, HEIGHT),
            activities=activities_of(session, actor.bureau_id, pairing_id, SHOWN),
            totals=totals_of(session, actor.bureau_id, pairing_id),
            appraisals=appraisals_of(session, actor.bureau_id, pairing_id),
            shows_scores=seen is None,
            changes=changes_of(session, actor.bureau_id, [pairing_id]),
            forms=ACTIVITY_FORMS,
            grades=GRADES,
            steps=NEXT_STEPS,
            change_names=CHANGES,
            period=period_text,
            case=_visible_case(session, actor, line.case_id),
        )


def _visible_case(session: Session, actor: Actor, case_id: int) -> Case | None:
    """The case in which it was agreed, for those who may see it."""
    case = session.scalar(select(Case).where(Case.bureau_id == actor.bureau_id, Case.id == case_id))
    return case if case is not None and access_to(session, actor, case) is not None else None
