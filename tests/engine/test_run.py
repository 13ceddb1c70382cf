"""Cases driven step by step; the state is restored before and saved after each of them."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Case
from tests.engine.walking import accept, finish_notice, refusal
from workflow_app.engine import EngineRefused, complete, fire, send


def test_a_case_runs_from_its_start_to_its_end(approval: Case) -> None:
    assert approval.open == ["apply"]
    assert approval.last.reached == ("begin", "flow_begin_work", "work_begin", "flow_work_begin_apply")
    assert approval.outcome is None
    accept(approval)
    approval.do("countersign")
    approval.do("visit")
    finish_notice(approval, "school_notice")
    finish_notice(approval, "county_notice")
    assert approval.open == ["decide"]
    approval.do("decide", "approve")
    assert approval.outcome == "approved"
    assert (approval.open, approval.armed, approval.waits_for) == ([], [], ())
    assert approval.operations_run == ["school_notice_publish", "county_notice_publish", "issue", "register"]


def test_an_advance_says_what_was_closed_opened_and_passed(approval: Case) -> None:
    approval.do("apply")
    engine_task_id = approval.id_of("accept")
    advance = approval.do("accept", "accept")
    assert advance.closed == (engine_task_id,)
    assert sorted(advance.opened.values()) == ["countersign", "visit"]
    assert (advance.undone, advance.undone_elements, advance.voided) == ((), (), ())
    assert list(advance.armed.values()) == ["late"]
    # Of the gateway with three ways out only the one that was taken; of the parallel one both.
    assert advance.reached == (
        "accept", "flow_accept_accepted", "accepted", "flow_accepted_split",
        "split", "flow_split_countersign", "flow_split_visit",
    )  # fmt: skip


def test_the_decision_of_the_present_round_is_what_counts(approval: Case) -> None:
    approval.do("apply")
    approval.do("accept", "return")
    assert approval.open == ["supplement_supply"]
    approval.do("supplement_supply")
    first = approval.id_of("accept")
    approval.do("accept", "return")
    approval.do("supplement_supply")
    assert approval.id_of("accept") != first
    approval.do("accept", "accept")
    assert approval.open == ["countersign", "visit"]


def test_a_seated_step_is_one_engine_task(approval: Case) -> None:
    accept(approval)
    assert list(approval.steps.values()).count("countersign") == 1


def test_operations_wait_until_they_are_completed(approval: Case) -> None:
    approval.do("apply")
    approval.facts["accept"]["decision"] = "return"
    advance = complete(approval.spec, approval.state, approval.id_of("accept"), approval.facts)
    assert list(advance.operations.values()) == ["supplement_notify"]
    assert advance.opened == {}
    (operation,) = advance.operations
    after = complete(approval.spec, advance.state, operation, approval.facts)
    assert after.closed == (operation,)
    assert after.operations == {}
    assert list(after.opened.values()) == ["supplement_supply"]


def test_every_waiting_operation_is_named_until_it_is_done() -> None:
    case = Case("operations")
    advance = complete(case.spec, case.state, case.id_of("begin_both"), case.facts)
    assert sorted(advance.operations.values()) == ["number", "seal"]
    first = next(iter(advance.operations))
    rest = complete(case.spec, advance.state, first, case.facts)
    assert len(rest.operations) == 1
    assert first not in rest.operations
    done = complete(case.spec, rest.state, next(iter(rest.operations)), case.facts)
    assert done.outcome == "done"


def test_two_copies_of_one_shared_drawing_do_not_meet(approval: Case) -> None:
    accept(approval)
    approval.do("countersign")
    approval.do("visit")
    approval.do("school_notice_post")
    approval.lapse("school_notice_period")
    approval.do("school_notice_result", "upheld")
    assert approval.open == ["school_notice_correct"]
    approval.do("school_notice_correct")
    finish_notice(approval, "school_notice")
    assert approval.open == ["county_notice_post"]
    approval.do("county_notice_post")
    approval.lapse("county_notice_period")
    # The first copy's objection is not the second copy's.
    assert approval.facts["county_notice_result"]["decision"] is None
    approval.do("county_notice_result", "none")
    assert approval.open == ["decide"]


def test_a_deadline_that_interrupts_nothing_lapses_once(approval: Case) -> None:
    accept(approval)
    late = approval.id_of("late")
    advance = approval.lapse("late")
    assert approval.open == ["countersign", "visit"]
    assert advance.disarmed == (late,)
    assert (advance.undone, advance.opened) == ((), {})
    with pytest.raises(EngineRefused) as caught:
        fire(approval.spec, approval.state, late, approval.facts)
    assert refusal(caught) == "not_armed"


def test_a_side_branch_has_its_own_step_and_not_the_outcome() -> None:
    case = Case("deadlines")
    assert case.armed == ["expiry", "reminder"]
    case.lapse("reminder")
    assert (case.open, case.armed) == (["answer", "chase"], ["expiry"])
    case.do("answer")
    assert (case.open, case.armed, case.outcome) == (["chase"], [], None)
    case.do("chase")
    assert case.outcome == "answered"


def test_an_interrupting_deadline_drops_its_step_and_the_other_deadline() -> None:
    case = Case("deadlines")
    answer, reminder, expiry = (case.id_of(element) for element in ("answer", "reminder", "expiry"))
    advance = case.lapse("expiry")
    assert advance.undone == (answer,)
    assert set(advance.disarmed) == {reminder, expiry}
    assert (case.open, case.armed) == (["decide_alone"], [])
    assert advance.undone_elements == ()
    with pytest.raises(EngineRefused) as caught:
        complete(case.spec, case.state, answer, case.facts)
    assert refusal(caught) == "not_open"


def test_completing_a_step_disarms_its_deadlines() -> None:
    case = Case("deadlines")
    armed = set(case.deadlines)
    advance = case.do("answer")
    assert set(advance.disarmed) == armed
    assert case.outcome == "answered"


def test_a_deadline_of_another_task_is_not_touched() -> None:
    one, other = Case("deadlines"), Case("deadlines")
    with pytest.raises(EngineRefused) as caught:
        fire(one.spec, one.state, other.id_of("expiry"), one.facts)
    assert refusal(caught) == "not_armed"


def test_a_case_is_withdrawn_out_of_a_sub_process(approval: Case) -> None:
    accept(approval)
    steps = set(approval.steps)
    assert approval.waits_for == ("withdraw",)
    advance = approval.send("withdraw")
    assert approval.outcome == "withdrawn"
    assert set(advance.undone) == steps
    assert approval.open == approval.armed == []
    assert advance.reached == ("taken_back", "flow_taken_back_withdrawn", "withdrawn")
    with pytest.raises(EngineRefused) as caught:
        send(approval.spec, approval.state, "withdraw", approval.facts)
    assert refusal(caught) == "not_waiting"


def test_a_case_is_withdrawn_out_of_a_copy_of_a_shared_drawing(approval: Case) -> None:
    approval.do("apply")
    approval.do("accept", "return")
    approval.send("withdraw")
    assert (approval.outcome, approval.armed) == ("withdrawn", [])


def test_a_case_is_withdrawn_after_its_sub_process_was_entered_again() -> None:
    case = Case("rounds")
    for _ in range(3):
        assert case.do("write").waits_for == ()
        assert case.do("check", "revise").waits_for == ("withdraw",)
    case.send("withdraw")
    assert case.outcome == "withdrawn"


def test_a_message_nobody_waits_for_is_refused(approval: Case) -> None:
    for message in ("appeal", ""):
        with pytest.raises(EngineRefused) as caught:
            send(approval.spec, approval.state, message, approval.facts)
        assert refusal(caught) == "not_waiting"


def test_a_message_awaited_in_two_places_is_refused_until_one_is_left() -> None:
    case = Case("two_places")
    assert case.waits_for == ()
    with pytest.raises(EngineRefused) as caught:
        case.send("withdraw")
    assert refusal(caught) == "not_waiting"
    assert case.do("write_one").waits_for == ("withdraw",)
    case.send("withdraw")
    assert case.outcome == "two_withdrawn"


def test_a_lapse_inside_a_copy_decides_outside_of_it(approval: Case) -> None:
    approval.do("apply")
    approval.do("accept", "return")
    approval.lapse("supplement_overdue")
    assert approval.open == ["supplement_lapse"]
    approval.do("supplement_lapse", "extend")
    assert (approval.open, approval.armed) == (["supplement_supply"], ["supplement_overdue"])
    approval.lapse("supplement_overdue")
    approval.do("supplement_lapse", "withdrawn")
    assert approval.outcome == "deemed_withdrawn"
