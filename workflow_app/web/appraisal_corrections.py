"""Corrections of decided appraisals (考核更正): total and grade of a group or a pairing, by who decided them."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from workflow_app import cases
from workflow_app.cases.checks import period_text
from workflow_app.errors import InvalidError
from workflow_app.registers.corrected import GROUPS, PAIRINGS
from workflow_app.registers.decided import GRADES_OF, LONGEST_DOCUMENT, Decided, decided
from workflow_app.text import Text
from workflow_app.web.correction_form import Answer, Asking, Input, choice, page, reason
from workflow_app.web.corrections import corrected
from workflow_app.web.request import current_actor, reading, writing

blueprint = Blueprint("appraisal_corrections", __name__, url_prefix="/registers")

KEPT = Text("原考核结果不删改，另记一条更正，写明依据；此后查询该学年的考核等次时以更正后的为准。")


@blueprint.get("/appraisals/<int:entry_id>/correct")
def ask(entry_id: int) -> str:
    """Show a group's appraisal, and ask for the right total and grade."""
    return _page(GROUPS, entry_id)


@blueprint.post("/appraisals/<int:entry_id>/correct")
def correct(entry_id: int) -> Answer:
    """更正: the newest correction of an appraisal is the one that counts."""
    return _correct(GROUPS, entry_id)


@blueprint.get("/pairing-appraisals/<int:entry_id>/correct")
def ask_pairing(entry_id: int) -> str:
    """Show a pairing's appraisal, and ask for the right total and grade."""
    return _page(PAIRINGS, entry_id)


@blueprint.post("/pairing-appraisals/<int:entry_id>/correct")
def correct_pairing(entry_id: int) -> Answer:
    """更正: the newest correction of an appraisal is the one that counts."""
    return _correct(PAIRINGS, entry_id)


def _correct(register: str, entry_id: int) -> Answer:
    form = request.form
    try:
        with writing() as act:
            back = _back(decided(act.session, act.actor, register, entry_id))
            cases.correct_appraisal(
                act,
                register,
                entry_id,
                total=form.get("total", ""),
                grade=form.get("grade", ""),
                document=form.get("document", ""),
                reason=form.get("reason", ""),
                beyond_quota=form.get("beyond_quota") == "yes",
            )
    except InvalidError as error:
        return _page(register, entry_id, error), error.status
    return corrected(back)


def _page(register: str, entry_id: int, error: InvalidError | None = None) -> str:
    with reading() as session:
        found = decided(session, current_actor(), register, entry_id)
    grades = GRADES_OF[register]
    beyond = error is not None and any(problem.field == "beyond_quota" for problem in error.problems)
    inputs = (
        Input("total", Text("总分"), "text", longest=5),
        choice("grade", Text("等次"), grades),
        Input("document", Text("依据文号"), "text", longest=LONGEST_DOCUMENT),
        reason(),
        *((Input("beyond_quota", Text("超出优秀比例，仍予更正"), "tick"),) if beyond else ()),
    )
    what = Text(
        "{year}考核：{total}分，{grade}",
        year=period_text(found.school_year),
        total=found.total,
        grade=grades[found.grade],
    )
    begun = {"total": found.total, "grade": found.grade}
    return page(Asking(found.of, _back(found), what, found.decided_on, KEPT, inputs, begun), error)


def _back(found: Decided) -> str:
    if found.register == GROUPS:
        return url_for("registers.group", group_id=found.about)
    return url_for("pairings.pairing", pairing_id=found.about)
