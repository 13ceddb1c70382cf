"""Every case that any build has frozen is loaded by this one and goes its way to its end."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.corpus.frozen import CASES, Frozen, drawing, frozen_cases, thawed
from tests.corpus.stories import stories
from tests.engine.shapes.sound import assert_sound
from workflow_app.engine import ENGINE_VERSION, EngineRefused, complete
from workflow_app.engine.state import pack, unpack

KINDS = ("user", "operation", "timer", "gateway", "start", "end", "message", "subprocess")


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", list(frozen_cases()), ids=name_of)
def test_it_is_loaded_and_finished(path: Path) -> None:
    frozen = Frozen.read(path)
    case = thawed(frozen)
    assert {**case.standing().elements(), "outcome": frozen.standing["outcome"]} == frozen.standing
    assert len(frozen.acts) == len(frozen.path)
    for act, after in zip(frozen.acts, frozen.path, strict=True):
        case.act(act)
        assert case.standing().elements() == after
    assert_sound(case.spec, case.state)
    assert (case.outcome or frozen.standing["outcome"]) is not None


def test_no_case_waits_in_an_ended_one() -> None:
    ended = [frozen for frozen in map(Frozen.read, frozen_cases()) if not frozen.acts]
    assert ended
    for frozen in ended:
        case = thawed(frozen)
        for act in (("return_to", "write", None), ("send", "withdraw", None)):
            with pytest.raises(EngineRefused) as caught:
                case.act(act)
            assert caught.value.code in ("ended", "not_waiting")


def test_every_kind_of_element_is_waited_at() -> None:
    """In every build: each way to wait, alone and beside others, and each act that ends the waiting."""
    for build in sorted(path.name for path in CASES.iterdir()):
        cases = [Frozen.read(path) for path in frozen_cases() if path.parent.name == build]
        assert {kind for frozen in cases for kind in drawn(frozen)} == set(KINDS)
        for waiting in ("steps", "operations", "deadlines", "messages"):
            assert any(frozen.standing[waiting] for frozen in cases), f"{build} has no case with {waiting}"
        assert {act[0] for frozen in cases for act in frozen.acts[:1]} == {"complete", "fire", "send", "return_to"}
        assert any(len(frozen.standing["steps"]) > 1 for frozen in cases)
        assert len(cases) >= 60


def test_there_are_states_that_ids_of_former_rounds_follow() -> None:
    formats = {json.loads(unpack(base64.b64decode(frozen.state)))["header"]["format"] for frozen in waiting_cases()}
    assert formats == {1, 2}


def waiting_cases() -> list[Frozen]:
    return [frozen for frozen in map(Frozen.read, frozen_cases()) if frozen.standing["outcome"] is None]


def drawn(frozen: Frozen) -> set[str]:
    return set(thawed(frozen).spec.expanded.elements.values())


def test_the_stories_are_those_of_the_newest_build() -> None:
    """A story that was added or changed is frozen by the build that brings it."""
    assert ENGINE_VERSION in {Frozen.read(path).engine for path in frozen_cases()}
    frozen = {path.stem.rpartition("-")[0] for path in frozen_cases()}
    assert {story.name for story in stories()} <= frozen


def changed(frozen: Frozen, **header: object) -> bytes:
    document = json.loads(unpack(base64.b64decode(frozen.state)))
    document["header"] |= header
    return pack(json.dumps(document))


@pytest.mark.parametrize("header", [{"format": 99}, {"engine": "99.0.0"}, {"serializer": "99"}], ids=str)
def test_a_state_of_a_newer_build_is_refused(header: dict[str, object]) -> None:
    frozen = next(frozen for frozen in map(Frozen.read, frozen_cases()) if frozen.standing["steps"])
    case = thawed(frozen)
    element, *_ = case.standing().steps
    with pytest.raises(EngineRefused) as caught:
        complete(case.spec, changed(frozen, **header), element, case.facts)
    assert caught.value.code == "unknown_version"
    assert "99" in str(caught.value)


def test_a_drawing_that_was_edited_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = Frozen.read(next(frozen_cases())).drawing
    (tmp_path / f"{digest}.bpmn").write_bytes(drawing(digest) + b" ")
    monkeypatch.setattr("tests.corpus.frozen.DRAWINGS", tmp_path)
    with pytest.raises(AssertionError, match="was changed"):
        drawing(digest)


def test_what_was_frozen_is_never_written_again(tmp_path: Path) -> None:
    frozen = Frozen.read(next(frozen_cases()))
    frozen.write(tmp_path / "case.json")
    assert Frozen.read(tmp_path / "case.json") == frozen
    with pytest.raises(FileExistsError):
        frozen.write(tmp_path / "case.json")
