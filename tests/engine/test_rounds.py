"""Loops: however often a case goes round, its state keeps its last rounds, and a return undoes all that came after."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Case
from workflow_app.engine.rounds import ROUNDS_KEPT

ROUNDS = 40


def go_round(case: Case, times: int) -> tuple[list[str], list[str]]:
    """The ids of the steps that are completed while a case of the drawing ``rounds`` goes round, by element."""
    written, checked = [], []
    for _ in range(times):
        written.append(case.id_of("write"))
        case.do("write")
        checked.append(case.id_of("check"))
        case.do("check", "revise")
    return written, checked


@pytest.mark.parametrize("name", ["rounds", "short_rounds"])
def test_the_tree_grows_no_deeper_with_the_rounds(name: str) -> None:
    case = Case(name)
    depths, sizes = [], []
    for _ in range(ROUNDS):
        if "write" in case.open:
            case.do("write")
        case.do("check", "revise")
        depths.append(case.last.depth)
        sizes.append(len(case.state))
    assert set(depths[ROUNDS_KEPT:]) == {depths[ROUNDS_KEPT]}
    # Of a round only the ids of its completions stay: sixteen bytes each that nothing can pack.
    steps = len(case.spec.expanded.elements.keys() & {"write", "check"})
    assert sizes[-1] - sizes[ROUNDS_KEPT] < 17 * steps * ROUNDS
    if "write" in case.open:
        case.do("write")
    case.do("check", "agree")
    assert case.outcome == "done"


def test_a_return_within_a_loop_undoes_the_newest_round_alone() -> None:
    case = Case("rounds")
    written, checked = go_round(case, 2 * ROUNDS_KEPT)
    advance = case.back_to("check")
    assert (case.open, advance.opened) == (["check"], {checked[-1]: "check"})
    assert set(advance.voided) == {checked[-1]}
    case.do("check", "revise")
    advance = case.back_to("write")
    assert case.open == ["write"]
    assert set(advance.voided) == {written[-1], checked[-1]}


def test_one_can_go_back_round_by_round() -> None:
    case = Case("rounds")
    _, checked = go_round(case, 2 * ROUNDS_KEPT)
    for engine_id in checked[: -ROUNDS_KEPT - 1 : -1]:
        assert case.back_to("check").opened == {engine_id: "check"}
        case.back_to("write")


def test_a_return_to_before_a_loop_undoes_every_round(approval: Case) -> None:
    """The rounds that are gone from the tree count as well: their answers must not be read any more."""
    behind: set[str] = set()
    first = approval.id_of("apply")
    approval.do("apply")
    for _ in range(2 * ROUNDS_KEPT):
        behind.add(approval.id_of("accept"))
        approval.do("accept", "return")
        behind.add(approval.id_of("supplement_supply"))
        approval.do("supplement_supply")
    behind.add(approval.id_of("accept"))
    approval.do("accept", "accept")
    advance = approval.back_to("apply")
    assert advance.opened == {first: "apply"}
    assert behind <= set(advance.voided)
    assert {"accept", "supplement_supply", "supplement_notify"} <= set(advance.undone_elements)
    again = approval.id_of("apply")
    approval.do("apply")
    assert approval.open == ["accept"]
    assert set(approval.back_to("apply").voided) == {again}


def test_a_step_that_only_an_early_round_took_stays_open_to_a_return(approval: Case) -> None:
    """The supplement of round one is the newest of its kind: that round stays, and one may go back into it."""
    approval.do("apply")
    approval.do("accept", "return")
    supplied = approval.id_of("supplement_supply")
    approval.do("supplement_supply")
    accepted = approval.id_of("accept")
    approval.do("accept", "accept")
    advance = approval.back_to("supplement_supply")
    assert advance.opened == {supplied: "supplement_supply"}
    assert accepted in advance.voided
