"""The register of support teaching (支教台账): who served where for how many teaching months, and with what result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.definitions.case_view import CaseView, CheckContext, OperationContext, OperationResult
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.registers.entries import add_entries, record_in
from workflow_app.registers.pairings import pairing_between
from workflow_app.registers.schools import schools_at
from workflow_app.registers.teacher_codes import number_of, numbers_in, rows_of
from workflow_app.registers.teacher_models import SupportResult, SupportService

NOMINATE, CONFIRM, ARRIVAL = "nominate", "confirm", "arrival"
SERVICE, RETURN_CHECK, CONCLUDE = "service", "return_check", "conclude"
RETURNED_EARLY = "returned_early"

Row = Mapping[str, Any]


def teaching_months(first: date, last: date, taught: Iterable[int], least_days: int) -> int:
    """How many teaching months count in a service from its first to its last day, both included.

    A month counts if it is one of those in which is ``taught`` (1 to 12) and at least ``least_days`` days of it lie
    within the service (通行做法). A service that ends early is thereby counted in proportion.
    """
    months, count = frozenset(taught), 0
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        start = date(year, month, 1)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        days = (min(last, date.fromordinal(date(year, month, 1).toordinal() - 1)) - max(first, start)).days + 1
        count += start.month in months and days >= least_days
    return count


def months_by_policy(policy: Policy, first: date, last: date) -> int:
    """The teaching months of a service by the policy of the day."""
    taught = (int(month) for month in policy.texts("support_teaching_months"))
    return teaching_months(first, last, taught, policy.integer("support_month_days"))


def is_earned(policy: Policy, grade: str, months: int) -> bool:
    """Whether a proof of service (任教经历证明) is earned: the final grade suffices, and so do the teaching months."""
    return grade in policy.texts("support_proof_grades") and months >= policy.integer("support_proof_months")


def sent(case: CaseView) -> list[Row]:
    """The people of the batch whom the school sends: nominated, and not withdrawn before the letter (派出函)."""
    withdrawn = set(numbers_in(rows_of(case.answers(CONFIRM), "withdrawn")))
    return [row for row in rows_of(case.answers(NOMINATE), "people") if number_of(row["teacher_no"]) not in withdrawn]


def arrived(case: CaseView) -> dict[str, date]:
    """Who has reported for duty, and when: staff number -> day."""
    rows = (row for row in rows_of(case.answers(ARRIVAL), "people") if row.get("arrived") and row.get("arrived_on"))
    return {number_of(row["teacher_no"]): date.fromisoformat(row["arrived_on"]) for row in rows}


def returned(case: CaseView) -> dict[str, Row]:
    """Whose early return the section has accepted, with the line in which the school reported it."""
    found: dict[str, Row] = {}
    reported: Sequence[Row] = ()
    for answered in case.submissions():
        if answered.element == SERVICE:
            reported = rows_of(answered.answers, "people")
        elif answered.element == RETURN_CHECK and answered.decision == "accept":
            found |= {number_of(row["teacher_no"]): row for row in reported}
    return found


def awaited(case: CaseView) -> list[Row]:
    """Whom a school may report as returning: sent, and not returned before."""
    gone = returned(case)
    return [row for row in sent(case) if number_of(row["teacher_no"]) not in gone]


def serving(case: CaseView) -> list[Row]:
    """Who serves now: has reported for duty and has not returned."""
    here = arrived(case)
    return [row for row in awaited(case) if number_of(row["teacher_no"]) in here]


def lines_of_sent(context: CheckContext) -> list[dict[str, Any]]:
    """support.sent: a line for each person of the batch."""
    return [_line(row) for row in sent(context.case)]


def lines_of_serving(context: CheckContext) -> list[dict[str, Any]]:
    """support.serving: a line for each person who serves."""
    return [_line(row) for row in serving(context.case)]


def list_sent(context: OperationContext) -> OperationResult:
    """support.list_sent: the people whom the letter names, without those who have withdrawn."""
    people = [dict(row) for row in sent(context.case)]
    return OperationResult({"people": people}, {"people": len(people)})


def enter_services(context: OperationContext) -> OperationResult:
    """support.enter_services: a service begins for everybody who has reported for duty; ``issued_in`` names the element
    of the letter that confirms it.
    """
    act, case = context.act, context.case
    nomination, here = case.answers(NOMINATE), arrived(case)
    host_id, until = nomination["host"], date.fromisoformat(nomination["to"])
    host = schools_at(act.session, act.bureau_id, [host_id], act.today)[0]
    pairing = pairing_between(act.session, act.bureau_id, case.applicant_id, host_id, act.today)
    entries = [
        SupportService(
            bureau_id=act.bureau_id,
            batch=nomination["batch"],
            pairing_id=pairing.id if pairing else None,
            name=row["name"],
            teacher_no=number_of(row["teacher_no"]),
            subject=row["subject"],
            post=row["post"],
            home_id=case.applicant_id,
            host_id=host_id,
            host_counts=host.value("location") == "rural" or host.value("level") == "weak",
            starts_on=here[number_of(row["teacher_no"])],
            planned_until=until,
            case_id=case.case_id,
            record_id=record_in(context),
            recorded_at=act.now,
        )
        for row in serving(case)
    ]
    add_entries(act, *entries)
    missing = len(sent(case)) - len(entries)
    return OperationResult({"arrived": len(entries), "missing": missing}, {"arrived": len(entries), "missing": missing})


def enter_returns(context: OperationContext) -> OperationResult:
    """support.enter_returns: the service of whoever returns early ends; the months count in proportion, none is proved.

    Its facts are the ``lines`` of the notice, and how many are ``left``.
    """
    act, case = context.act, context.case
    rows = rows_of(case.answers(SERVICE), "people")
    services = _services(context)
    policy = load_policy(act.session, act.bureau_id, act.today)
    entries, lines = [], []
    for row in rows:
        service, last = services.get(number_of(row["teacher_no"])), date.fromisoformat(row["returned_on"])
        months = months_by_policy(policy, service.starts_on, last) if service else 0
        lines.append({**_line(row), "returned_on": row["returned_on"], "reason": row["reason"], "months": months})
        if service is not None:
            entries.append(_result(context, service, last, months, RETURNED_EARLY, reason=row["reason"]))
    add_entries(act, *entries)
    return OperationResult({"lines": lines, "left": len(awaited(case))}, {"returned": len(lines)})


def enter_results(context: OperationContext) -> OperationResult:
    """support.enter_results: the batch has ended; who earned it by grade and months is given a proof (P2, D24).

    Its facts are the ``lines`` of the documents, and how many proofs were ``earned``.
    """
    act, case = context.act, context.case
    services, last = _services(context), date.fromisoformat(case.answers(NOMINATE)["to"])
    policy = load_policy(act.session, act.bureau_id, act.today)
    entries, lines = [], []
    for row in rows_of(case.answers(CONCLUDE), "people"):
        service = services[number_of(row["teacher_no"])]
        months = months_by_policy(policy, service.starts_on, last)
        proved = is_earned(policy, row["grade"], months)
        entries.append(_result(context, service, last, months, row["grade"], proved=proved))
        lines.append(
            {
                **_line(row),
                "subject": service.subject,
                "from": service.starts_on.isoformat(),
                "to": last.isoformat(),
                "months": months,
                "grade": row["grade"],
                "proved": proved,
            }
        )
    add_entries(act, *entries)
    earned = [line for line in lines if line["proved"]]
    facts = {"lines": lines, "proofs": earned, "earned": len(earned)}
    return OperationResult(facts, {"earned": len(earned), "of": len(lines)})


def serving_elsewhere(
    session: Session, bureau_id: int, numbers: Sequence[str], first: date, last: date, *, but_case: int
) -> dict[str, str]:
    """Of some teachers those who serve in another batch at some time within a period: staff number -> the batch."""
    query = (
        select(SupportService.teacher_no, SupportService.batch)
        .outerjoin(SupportResult, SupportResult.service_id == SupportService.id)
        .where(
            SupportService.bureau_id == bureau_id,
            SupportService.teacher_no.in_(numbers),
            SupportService.starts_on <= last,
            SupportService.planned_until >= first,
            SupportService.case_id != but_case,
            SupportResult.id.is_(None),
        )
        .order_by(SupportService.id)
    )
    return dict(session.execute(query).all())


def _line(row: Row) -> dict[str, Any]:
    return {"teacher_no": number_of(row["teacher_no"]), "name": row["name"]}


def _services(context: OperationContext) -> dict[str, SupportService]:
    query = select(SupportService).where(
        SupportService.bureau_id == context.act.bureau_id, SupportService.case_id == context.case.case_id
    )
    return {service.teacher_no: service for service in context.act.session.scalars(query)}


def _result(
    context: OperationContext,
    service: SupportService,
    ended_on: date,
    months: int,
    result: str,
    *,
    proved: bool = False,
    reason: str | None = None,
) -> SupportResult:
    return SupportResult(
        bureau_id=context.act.bureau_id,
        service_id=service.id,
        ended_on=ended_on,
        months=months,
        result=result,
        proved=proved,
        reason=reason,
        case_id=context.case.case_id,
        recorded_at=context.act.now,
    )
