"""Figures and first values of the mid-term check of a pairing, as the registers know them (processes.md B2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from workflow_app.definitions.case_view import CheckContext, Figure, Prefill
from workflow_app.policy.arithmetic import half_up
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.registers.pairing_activities import totals_of
from workflow_app.registers.pairing_appraisals import REPORT, values_of
from workflow_app.registers.pairing_kinds import INDICATORS, MIDTERM_LINES, MIDTERM_RESULTS
from workflow_app.registers.pairing_midterm_checks import WHOLE, helper_of_duty, points_to_mend
from workflow_app.registers.pairing_midterms import (
    CHECK,
    NEEDED,
    midterms_of,
    pairing_with,
    sheet_of,
    weight_key,
)
from workflow_app.registers.pairing_models import PairingIndicator
from workflow_app.registers.pairings import PairingLine, targets_of
from workflow_app.registers.schools import schools_at
from workflow_app.text import Text, day_text, in_lines, one_after_another


def midterm_progress(context: CheckContext) -> Text:
    """pairings.midterm_progress: of every target how far it has come, beside how much of its time has gone by."""
    session, case, today = context.act.session, context.case, context.act.today
    answers = context.answers if context.element == REPORT else case.answers(REPORT)
    reached = {row.get("indicator"): row.get("value") for row in answers.get("achieved") or []}
    pairing = _pairing(context)
    if pairing is None:
        return Text("台账中没有双方的结对关系")
    targets = targets_of(session, case.bureau_id, pairing.id)
    return in_lines([_progress(target, reached.get(target.indicator), pairing, today) for target in targets])


def midterm_activities(context: CheckContext) -> Text:
    """pairings.midterm_activities: what both sides have confirmed of their activities so far."""
    pairing = _pairing(context)
    if pairing is None:
        return Text("台账中没有双方的结对关系")
    found = totals_of(context.act.session, context.case.bureau_id, pairing.id)
    return Text(
        "双方确认的活动{count}次，{heads}人次，{hours}课时（活动台账）",
        count=found.activities,
        heads=found.heads,
        hours=str(found.hours),
    )


def midterm_result(context: CheckContext) -> Text:
    """pairings.midterm_result: the total of the sheet with every line by its weight."""
    policy = _policy(context)
    sheet = sheet_of(policy, context.case.answers(CHECK))
    lines = [
        Text(
            "{line}{points}分×{weight}%",
            line=MIDTERM_LINES[line],
            points=str(points),
            weight=policy.text(weight_key(line)),
        )
        for line, points in sheet.points.items()
    ]
    return Text(
        "{total}分（{lines}），合格线{needed}分",
        total=str(sheet.total),
        lines=one_after_another(lines),
        needed=policy.text(NEEDED),
    )


def last_midterm(context: CheckContext) -> Text:
    """pairings.last_midterm: how the mid-term check of the pairing stands, for who decides how it goes on."""
    pairing = _pairing(context)
    found = midterms_of(context.act.session, context.case.bureau_id, [pairing.id]) if pairing else ()
    if not found:
        return Text("没有中期检查记录")
    said = Text(
        "{total}分，{result}（{day}）",
        total=found[0].total,
        result=MIDTERM_RESULTS[found[0].result],
        day=day_text(found[0].entered_on),
    )
    if found[0].mend_by is not None:
        return Text("{said}，整改期限至{day}", said=said, day=day_text(found[0].mend_by))
    return said


def targets_so_far(context: CheckContext) -> list[dict[str, Any]]:
    """pairings.midterm_values: a row for each target with the newest value that is known: of an appraisal, or of the
    school's yearly data.
    """
    helper = helper_of_duty(context)
    session, case, today = context.act.session, context.case, context.act.today
    pairing = pairing_with(session, case, helper, today) if helper is not None else None
    if pairing is None:
        return []
    known = {value.indicator_id: value.value for value in values_of(session, case.bureau_id, pairing.id)}
    (school,) = schools_at(session, case.bureau_id, [case.applicant_id], today)
    rows = []
    for target in targets_of(session, case.bureau_id, pairing.id):
        recorded = INDICATORS[target.indicator].of(school)
        value = known.get(target.id) or (str(half_up(recorded, 2)) if recorded is not None else None)
        rows.append({"indicator": target.indicator, **({"value": value} if value is not None else {})})
    return rows


def points_judged(context: CheckContext) -> list[dict[str, Any]]:
    """pairings.midterm_points: a row for each point that is to be mended, for the section to judge."""
    return [{"point": point} for point in points_to_mend(context.case)]


def _progress(target: PairingIndicator, value: Any, pairing: PairingLine, today: date) -> Text:
    base, aim = Decimal(target.base), Decimal(target.target)
    gone = Fraction((min(today, target.due_on) - pairing.starts_on).days, (target.due_on - pairing.starts_on).days or 1)
    words = Text(
        "{indicator}：结对时{base}，目标{target}（{day}前），时间已过{gone}%",
        indicator=INDICATORS[target.indicator].name,
        base=target.base,
        target=target.target,
        day=day_text(target.due_on),
        gone=str(half_up(WHOLE * gone, 0)),
    )
    if value in {None, ""}:
        return words
    way = Fraction(Decimal(str(value)) - base) / Fraction(aim - base)
    return Text("{words}；现为{value}，完成{way}%", words=words, value=str(value), way=str(half_up(WHOLE * way, 0)))


def _pairing(context: CheckContext) -> PairingLine | None:
    answers = context.case.answers(REPORT) or (context.answers if context.element == REPORT else {})
    helper = answers.get("partner") or helper_of_duty(context)
    return pairing_with(context.act.session, context.case, helper, context.act.today) if helper else None


def _policy(context: CheckContext) -> Policy:
    return load_policy(context.act.session, context.act.bureau_id, context.act.today)


FIGURES: Mapping[str, Figure] = {
    "pairings.last_midterm": last_midterm,
    "pairings.midterm_activities": midterm_activities,
    "pairings.midterm_progress": midterm_progress,
    "pairings.midterm_result": midterm_result,
}
"""Read-only figures by the name that form files use."""

PREFILLS: Mapping[str, Prefill] = {
    "pairings.midterm_helper": helper_of_duty,
    "pairings.midterm_points": points_judged,
    "pairings.midterm_values": targets_so_far,
}
"""What a field may start with, by the name that form files use."""
