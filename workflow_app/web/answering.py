"""Answering a task over the web: what the pressed button says, whoever presses it, and at whichever desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from workflow_app import cases
from workflow_app.cases.task_form import TaskFormRef
from workflow_app.definitions.answers import Answers, display, keep_asked, mentioned
from workflow_app.errors import ConflictError, InvalidError, Problem, WorkflowError
from workflow_app.typed import whole_number
from workflow_app.web.desks import current_desk
from workflow_app.web.forms.build import sent_answers
from workflow_app.web.forms.choices import load_names
from workflow_app.web.forms.edit import add_row, insert_clause, move_clause, remove_file, remove_row
from workflow_app.web.forms.fields import id_of
from workflow_app.web.forms.task_view import task_view
from workflow_app.web.i18n import datetime_text, gettext
from workflow_app.web.request import config, current_actor, now, reading, sent_number, writing
from workflow_app.web.uploads import keep_uploads

Answer = str | AnyResponse | tuple[str, int]


def page(task_id: int) -> str:
    """The form of a task for whoever may answer it.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: as the page of a task does.
    """
    with reading() as session:
        return _page(task_view(session, current_actor(), task_id, now()))


def sent(ref: TaskFormRef) -> Answer:
    """Do what the pressed button says: submit, keep as a draft, or change the rows of a table."""
    typed, anchor = _with_rows_changed(ref, _typed(ref))
    return _keep(ref, typed, anchor)


def files_sent(ref: TaskFormRef) -> Answer:
    """Add files to an upload place of the form, or remove one; the rest of the form is kept as a draft."""
    typed = _typed(ref)
    path, _, last = request.form.get("file-remove", "").partition(":")
    if (file_id := whole_number(last)) is not None:
        typed = remove_file(ref.form, typed, path, file_id)
    return _keep(ref, typed, path or request.form.get("upload"))


def draft_sent(ref: TaskFormRef) -> Response:
    """Keep what has been typed so far; the page's script calls this a moment after the last key."""
    typed = _typed(ref)
    with writing() as act:
        saved_at = cases.save_draft(act, ref.task_id, typed)
    words = gettext("草稿已于{when}自动保存", when=datetime_text(saved_at, "time"))
    return jsonify(saved_at=saved_at.isoformat(), text=words)


def _keep(ref: TaskFormRef, typed: Answers, anchor: str | None) -> Answer:
    try:
        if request.form.get("act") == "submit":
            # Sent twice, the second comes to a closed task: the submission itself knows whether it was this very one.
            with suppress(ConflictError):
                typed = keep_uploads(ref, typed)
            return _submit(ref, typed)
        typed = keep_uploads(ref, typed)
        if cases.is_sealed(ref.form):
            return redirect(current_desk().page(ref.task_id), 303)
        with writing() as act:
            cases.save_draft(act, ref.task_id, typed)
    except InvalidError as error:
        return _refused(ref, typed, error.problems or [Problem("", error.message)])
    except ConflictError as error:
        return _too_late(ref, error, typed)
    if request.form.get("act") == "save":
        flash(gettext("草稿已保存，尚未提交。"), "ok")
    return redirect(current_desk().page(ref.task_id, id_of(anchor) if anchor else None), 303)


def _submit(ref: TaskFormRef, typed: Answers) -> AnyResponse:
    answers = keep_asked(ref.form, typed)
    foreseen = cases.foresee(ref.standing, ref.form, answers)
    with writing() as act:
        done = cases.complete_task(
            act,
            ref.task_id,
            sent_number("revision") or 0,
            answers,
            f"{ref.task_id}:{request.form.get('key', '')[:60]}",
            foreseen,
        )
    return current_desk().done(ref, done)


def _refused(ref: TaskFormRef, typed: Answers, problems: Sequence[Problem]) -> Answer:
    """The same page with what was typed and what is wrong with it; nothing was written but the draft."""
    with suppress(WorkflowError), writing() as act:
        cases.save_draft(act, ref.task_id, typed)
    if any(problem.field.startswith("overrides.") for problem in problems):
        # Not in the refused act, which has left nothing behind; and not with the draft, which is kept in any case.
        with suppress(WorkflowError), writing() as act:
            cases.tell_holders(act, ref.task_id, typed)
    key = request.form.get("key") or None
    with reading() as session:
        values = task_view(session, current_actor(), ref.task_id, now(), typed=typed, problems=problems, key=key)
        return _page(values), 422


def _too_late(ref: TaskFormRef, error: ConflictError, typed: Answers) -> Answer:
    """Say who decided when, and show what was typed: it is not lost, it may be copied or, if still open, is kept."""
    kept = False
    if typed:
        with suppress(WorkflowError), writing() as act:
            cases.save_draft(act, ref.task_id, typed)
            kept = True
    with reading() as session:
        names = load_names(session, current_actor().bureau_id, mentioned(ref.form, typed), ref.case_id)
    lines = display(ref.form, typed, names, may_see_personal=True)
    return render_template("tasks/conflict.html", ref=ref, message=error.message, lines=lines, kept=kept), 409


def _typed(ref: TaskFormRef) -> dict[str, Any]:
    typed = sent_answers(ref.content_hash, ref.element, ref.form, request.form)
    current_desk().accept(ref, typed)
    return typed


def _with_rows_changed(ref: TaskFormRef, typed: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    if key := request.form.get("rows-add"):
        return add_row(ref.form, typed, key), f"{key}.{len(typed.get(key) or ())}"
    if path := request.form.get("rows-remove"):
        return remove_row(ref.form, typed, path), path.partition(".")[0]
    if path := request.form.get("clause-insert"):
        return insert_clause(ref.form, typed, path), _neighbour(path, 1)
    for button, by in (("clause-up", -1), ("clause-down", 1)):
        if path := request.form.get(button):
            return move_clause(ref.form, typed, path, by), _neighbour(path, by)
    return typed, None


def _neighbour(path: str, by: int) -> str:
    """The place before or after a row: ``clauses.2`` for ``clauses.1`` and 1."""
    key, _, number = path.partition(".")
    return f"{key}.{max(0, (whole_number(number) or 0) + by)}"


def _page(values: Mapping[str, Any]) -> str:
    return render_template(current_desk().template, max_file_mb=config().max_file_mb, **values)
