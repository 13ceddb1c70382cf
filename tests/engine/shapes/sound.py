"""What must be true of every state by itself, whatever the drawing: it is readable, and everything hangs together."""

from __future__ import annotations

import json
from typing import Any

from workflow_app.engine import Specification
from workflow_app.engine.run import Conditions
from workflow_app.engine.state import restore, save, unpack


def assert_sound(spec: Specification, state: bytes) -> None:
    """A state loads and is saved again as it was; no task is without its parent, no sub-process without its step."""
    stored = _document(state)
    assert _document(save(spec, restore(spec, state, Conditions({})))) == stored
    trees = [stored["process"], *stored["subprocesses"].values()]
    every = {name for tree in trees for name in tree["tasks"]}
    assert sum(len(tree["tasks"]) for tree in trees) == len(every)
    assert set(stored["subprocesses"]) <= every
    for tree in trees:
        assert set(tree["tasks"]) == _hanging(tree)


def _hanging(tree: dict[str, Any]) -> set[str]:
    """The tasks that hang below the root."""
    found, todo = set(), [tree["root"]]
    while todo:
        name = todo.pop()
        found.add(name)
        for child in tree["tasks"][name]["children"]:
            assert tree["tasks"][child]["parent"] == name
            todo.append(child)
    return found


def _document(state: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(unpack(state))
    return document
