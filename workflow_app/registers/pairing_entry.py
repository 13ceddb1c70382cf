"""Entering a pairing in the register: both sides queue up, and what the review found is looked at once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from workflow_app.definitions.case_view import OperationContext, OperationResult
from workflow_app.policy.parameters import load_policy
from workflow_app.registers.entries import add_entries, not_entered, queue_up
from workflow_app.registers.pairing_kinds import OUTSIDE
from workflow_app.registers.pairing_models import Pairing, PairingIndicator
from workflow_app.registers.pairings import HELPER_LOAD, MATCH, NEEDS, agreed_terms, carried_at, pairing_between
from workflow_app.text import Text


def register_pairing(context: OperationContext) -> OperationResult:
    """pairings.register: enter the pairing with its targets, as both sides have signed it.

    Raises:
        ConflictError: the two are paired already at that time, or the helper would carry more than policy allows.
    """
    act, case = context.act, context.case
    terms, matched = agreed_terms(case), case.answers(MATCH)
    starts_on, ends_on = date.fromisoformat(str(terms["starts_on"])), date.fromisoformat(str(terms["ends_on"]))
    queue_up(act, case.applicant_id, matched["helper"])
    if pairing_between(act.session, act.bureau_id, case.applicant_id, matched["helper"], starts_on) is not None:
        raise not_entered(Text("双方在该期间已有结对关系，不能重复登记。"))
    _refuse_overload(context, matched["helper"])
    issued = case.facts.get("letter_number" if matched["kind"] in OUTSIDE else "approval_number") or {}
    pairing = Pairing(
        bureau_id=act.bureau_id,
        kind=matched["kind"],
        recipient_id=case.applicant_id,
        helper_id=matched["helper"],
        starts_on=starts_on,
        ends_on=ends_on,
        goals=case.answers(NEEDS)["goals"],
        people=len(_rows(terms, "people")),
        case_id=case.case_id,
        record_id=issued.get("record_id"),
        recorded_at=act.now,
    )
    add_entries(act, pairing)
    for row in _rows(terms, "targets"):
        target = PairingIndicator(
            bureau_id=act.bureau_id,
            pairing_id=pairing.id,
            indicator=str(row["indicator"]),
            base=str(row["base"]),
            target=str(row["target"]),
            due_on=date.fromisoformat(str(row["due"])),
            case_id=case.case_id,
            recorded_at=act.now,
        )
        add_entries(act, target)
    return OperationResult({"pairing_id": pairing.id}, {"kind": pairing.kind})


def _refuse_overload(context: OperationContext, helper: int) -> None:
    """Whom a leader has let go beyond the limit takes no place from those that were agreed within it."""
    act, lifted = context.act, context.case.others.lifted
    carried = carried_at(act.session, act.bureau_id, act.today).get(helper, [])
    most = load_policy(act.session, act.bureau_id, act.today).integer("pairing_helper_max")
    if len(carried) < most:
        return
    beyond = lifted(HELPER_LOAD, [context.case.case_id, *(line.case_id for line in carried)])
    within = [line for line in carried if line.case_id not in beyond]
    if context.case.case_id not in beyond and len(within) >= most:
        raise not_entered(
            Text(
                "支援方已承担帮扶{load}项，达到上限{most}项，不能登记。请与教育局主管科室联系，待其中一项结束后再提交。",
                load=len(carried),
                most=most,
            )
        )


def _rows(answers: Mapping[str, object], key: str) -> Sequence[Mapping[str, object]]:
    rows = answers.get(key)
    return rows if isinstance(rows, list) else []
