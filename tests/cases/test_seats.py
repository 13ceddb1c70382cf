"""Completion rules as a table: what the seats say, and what becomes of the task."""

from __future__ import annotations

from fractions import Fraction

import pytest

from workflow_app.cases.models import Seat
from workflow_app.cases.seats import Tally, aggregate, next_in_order, panel_facts, shortage, tally
from workflow_app.definitions.schema import Aggregate, SeatRule
from workflow_app.errors import WorkflowError


def seats(*states: str) -> list[Seat]:
    """``+`` agrees, ``-`` disagrees, ``.`` open, ``x`` removed, ``r`` recused, ``w`` waiting."""
    kinds = {"+": ("done", "agree"), "-": ("done", "disagree"), ".": ("open", None), "x": ("removed", None)}
    kinds |= {"r": ("recused", None), "w": ("waiting", None)}
    return [Seat(no=n, state=kinds[s][0], decision=kinds[s][1]) for n, s in enumerate(states, 1)]


def rule(name: str, **more: object) -> SeatRule:
    return SeatRule.model_validate({"places": ["a@b"], "rule": name, "passing": "agree", **more})


OPEN, YES, NO = Tally(False), Tally(True, "agree"), Tally(True, "disagree")


@pytest.mark.parametrize(
    ("name", "table", "expected"),
    [
        ("all", "+.", OPEN),
        ("all", "++", YES),
        ("all", "+-", NO),
        ("all", "+x", YES),
        ("all", "+r", YES),
        ("any", "..", OPEN),
        ("any", "+.", YES),
        ("any", "-.", NO),
        ("in_order", "+w", OPEN),
        ("in_order", "++", YES),
    ],
)
def test_rules_without_amount(name: str, table: str, expected: Tally) -> None:
    assert tally(rule(name), seats(*table)) == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("++.", YES),  # 2 of 3 is enough: it ends early
        ("+-.", OPEN),
        ("--.", NO),  # it can no longer be reached
        ("+-+", YES),
        ("+x-", NO),  # 1 of 2: a removed seat does not count
    ],
)
def test_ratio_of_two_thirds(table: str, expected: Tally) -> None:
    assert tally(rule("ratio"), seats(*table), Fraction(2, 3)) == expected


@pytest.mark.parametrize(("table", "expected"), [("+..", OPEN), ("++.", YES), ("+-.", NO)])
def test_quorum_of_two(table: str, expected: Tally) -> None:
    assert tally(rule("quorum"), seats(*table), Fraction(2)) == expected


def test_a_veto_ends_the_task_at_once() -> None:
    assert tally(rule("all", veto="disagree"), seats("-", ".", ".")) == NO


@pytest.mark.parametrize("table", ["", "x", "xr"])
def test_no_seat_never_passes(table: str) -> None:
    with pytest.raises(WorkflowError, match="没有可以办理的席位"):
        tally(rule("all"), seats(*table))


def test_a_plain_step_takes_the_decision_of_its_one_seat() -> None:
    assert tally(None, seats(".")) == OPEN
    assert tally(None, seats("+")) == YES


@pytest.mark.parametrize(
    ("by", "places", "values", "expected"),
    [
        ("mean", 1, ["82", "85", "85"], "84.0"),
        ("mean", 1, ["80", "80.1"], "80.1"),  # 80.05 is rounded half up
        ("sum", 0, ["1", "2"], "3"),
        ("median", 1, ["1", "9", "5"], "5.0"),
        ("min", 1, ["3.25", "4"], "3.3"),
        ("max", 2, ["3.25", "4"], "4.00"),
    ],
)
def test_aggregates_are_exact_decimals(by: str, places: int, values: list[str], expected: str) -> None:
    assert aggregate(Aggregate.model_validate({"of": "score", "by": by, "places": places}), values) == expected


def test_an_aggregate_of_nothing_is_refused() -> None:
    with pytest.raises(WorkflowError):
        aggregate(Aggregate(of="score", by="mean"), [])


def test_panel_facts_hold_the_decision_and_the_aggregates() -> None:
    panel = rule("all", results={"score": {"of": "score", "by": "mean"}})
    assert panel_facts(panel, "agree", [{"score": "82"}, {"score": "85"}, {"score": "85"}]) == {
        "decision": "agree",
        "score": "84.0",
    }


def test_in_order_the_lowest_waiting_seat_is_next() -> None:
    following = next_in_order(seats("+", "w", "w"))
    assert following is not None
    assert following.no == 2


def test_nobody_is_next_while_it_is_somebodys_turn() -> None:
    assert next_in_order(seats("+", ".", "w")) is None
    following = next_in_order(seats("+", "r", "w"))
    assert following is not None
    assert following.no == 3


@pytest.mark.parametrize(
    ("table", "odd", "expected"),
    [
        ("...", True, None),
        ("+++x", True, None),
        ("++r", False, "现有2个席位，至少需要3个，请增加席位"),
        ("++++", False, None),
        ("++++", True, "现有4个席位，应为单数，请增加或撤销席位"),
    ],
)
def test_a_table_needs_its_minimum_and_an_odd_number(table: str, odd: bool, expected: str | None) -> None:
    why = shortage(rule("all", odd=odd), seats(*table), least=3)
    assert (None if why is None else str(why)) == expected
