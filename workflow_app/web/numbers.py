"""文号: the series of document numbers of a year, where each stands; the records clerk opens one or lets it go on."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from workflow_app.directory.rights import has_right, require
from workflow_app.records.numbering import MAX_NUMBER, set_next
from workflow_app.records.series import series_of
from workflow_app.typed import LONGEST_REASON
from workflow_app.web.i18n import gettext
from workflow_app.web.request import asked_number, current_actor, reading, today, writing
from workflow_app.web.submitted import Answer, Submitted, sent

blueprint = Blueprint("numbers", __name__, url_prefix="/numbers")


@blueprint.get("")
def index() -> str:
    """The series of one year, by default this one."""
    require(current_actor(), "read_rules")
    return _page(None)


@blueprint.post("")
@sent("set", "set_numbers", again=lambda form: _page(form))
def change(form: Submitted) -> Answer:
    """启用文号, or let it go on at a number."""
    with reading() as session:
        words = frozenset(one.word for one in series_of(session, current_actor().bureau_id, today().year))
    word, year = form.code("word", words), form.code("year", frozenset(map(str, _years())))
    number = form.number("number")
    form.check()
    with writing() as act:
        set_next(act, word, int(year), number, form.text("reason"))
    flash(gettext("已登记，下一份文书从此号编起。"), "ok")
    return _to(int(year))


def _page(form: Submitted | None) -> str:
    actor, asked = current_actor(), asked_number("year")
    with reading() as session:
        year = asked if asked is not None and 2000 <= asked <= today().year + 1 else today().year
        return render_template(
            "numbers/index.html",
            form=form,
            series=series_of(session, actor.bureau_id, year),
            year=year,
            years=_years(),
            earlier=[year - 1, year, year + 1],
            most=len(str(MAX_NUMBER)),
            longest=LONGEST_REASON,
            may_set=has_right(actor, "set_numbers"),
        )


def _years() -> tuple[int, int]:
    """The years for which a series may be opened: a document is numbered in the year in which it is issued."""
    return today().year, today().year + 1


def _to(year: int) -> Response:
    return redirect(url_for("numbers.index", year=year), 303)
