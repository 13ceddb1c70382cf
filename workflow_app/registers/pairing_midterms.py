"""The mid-term check of a pairing (中期检查): when it is owed, its sheet and total, what is entered of it (B2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Act
from workflow_app.calendar.working import load_calendar
from workflow_app.definitions.case_view import CaseView, Operation, OperationContext, OperationResult, Owed
from workflow_app.policy.arithmetic import half_up
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.registers.entries import add_entries, not_entered, record_in
from workflow_app.registers.pairing_appraisals import add_change, values_of, year_end
from workflow_app.registers.pairing_kinds import MIDTERM_LINES
from workflow_app.registers.pairing_models import PairingMidterm, PairingMidtermValue
from workflow_app.registers.pairing_term_checks import months_after
from workflow_app.registers.pairings import PairingLine, pairings_at, targets_of
from workflow_app.text import Text

REPORT, CHECK, OBJECTION, DEMAND, RECHECK = "report", "check", "objection", "demand", "recheck"
"""The steps: the recipient reports, the section scores, schools object, weak points are named and looked at again."""

NEEDED = "pairing_midterm_pass"
"""Policy parameter: the total from which on a check is passed."""
SHARE = "pairing_midterm_share"
"""Policy parameter: the share of the term after which a pairing is checked."""
LEAST = "pairing_months_min"
"""Policy parameter: the shortest term of a pairing, in months."""
MENDING = "pairing_midterm_mend_days"
"""Policy parameter: the period for mending, and as long again where it is extended."""


@dataclass(frozen=True)
class Sheet:
    """The score sheet: points and weights by line, and the total with the points that are needed."""

    points: Mapping[str, Decimal]
    weights: Mapping[str, Fraction]
    needed: Decimal

    @property
    def total(self) -> Decimal:
        """The weighted total, rounded half up to two places; what is shown is what is compared."""
        return half_up(sum((self.product(line) for line in self.points), Fraction(0)), 2)

    @property
    def is_passed(self) -> bool:
        """Whether the total reaches the points that are needed: 60 passes, 59.99 does not."""
        return self.total >= self.needed

    def product(self, line: str) -> Fraction:
        """The points of a line by its weight in hundredths."""
        return Fraction(self.points[line]) * self.weights[line] / 100


class Reached(NamedTuple):
    """What was reached of a target by a day: that on which its school year ends, or that of the mid-term check."""

    indicator_id: int
    on: date
    value: str
    school_year: str | None


def sheet_of(policy: Policy, answers: Mapping[str, Any]) -> Sheet:
    """The sheet that the section has filled in; lines without points are left out."""
    points = {line: Decimal(str(answers[line])) for line in MIDTERM_LINES if answers.get(line) is not None}
    weights = {line: policy.fraction(weight_key(line)) for line in MIDTERM_LINES}
    return Sheet(points, weights, policy.decimal(NEEDED))


def weight_key(line: str) -> str:
    """The policy parameter of a line's weight, in hundredths."""
    return f"pairing_midterm_weight_{line}"


def halfway(starts_on: date, ends_on: date, share: Fraction) -> date:
    """The first day on which at least ``share`` of a term has gone by; both days belong to the term."""
    days = (ends_on - starts_on).days + 1
    return starts_on + timedelta(days=ceil(share * days))


def owed_midterms(session: Session, bureau_id: int, day: date) -> list[Owed]:
    """pairings.midterms: every school that is helped, once for each term of each pairing, from the half of the term on.

    A renewal for at least the shortest term of a pairing is a term of its own and is checked at its own half; a shorter
    one only prolongs. A pairing that ends before a half is not checked.
    """
    policy = load_policy(session, bureau_id, day)
    share, least = policy.fraction(SHARE), policy.integer(LEAST)
    halves = [
        (line, first, halfway(first, last, share))
        for line in pairings_at(session, bureau_id)
        if line.ends_on >= day
        for first, last in line.terms
        if first == line.starts_on or last + timedelta(days=1) >= months_after(first, least)
    ]
    return [
        Owed(line.recipient_id, line.helper_id, half, first)
        for line, first, half in halves
        if half <= min(day, line.ends_on)
    ]


def pairing_with(session: Session, case: CaseView, helper_id: int, day: date) -> PairingLine | None:
    """The newest pairing in which an organisation helps the applicant and which has begun, also if it has ended since:
    a check that was begun comes to its end all the same.
    """
    found = pairings_at(session, case.bureau_id, only=[case.applicant_id])
    sides = (case.applicant_id, helper_id)
    return next((p for p in found if (p.recipient_id, p.helper_id) == sides and p.starts_on <= day), None)


def checked_pairing(session: Session, case: CaseView, day: date) -> PairingLine:
    """The pairing of a case whose report is in.

    Raises:
        ConflictError: the register holds no pairing of the two.
    """
    found = pairing_with(session, case, case.answers(REPORT)["partner"], day)
    if found is None:
        raise not_entered(Text("台账中没有双方的结对关系，不能检查。"))
    return found


