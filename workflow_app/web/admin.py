"""人员: the system administrator keeps the people, the security administrator their positions and accounts.

Each act is one service, which checks the right once more and records the act.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from workflow_app.directory import accounts, holdings, people
from workflow_app.directory.kinds import ORGANISATION_KINDS
from workflow_app.directory.organisations import of_kind
from workflow_app.directory.positions import POSITIONS
from workflow_app.directory.rights import has_right, require
from workflow_app.directory.roster import roster, roster_line
from workflow_app.errors import InvalidError, NotFoundError
from workflow_app.security.passwords import first_password
from workflow_app.text import Text
from workflow_app.web.i18n import gettext
from workflow_app.web.people_pages import (
    ACCOUNT_STATES,
    KIND_NAMES,
    POSITION_NAMES,
    administrator,
    by_kind,
    new_person_page,
    password_page,
    person_page,
)
from workflow_app.web.request import asked_number, asked_words, current_actor, now, reading, today, vault, writing
from workflow_app.web.submitted import Answer, Submitted, sent

blueprint = Blueprint("admin", __name__, url_prefix="/admin/people")

PAGE_SIZE = 50


@blueprint.get("")
def index() -> str:
    """The people by organisation."""
    actor = administrator()
    name, organisation_id, after = asked_words("name"), asked_number("organisation"), asked_number("after")
    with reading() as session:
        found = roster(
            session,
            vault(),
            actor.bureau_id,
            now(),
            organisation_id=organisation_id,
            name=name,
            after=after,
            limit=PAGE_SIZE,
        )
        choices = of_kind(session, actor.bureau_id, *ORGANISATION_KINDS, day=today())
        return render_template(
            "admin/people.html",
            page=found,
            search=name,
            organisation_id=organisation_id,
            after=after,
            organisations=by_kind(choices),
            may_create=has_right(actor, "manage_directory"),
            states=ACCOUNT_STATES,
            positions=POSITION_NAMES,
            kinds=KIND_NAMES,
        )


@blueprint.get("/new")
def new() -> str:
    """The form for a new person."""
    require(current_actor(), "manage_directory")
    return new_person_page(None)


@blueprint.post("/new")
@sent("new", "manage_directory", again=new_person_page)
def create(form: Submitted) -> Answer:
    """登记人员."""
    organisation_id = form.choice("organisation_id")
    form.check()
    with writing() as act:
        person_id = people.create_person(
            act,
            vault(),
            organisation_id=organisation_id,
            name=form.text("name"),
            staff_no=form.text("staff_no") or None,
            is_teacher=bool(form.text("is_teacher")),
            phone=form.text("phone") or None,
        ).id
    flash(gettext("已登记人员。岗位和账号由安全管理员办理。"), "ok")
    return _to_person(person_id)


@blueprint.get("/<int:person_id>")
def person(person_id: int) -> str:
    """One person: where they belong, what they hold and held, their account."""
    return person_page(None, person_id)


@blueprint.post("/<int:person_id>/move")
@sent("move", "manage_directory", again=person_page)
def move(form: Submitted, person_id: int) -> Answer:
    """调动: let the person belong to another organisation."""
    organisation_id = form.choice("organisation_id")
    form.check()
    with writing() as act:
        people.move(act, person_id, organisation_id)
    flash(gettext("已调整所属单位。原有岗位不随之变动，请安全管理员核对。"), "ok")
    return _to_person(person_id)


@blueprint.post("/<int:person_id>/positions")
@sent("assign", "manage_security", again=person_page)
def assign(form: Submitted, person_id: int) -> Answer:
    """授予岗位."""
    organisation_id = form.choice("organisation_id")
    position = form.code("position", frozenset(POSITIONS))
    valid_from, valid_to = form.day("valid_from"), form.optional_day("valid_to")
    form.check()
    with writing() as act:
        holdings.assign_position(
            act,
            person_id=person_id,
            organisation_id=organisation_id,
            position=position,
            valid_from=valid_from,
            valid_to=valid_to,
        )
    flash(gettext("已授予岗位。"), "ok")
    return _to_person(person_id)


@blueprint.post("/<int:person_id>/positions/<int:holding_id>/end")
@sent("end-{holding_id}", "manage_security", again=person_page)
def end(form: Submitted, holding_id: int, **_: object) -> Answer:
    """结束任期: after a day, or at once if none is given."""
    last_day = form.optional_day("last_day")
    form.check()
    with writing() as act:
        owner_id = holdings.end_position(act, holding_id, last_day).person_id
    flash(gettext("已办理任期结束。"), "ok")
    return _to_person(owner_id)


@blueprint.post("/<int:person_id>/account")
@sent("account", "manage_security", again=person_page)
def create_account(form: Submitted, person_id: int) -> Answer:
    """开设账号. The first password is shown on the answer itself and kept nowhere, so there is no redirect."""
    password = first_password()
    with writing() as act:
        username = accounts.create_account(
            act, person_id=person_id, username=form.text("username"), password=password
        ).username
    return password_page(person_id, username, password), 200


@blueprint.post("/<int:person_id>/account/password")
def reset(person_id: int) -> Answer:
    """重置密码. As :func:`create_account`."""
    form, password = Submitted("reset", "manage_security"), first_password()
    account_id, username = _account(person_id)
    try:
        with writing() as act:
            accounts.reset_password(act, account_id, password)
    except InvalidError as error:
        return person_page(form.refused(error), person_id), error.status
    return password_page(person_id, username, password), 200


ACCOUNT_ACTS = {
    "unlock": (accounts.unlock, Text("已解除锁定。")),
    "disable": (accounts.disable, Text("已停用账号，其登录已全部退出。")),
    "enable": (accounts.enable, Text("已启用账号。")),
}
"""What is done to an account with a reason: the service, and what is said afterwards."""


@blueprint.post("/<int:person_id>/account/<doing>")
def change_account(person_id: int, doing: str) -> Answer:
    """解除锁定, 停用, 启用."""
    form = Submitted(doing, "manage_security")
    if doing not in ACCOUNT_ACTS:
        raise NotFoundError
    service, done = ACCOUNT_ACTS[doing]
    account_id, _ = _account(person_id)
    try:
        with writing() as act:
            service(act, account_id, form.text("reason"))
    except InvalidError as error:
        return person_page(form.refused(error), person_id), error.status
    flash(gettext(done.msgid), "ok")
    return _to_person(person_id)


def _to_person(person_id: int) -> Response:
    return redirect(url_for("admin.person", person_id=person_id), 303)


def _account(person_id: int) -> tuple[int, str]:
    """The id and the user name of a person's account.

    Raises:
        InvalidError: the person has none.
    """
    with reading() as session:
        account = roster_line(session, vault(), current_actor().bureau_id, now(), person_id).account
    if account is None:
        raise InvalidError("该人员还没有账号，请先开设。")
    return account.id, account.username
