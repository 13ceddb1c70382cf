"""States: what is in them, which are refused, and that another process goes on from them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.engine.conftest import SHARED, Case, drawing, specification
from workflow_app.engine import ENGINE_VERSION, EngineRefused, complete, expand, load
from workflow_app.engine.run import Conditions
from workflow_app.engine.state import pack, restore, save, unpack

FROZEN = Path(__file__).parent / "states"

GO_ON = """
import json, sys
from workflow_app.engine import complete, fire, expand, load
request = json.load(sys.stdin)
spec = load(expand(request["drawing"].encode(), {k: v.encode() for k, v in request["shared"].items()}))
act = {"complete": complete, "fire": fire}[request["act"]]
advance = act(spec, bytes.fromhex(request["state"]), request["task"], request["facts"])
print(json.dumps({"state": advance.state.hex(), "opened": advance.opened, "armed": advance.armed,
                  "operations": advance.operations, "outcome": advance.outcome}))
"""


def go_on_elsewhere(case: Case, act: str, engine_task_id: str) -> dict[str, Any]:
    """Take one step of a case in a new process, which parses the drawing for itself."""
    request = {
        "drawing": drawing(case.spec.expanded.process_id).decode(),
        "shared": {name: drawing(name).decode() for name in SHARED},
        "act": act,
        "state": case.state.hex(),
        "task": engine_task_id,
        "facts": case.facts,
    }
    child = subprocess.run(
        [sys.executable, "-W", "error", "-c", GO_ON],
        input=json.dumps(request), text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert child.returncode == 0, child.stderr
    answer: dict[str, Any] = json.loads(child.stdout)
    return answer


def document(state: bytes) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(unpack(state))
    return content


def changed(state: bytes, **header: object) -> bytes:
    content = document(state)
    content["header"] |= header
    return pack(json.dumps(content))


def refusal(case: Case, state: bytes, name: str | None = None) -> str:
    with pytest.raises(EngineRefused) as caught:
        complete(specification(name) if name else case.spec, state, case.id_of(case.open[0]), case.facts)
    return caught.value.code


def test_a_new_process_goes_on_where_this_one_stopped(approval: Case) -> None:
    approval.do("apply")
    approval.facts["accept"]["decision"] = "accept"
    answer = go_on_elsewhere(approval, "complete", approval.id_of("accept"))
    assert sorted(answer["opened"].values()) == ["countersign", "visit"]
    approval.do("accept", "accept")
    approval.do("visit")
    answer = go_on_elsewhere(approval, "fire", approval.id_of("late"))
    assert (answer["opened"], answer["armed"]) == ({}, {})
    answer = go_on_elsewhere(approval, "complete", approval.id_of("countersign"))
    assert list(answer["opened"].values()) == ["school_notice_post"]


def test_a_new_process_goes_on_inside_a_copy_and_after_a_return(approval: Case) -> None:
    approval.do("apply")
    approval.do("accept", "accept")
    approval.do("visit")
    approval.do("countersign")
    approval.back_to("visit")
    answer = go_on_elsewhere(approval, "complete", approval.id_of("visit"))
    assert list(answer["opened"].values()) == ["school_notice_post"]
    approval.do("visit")
    answer = go_on_elsewhere(approval, "complete", approval.id_of("school_notice_post"))
    assert list(answer["operations"].values()) == ["school_notice_publish"]


def test_a_state_holds_neither_the_drawing_nor_the_facts(approval: Case) -> None:
    approval.do("apply")
    approval.do("accept", "return")
    text = unpack(approval.state)
    assert "decision" not in text
    assert "event_definition" not in text
    assert len(approval.state) < 3_000  # bytes
    assert document(approval.state)["header"] == {
        "format": 1, "engine": ENGINE_VERSION, "serializer": "1.5", "process": "approval",
    }  # fmt: skip


def test_restoring_and_saving_changes_nothing(approval: Case) -> None:
    approval.do("apply")
    approval.do("accept", "return")
    again = save(approval.spec, restore(approval.spec, approval.state, Conditions({})))
    assert document(again) == document(approval.state)


@pytest.mark.parametrize(
    "header",
    [{"engine": "3.1.2"}, {"engine": "4.0.0"}, {"serializer": "1.4"}, {"serializer": "1.6"}, {"format": 0},
     {"format": 3}, {"engine": None}, {"more": 1}],
)  # fmt: skip
def test_a_version_we_do_not_know_is_refused(approval: Case, header: dict[str, object]) -> None:
    assert refusal(approval, changed(approval.state, **header)) == "unknown_version"


def test_this_version_is_one_that_we_read(approval: Case) -> None:
    assert ENGINE_VERSION == "3.2.0"
    approval.do("apply")
    assert approval.open == ["accept"]


def test_damage_is_refused(approval: Case) -> None:
    state = approval.state
    no_header = document(state)
    del no_header["header"]
    for damaged in (b"", b"x", state[:-20], pack("{"), pack("[]"), pack("{}")):
        assert refusal(approval, damaged) == "unreadable"
    assert refusal(approval, pack(json.dumps(no_header))) == "unreadable"
    no_root = document(state)
    del no_root["process"]["root"]
    assert refusal(approval, pack(json.dumps(no_root))) == "unreadable"


def test_the_state_of_another_drawing_is_refused(approval: Case) -> None:
    assert refusal(approval, approval.state, "branches") == "foreign_state"
    assert refusal(approval, changed(approval.state, process="branches"), "branches") == "foreign_state"


def test_every_stored_step_has_to_be_in_the_drawing() -> None:
    """A step or a sub-process that a changed drawing no longer has; the library alone would go on without it."""
    case = Case("rounds")
    case.do("write")
    for old, new in (("write", "wrote"), ("work", "job"), ("check", "look")):
        content = drawing("rounds").decode().replace(f'"{old}"', f'"{new}"').replace(f"{old}['", f"{new}['")
        with pytest.raises(EngineRefused) as caught:
            complete(load(expand(content.encode(), {})), case.state, case.id_of("check"), case.facts)
        assert caught.value.code == "foreign_state"
        assert old in caught.value.detail


def test_a_state_with_data_in_a_token_is_never_saved(approval: Case) -> None:
    for spoil in ("process", "token", "correlation"):
        workflow = restore(approval.spec, approval.state, Conditions({}))
        task = workflow.get_task_from_id(UUID(approval.id_of("apply")))
        if spoil == "token":
            task.data["decision"] = "approve"
        elif spoil == "process":
            workflow.data["decision"] = "approve"
        else:
            workflow.correlations["key"] = {"a": 1}
        with pytest.raises(EngineRefused) as caught:
            save(approval.spec, workflow)
        assert caught.value.code == "token_data"


@pytest.mark.parametrize("path", sorted(FROZEN.glob("*.json")), ids=lambda path: path.stem)
def test_frozen_cases_are_loaded_and_finished(path: Path) -> None:
    """Running cases of earlier builds: each has to be read and brought to its end. Never rewritten, only added to."""
    frozen = json.loads(path.read_text())
    case = Case(frozen["drawing"])
    case.state, case.facts = bytes.fromhex(frozen["state"]), frozen["facts"]
    case.steps, case.deadlines = frozen["steps"], frozen["deadlines"]
    for act, element, decision in frozen["remaining"]:
        if act == "lapse":
            case.lapse(element)
        else:
            case.do(element, decision)
    assert case.outcome == frozen["outcome"]


def test_there_are_frozen_cases_of_every_version_that_is_read() -> None:
    assert [path.name for path in FROZEN.glob(f"{ENGINE_VERSION}-*.json")] != []
