"""单位: the system administrator sets up schools and sections, renames and closes them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.directory import organisations
from workflow_app.directory.kinds import ORGANISATION_KINDS
from workflow_app.directory.rights import require
from workflow_app.directory.roster import organisation_page
from workflow_app.web.i18n import gettext
from workflow_app.web.people_pages import KIND_NAMES
from workflow_app.web.request import asked_number, asked_words, current_actor, reading, today, writing
from workflow_app.web.submitted import Answer, Submitted, sent

blueprint = Blueprint("organisations", __name__, url_prefix="/admin/organisations")

PAGE_SIZE = 50
NEW_KINDS = tuple(kind for kind in ORGANISATION_KINDS if kind != "bureau")
"""Kinds that may be set up on the page; the bureau itself is founded with its tenant."""


def _new_page(form: Submitted | None) -> str:
    return render_template(
        "admin/new_organisation.html", form=form, kinds={kind: KIND_NAMES[kind] for kind in NEW_KINDS}, today=today()
    )


def _page(form: Submitted | None, organisation_id: int) -> str:
    with reading() as session:
        row = organisations.organisation(session, current_actor().bureau_id, organisation_id)
        return render_template("admin/organisation.html", row=row, form=form, kinds=KIND_NAMES, today=today())


@blueprint.get("")
def index() -> str:
    """The organisations of the bureau, closed ones included."""
    actor = current_actor()
    require(actor, "manage_directory")
    kind = request.args.get("kind", "")
    kind = kind if kind in ORGANISATION_KINDS else ""
    name, after = asked_words("name"), asked_number("after")
    with reading() as session:
        page = organisation_page(
            session, actor.bureau_id, kinds=(kind,) if kind else (), name=name, after=after, limit=PAGE_SIZE
        )
        return render_template(
            "admin/organisations.html", page=page, kind=kind, search=name, after=after, kinds=KIND_NAMES, today=today()
        )


@blueprint.get("/new")
def new() -> str:
    """The form for a new organisation."""
    require(current_actor(), "manage_directory")
    return _new_page(None)


@blueprint.post("/new")
@sent("new", "manage_directory", again=_new_page)
def create(form: Submitted) -> Answer:
    """设立单位; what belongs to the bureau stands below it, a partner department or another bureau beside it."""
    kind = form.code("kind", frozenset(NEW_KINDS))
    active_from = form.day("active_from")
    form.check()
    with writing() as act:
        below = kind in {"section", "school", "kindergarten"}
        row = organisations.create_organisation(
            act,
            kind=kind,
            code=form.text("code"),
            name=form.text("name"),
            short_name=form.text("short_name") or None,
            parent_id=organisations.by_code(act.session, act.bureau_id, "bureau").id if below else None,
            active_from=active_from,
        )
        organisation_id = row.id
    flash(gettext("已设立单位。"), "ok")
    return _to_organisation(organisation_id)


@blueprint.get("/<int:organisation_id>")
def organisation(organisation_id: int) -> str:
    """One organisation."""
    require(current_actor(), "manage_directory")
    return _page(None, organisation_id)


@blueprint.post("/<int:organisation_id>/rename")
@sent("rename", "manage_directory", again=_page)
def rename(form: Submitted, organisation_id: int) -> Answer:
    """更名."""
    with writing() as act:
        organisations.rename(act, organisation_id, form.text("name"), form.text("short_name") or None)
    flash(gettext("已更名。已出具的文书保留原名称。"), "ok")
    return _to_organisation(organisation_id)


@blueprint.post("/<int:organisation_id>/close")
@sent("close", "manage_directory", again=_page)
def close(form: Submitted, organisation_id: int) -> Answer:
    """停用单位."""
    last_day = form.day("last_day")
    form.check()
    with writing() as act:
        organisations.close(act, organisation_id, last_day)
    flash(gettext("已办理单位停用。"), "ok")
    return _to_organisation(organisation_id)


def _to_organisation(organisation_id: int) -> Response:
    return redirect(url_for("organisations.organisation", organisation_id=organisation_id), 303)
