"""The completions of rounds that have left the tree: their ids lie behind the packed state, and damage is noticed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.engine.conftest import Case
from workflow_app.engine import EngineRefused, return_to
from workflow_app.engine.rounds import ROUNDS_KEPT
from workflow_app.engine.state import pack, unpack

ROUNDS = 3 * ROUNDS_KEPT
ID = 16
"""Bytes of an id."""


@pytest.fixture
def returned_often(approval: Case) -> Case:
    """An approval that was sent back for supplements again and again, and then accepted."""
    approval.do("apply")
    for _ in range(ROUNDS):
        approval.do("accept", "return")
        approval.do("supplement_supply")
    approval.do("accept", "accept")
    return approval


def halves(state: bytes) -> tuple[dict[str, Any], bytes]:
    """The document of a state, and the ids behind it."""
    text = unpack(state)
    packed = pack(text)
    assert state.startswith(packed)
    return json.loads(text), state[len(packed) :]


def voided(case: Case, state: bytes) -> set[str]:
    """What a return to the application undoes."""
    return set(return_to(case.spec, state, "apply", case.facts).voided)


def test_the_packed_part_does_not_grow_with_the_rounds(returned_often: Case) -> None:
    document, ids = halves(returned_often.state)
    before = len(returned_often.state) - len(ids)
    assert document["header"]["format"] == 2
    assert len(ids) >= ID * 2 * (ROUNDS - ROUNDS_KEPT)
    returned_often.back_to("accept")
    for _ in range(ROUNDS):
        returned_often.do("accept", "return")
        returned_often.do("supplement_supply")
    returned_often.do("accept", "accept")
    _, more = halves(returned_often.state)
    assert len(more) >= len(ids) + ID * 2 * (ROUNDS - ROUNDS_KEPT)
    assert abs(len(returned_often.state) - len(more) - before) < ID * ROUNDS


def test_a_state_without_former_rounds_is_written_as_it_always_was(approval: Case) -> None:
    approval.do("apply")
    document, ids = halves(approval.state)
    assert (document["header"]["format"], ids) == (1, b"")


def test_ids_within_the_document_are_read_as_well(returned_often: Case) -> None:
    """So an earlier build wrote them: hexadecimal, packed with the rest."""
    document, ids = halves(returned_often.state)
    at = 0
    tasks = [
        task for tree in (document["process"], *document["subprocesses"].values()) for task in tree["tasks"].values()
    ]
    for former in (task["internal_data"]["former"] for task in tasks if "former" in task["internal_data"]):
        for element, count in former.items():
            former[element] = ids[at : at + ID * count].hex()
            at += ID * count
    assert at == len(ids)
    document["header"]["format"] = 1
    earlier = pack(json.dumps(document))
    undone = voided(returned_often, returned_often.state)
    assert len(undone) > 3 * ROUNDS
    assert voided(returned_often, earlier) == undone


def test_ids_that_are_missing_or_too_many_are_noticed(returned_often: Case, approval: Case) -> None:
    state = returned_often.state
    for damaged in (state[:-ID], state[:-1], state + b"x", state + bytes(ID)):
        with pytest.raises(EngineRefused) as caught:
            voided(approval, damaged)
        assert caught.value.code == "unreadable"


def test_bytes_behind_a_state_without_ids_are_noticed(approval: Case) -> None:
    approval.do("apply")
    with pytest.raises(EngineRefused) as caught:
        voided(approval, approval.state + bytes(ID))
    assert caught.value.code == "unreadable"
