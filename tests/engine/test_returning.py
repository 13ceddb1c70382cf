"""Returning to a completed step: that step alone is open, everything behind it is undone and comes again."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.engine.conftest import Case
from workflow_app.engine import EngineRefused

PARALLEL = ("finance", "finance_check", "personnel", "legal")
ORDERS = [order for order in permutations(PARALLEL) if order.index("finance") < order.index("finance_check")]


def until_notice(case: Case) -> None:
    case.do("apply")
    case.do("accept", "accept")
    case.do("visit")
    case.do("countersign")


def finish(case: Case) -> list[str]:
    """Complete what is open, in the order of the alphabet, until the case ends; what was done."""
    done: list[str] = []
    while case.outcome is None:
        done.append(case.open[0])
        case.do(case.open[0])
    return done


def test_the_step_is_open_again_under_its_engine_id_and_its_facts_are_void(approval: Case) -> None:
    first = approval.id_of("apply")
    approval.do("apply")
    approval.do("accept", "return")
    supply = approval.id_of("supplement_supply")
    overdue = approval.id_of("supplement_overdue")
    advance = approval.back_to("apply")
    assert advance.opened == {first: "apply"}
    assert advance.undone == (supply,)
    assert advance.disarmed == (overdue,)
    assert advance.closed == ()
    assert set(advance.undone_elements) == {"apply", "accept", "supplement_notify"}
    assert approval.facts["accept"]["decision"] is None
    approval.do("apply")
    approval.do("accept", "accept")
    assert approval.open == ["countersign", "visit"]


def test_only_the_undone_openings_are_void(approval: Case) -> None:
    approval.do("apply")
    first = approval.id_of("accept")
    approval.do("accept", "return")
    approval.do("supplement_supply")
    second = approval.id_of("accept")
    approval.do("accept", "accept")
    advance = approval.back_to("accept")
    assert advance.voided == (second,)
    assert first != second
    assert advance.opened == {second: "accept"}


def test_out_of_parallel_branches(approval: Case) -> None:
    approval.do("apply")
    approval.do("accept", "accept")
    approval.do("visit")
    countersign, late = approval.id_of("countersign"), approval.id_of("late")
    advance = approval.back_to("accept")
    assert approval.open == ["accept"]
    assert advance.undone == (countersign,)
    assert advance.disarmed == (late,)
    assert set(advance.undone_elements) == {"accept", "visit"}
    approval.do("accept", "accept")
    assert (approval.open, approval.armed) == (["countersign", "visit"], ["late"])


def test_a_lapsed_deadline_is_undone_and_runs_again(approval: Case) -> None:
    approval.do("apply")
    approval.do("accept", "accept")
    approval.lapse("late")
    approval.do("countersign")
    advance = approval.back_to("countersign")
    assert set(advance.undone_elements) == {"countersign", "late"}
    assert approval.armed == ["late"]
    assert approval.open == ["countersign", "visit"]
    approval.lapse("late")
    assert approval.open == ["countersign", "visit"]


def test_within_one_branch_the_other_goes_on() -> None:
    case = Case("branches")
    for element in ("prepare", "finance", "finance_check", "legal"):
        case.do(element)
    advance = case.back_to("finance")
    assert case.open == ["finance", "personnel"]
    assert set(advance.undone_elements) == {"finance", "finance_check"}
    assert advance.undone == ()
    case.do("personnel")
    case.do("finance")
    assert case.open == ["finance_check"]
    case.do("finance_check")
    assert case.open == ["decide"]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
@pytest.mark.parametrize("target", PARALLEL)
def test_into_a_branch_whose_join_was_passed(order: tuple[str, ...], target: str) -> None:
    """What follows the join hangs below whichever branch came last; it is undone whichever branch is returned to."""
    case = Case("branches")
    for element in ("prepare", *order, "decide"):
        case.do(element)
    publish = case.id_of("publish")
    advance = case.back_to(target)
    again = ["finance", "finance_check"] if target == "finance" else [target]
    assert case.open == [target]
    assert set(advance.undone_elements) == {*again, "decide"}
    assert advance.undone == (publish,)
    assert finish(case) == [*again, "decide", "publish"]


def test_a_join_passed_twice_after_two_returns() -> None:
    case = Case("branches")
    for element in ("prepare", *PARALLEL):
        case.do(element)
    case.back_to("legal")
    case.do("legal")
    case.back_to("finance_check")
    case.do("finance_check")
    assert case.open == ["decide"]
    case.back_to("prepare")
    assert case.open == ["prepare"]
    assert finish(case) == ["prepare", "finance", "finance_check", "legal", "personnel", "decide", "publish"]


@pytest.mark.parametrize(
    ("target", "again"),
    [
        ("apply", ["apply", "accept", "countersign", "visit", "school_notice_post"]),
        ("accept", ["accept", "countersign", "visit", "school_notice_post"]),
        ("countersign", ["countersign", "school_notice_post"]),
        ("visit", ["visit", "school_notice_post"]),
        ("school_notice_result", ["school_notice_result", "county_notice_post"]),
        ("county_notice_post", ["county_notice_post", "county_notice_result"]),
    ],
)
def test_into_a_sub_process_that_had_ended(approval: Case, target: str, again: list[str]) -> None:
    until_notice(approval)
    for call in ("school_notice", "county_notice"):
        approval.do(f"{call}_post")
        approval.lapse(f"{call}_period")
        approval.do(f"{call}_result", "none")
    decide = approval.id_of("decide")
    advance = approval.back_to(target)
    assert approval.open == [target]
    assert approval.waits_for == ("withdraw",)
    assert advance.undone == (decide,)
    done: list[str] = []
    while approval.outcome is None:
        if approval.open:
            element = approval.open[0]
            approval.do(element, "accept" if element == "accept" else None)
            done.append(element)
        else:
            approval.lapse(approval.armed[0])
    assert done[: len(again)] == again
    assert done[-1] == "decide"
    assert approval.outcome == "approved"


def test_a_returned_sub_process_can_still_be_withdrawn(approval: Case) -> None:
    until_notice(approval)
    approval.back_to("apply")
    approval.send("withdraw")
    assert approval.outcome == "withdrawn"


def test_to_a_step_of_the_round_before(approval: Case) -> None:
    approval.do("apply")
    approval.do("accept", "return")
    approval.do("supplement_supply")
    assert approval.open == ["accept"]
    # Since the second opening of accept is not completed, the newest completion is the first round's.
    approval.back_to("accept")
    assert approval.open == ["accept"]
    assert approval.facts["supplement_supply"]["decision"] is None
    approval.do("accept", "return")
    assert approval.open == ["supplement_supply"]


def test_the_deadline_of_the_surrounding_sub_process_goes_on() -> None:
    case = Case("interrupted")
    case.do("draft")
    case.do("inquire")
    expiry = case.id_of("expiry")
    advance = case.back_to("draft")
    assert case.id_of("expiry") == expiry
    assert expiry not in advance.armed
    assert expiry not in advance.disarmed


@pytest.mark.parametrize(
    ("target", "again"), [("draft", ["draft", "inquire", "review"]), ("inquire", ["inquire", "review"])]
)
def test_into_a_sub_process_that_was_interrupted(target: str, again: list[str]) -> None:
    case = Case("interrupted")
    case.do("draft")
    case.do("inquire")
    case.lapse("expiry")
    assert case.open == ["settle"]
    advance = case.back_to(target)
    assert case.open == [target]
    assert "expiry" in advance.undone_elements
    assert case.armed == ["expiry", "hint"]
    assert finish(case) == [*again, "archive"]
    assert case.outcome == "done"


def test_what_cannot_be_returned_to(approval: Case) -> None:
    approval.do("apply")
    for element in ("accept", "accepted", "decide", "work", "work_begin", "nowhere", ""):
        with pytest.raises(EngineRefused) as caught:
            approval.back_to(element)
        assert caught.value.code == "never_done"


def test_an_operation_is_not_returned_to(approval: Case) -> None:
    approval.do("apply")
    approval.do("accept", "return")
    with pytest.raises(EngineRefused) as caught:
        approval.back_to("supplement_notify")
    assert caught.value.code == "never_done"


def test_a_case_that_has_ended_is_not_returned() -> None:
    case = Case("deadlines")
    case.do("answer")
    with pytest.raises(EngineRefused) as caught:
        case.back_to("answer")
    assert caught.value.code == "ended"
