"""政策参数: every amount with its unit, clause and validity; one person proposes a change, another one confirms it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.directory.rights import has_right, require
from workflow_app.errors import NotFoundError
from workflow_app.policy.parameters import Parameter, Policy, load_policy
from workflow_app.policy.proposals import ProposalLine, confirm, proposals, propose, reject, withdraw
from workflow_app.policy.versions import LONGEST, UNIT_NAMES
from workflow_app.registers.amount_kinds import AMOUNT_KINDS
from workflow_app.text import Text
from workflow_app.web.i18n import gettext
from workflow_app.web.request import asked_words, current_actor, reading, today, writing
from workflow_app.web.submitted import Answer, Submitted, sent

blueprint = Blueprint("policy", __name__, url_prefix="/policy")

OUTCOMES = {
    None: (Text("等待确认"), "run"),
    "confirmed": (Text("已确认"), "ok"),
    "rejected": (Text("已退回"), "warn"),
    "withdrawn": (Text("已撤回"), ""),
}
"""What became of a proposal: what it is called, and the tone in which it is shown."""


@dataclass(frozen=True)
class Line:
    """One parameter as it stands today: the version in force, or the newest one where none is; what comes later."""

    parameter: Parameter
    in_force: bool
    later: Parameter | None
    waits: bool

    def is_about(self, words: str) -> bool:
        """Whether a search for these words finds it."""
        return any(words.casefold() in text.casefold() for text in (self.parameter.key, self.parameter.title))


@blueprint.get("")
def index() -> str:
    """Every amount, or with ``key`` one of them with its history."""
    require(current_actor(), "read_rules")
    return _page(None)


@blueprint.post("/proposals")
@sent("propose", "edit_policy", again=lambda form: _page(form))
def send(form: Submitted) -> Answer:
    """提出调整."""
    key, valid_from = form.text("key"), form.day("valid_from")
    form.check()
    value = ",".join(form.several("value"))
    with writing() as act:
        propose(act, key, value, form.text("clause"), valid_from, form.text("reason"), AMOUNT_KINDS.get(key))
    flash(gettext("已提出调整，由分管副局长或局长确认后按生效日期执行。"), "ok")
    return _to(key)


@blueprint.post("/proposals/confirm")
@sent("confirm", "confirm_policy", again=lambda form: _page(form))
def agree(form: Submitted) -> Answer:
    """确认调整."""
    with writing() as act:
        key = confirm(act, form.choice("proposal")).key
    flash(gettext("已确认，新的值自生效日期起执行。"), "ok")
    return _to(key)


@blueprint.post("/proposals/reject")
@sent("reject", "confirm_policy", again=lambda form: _page(form))
def refuse(form: Submitted) -> Answer:
    """退回调整."""
    with writing() as act:
        reject(act, form.choice("proposal"), form.text("remark"))
    flash(gettext("已退回，参数不变。"), "ok")
    return _to(form.text("key"))


@blueprint.post("/proposals/withdraw")
@sent("withdraw", "edit_policy", again=lambda form: _page(form))
def take_back(form: Submitted) -> Answer:
    """撤回调整."""
    with writing() as act:
        withdraw(act, form.choice("proposal"))
    flash(gettext("已撤回，参数不变。"), "ok")
    return _to(form.text("key"))


def _page(form: Submitted | None) -> str:
    actor, words = current_actor(), asked_words("q")
    key = form.text("key") if form else request.args.get("key")
    with reading() as session:
        policy = load_policy(session, actor.bureau_id, today())
        undecided = proposals(session, actor.bureau_id, policy.profile)
        chosen = _chosen(policy, key) if key else None
        lines = _lines(policy, undecided)
        return render_template(
            "policy/index.html",
            form=form,
            policy=policy,
            lines=[line for line in lines if words is None or line.is_about(words)],
            named={line.parameter.key: line.parameter for line in lines},
            search=words,
            undecided=undecided,
            chosen=chosen,
            line=next((line for line in lines if line.parameter.key == key), None),
            history=proposals(session, actor.bureau_id, policy.profile, key) if chosen and key else [],
            units=UNIT_NAMES,
            kinds=AMOUNT_KINDS,
            outcomes=OUTCOMES,
            longest=LONGEST,
            tomorrow=today() + timedelta(days=1),
            may_propose=has_right(actor, "edit_policy"),
            may_confirm=has_right(actor, "confirm_policy"),
            reader=actor.person_id,
        )


def _chosen(policy: Policy, key: str) -> list[Parameter]:
    """Every version of one parameter, the newest first.

    Raises:
        NotFoundError: the profile has no such parameter.
    """
    if key not in policy.versions:
        raise NotFoundError
    return sorted(policy.versions[key], key=lambda p: p.version, reverse=True)


def _lines(policy: Policy, undecided: Sequence[ProposalLine]) -> list[Line]:
    keys = {one.row.key for one in undecided}
    current = {parameter.key: parameter for parameter in policy.current()}
    lines = []
    for key, versions in policy.versions.items():
        shown = current.get(key) or max(versions, key=lambda p: p.version)
        later = min((p for p in versions if p.valid_from > policy.day), key=lambda p: p.valid_from, default=None)
        lines.append(Line(shown, key in current, later if later is not shown else None, key in keys))
    return lines


def _to(key: str) -> Response:
    return redirect(url_for("policy.index", key=key), 303)
