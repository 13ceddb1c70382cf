"""The page of a task: the form with its draft or prefill, what came before, what the checks say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Act, Actor
from workflow_app.audit.models import AuditChain
from workflow_app.cases.access import access_to
from workflow_app.cases.answering import draft_findings, serious_first
from workflow_app.cases.case_page import earlier_answers
from workflow_app.cases.catalogue import FIGURES, PREFILLS
from workflow_app.cases.due import due_line
from workflow_app.cases.lists import case_line
from workflow_app.cases.models import Case, Draft, Seat, Submission, Task
from workflow_app.cases.pages import TaskPage
from workflow_app.cases.separation import barred, fits
from workflow_app.cases.work import Work
from workflow_app.clock import local_date
from workflow_app.definitions.answers import empty_answers, is_empty, well_formed
from workflow_app.definitions.case_view import CheckContext
from workflow_app.definitions.comparison import Comparison
from workflow_app.definitions.on_paper import form_for, form_hash
from workflow_app.definitions.schema import TaskForm
from workflow_app.directory.organisations import names
from workflow_app.directory.positions import place_name
from workflow_app.errors import ConflictError, ForbiddenError, NotFoundError
from workflow_app.policy.finding import Finding
from workflow_app.text import Text


@dataclass(frozen=True)
class _Opened:
    """The rows behind one task page."""

    work: Work
    task: Task
    seats: Sequence[Seat]
    seat: Seat
    form: TaskForm


def task_page(session: Session, actor: Actor, task_id: int, now: datetime) -> TaskPage:
    """Everything on a task's page, for a person who may answer it.

    Raises:
        NotFoundError: no such task, or its case may not be seen.
        ForbiddenError: the case may be seen, but the task is another's, or separation of duties bars this person.
        ConflictError: the task is closed.
    """
    opened = _open(Act(session, actor, now), task_id)
    work, task, form = opened.work, opened.task, opened.form
    submissions = session.scalars(
        select(Submission)
        .where(Submission.bureau_id == actor.bureau_id, Submission.case_id == work.case.id)
        .order_by(Submission.id)
    ).all()
    draft = session.scalars(
        select(Draft).where(Draft.task_id == task.id, Draft.person_id == actor.person_id)
    ).one_or_none()
    answers = draft.answers if draft is not None else _begun(work, task, form, submissions)
    organisations = names(session, actor.bureau_id, {work.case.applicant_id, opened.seat.organisation_id})
    access = access_to(session, actor, work.case) or "panel"
    today = local_date(now)
    claimed = not opened.seat.is_named and opened.seat.person_id is not None
    return TaskPage(
        task_id=task.id,
        case=case_line(session, work.calendar, work.case, organisations[work.case.applicant_id], today),
        element=task.element,
        form=form,
        content_hash=form_hash(actor, work.version),
        place=place_name(organisations[opened.seat.organisation_id], opened.seat.position),
        revision=task.revision,
        due=due_line(work.calendar, local_date(task.opened_at), task.due_on, today),
        answers=answers,
        draft_saved_at=draft.saved_at if draft is not None else None,
        earlier=earlier_answers(work.version, access, actor, submissions, form.shows),
        findings=_findings(opened, answers),
        claimed_by=actor.name if claimed else None,
        claimed_by_me=claimed,
        may_claim=not opened.seat.is_named and opened.seat.person_id is None,
        seats_done=sum(1 for s in opened.seats if s.state == "done"),
        seats_total=sum(1 for s in opened.seats if s.state not in {"removed", "recused"}),
        reviewable=tuple(s.done_by for s in opened.seats if s.state == "done" and s.done_by),
        figures=_figures(work, task, form, answers),
    )


def task_findings(
    session: Session, actor: Actor, task_id: int, answers: Mapping[str, Any], now: datetime
) -> tuple[Finding, ...]:
    """What the checks say of answers that were just refused, for showing them again with their findings."""
    opened = _open(Act(session, actor, now), task_id)
    return _findings(opened, answers)


def _begun(work: Work, task: Task, form: TaskForm, submissions: Sequence[Submission]) -> Mapping[str, Any]:
    """What a form that nobody has typed in starts with; a field may name where its value comes from."""
    answers = prefill(work, task, form, submissions)
    context = CheckContext(work.act, work.view(), task.element, {})
    named = {f.key: PREFILLS[f.prefill](context) for f in form.fields if f.prefill and _is_blank(answers.get(f.key))}
    return {**answers, **{key: value for key, value in named.items() if not is_empty(value)}}


def _is_blank(value: Any) -> bool:
    """Whether nothing has been said: no value, or blank rows alone."""
    return is_empty(value) or (isinstance(value, list) and all(is_empty(row) for row in value))


def prefill(work: Work, task: Task, form: TaskForm, submissions: Sequence[Submission]) -> Mapping[str, Any]:
    """What the form starts with: for an applicant the newest answers of the element, to be corrected rather than typed
    again. A step of the bureau starts empty, and so does a panel's: nobody is shown another's judgement to copy.
    """
    if form.internal or form.seats is not None:
        return empty_answers(form)
    wanted = form.revises or task.element
    for submission in reversed(submissions):
        if submission.element == wanted or work.version.form(submission.element).revises == wanted:
            known = {f.key for f in form.fields} | {"evidence"}
            return {k: v for k, v in submission.answers.items() if k in known}
    return empty_answers(form)


def _findings(opened: _Opened, answers: Mapping[str, Any]) -> tuple[Finding, ...]:
    return tuple(serious_first(draft_findings(opened.work, opened.task.element, opened.form, answers)))


def _figures(work: Work, task: Task, form: TaskForm, answers: Mapping[str, Any]) -> dict[str, Text | Comparison]:
    """The read-only figures of a form, by field key."""
    sound = well_formed(form, answers, today=work.act.today)
    context = CheckContext(work.act, work.view(), task.element, sound)
    return {f.key: FIGURES[f.figure](context) for f in form.fields if f.figure is not None}


def _open(act: Act, task_id: int) -> _Opened:
    row = act.session.execute(
        select(Task, Case, AuditChain)
        .join(Case, Case.id == Task.case_id)
        .join(AuditChain, AuditChain.id == Case.chain_id)
        .where(Task.id == task_id, Task.bureau_id == act.bureau_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    task, case, chain = row
    seats = act.session.scalars(
        select(Seat).where(Seat.bureau_id == act.bureau_id, Seat.task_id == task_id).order_by(Seat.no)
    ).all()
    work = Work.on(act, case, chain)
    form = form_for(act.actor, work.version, task.element)
    seat = _seat_for(act, work, task, seats)
    if why := barred(act.actor, case, form, work.progress):
        raise ForbiddenError(why.msgid, **why.args)
    return _Opened(work, task, seats, seat, form)


def _seat_for(act: Act, work: Work, task: Task, seats: Sequence[Seat]) -> Seat:
    fitting = [s for s in seats if fits(act.actor, s)]
    free = [s for s in fitting if s.state == "open" and s.person_id in {None, act.actor.person_id}]
    if free and task.closed_at is None:
        return free[0]
    if access_to(act.session, act.actor, work.case) is None:
        raise NotFoundError
    if not fitting:
        raise ForbiddenError("本任务不由您所在的岗位办理。")
    if any(s.state == "open" for s in fitting) and task.closed_at is None:
        raise ConflictError("本任务已由其他人员认领。")
    raise ConflictError("本任务已办结或已关闭，无需再办理。")
