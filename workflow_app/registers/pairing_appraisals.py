"""The yearly appraisal of a pairing: what was reached, both sides' scores, grade, and how it goes on.

The recipient's score is for the bureau alone: no document, page or answer shows it to the helper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.calendar.duty_periods import first_day_of
from workflow_app.calendar.terms import next_school_year_start, school_year_of
from workflow_app.definitions.case_view import CaseView, CheckContext, OperationContext, OperationResult
from workflow_app.errors import WorkflowError
from workflow_app.policy.arithmetic import half_up
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.registers.entries import add_entries, not_entered, record_in
from workflow_app.registers.pairing_kinds import OUTSIDE
from workflow_app.registers.pairing_models import (
    PairingAppraisal,
    PairingChange,
    PairingIndicator,
    PairingIndicatorValue,
)
from workflow_app.registers.pairings import PairingLine, pairing_between, targets_of
from workflow_app.text import Text

REPORT, ASSESS = "report", "assess"
CLAUSE = "004·主二13"
WEIGHTS = ("pairing_weight_host", "pairing_weight_helper", "pairing_weight_targets")
"""Policy parameters: what the recipient's score, the helper's and the targets reached weigh; together 1."""
BANDS = ("pairing_excellent_score", "pairing_qualified_score")
_CHANGED = {"renew": "renewed", "change": "changed", "end": "ended"}


@dataclass(frozen=True)
class Sum:
    """How the total of an appraisal comes about."""

    host: int
    helper: int
    targets: int
    met: int
    total: Decimal

    @property
    def words(self) -> Text:
        """Every part of the total, for the officer who grades."""
        return Text(
            "{total}分（受援方评分{host}，支援方评分{helper}，指标达到{met}／{targets}项）",
            total=str(self.total),
            host=self.host,
            helper=self.helper,
            met=self.met,
            targets=self.targets,
        )


def year_end(school_year: str) -> date:
    """The last day of a school year by its name."""
    return date.fromordinal(next_school_year_start(first_day_of(school_year)).toordinal() - 1)


def is_met(target: PairingIndicator, value: Decimal, ends_on: date) -> bool:
    """Whether a target counts as met in a school year: reached where it is due by its end, else above the start."""
    return value >= Decimal(target.target) if target.due_on <= ends_on else value > Decimal(target.base)


def total_of(policy: Policy, host: int, helper: int, met: int, targets: int) -> Decimal:
    """The weighted total, rounded half up to one place; a pairing without targets reaches none."""
    reached = Fraction(100 * met, targets) if targets else Fraction(0)
    weights = [policy.fraction(key) for key in WEIGHTS]
    return half_up(weights[0] * host + weights[1] * helper + weights[2] * reached, 1)


def band_of(policy: Policy, total: Decimal) -> str:
    """The grade that a total suggests."""
    if total >= policy.decimal(BANDS[0]):
        return "excellent"
    return "qualified" if total >= policy.decimal(BANDS[1]) else "failed"


def identify_year(context: OperationContext) -> OperationResult:
    """pairings.identify_year: which pairing is appraised, and whether the helper is an outside bureau."""
    pairing = required_pairing(context.act.session, context.case)
    return OperationResult({"pairing_id": pairing.id, "outside": pairing.kind in OUTSIDE})


def enter_appraisal(context: OperationContext) -> OperationResult:
    """pairings.enter_appraisal: enter grade, scores and the value of every target."""
    act, case = context.act, context.case
    pairing, year = required_pairing(act.session, case), year_of(case)
    summed = sum_of(CheckContext(act, case, ASSESS, case.answers(ASSESS)))
    answers = case.answers(ASSESS)
    entry = PairingAppraisal(
        bureau_id=act.bureau_id,
        pairing_id=pairing.id,
        school_year=year,
        host_score=str(summed.host),
        helper_score=str(summed.helper),
        targets=summed.targets,
        targets_met=summed.met,
        total=str(summed.total),
        grade=answers["grade"],
        next_step=answers["next"],
        decided_on=act.today,
        case_id=case.case_id,
        record_id=record_in(context),
        recorded_at=act.now,
    )
    add_entries(act, entry)
    values = _values(case)
    for target in targets_of(act.session, act.bureau_id, pairing.id):
        value = PairingIndicatorValue(
            bureau_id=act.bureau_id,
            pairing_id=pairing.id,
            indicator_id=target.id,
            school_year=year,
            value=str(values[target.indicator]),
            case_id=case.case_id,
            recorded_at=act.now,
        )
        add_entries(act, value)
    return OperationResult({"appraisal_id": entry.id}, {"grade": entry.grade})


def enter_change(context: OperationContext) -> OperationResult:
    """pairings.enter_change: enter that the pairing is renewed, changed or ended, with its last day from then on."""
    pairing, answers = required_pairing(context.act.session, context.case), context.case.answers(ASSESS)
    entry = add_change(context, pairing.id, _CHANGED[answers["next"]], answers)
    return OperationResult({"change_id": entry.id}, {"change": entry.change})


def add_change(context: OperationContext, pairing_id: int, change: str, answers: Mapping[str, str]) -> PairingChange:
    """Enter a change of a pairing: ``answers`` hold its last day from then on (``until``) and the ``terms``."""
    act = context.act
    entry = PairingChange(
        bureau_id=act.bureau_id,
        pairing_id=pairing_id,
        change=change,
        effective_on=act.today,
        ends_on=date.fromisoformat(answers["until"]),
        terms=answers["terms"],
        case_id=context.case.case_id,
        record_id=record_in(context),
        recorded_at=act.now,
    )
    add_entries(act, entry)
    return entry


def appraisals_of(session: Session, bureau_id: int, pairing_id: int) -> Sequence[PairingAppraisal]:
    """The appraisals of a pairing, the newest first."""
    query = select(PairingAppraisal).where(
        PairingAppraisal.bureau_id == bureau_id, PairingAppraisal.pairing_id == pairing_id
    )
    return session.scalars(query.order_by(PairingAppraisal.school_year.desc(), PairingAppraisal.id.desc())).all()


def values_of(session: Session, bureau_id: int, pairing_id: int) -> Sequence[PairingIndicatorValue]:
    """What was reached of the targets of a pairing, the oldest first."""
    query = select(PairingIndicatorValue).where(
        PairingIndicatorValue.bureau_id == bureau_id, PairingIndicatorValue.pairing_id == pairing_id
    )
    return session.scalars(query.order_by(PairingIndicatorValue.school_year, PairingIndicatorValue.id)).all()


def sum_of(context: CheckContext) -> Sum:
    """The total of an appraisal and its parts, as they stand now."""
    case, policy = context.case, _policy(context)
    pairing = required_pairing(context.act.session, case)
    outside = pairing.kind in OUTSIDE
    host = int(case.answers("host_score").get("score") or 0)
    helper = int(case.answers("outside_score" if outside else "helper_score").get("score") or 0)
    targets, values = targets_of(context.act.session, case.bureau_id, pairing.id), _values(case)
    last = year_end(year_of(case))
    met = sum(t.indicator in values and is_met(t, values[t.indicator], last) for t in targets)
    return Sum(host, helper, len(targets), met, total_of(policy, host, helper, met, len(targets)))


def _values(case: CaseView) -> Mapping[str, Decimal]:
    return {row["indicator"]: Decimal(str(row["value"])) for row in case.answers(REPORT).get("achieved") or []}


def required_pairing(session: Session, case: CaseView) -> PairingLine:
    """The pairing of a case whose report is in.

    Raises:
        ConflictError: the register holds no pairing of the two in that school year.
    """
    found = pairing_of_year(session, case, case.answers(REPORT)["partner"])
    if found is None:
        raise not_entered(Text("台账中没有双方在本学年有效的结对关系，不能考核。"))
    return found


def pairing_of_year(session: Session, case: CaseView, partner: int) -> PairingLine | None:
    """The pairing of the applicant with a partner in the school year of the case: one that began in the course of the
    year is appraised for it, one that ended in it as well.
    """
    first, last = first_day_of(year_of(case)), year_end(year_of(case))
    at_first = pairing_between(session, case.bureau_id, case.applicant_id, partner, first)
    return at_first or pairing_between(session, case.bureau_id, case.applicant_id, partner, last)


def year_of(case: CaseView) -> str:
    """The school year that a case is about.

    Raises:
        WorkflowError: the case was not opened for a duty.
    """
    if case.period is None:
        raise WorkflowError("本办件不是由应办事项发起的，没有所属学年。")
    return school_year_of(first_day_of(case.period))


def _policy(context: CheckContext) -> Policy:
    return load_policy(context.act.session, context.act.bureau_id, context.act.today)
