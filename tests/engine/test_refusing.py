"""What the engine refuses, and that a refusal leaves the state as it was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.engine.conftest import Case, specification
from tests.engine.walking import accept, refusal
from workflow_app.engine import DEPTH_ALARM, EngineRefused, complete, fire, load, start
from workflow_app.engine.run import MAX_DEPTH


def test_a_second_completion_is_refused(approval: Case) -> None:
    first = approval.id_of("apply")
    approval.do("apply")
    with pytest.raises(EngineRefused) as caught:
        complete(approval.spec, approval.state, first, approval.facts)
    assert refusal(caught) == "not_open"


@pytest.mark.parametrize("name", ["", "x", "bebe3303-4198-4508-a453-4090be6248aa"])
def test_an_unknown_task_is_refused(approval: Case, name: str) -> None:
    with pytest.raises(EngineRefused) as caught:
        complete(approval.spec, approval.state, name, approval.facts)
    assert refusal(caught) == "not_open"
    with pytest.raises(EngineRefused) as caught:
        fire(approval.spec, approval.state, name, approval.facts)
    assert refusal(caught) == "not_armed"


def test_a_deadline_is_not_completed_and_a_step_does_not_lapse(approval: Case) -> None:
    accept(approval)
    with pytest.raises(EngineRefused):
        complete(approval.spec, approval.state, approval.id_of("late"), approval.facts)
    with pytest.raises(EngineRefused):
        fire(approval.spec, approval.state, approval.id_of("visit"), approval.facts)


@pytest.mark.parametrize("facts", [{}, {"accept": {}}, {"accept": {"decision": "return"}, "supplement_supply": {}}])
def test_a_call_that_fails_leaves_the_state_as_it_was(approval: Case, facts: dict[str, dict[str, str]]) -> None:
    approval.do("apply")
    approval.do("accept", "return")
    # The step itself is completed and its gateway reached before the missing fact stops the call.
    engine_task_id, state = approval.id_of("supplement_supply"), approval.state
    with pytest.raises(EngineRefused) as caught:
        complete(approval.spec, state, engine_task_id, facts)
    assert refusal(caught) == "condition"
    assert "supplied" in caught.value.detail
    assert approval.state == state
    approval.do("supplement_supply")
    assert approval.open == ["accept"]


def test_the_same_call_may_be_made_again_from_the_same_state(approval: Case) -> None:
    state, engine_task_id = approval.state, approval.id_of("apply")
    one = complete(approval.spec, state, engine_task_id, approval.facts)
    two = complete(approval.spec, state, engine_task_id, approval.facts)
    assert list(one.opened.values()) == list(two.opened.values()) == ["accept"]


def test_facts_are_read_and_never_changed(approval: Case) -> None:
    before = {element: dict(values) for element, values in approval.facts.items()}
    accept_id = complete(approval.spec, approval.state, approval.id_of("apply"), approval.facts)
    complete(approval.spec, accept_id.state, next(iter(accept_id.opened)), approval.facts)
    assert approval.facts == before


def test_a_tree_too_deep_is_refused_before_the_library_loses_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case("rounds")
    case.do("write")
    monkeypatch.setattr("workflow_app.engine.run.MAX_DEPTH", case.last.depth)
    with pytest.raises(EngineRefused) as caught:
        case.do("check", "revise")
    assert refusal(caught) == "too_deep"
    monkeypatch.undo()
    case.do("check", "agree")
    assert case.outcome == "done"


def test_the_alarm_comes_long_before_the_end() -> None:
    assert DEPTH_ALARM <= 600 < MAX_DEPTH <= 900


def test_a_case_in_which_nothing_waits_is_refused() -> None:
    """A join behind an exclusive choice waits for ever: the drawing is wrong, the case must not be saved."""
    case = Case("stuck")
    with pytest.raises(EngineRefused) as caught:
        case.do("ask")
    assert refusal(caught) == "stuck"


def test_one_specification_serves_four_threads() -> None:
    spec = load(specification("rounds").expanded)

    def whole_case(number: int) -> tuple[str | None, int]:
        case = Case("rounds", spec=spec)
        for _ in range(number % 3):
            case.do("write")
            case.do("check", "revise")
        case.do("write")
        case.do("check", "agree")
        return case.outcome, len(case.last.reached)

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(whole_case, range(24)))
    assert set(results) == {("done", 5)}


def test_a_start_that_cannot_choose_is_refused() -> None:
    with pytest.raises(EngineRefused) as caught:
        start(specification("operations"), {})
    assert refusal(caught) == "condition"