def settle(context: OperationContext) -> OperationResult:
    """pairings.settle_midterm: work out the total of the sheet, and whether it passes."""
    policy = load_policy(context.act.session, context.act.bureau_id, context.act.today)
    sheet = sheet_of(policy, context.case.answers(CHECK))
    lines = [
        {
            "line": line,
            "points": str(sheet.points[line]),
            "weight": policy.text(weight_key(line)),
            "product": str(half_up(sheet.product(line), 2)),
        }
        for line in MIDTERM_LINES
    ]
    passed = "yes" if sheet.is_passed else "no"
    facts = {"total": str(sheet.total), "needed": str(sheet.needed), "passed": passed, "lines": lines}
    return OperationResult(facts, {"total": facts["total"]})


def gather(context: OperationContext) -> OperationResult:
    """pairings.gather_objections: whether either side has objected in time, also where the other one kept silent."""
    given = context.case.all_answers(OBJECTION)
    objecting = sum(answered.decision == "object" for answered in given)
    return OperationResult({"disputed": "yes" if objecting else "no"}, {"count": objecting})


def enter_midterm(context: OperationContext) -> OperationResult:
    """pairings.enter_midterm: enter how the check stands now. The first entry of a case brings the values reached.

    ``result`` is a code of MIDTERM_RESULTS; without it, what the section's last look at the mending has led to.
    """
    act, case = context.act, context.case
    result = str(context.args.get("result") or _after_mending(case))
    pairing = checked_pairing(act.session, case, act.today)
    if not any(entry.case_id == case.case_id for entry in midterms_of(act.session, act.bureau_id, [pairing.id])):
        _enter_values(act, case, pairing.id)
    settled, policy = case.facts["settle"], load_policy(act.session, act.bureau_id, act.today)
    is_open = result == "mending"
    entry = PairingMidterm(
        bureau_id=act.bureau_id,
        pairing_id=pairing.id,
        result=result,
        total=settled["total"],
        points=",".join(row["points"] for row in settled["lines"]),
        entered_on=act.today,
        mend_by=policy.due(load_calendar(act.session, act.bureau_id), MENDING, act.today) if is_open else None,
        case_id=case.case_id,
        record_id=record_in(context),
        recorded_at=act.now,
    )
    add_entries(act, entry)
    return OperationResult({"midterm_id": entry.id, "result": result}, {"result": result})


def end_pairing(context: OperationContext) -> OperationResult:
    """pairings.end_after_midterm: enter that the pairing ends, on the day that was decided and signed."""
    pairing = checked_pairing(context.act.session, context.case, context.act.today)
    entry = add_change(context, pairing.id, "ended", context.case.answers(RECHECK))
    return OperationResult({"change_id": entry.id}, {"change": entry.change})


def midterms_of(session: Session, bureau_id: int, pairing_ids: Collection[int]) -> Sequence[PairingMidterm]:
    """The entries of mid-term checks of pairings, the newest first."""
    query = select(PairingMidterm).where(
        PairingMidterm.bureau_id == bureau_id, PairingMidterm.pairing_id.in_(pairing_ids)
    )
    return session.scalars(query.order_by(PairingMidterm.id.desc())).all()


def reached_of(session: Session, bureau_id: int, pairing_id: int) -> list[Reached]:
    """What was reached of the targets of a pairing, by yearly appraisals and mid-term check, the oldest first."""
    yearly = values_of(session, bureau_id, pairing_id)
    query = select(PairingMidtermValue).where(
        PairingMidtermValue.bureau_id == bureau_id, PairingMidtermValue.pairing_id == pairing_id
    )
    found = [
        *(Reached(v.indicator_id, year_end(v.school_year), v.value, v.school_year) for v in yearly),
        *(Reached(v.indicator_id, v.reached_on, v.value, None) for v in session.scalars(query)),
    ]
    return sorted(found, key=lambda one: one.on)


def _after_mending(case: CaseView) -> str:
    return "ended" if case.answers(RECHECK).get("decision") == "end" else "mended"


def _enter_values(act: Act, case: CaseView, pairing_id: int) -> None:
    reached = {row["indicator"]: str(row["value"]) for row in case.answers(REPORT)["achieved"]}
    for target in targets_of(act.session, act.bureau_id, pairing_id):
        value = PairingMidtermValue(
            bureau_id=act.bureau_id,
            pairing_id=pairing_id,
            indicator_id=target.id,
            value=reached[target.indicator],
            reached_on=case.filed_on or act.today,
            case_id=case.case_id,
            recorded_at=act.now,
        )
        add_entries(act, value)


OPERATIONS: Mapping[str, Operation] = {
    "pairings.end_after_midterm": end_pairing,
    "pairings.enter_midterm": enter_midterm,
    "pairings.gather_objections": gather,
    "pairings.settle_midterm": settle,
}
"""Operations by the name that form files use."""
