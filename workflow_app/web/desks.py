"""Where somebody answers a task: the addresses of its page, and what comes after. An outsider has a desk apart."""

from __future__ import annotations

from typing import Any

from flask import Flask, flash, g, redirect, url_for
from werkzeug.wrappers import Response

from workflow_app import cases
from workflow_app.cases.invited import own_files
from workflow_app.cases.task_form import TaskFormRef
from workflow_app.definitions.answers import Answers, mentioned
from workflow_app.errors import NotFoundError
from workflow_app.web.i18n import gettext, label
from workflow_app.web.request import current_account, current_actor, current_guest, reading


class Desk:
    """The desk of a person with an account."""

    template = "tasks/show.html"

    def page(self, task_id: int, anchor: str | None = None) -> str:
        """The page with the form."""
        return url_for("tasks.show", task_id=task_id, _anchor=anchor)

    def send(self, task_id: int) -> str:
        """Where the form goes."""
        return url_for("tasks.complete", task_id=task_id)

    def upload(self, task_id: int) -> str:
        """Where the form goes when files are added or removed."""
        return url_for("tasks.upload", task_id=task_id)

    def draft(self, task_id: int) -> str:
        """Where the page's script leaves what has been typed."""
        return url_for("tasks.draft", task_id=task_id)

    def file(self, file_id: int, view: str | None = None) -> str:
        """A file that a page shows; ``view`` as in :func:`workflow_app.web.uploads.file_response`."""
        return url_for("uploads.download", file_id=file_id, view=view)

    def again(self, task_id: int) -> str:
        """Where to come back in when the session was lost."""
        return url_for("auth.sign_in", next=self.page(task_id))

    @property
    def who(self) -> str:
        """What tells people apart who share a browser."""
        return str(current_account().actor.account_id)

    def accept(self, ref: TaskFormRef, typed: Answers) -> None:
        """Look at what was sent before anything is kept of it."""

    def done(self, ref: TaskFormRef, completed: cases.Completed) -> Response:
        """What comes after the answer: the next task that may be taken, or the case."""
        flash(gettext("“{step}”已提交。", step=label(ref.form.label)), "ok")
        if completed.next_task_id is not None:
            return redirect(self.page(completed.next_task_id), 303)
        return redirect(url_for("cases.show", case_id=completed.case_id), 303)


class GuestDesk(Desk):
    """The desk of an invited outsider: one task, whose number no address tells."""

    template = "invited/task.html"

    def page(self, task_id: int, anchor: str | None = None) -> str:  # noqa: ARG002 - there is but one
        """The page with the form."""
        return url_for("invited.show", _anchor=anchor)

    def send(self, task_id: int) -> str:  # noqa: ARG002
        """Where the form goes."""
        return url_for("invited.send")

    def upload(self, task_id: int) -> str:  # noqa: ARG002
        """Where the form goes when files are added or removed."""
        return url_for("invited.upload")

    def draft(self, task_id: int) -> str:  # noqa: ARG002
        """Where the page's script leaves what has been typed."""
        return url_for("invited.draft")

    def file(self, file_id: int, view: str | None = None) -> str:
        """A file that the page shows."""
        return url_for("invited.file", file_id=file_id, view=view)

    def again(self, task_id: int) -> str:  # noqa: ARG002
        """The door, where the code is asked for."""
        return url_for("invited.door")

    @property
    def who(self) -> str:
        """What tells people apart who share a browser."""
        return f"invitation-{current_actor().invitation_id}"

    def accept(self, ref: TaskFormRef, typed: Answers) -> None:
        """Refuse a form that names files which are not the organisation's own.

        Raises:
            NotFoundError: it does; which files there are is not told.
        """
        wanted = mentioned(ref.form, typed).files
        with reading() as session:
            if own_files(session, current_actor(), wanted) != wanted:
                raise NotFoundError

    def done(self, ref: TaskFormRef, completed: cases.Completed) -> Response:  # noqa: ARG002
        """Out again: an answer ends the invitation, and with it the session."""
        return redirect(url_for("invited.answered"), 303)


class PaperDesk(Desk):
    """The desk of a handler who enters the paper answer of an outside organisation."""

    template = "tasks/paper.html"

    def page(self, task_id: int, anchor: str | None = None) -> str:
        """The page with the form."""
        return url_for("paper.show", task_id=task_id, _anchor=anchor)

    def send(self, task_id: int) -> str:
        """Where the form goes."""
        return url_for("paper.send", task_id=task_id)

    def upload(self, task_id: int) -> str:
        """Where the form goes when files are added or removed."""
        return url_for("paper.upload", task_id=task_id)

    def draft(self, task_id: int) -> str:
        """Where the page's script leaves what has been typed."""
        return url_for("paper.draft", task_id=task_id)

    def done(self, ref: TaskFormRef, completed: cases.Completed) -> Response:
        """Back to the case: what comes next is no paper of this organisation."""
        flash(gettext("“{step}”已提交。", step=label(ref.form.label)), "ok")
        return redirect(url_for("cases.show", case_id=completed.case_id), 303)


def current_desk() -> Desk:
    """The desk of whoever asks."""
    if current_guest() is not None:
        return GuestDesk()
    return PaperDesk() if "stand_in" in g else Desk()


def install(app: Flask) -> None:
    """Let every page link to what its reader may open."""
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    return {"desk": current_desk(), "guest": current_guest()}
