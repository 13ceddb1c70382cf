"""The pages of an invited outsider: the link, the code, the one task, and the words after the answer."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from workflow_app.cases import invited
from workflow_app.cases.task_form import TaskFormRef, task_form
from workflow_app.errors import ConflictError, ForbiddenError
from workflow_app.text import Text
from workflow_app.web import answering, guests
from workflow_app.web.answering import Answer
from workflow_app.web.request import client_address, current_actor, current_guest, now, reading, runtime, signed_in
from workflow_app.web.uploads import file_response

blueprint = Blueprint("invited", __name__)

REFUSED = Text("链接或验证码不正确，或者邀请已过期、已撤销、已锁定。请与发出邀请的单位联系。")
"""The one answer to every refused attempt: it does not tell whether there is such an invitation."""

_LONGEST_LINK = 100


@blueprint.after_request
def _keep_to_ourselves(response: Response) -> Response:
    """No search engine lists these pages."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.get("/invitation/<link>")
def follow(link: str) -> AnyResponse:
    """Take the link out of the address: what is opened from here on cannot pass it on. Every link gets this answer."""
    guests.follow(link[:_LONGEST_LINK])
    response = redirect(url_for("invited.door"), 303)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/invitation")
def door() -> Answer:
    """Ask for the code. Whoever is inside already goes on to the task."""
    guests.load()
    if current_guest() is not None:
        return redirect(url_for("invited.show"), 303)
    way = guests.way_in()
    return redirect(way, 303) if way != url_for("invited.door") else _door()


@blueprint.post("/invitation")
def enter() -> Answer:
    """Come in by the code.

    Raises:
        ForbiddenError: somebody of the bureau is signed in with this browser, and answers for nobody else.
        TooManyError: too many failures came from this network address.
    """
    if signed_in() is not None:
        raise ForbiddenError("本浏览器已登录本局账号，不能代受邀单位办理。请由受邀联系人在自己的设备上打开链接。")
    place, instant = client_address(), now()
    with reading() as database:
        asked = invited.look_up(database, session.get(guests.LINK, ""), place, instant)
    checked = invited.check_code(asked, request.form.get("code", ""))
    with runtime().database.writing() as database:
        token = invited.enter(database, checked, place, instant)
    if token is None:
        return _door(REFUSED), 401
    guests.begin(token)
    return redirect(url_for("invited.show"), 303)


@blueprint.get("/invitation/answered")
def answered() -> str:
    """The words after the answer; they tell nothing of any case."""
    return render_template("invited/answered.html")


@blueprint.get("/invited")
def show() -> Answer:
    """The form of the task, and what it shows of the case."""
    return answering.page(_task_id())


@blueprint.post("/invited")
def send() -> Answer:
    """Do what the pressed button says: submit, keep as a draft, or change the rows of a table."""
    return answering.sent(_ref())


@blueprint.post("/invited/files")
def upload() -> Answer:
    """Add files to an upload place of the form, or remove one."""
    return answering.files_sent(_ref())


@blueprint.post("/invited/draft")
def draft() -> Response:
    """Keep what has been typed so far."""
    return answering.draft_sent(_ref())


@blueprint.get("/invited/files/<int:file_id>")
def file(file_id: int) -> AnyResponse:
    """A file of one's own, or one that the task's page shows."""
    return file_response(file_id)


@blueprint.post("/invited/leave")
def leave() -> AnyResponse:
    """Leave; what was typed stays as a draft, and the code leads in again."""
    guests.end()
    return redirect(url_for("invited.door"), 303)


def _door(refusal: Text | None = None) -> str:
    return render_template("invited/door.html", has_link=bool(session.get(guests.LINK)), refusal=refusal)


def _task_id() -> int:
    guest = current_guest()
    if guest is None:
        raise ConflictError("本次进入已失效，请重新输入验证码。")
    return guest.task_id


def _ref() -> TaskFormRef:
    with reading() as database:
        return task_form(database, current_actor(), _task_id())
