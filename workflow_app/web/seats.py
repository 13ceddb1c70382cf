"""Seats of a panel: recusing oneself, adding and removing a seat, each with a reason on a page of its own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app import cases
from workflow_app.cases.task_form import task_form
from workflow_app.errors import ForbiddenError, InvalidError, NotFoundError, Problem
from workflow_app.text import Text
from workflow_app.web.i18n import gettext
from workflow_app.web.request import current_actor, now, reading, sent_number, writing

blueprint = Blueprint("seats", __name__, url_prefix="/tasks/<int:task_id>")

Answer = Response | tuple[str, int]


@blueprint.get("/recuse")
def confirm_recusal(task_id: int) -> str:
    """Ask for the reason, and say what recusal means."""
    return _recusal(task_id)


@blueprint.post("/recuse")
def recuse(task_id: int) -> Answer:
    """申请回避: give up one's seat. Whoever has done so may no longer see the case, so the inbox comes next."""
    try:
        with writing() as act:
            cases.recuse(act, task_id, _reason())
    except InvalidError as error:
        return _recusal(task_id, error), error.status
    flash(gettext("已回避，本任务不再由您办理。"), "ok")
    return redirect(url_for("inbox.index"), 303)


@blueprint.get("/seats/add")
def choose_person(task_id: int) -> str:
    """Offer those who may be added."""
    return _adding(task_id)


@blueprint.post("/seats/add")
def add(task_id: int) -> Answer:
    """增加席位: the person added is told."""
    person_id = sent_number("person")
    try:
        if person_id is None:
            raise InvalidError(problems=[Problem("person", Text("请选择人员。"))])
        with writing() as act:
            cases.add_seat(act, task_id, person_id, _reason())
    except InvalidError as error:
        return _adding(task_id, error), error.status
    flash(gettext("已增加席位。"), "ok")
    return _to_case(task_id)


@blueprint.get("/seats/<int:seat_no>/remove")
def confirm_removal(task_id: int, seat_no: int) -> str:
    """Ask for the reason, and say whose seat it is."""
    return _removal(task_id, seat_no)


@blueprint.post("/seats/<int:seat_no>/remove")
def remove(task_id: int, seat_no: int) -> Answer:
    """撤销席位: if everyone left has answered and enough sit, the case goes on at once."""
    try:
        with writing() as act:
            cases.remove_seat(act, task_id, seat_no, _reason())
    except InvalidError as error:
        return _removal(task_id, seat_no, error), error.status
    flash(gettext("已撤销席位。"), "ok")
    return _to_case(task_id)


def _reason() -> str:
    return request.form.get("reason", "")


def _to_case(task_id: int) -> Response:
    with reading() as session:
        case_id = task_form(session, current_actor(), task_id).case_id
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _recusal(task_id: int, error: InvalidError | None = None) -> str:
    with reading() as session:
        ref = task_form(session, current_actor(), task_id)
        if not cases.own_panel_seat(session, current_actor(), task_id):
            raise ForbiddenError("本任务没有指定由您办理的席位，不需要申请回避。")
    return render_template("cases/seats_recuse.html", ref=ref, **_typed(error))


def _adding(task_id: int, error: InvalidError | None = None) -> str:
    with reading() as session:
        panel = cases.open_panel(session, current_actor(), task_id, now())
        people = cases.candidates(session, current_actor(), task_id, now())
    return render_template("cases/seats_add.html", panel=panel, people=people, **_typed(error))


def _removal(task_id: int, seat_no: int, error: InvalidError | None = None) -> str:
    with reading() as session:
        panel = cases.open_panel(session, current_actor(), task_id, now())
    seat = next((s for s in panel.seats if s.no == seat_no and s.removable), None)
    if seat is None:
        raise NotFoundError
    return render_template("cases/seats_remove.html", panel=panel, seat=seat, **_typed(error))


def _typed(error: InvalidError | None) -> dict[str, Any]:
    """What was typed, and what is wrong with it by field."""
    problems = {p.field: p.message for p in error.problems} if error else {}
    return {"problems": problems, "reason": _reason(), "chosen": sent_number("person")}
