"""Completing a task: the one path on which answers become history (DESIGN section 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import delete, select

from workflow_app.act import Act
from workflow_app.cases import ballot, clock
from workflow_app.cases.access import access_to
from workflow_app.cases.answering import accepted_findings
from workflow_app.cases.ballot import is_sealed
from workflow_app.cases.follow import finish, follow
from workflow_app.cases.foresight import Foreseen, with_answers
from workflow_app.cases.models import Draft, Seat, Submission, Task
from workflow_app.cases.places import update_answered_parties
from workflow_app.cases.proof import submission_hash
from workflow_app.cases.seats import Tally, next_in_order, panel_facts, seated, tally
from workflow_app.cases.separation import barred, fits
from workflow_app.cases.sitting import answerable_seat, seats_of, shortage_of, table_of
from workflow_app.cases.titles import case_title
from workflow_app.cases.work import Work, lock_task
from workflow_app.clock import moment_text
from workflow_app.database import insert_row
from workflow_app.definitions.answers_shape import labelled
from workflow_app.definitions.on_paper import RECEIVED_ON, form_for
from workflow_app.definitions.schema import TaskForm
from workflow_app.errors import ConflictError, ForbiddenError, NotFoundError
from workflow_app.text import Text


@dataclass(frozen=True)
class Completed:
    """What came of a completion: the case, and the next task that the same person may take, if one opened."""

    case_id: int
    next_task_id: int | None
    outcome: str | None


def complete_task(
    act: Act,
    task_id: int,
    seen_revision: int,
    answers: Mapping[str, Any],
    idempotency_key: str,
    foreseen: Foreseen | None = None,
) -> Completed:
    """Answer one's seat of a task; if its completion rule is now met, the case goes on.

    The same key sent twice by the same person is one act: the second call returns what the first brought about. What
    was ``foreseen`` saves a run of the engine if it still holds, and changes nothing else.

    Raises:
        NotFoundError: the task does not exist or may not be seen.
        ForbiddenError: it may be seen, but it is not this person's to answer.
        ConflictError: somebody has answered it already (the message names who and when), or the page is old.
        InvalidError: the answers are incomplete or impossible, an advice has no reason, a gate is not lifted.
    """
    work, task = lock_task(act, task_id)
    work.foreseen = foreseen
    seats, has_draft = table_of(work, task)
    form = form_for(act.actor, work.version, task.element)
    seat = answerable_seat(work, task, seats)
    if seat is None:
        return _already_answered(work, task, seats, idempotency_key)
    if why := barred(act.actor, work.case, form, work.progress):
        raise ForbiddenError(why.msgid, **why.args)
    if any(s.state == "done" and s.done_by_id == act.actor.person_id for s in seats) and _sent_before(
        act, task, idempotency_key
    ):
        # Who holds two seats of a table and clicks twice does not thereby answer for both.
        raise ConflictError("本页面的内容已经提交过，请刷新页面后再试。")
    if seen_revision != task.revision:
        raise ConflictError("页面已过期：本任务在您打开后有变动，请刷新后核对再提交。")
    findings = accepted_findings(work, task, form, answers)
    if has_draft:
        act.session.execute(delete(Draft).where(Draft.task_id == task.id, Draft.person_id == act.actor.person_id))
    if is_sealed(form):
        ballot.cast(work, task, seat, form, answers["decision"], idempotency_key)
    else:
        _submit(work, task, seat, form, answers, findings, idempotency_key)
    settle(work, task, seats, form)
    finish(work)
    return Completed(work.case.id, _next_for(work), work.case.outcome)


def settle(work: Work, task: Task, seats: Sequence[Seat], form: TaskForm) -> None:
    """After an answer or a change of the table: go on with the case if the completion rule is met now and enough people
    sit, else with the next seat.
    """
    standing = _standing(work, task, seats, form) if seated(seats) else Tally(False)
    if standing.complete and shortage_of(work, seats, form) is None:
        _finish_task(work, task, seats, form, standing)
    elif form.seats and form.seats.rule == "in_order" and (following := next_in_order(seats)):
        following.state = "open"


def _standing(work: Work, task: Task, seats: Sequence[Seat], form: TaskForm) -> Tally:
    amount = _amount(work, form)
    return ballot.standing(work, task, seats, form, amount) if is_sealed(form) else tally(form.seats, seats, amount)


def _already_answered(work: Work, task: Task, seats: Sequence[Seat], idempotency_key: str) -> Completed:
    """The quiet success of a repeated request, or the reason why this person cannot answer (now or at all)."""
    act = work.act
    earlier = _sent_before(act, task, idempotency_key)
    if earlier is not None:
        return Completed(work.case.id, _next_again(work, earlier.at), work.case.outcome)
    if access_to(act.session, act.actor, work.case) is None:
        raise NotFoundError
    fitting = [s for s in seats if fits(act.actor, s)]
    if not fitting:
        raise ForbiddenError("本任务不由您所在的岗位办理。")
    if any(ballot.was_cast_with(s, idempotency_key) and s.done_by_id == act.actor.person_id for s in fitting):
        return Completed(work.case.id, None, work.case.outcome)
    done = next((s for s in fitting if s.state == "done"), None)
    if done is not None:
        raise ConflictError(
            "{who} 已于 {when} 办结本任务：{decision}",
            who=done.done_by or "",
            when=moment_text(done.done_at or act.now, act.today),
            decision=_decision_text(work, task, done.decision),
        )
    holder = next((s for s in fitting if s.state == "open"), None)
    if holder is not None and task.closed_at is None:
        raise ConflictError("本任务已由其他人员认领，请先请其退回认领。")
    raise ConflictError("本任务已关闭，无需再办理。")


def _sent_before(act: Act, task: Task, idempotency_key: str) -> Submission | None:
    """What this person has answered in a task with this very request, if anything; asked for under the lock."""
    query = select(Submission).where(
        Submission.bureau_id == act.bureau_id,
        Submission.case_id == task.case_id,
        Submission.task_id == task.id,
        Submission.person_id == act.actor.person_id,
        Submission.idempotency_key == idempotency_key,
    )
    return act.session.scalars(query).first()


def _decision_text(work: Work, task: Task, decision: str | None) -> Text:
    for offered in work.version.form(task.element).decisions:
        if offered.value == decision:
            return labelled(offered.label)
    return Text("已提交")


def _submit(
    work: Work, task: Task, seat: Seat, form: TaskForm, answers: Mapping[str, Any], findings: list[Any], key: str
) -> None:
    act, actor = work.act, work.act.actor
    decision = answers.get("decision")
    stored = {k: v for k, v in answers.items() if k not in {"reasons", "overrides"}}
    submission = Submission(
        bureau_id=act.bureau_id,
        case_id=work.case.id,
        task_id=task.id,
        seat_id=seat.id,
        element=task.element,
        answers=stored,
        findings=findings,
        decision=decision,
        person_id=actor.person_id,
        invitation_id=actor.invitation_id,
        person_name=actor.name,
        position=seat.position,
        organisation_id=seat.organisation_id,
        at=act.now,
        idempotency_key=key,
    )
    content_hash = submission_hash(submission)
    submission_id = insert_row(act.session, submission)
    seat.state, seat.decision = "done", decision
    seat.done_by_id, seat.done_by, seat.done_at = actor.person_id, actor.name, act.now
    if actor.person_id is not None:
        work.progress.answered.setdefault(task.element, []).append(actor.person_id)
    work.forget_submissions()
    work.log(
        "task_completed",
        f"task:{task.id}",
        {
            "element": task.element,
            "round": task.round,
            "submission_id": submission_id,
            "content_hash": content_hash,
            "decision": decision,
        },
    )
    for finding in findings:
        # A gate lifted by its own holder within these answers; one lifted beforehand has its event already.
        if (override := finding.get("override")) and not work.progress.override_of(
            task.id, finding["check"], override["place"]
        ):
            body = {"check": finding["check"], "reason": override["reason"], "task_id": task.id}
            work.log("gate_overridden", f"task:{task.id}", body)
    if actor.is_standing_in:
        body = {"organisation_id": seat.organisation_id, "received_on": answers[RECEIVED_ON]}
        work.log("paper_entered", f"task:{task.id}", {"submission_id": submission_id, **body})
    if form.seats is None:
        _take_answers(work, task.element, form, answers)


def _take_answers(work: Work, element: str, form: TaskForm, answers: Mapping[str, Any]) -> None:
    """Turn one person's answers into facts, parties and the title of the case; file the case by its first step."""
    work.facts = with_answers(work.facts, element, form, answers)
    answered = [element, form.revises] if form.revises else [element]
    for name in answered:
        update_answered_parties(work, name, answers)
    work.case.title = case_title(work.version.head, answered, answers, form.fields) or work.case.title
    if work.case.filed_on is None:
        work.case.filed_on = work.act.today
        work.log("case_filed", f"case:{work.case.id}", {"filed_on": str(work.act.today)})


