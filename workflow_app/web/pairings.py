"""结对台账: which schools help which, what was reached, what they did together, how it was judged."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.cases.access import access_to
from workflow_app.cases.checks import period_text
from workflow_app.cases.models import Case
from workflow_app.errors import NotFoundError
from workflow_app.registers.pairing_activities import activities_of, totals_of
from workflow_app.registers.pairing_appraisals import appraisals_of, values_of
from workflow_app.registers.pairing_kinds import ACTIVITY_FORMS, CHANGES, GRADES, KINDS, NEXT_STEPS
from workflow_app.registers.pairings import PAGE, PairingLine, changes_of, pairings_at, sides_seen, targets_of
from workflow_app.text import Text
from workflow_app.web.pairing_charts import HEIGHT, WIDTH, charts
from workflow_app.web.request import current_actor, reading, today

blueprint = Blueprint("pairings", __name__, url_prefix="/registers/pairings")

SHOWN = 100
"""The newest activities are shown, as many as these; the totals count all of them."""


@blueprint.get("")
def index() -> str:
    """The pairings that this person may see, the newest first."""
    actor, after = current_actor(), request.args.get("after", "")
    with reading() as session:
        found = pairings_at(
            session,
            actor.bureau_id,
            only=sides_seen(actor),
            after=int(after) if after.isascii() and after.isdigit() else None,
            limit=PAGE + 1,
        )
    return render_template(
        "registers/pairings.html",
        pairings=found[:PAGE],
        following=found[PAGE - 1].id if len(found) > PAGE else None,
        state=_state,
        kinds=KINDS,
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
            state=_state(line),
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


def _state(line: PairingLine) -> tuple[Text, str]:
    """How a pairing stands today, and the tone of its mark."""
    if line.starts_on > today():
        return Text("未开始"), ""
    if line.runs_on(today()):
        return Text("帮扶中"), "run"
    return (Text("已终止"), "warn") if line.ended else (Text("已期满"), "")


def _visible_case(session: Session, actor: Actor, case_id: int) -> Case | None:
    """The case in which it was agreed, for those who may see it."""
    case = session.scalar(select(Case).where(Case.bureau_id == actor.bureau_id, Case.id == case_id))
    return case if case is not None and access_to(session, actor, case) is not None else None
