"""Seats (席位): who sits at a task, whether they are enough, whether the completion rule is met, the facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import median
from typing import Any

from workflow_app.cases.models import Seat
from workflow_app.definitions.schema import Aggregate, SeatRule
from workflow_app.errors import WorkflowError
from workflow_app.text import Text


@dataclass(frozen=True)
class Tally:
    """How a panel stands: whether its task is complete, and then with which decision."""

    complete: bool
    decision: str | None = None


def seated(seats: Sequence[Seat]) -> list[Seat]:
    """The seats that count: neither removed nor recused, answered or not."""
    return [s for s in seats if s.state not in {"removed", "recused"}]


def shortage(rule: SeatRule | None, seats: Sequence[Seat], least: int) -> Text | None:
    """Why the table may not decide as it is now, though everyone may have answered; None if enough sit.

    ``least`` is the number of the rule's policy parameter ``min_seats``, or one.
    """
    count = len(seated(seats))
    if count < least:
        return Text("现有{count}个席位，至少需要{least}个，请增加席位", count=count, least=least)
    if rule is not None and rule.odd and count % 2 == 0:
        return Text("现有{count}个席位，应为单数，请增加或撤销席位", count=count)
    return None


def tally(rule: SeatRule | None, seats: Sequence[Seat], amount: Fraction | None = None) -> Tally:
    """Whether a task is complete after the answers that its seats hold now.

    Removed and recused seats do not count. ``amount`` is the share (ratio) or the number of answers (quorum) that the
    rule's policy parameter names. A task without a rule has one seat and is complete when that has answered.

    Raises:
        WorkflowError: no seat counts; zero seats never pass (DESIGN, Seats).
    """
    active = seated(seats)
    if not active:
        raise WorkflowError("本任务没有可以办理的席位，请先增加席位。")
    done = [s for s in active if s.state == "done"]
    if rule is None:
        return Tally(len(done) == len(active), done[0].decision if done else None)
    if rule.veto and any(s.decision == rule.veto for s in done):
        return Tally(True, rule.failed)
    yes = sum(1 for s in done if rule.passing is None or s.decision == rule.passing)
    left = len(active) - len(done)
    if rule.rule == "any":
        return Tally(bool(done), (rule.passed if yes else rule.failed) if done else None)
    if rule.rule == "ratio":
        return _by_ratio(rule, yes, left, len(active), amount)
    if rule.rule == "quorum":
        needed = int(amount) if amount is not None else len(active)
        if len(done) < min(needed, len(active)):
            return Tally(False)
        return Tally(True, rule.passed if yes == len(done) else rule.failed)
    if left:
        return Tally(False)
    return Tally(True, rule.passed if yes == len(active) else rule.failed)


def _by_ratio(rule: SeatRule, yes: int, left: int, total: int, share: Fraction | None) -> Tally:
    """Ends early, as soon as the outcome can no longer change."""
    needed = (share if share is not None else Fraction(1)) * total
    if yes >= needed:
        return Tally(True, rule.passed)
    if yes + left < needed:
        return Tally(True, rule.failed)
    return Tally(False)


def aggregate(how: Aggregate, values: Sequence[str]) -> str:
    """One fact from a panel's answers; decimals exact, rounded half up (worked-cases: 82, 85, 85 → 84.0)."""
    numbers = [Decimal(v) for v in values]
    if not numbers:
        raise WorkflowError("没有可以汇总的评分。")
    total = sum(numbers, Decimal(0))
    result = {
        "sum": total,
        "mean": total / len(numbers),
        "median": median(numbers),
        "min": min(numbers),
        "max": max(numbers),
    }[how.by]
    return str(result.quantize(Decimal(1).scaleb(-how.places), ROUND_HALF_UP))


def next_in_order(seats: Sequence[Seat]) -> Seat | None:
    """With 依次审批: the seat whose turn comes now; None while it is somebody's turn."""
    if any(s.state == "open" for s in seats):
        return None
    return next((s for s in sorted(seats, key=lambda s: s.no) if s.state == "waiting"), None)


def panel_facts(rule: SeatRule, decision: str | None, answers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The facts of a finished panel: its decision and the aggregates that the form file asks for."""
    facts: dict[str, Any] = {"decision": decision}
    for key, how in rule.results.items():
        facts[key] = aggregate(how, [a[how.of] for a in answers if a.get(how.of) is not None])
    return facts
