"""Generated drawings, random acts: after each act the engine and the model agree on everything that an advance says.

``Play`` compares: what was opened, closed, undone, armed, disarmed, passed and voided, which operations wait, which
messages are awaited, the outcome; that a case has ended or something in it waits; and that the state is sound.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.shapes.child import Child
from tests.engine.shapes.conftest import TALLY, tried
from tests.engine.shapes.generate import DECISIONS, looped_branches, shapes
from tests.engine.shapes.play import SCORES, Play
from tests.engine.shapes.structure import Shape

Acts = list[tuple[int, str, float | str | None]]
ACTS: st.SearchStrategy[Acts] = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(DECISIONS), st.sampled_from(SCORES)), min_size=5, max_size=30
)


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    """One other process for all cases of a test."""
    child = Child()
    yield child
    child.close()


def play(case: Play, acts: Acts) -> None:
    """Do what the numbers choose of whatever may be done, and bring the case to its end."""
    for number, (chosen, decision, score) in enumerate(acts):
        choices = case.choices()
        if not choices:
            break
        case.act(choices[chosen % len(choices)], {"decision": decision, "score": score})
        if number % 8 == 3:
            case.refuse()
    case.finish()
    case.refuse()


@tried(quick=190, share=0.7)
@given(shape=shapes(), acts=ACTS)
def test_any_drawing_any_acts(shape: Shape, acts: Acts) -> None:
    play(Play(shape, tally=TALLY), acts)


@tried(quick=40, share=0.2)
@given(shape=looped_branches(), order=st.lists(st.integers(0, 40), min_size=10, max_size=60), turns=st.integers(1, 3))
def test_branches_arrive_in_any_order_in_every_round(shape: Shape, order: list[int], turns: int) -> None:
    case = Play(shape, tally=TALLY)
    for number in order:
        choices = [choice for choice in case.choices() if choice.kind == "complete"]
        if not choices:
            break
        choice = choices[number % len(choices)]
        again = choice.name == "turn" and turns > 0
        turns -= again
        case.act(choice, {"decision": "b" if again else "a", "score": 0})
    case.finish()


@tried(quick=30, share=0.1)
@given(shape=shapes(), acts=ACTS)
def test_every_act_in_a_process_that_has_not_seen_the_case(shape: Shape, acts: Acts, child: Child) -> None:
    play(Play(shape, child, TALLY), acts[:10])


@tried(quick=1, share=0.0002)
@given(shape=shapes(), acts=ACTS)
def test_every_act_in_a_process_of_its_own(shape: Shape, acts: Acts) -> None:
    alone = Child(once=True)
    case = Play(shape, alone, TALLY)
    for chosen, decision, score in acts[:3]:
        if choices := case.choices():
            case.act(choices[chosen % len(choices)], {"decision": decision, "score": score})
    alone.close()
