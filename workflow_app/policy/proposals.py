"""A change of an amount takes two people: the legal officer proposes it, a leader of the bureau confirms it (G-26).

It is in force from a later day on, so that a day has one value of each amount, and what was done keeps the version that
it was done with. Every step is an event of the policy chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.directory.models import Person
from workflow_app.directory.rights import require
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, Problem
from workflow_app.policy.models import PolicyParameter, PolicyProposal
from workflow_app.policy.values import Kind
from workflow_app.policy.versions import check_change, enter, newest
from workflow_app.text import Text
from workflow_app.typed import LONGEST_REASON, text_problem


@dataclass(frozen=True)
class ProposalLine:
    """A proposal with the names of those who proposed it and decided on it."""

    row: PolicyProposal
    proposer: str
    decider: str | None


def proposals(session: Session, bureau_id: int, profile: str, key: str | None = None) -> Sequence[ProposalLine]:
    """The proposals on one parameter, the newest first; without a key all that wait for a decision, oldest first."""
    proposer, decider = aliased(Person), aliased(Person)
    query = (
        select(PolicyProposal, proposer.name, decider.name)
        .join(proposer, proposer.id == PolicyProposal.proposed_by)
        .outerjoin(decider, decider.id == PolicyProposal.decided_by)
        .where(PolicyProposal.bureau_id == bureau_id, PolicyProposal.profile == profile)
    )
    if key is None:
        query = query.where(PolicyProposal.outcome.is_(None)).order_by(PolicyProposal.id)
    else:
        query = query.where(PolicyProposal.key == key).order_by(PolicyProposal.id.desc())
    return [ProposalLine(*row) for row in session.execute(query)]


def propose(
    act: Act, key: str, value: str, clause: str, valid_from: date, reason: str, kind: Kind | None = None
) -> PolicyProposal:
    """Propose a new value of a parameter from a later day on; nothing changes before somebody else has confirmed it.

    ``kind`` is what a value must be besides fitting the unit: one of some codes, a day of the year.

    Raises:
        ForbiddenError: the actor may not propose changes, or is no person.
        NotFoundError: the bureau's profile has no such parameter.
        ConflictError: a proposal on this parameter waits already.
        InvalidError: a text is missing, the value does not fit, or the day is not a later one.
    """
    require(act.actor, "edit_policy")
    person_id, last = _named(act), newest(act, key)
    check_change(last, value, clause, reason, kind)
    _check_day(act, valid_from)
    waiting = select(PolicyProposal.id).where(
        PolicyProposal.bureau_id == act.bureau_id,
        PolicyProposal.profile == last.profile,
        PolicyProposal.key == key,
        PolicyProposal.outcome.is_(None),
    )
    if act.session.scalars(waiting.limit(1)).first() is not None:
        raise ConflictError("“{title}”已有一项调整等待确认，请先撤回或等待处理。", title=last.title)
    row = PolicyProposal(
        bureau_id=act.bureau_id,
        profile=last.profile,
        key=key,
        follows=last.version,
        value=value,
        clause=clause,
        valid_from=valid_from,
        reason=reason,
        proposed_by=person_id,
        proposed_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    body = {
        "proposal_id": row.id,
        "profile": row.profile,
        "key": key,
        "value": value,
        "unit": last.unit,
        "clause": clause,
        "valid_from": valid_from.isoformat(),
        "reason": reason,
    }
    append(act, "policy", "policy_proposed", f"policy:{key}", body)
    return row


def confirm(act: Act, proposal_id: int) -> PolicyParameter:
    """Let a proposed change become the next version of its parameter; who proposed it cannot do this.

    Raises:
        ForbiddenError: the actor may not confirm changes, is no person, or has proposed this one.
        NotFoundError: there is no such proposal.
        ConflictError: it is decided already, or the parameter has changed since.
        InvalidError: its first day has come; it has to be proposed anew for a later one.
    """
    require(act.actor, "confirm_policy")
    row, last = _waiting(act, proposal_id)
    if last.version != row.follows:
        raise ConflictError("“{title}”在提出调整之后已有新的版本，请退回后重新提出。", title=last.title)
    _check_day(act, row.valid_from)
    _decide(act, row, "confirmed", None)
    return enter(act, last, row.value, row.clause, row.valid_from, row.reason)


def reject(act: Act, proposal_id: int, remark: str) -> None:
    """Turn a proposed change down, with a reason.

    Raises:
        ForbiddenError, NotFoundError, ConflictError: as for confirming.
        InvalidError: there is no reason, or none that can be kept.
    """
    require(act.actor, "confirm_policy")
    row, _ = _waiting(act, proposal_id)
    label = Text("退回理由")
    problem = (
        text_problem(label, remark, LONGEST_REASON, lines=True)
        if remark.strip()
        else Text("请填写{name}。", name=label)
    )
    if problem:
        raise InvalidError(problems=[Problem("remark", problem)])
    _decide(act, row, "rejected", remark)


def withdraw(act: Act, proposal_id: int) -> None:
    """Take back what one has proposed oneself, or what another legal officer has proposed.

    Raises:
        ForbiddenError: the actor may not propose changes, or is no person.
        NotFoundError: there is no such proposal.
        ConflictError: it is decided already.
    """
    require(act.actor, "edit_policy")
    row, _ = _locked(act, proposal_id)
    _decide(act, row, "withdrawn", None)


def _waiting(act: Act, proposal_id: int) -> tuple[PolicyProposal, PolicyParameter]:
    """A proposal that this actor may decide on, and the newest version of its parameter."""
    row, last = _locked(act, proposal_id)
    if row.proposed_by == _named(act):
        raise ForbiddenError("这项调整是您本人提出的，须由另一人处理。")
    return row, last


def _locked(act: Act, proposal_id: int) -> tuple[PolicyProposal, PolicyParameter]:
    """An undecided proposal and the newest version of its parameter, with the policy locked until the act ends."""
    row = act.session.scalars(
        select(PolicyProposal).where(PolicyProposal.bureau_id == act.bureau_id, PolicyProposal.id == proposal_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    last = newest(act, row.key)
    # Of two who decide at the same time the second waits at the lock, and then reads what the first has decided.
    act.session.refresh(row)
    if row.outcome is not None:
        raise ConflictError("这项调整已经处理，请刷新页面查看。")
    return row, last


def _decide(act: Act, row: PolicyProposal, outcome: str, remark: str | None) -> None:
    row.outcome, row.decided_by, row.decided_at, row.remark = outcome, _named(act), act.now, remark
    act.session.flush()
    body = {"proposal_id": row.id, "profile": row.profile, "key": row.key, "remark": remark}
    append(act, "policy", f"policy_{outcome}", f"policy:{row.key}", body)


def _named(act: Act) -> int:
    """The person who acts: a program proposes and confirms nothing.

    Raises:
        ForbiddenError: it is none.
    """
    if act.actor.person_id is None:
        raise ForbiddenError("政策参数的调整须由本人登录后提出和确认。")
    return act.actor.person_id


def _check_day(act: Act, valid_from: date) -> None:
    """See that a change begins on a later day: today's acts have been done with today's value.

    Raises:
        InvalidError: it does not.
    """
    if valid_from <= act.today:
        raise InvalidError(problems=[Problem("valid_from", Text("生效日期须在今天之后，已经过去的日子不能改。"))])
