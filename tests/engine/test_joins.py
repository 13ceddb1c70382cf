"""Parallel gateways in loops and in interrupted sub-processes: faults that generated drawings have found."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.engine.conftest import Case, specification
from tests.engine.shapes.drawing import drawings
from tests.engine.shapes.sound import assert_sound
from tests.engine.shapes.structure import Boundary, Is, Item, Loop, Nested, Parallel, Shape, Step
from workflow_app.engine import complete, expand, load

PAIR = Parallel("pair", ((Step("finance"),), (Step("legal"),)))
ROUNDS = Loop("rounds", (PAIR, Step("decide")), Is("decide", "again"), merged=True)
NESTED_ROUNDS = Loop(
    "rounds", (Parallel("both", ((PAIR,), (Step("visit"),))), Step("decide")), Is("decide", "again"), merged=True
)
ORDERS = list(permutations(("finance", "legal", "visit")))
BOTH = list(permutations(("finance", "legal")))


def case_of(*body: Item) -> Case:
    drawing, shared = drawings(Shape(body))
    return Case("process", load(expand(drawing, shared)))


@pytest.mark.parametrize("second", BOTH, ids="-".join)
@pytest.mark.parametrize("first", BOTH, ids="-".join)
def test_in_every_round_all_branches_are_waited_for(first: tuple[str, str], second: tuple[str, str]) -> None:
    case = case_of(ROUNDS)
    for order in (first, second, first):
        case.do(order[0])
        assert case.open == [order[1]]
        case.do(order[1])
        assert case.open == ["decide"]
        case.do("decide", "again")
    case.do("finance")
    case.do("legal")
    case.do("decide", "agree")
    assert case.outcome == "process_end"


@pytest.mark.parametrize("second", ORDERS, ids="-".join)
@pytest.mark.parametrize("first", ORDERS, ids="-".join)
def test_a_join_within_a_join_in_every_round(first: tuple[str, ...], second: tuple[str, ...]) -> None:
    case = case_of(NESTED_ROUNDS)
    for order in (first, second):
        for number, element in enumerate(order):
            assert case.open == sorted(order[number:])
            case.do(element)
        case.do("decide", "again")
    assert case.open == ["finance", "legal", "visit"]


@pytest.mark.parametrize("target", ["finance", "legal", "visit"])
@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_a_return_in_the_second_round_leaves_the_first_alone(order: tuple[str, ...], target: str) -> None:
    case = case_of(NESTED_ROUNDS)
    for element in ("finance", "visit", "legal"):
        case.do(element)
    case.do("decide", "again")
    for element in order:
        case.do(element)
    advance = case.back_to(target)
    assert case.open == [target]
    assert len(advance.voided) == 1
    case.do(target)
    assert case.open == ["decide"]
    assert_sound(case.spec, case.state)


def test_a_return_goes_to_the_newest_round_though_an_earlier_one_hangs_deeper() -> None:
    inner = Loop("inner", (Step("write"), Step("check")), Is("check", "again"), merged=True)
    branches = Parallel("both", ((inner,), (Step("visit"),)))
    case = case_of(Loop("rounds", (branches, Step("decide")), Is("decide", "again"), merged=True))
    for element, decision in (("write", "go"), ("check", "again"), ("write", "go"), ("check", "go"), ("visit", "go")):
        case.do(element, decision)
    case.do("decide", "again")
    newest = case.id_of("write")
    case.do("write", "go")
    advance = case.back_to("write")
    assert advance.voided == (newest,)
    assert case.open == ["visit", "write"]


def test_of_two_side_branches_of_one_step_the_one_completed_last_is_returned_to() -> None:
    late = Boundary("late", False, (Step("chase"),), joins=False)
    case = case_of(
        Loop("rounds", (Step("write", boundaries=(late,)), Step("check")), Is("check", "again"), merged=True)
    )
    case.lapse("late")
    first = case.id_of("chase")
    case.do("write")
    case.do("check", "again")
    case.lapse("late")
    (second,) = set(case.steps) - {first, case.id_of("write")}
    for name in (second, first):
        case.apply(complete(case.spec, case.state, name, case.facts))
    assert case.back_to("chase").voided == (first,)


INTERRUPTED = Nested("work", (PAIR, Step("review")), "work", (Boundary("expiry", True, (Step("settle"),), joins=True),))


@pytest.mark.parametrize("done", ["finance", "legal"])
def test_a_return_into_an_interrupted_sub_process_opens_its_other_branches_too(done: str) -> None:
    case = case_of(INTERRUPTED, Step("archive"))
    case.do(done)
    case.lapse("expiry")
    assert case.open == ["settle"]
    advance = case.back_to(done)
    assert case.open == ["finance", "legal"]
    assert case.armed == ["expiry"]
    assert set(advance.undone_elements) == {done, "expiry"}
    for element in ("finance", "legal", "review", "archive"):
        case.do(element)
    assert case.outcome == "process_end"


def test_what_was_open_in_a_nested_sub_process_comes_back_with_its_deadlines() -> None:
    inner = Nested(
        "inner",
        (Step("write", boundaries=(Boundary("late", False, (), joins=False),)),),
        "inner",
        (Boundary("recall", True, (), joins=True, message="recall"),),
    )
    case = case_of(
        Nested(
            "work",
            (Parallel("both", ((Step("visit"), Step("report")), (inner,))),),
            "work",
            (Boundary("expiry", True, (Step("settle"),), joins=True),),
        )
    )
    case.do("visit")
    assert case.waits_for == ("recall",)
    case.lapse("expiry")
    assert (case.open, case.armed) == (["settle"], [])
    assert not case.waits_for
    case.back_to("visit")
    assert (case.open, case.armed, case.waits_for) == (["visit", "write"], ["expiry", "late"], ("recall",))
    case.lapse("late")
    case.send("recall")
    case.do("visit")
    case.do("report")
    assert case.outcome == "process_end"


def test_a_state_after_a_return_refers_to_nothing_that_was_dropped() -> None:
    case = Case("branches", specification("branches"))
    case.do("prepare")
    case.do("finance")
    case.back_to("prepare")
    assert_sound(case.spec, case.state)
