"""What is needed to read what was typed on a task's page, and the files of a case: to keep them, to read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.orm import Session

from workflow_app.act import Act, Actor
from workflow_app.cases.access import Access, readable_case, visible
from workflow_app.cases.case_page import earlier_answers
from workflow_app.cases.foresight import Standing
from workflow_app.cases.invited import own_files
from workflow_app.cases.models import Case, Seat, Submission, Task
from workflow_app.cases.sitting import answerable_seat
from workflow_app.cases.work import lock_task
from workflow_app.database import read_columns
from workflow_app.definitions.answers import Names, StoredName, display, files_in
from workflow_app.definitions.on_paper import form_for, form_hash
from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.store import version
from workflow_app.directory.rights import has_right
from workflow_app.errors import ConflictError, NotFoundError
from workflow_app.files.models import StoredFile
from workflow_app.files.read import stored_file
from workflow_app.files.upload import ReceivedFile, record_upload


@dataclass(frozen=True)
class TaskFormRef:
    """The form of one task, open or closed: a page that is too old is still read, so that nothing typed is lost."""

    task_id: int
    case_id: int
    element: str
    form: TaskForm
    content_hash: str
    standing: Standing


def task_form(session: Session, actor: Actor, task_id: int) -> TaskFormRef:
    """The form of a task whose case this person may see, in one statement.

    Raises:
        NotFoundError: there is no such task, or its case may not be seen.
    """
    rows = read_columns(session, _form_of_a_task(actor), {"task_id": task_id})
    if not rows:
        raise NotFoundError
    ((element, engine_task_id, case_id, version_id, state, facts),) = rows
    process = version(session, version_id)
    standing = Standing(process, state, facts, element, engine_task_id)
    return TaskFormRef(
        task_id, case_id, element, form_for(actor, process, element), form_hash(actor, process), standing
    )


@lru_cache(maxsize=500)
def _form_of_a_task(actor: Actor) -> Select[str, str, int, int, bytes, dict[str, Any]]:
    """The statement of :func:`task_form`, built once for each actor as they stand: with every button it is asked."""
    # An invited outsider sees no case, only the form that waits for them.
    invited = exists().where(Seat.id == actor.seat_id, Seat.task_id == Task.id)
    return (
        select(Task.element, Task.engine_task_id, Case.id, Case.version_id, Case.state, Case.facts)
        .join(Case, Case.id == Task.case_id)
        .where(Task.id == bindparam("task_id"), Task.bureau_id == actor.bureau_id)
        .where(invited if actor.kind == "invited" else visible(actor))
    )


def attach_file(act: Act, task_id: int, received: ReceivedFile) -> StoredFile:
    """Keep an uploaded file with the case of a task that this person may answer.

    Raises:
        NotFoundError: there is no such task, or its case may not be seen.
        ConflictError: the task is closed, or it is not this person's to answer now.
    """
    task_form(act.session, act.actor, task_id)
    work, task = lock_task(act, task_id)
    seats = act.session.scalars(
        select(Seat).where(Seat.bureau_id == act.bureau_id, Seat.task_id == task_id).order_by(Seat.no)
    ).all()
    if answerable_seat(work, task, seats) is None:
        raise ConflictError("本任务已办结或不由您办理，不能再上传文件。")
    return record_upload(act, received, f"case:{work.case.id}", work.chain)


def readable_file(session: Session, actor: Actor, file_id: int) -> StoredFile:
    """A stored file, for whom a page of its case shows it: handlers see all, others what the answers show them.

    Raises:
        NotFoundError: there is no such file, or this person may not see it.
    """
    row = stored_file(session, actor.bureau_id, file_id)
    if actor.kind == "invited":
        return _readable_by_guest(session, actor, row)
    kind, _, ident = row.owner.partition(":")
    if kind != "case" or not ident.isdigit():
        raise NotFoundError
    case, access = readable_case(session, actor, int(ident))
    is_own = row.uploaded_by is not None and row.uploaded_by == actor.person_id
    is_handler = access == "internal" and has_right(actor, "reveal_personal")
    if not (is_own or is_handler or file_id in _shown_files(session, actor, case, access, row)):
        raise NotFoundError
    return row


def _readable_by_guest(session: Session, actor: Actor, row: StoredFile) -> StoredFile:
    """The file, if the invited organisation has uploaded it itself, or the page of its task shows it."""
    seat = session.get_one(Seat, actor.seat_id)
    case, task = session.get_one(Case, seat.case_id), session.get_one(Task, seat.task_id)
    shows = version(session, case.version_id).form(task.element).shows
    if row.owner != f"case:{case.id}":
        raise NotFoundError
    if not (own_files(session, actor, [row.id]) or row.id in _shown_files(session, actor, case, "panel", row, shows)):
        raise NotFoundError
    return row


def _shown_files(
    session: Session, actor: Actor, case: Case, access: Access, row: StoredFile, shows: Sequence[str] = ()
) -> set[int]:
    """The file's id, if one of the answers that this person may read shows it to them."""
    submissions = session.scalars(
        select(Submission).where(Submission.bureau_id == case.bureau_id, Submission.case_id == case.id)
    ).all()
    names = Names(files={row.id: StoredName(row.id, row.name, row.size, row.sha256)})
    whole = has_right(actor, "reveal_personal")
    return {
        file.file_id
        for entry in earlier_answers(version(session, case.version_id), access, actor, submissions, shows)
        for line in display(entry.form, entry.answers, names, may_see_personal=whole)
        for file in files_in(line.value)
    }
