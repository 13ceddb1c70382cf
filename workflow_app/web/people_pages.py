"""The pages about people that several forms of the administrators come back to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import render_template

from workflow_app.act import Actor
from workflow_app.directory import holdings
from workflow_app.directory.kinds import ORGANISATION_KINDS
from workflow_app.directory.models import Organisation, PositionHolding
from workflow_app.directory.organisations import names, of_kind
from workflow_app.directory.positions import POSITIONS
from workflow_app.directory.rights import has_right
from workflow_app.directory.roster import AccountState, roster_line
from workflow_app.errors import ForbiddenError
from workflow_app.text import Text
from workflow_app.web.request import current_actor, now, reading, today, vault
from workflow_app.web.submitted import Submitted

POSITION_NAMES = {code: {"zh": p.zh, "en": p.en} for code, p in POSITIONS.items()}
KIND_NAMES = {code: {"zh": zh, "en": en} for code, (zh, en) in ORGANISATION_KINDS.items()}
ACCOUNT_STATES: Mapping[AccountState, tuple[Text, str]] = {
    "disabled": (Text("已停用"), "bad"),
    "locked": (Text("已锁定"), "warn"),
    "first": (Text("待改初始密码"), "run"),
    "active": (Text("正常"), "ok"),
}
"""What each state of an account is called, and the tone in which it is shown."""


def administrator() -> Actor:
    """The reader, who keeps people or positions.

    Raises:
        ForbiddenError: they keep neither.
    """
    actor = current_actor()
    if not (has_right(actor, "manage_directory") or has_right(actor, "manage_security")):
        raise ForbiddenError("只有系统管理员和安全管理员可以查看人员管理。")
    return actor


def new_person_page(form: Submitted | None) -> str:
    """The form for a new person, with what was refused, if something was."""
    actor = current_actor()
    with reading() as session:
        choices = of_kind(session, actor.bureau_id, *ORGANISATION_KINDS, day=today())
        return render_template("admin/new_person.html", form=form, organisations=by_kind(choices), kinds=KIND_NAMES)


def person_page(form: Submitted | None, person_id: int, **_: object) -> str:
    """One person, with the form that was refused, if one was; further ids of its address do not matter here.

    Raises:
        ForbiddenError: the reader administers neither people nor positions.
    """
    actor = administrator()
    with reading() as session:
        line = roster_line(session, vault(), actor.bureau_id, now(), person_id)
        held = holdings.holdings_of(session, actor.bureau_id, person_id)
        return render_template(
            "admin/person.html",
            line=line,
            form=form,
            holdings=[(row, _period(row, today())) for row in held],
            places=names(session, actor.bureau_id, {row.organisation_id for row in held}),
            organisations=by_kind(of_kind(session, actor.bureau_id, *ORGANISATION_KINDS, day=today())),
            keeps_directory=has_right(actor, "manage_directory"),
            keeps_security=has_right(actor, "manage_security"),
            is_self=actor.person_id == person_id,
            states=ACCOUNT_STATES,
            positions=POSITION_NAMES,
            kinds=KIND_NAMES,
            today=today(),
        )


def password_page(person_id: int, username: str, password: str) -> str:
    """The first password of an account, shown this once."""
    with reading() as session:
        line = roster_line(session, vault(), current_actor().bureau_id, now(), person_id)
    return render_template("admin/password.html", line=line, username=username, password=password)


def _period(row: PositionHolding, day: date) -> str:
    """Whether a holding is ``over``, ``ahead`` or ``held`` on the day."""
    if row.valid_to is not None and row.valid_to < max(day, row.valid_from):
        return "over"
    return "ahead" if row.valid_from > day else "held"


def by_kind(rows: list[Organisation]) -> dict[str, list[Organisation]]:
    """Organisations by kind, in the order in which kinds are listed."""
    found = {kind: [row for row in rows if row.kind == kind] for kind in ORGANISATION_KINDS}
    return {kind: members for kind, members in found.items() if members}