def _finish_task(work: Work, task: Task, seats: Sequence[Seat], form: TaskForm, standing: Tally) -> None:
    act = work.act
    task.closed_at, task.close_kind, task.closed_by = act.now, "completed", act.actor.name
    task.decision = standing.decision
    for seat in seats:
        if seat.state in {"open", "waiting"}:
            seat.state = "closed"
    if is_sealed(form):
        work.facts[task.element] = ballot.count(work, task, form, standing.decision)
    elif form.seats is not None:
        work.facts[task.element] = panel_facts(form.seats, standing.decision, _panel_answers(work, task))
    clock.after_answer(work, task.element, standing.decision)
    follow(work, work.completed(task.engine_task_id))


def _panel_answers(work: Work, task: Task) -> list[dict[str, Any]]:
    work.act.session.flush()
    return list(
        work.act.session.scalars(
            select(Submission.answers).where(
                Submission.bureau_id == task.bureau_id,
                Submission.case_id == task.case_id,
                Submission.task_id == task.id,
            )
        )
    )


def _amount(work: Work, form: TaskForm) -> Fraction | None:
    """The share or number that the completion rule of the form compares with."""
    if form.seats is None or form.seats.amount is None:
        return None
    return work.policy.fraction(form.seats.amount)


def _next_again(work: Work, at: datetime) -> int | None:
    """What :func:`_next_for` said in the act of that instant, if it still waits: both clicks lead to one page."""
    opened_then = select(Task).where(
        Task.bureau_id == work.case.bureau_id,
        Task.case_id == work.case.id,
        Task.opened_at == at,
        Task.closed_at.is_(None),
    )
    for task in work.act.session.scalars(opened_then.order_by(Task.id)).all():
        work.opened.append((task, seats_of(work, task)))
    return _next_for(work)


def _next_for(work: Work) -> int | None:
    """The first newly opened task that the actor may answer: the next thing to do."""
    actor = work.act.actor
    for task, seats in work.opened_seats():
        form = work.version.tasks[task.element]
        if barred(actor, work.case, form, work.progress) is None and any(fits(actor, s) for s in seats):
            return task.id
    return None
