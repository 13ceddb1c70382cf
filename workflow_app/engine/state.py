"""Saving and restoring the state of a case without its specification, which is kept once per version.

A state is the compressed JSON of a header and of the library's task trees; where rounds have left the tree, the ids of
their completions follow it (``former.py``). The header says which drawing, which library
and which forms of ours and the library's wrote it; what we do not know is refused, never guessed. Tokens carry nothing:
facts live in the case and are handed in, so a state with data in a task is refused before it is saved.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter, WorkflowConverter
from SpiffWorkflow.bpmn.serializer.workflow import VERSION
from SpiffWorkflow.task import Task

from workflow_app.engine import former
from workflow_app.engine.faults import EngineRefused
from workflow_app.engine.parsing import Specification
from workflow_app.engine.stored_tasks import CONVERTERS, fill

ENGINE_VERSION: str = version("spiffworkflow")
"""Version of the library; kept with every definition version, because the states of its cases belong to it."""

_HEADER = {"format": 1, "engine": ENGINE_VERSION, "serializer": VERSION}
_WITH_IDS_BEHIND = 2
"""The format of a state that ids follow; without any it is written as it always was."""
# A new library is listed here only after every stored case of the test corpus was loaded and finished with it.
_READABLE = tuple({"format": form, "engine": "3.2.0", "serializer": "1.5"} for form in (1, _WITH_IDS_BEHIND))

_NUMBER = "number"

# What every state begins with and repeats: it need not be packed into each. Part of the stored form, never changed.
_USUAL = (
    b'"root":"","parent_task_id":"","spec":"","typename":"BpmnSubWorkflow"}}}'
    b'"state":4,"state":8,"state":16,"state":32,"state":128,"internal_data":{"event_fired":true},"internal_data":{"number":'
    b'{"header":{"format":1,"engine":"3.2.0","serializer":"1.5","process":"'
    b'"},"process":{"data":{},"correlations":{},"last_task":"","success":true,"completed":false,"tasks":{"'
    b'","parent":null,"children":["'
    b'"],"last_state_change":17,"state":64,"task_spec":"Start","triggered":false,"internal_data":{},"data":{},"delta":{},'
    b'"typename":"Task"},"'
    b'.BoundaryEventSplit","triggered":false,"internal_data":{},"data":{},"delta":{"updates":{},"deletions":[]},'
    b'"typename":"Task"},"'
    b'":{"id":"","parent":"","children":[],"last_state_change":179,"state":64,"task_spec":"","triggered":false,'
    b'"internal_data":{},"data":{},"delta":{"updates":{},"deletions":[]},"typename":"Task"},"'
)

_CONVERTER = BpmnWorkflowConverter(BpmnWorkflow, BpmnWorkflowSerializer.configure(CONVERTERS))


def save(spec: Specification, workflow: BpmnWorkflow) -> bytes:
    """The state of a case as bytes.

    Raises:
        EngineRefused: a token carries data (``token_data``).
    """
    if (
        workflow.data
        or workflow.correlations
        or workflow.bpmn_events
        or any(task.data for task in live_tasks(workflow))
    ):
        raise EngineRefused("token_data", "a token or the process carries data")
    header = {**_HEADER, "process": spec.expanded.process_id}
    document = {
        "header": header,
        "process": WorkflowConverter.to_dict(_CONVERTER, workflow),
        "subprocesses": _CONVERTER.mapping_to_dict(workflow.subprocesses),
    }
    ids = former.take_out(document)
    if ids:
        header["format"] = _WITH_IDS_BEHIND
    return pack(json.dumps(document, separators=(",", ":"))) + ids


def restore(spec: Specification, state: bytes, script_engine: PythonScriptEngine) -> BpmnWorkflow:
    """The workflow that :func:`save` has written.

    Raises:
        EngineRefused: damaged (``unreadable``), written by a version that this build does not read
            (``unknown_version``), or of another drawing (``foreign_state``).
    """
    document, ids = _document(state)
    _check_header(spec, document.get("header"))
    try:
        process, subprocesses = document["process"], document["subprocesses"]
        _check_steps(spec, process, subprocesses)
        former.put_back(document, ids)
        workflow = BpmnWorkflow(spec.process, spec.subprocesses, script_engine=script_engine, deserializing=True)
        fill(_CONVERTER, workflow, process)
        _CONVERTER.subprocesses_from_dict(subprocesses, workflow)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EngineRefused("unreadable", f"{type(error).__name__}: {error}") from error
    return workflow


def pack(text: str) -> bytes:
    """The stored form of a state."""
    packer = zlib.compressobj(6, zdict=_USUAL)
    return packer.compress(text.encode()) + packer.flush()


def unpack(state: bytes) -> str:
    """The text of a stored state, without what follows it.

    Raises:
        zlib.error, ValueError: it is damaged.
    """
    return _opened(state)[0]


def _opened(state: bytes) -> tuple[str, bytes]:
    """The text and what follows it; a text of before there was a dictionary says so in its first bytes."""
    reader = zlib.decompressobj(zdict=_USUAL)
    text = reader.decompress(state)
    if not reader.eof:
        raise ValueError("it ends too soon")
    return text.decode(), reader.unused_data


def live_tasks(workflow: BpmnWorkflow) -> Iterator[Task]:
    """Every task of a process or sub-process and of those that hang in it, however deep; the library's own walk ends
    at a depth of 1000 and says nothing."""
    todo, subprocesses = [workflow], workflow.top_workflow.subprocesses
    while todo:
        for task in todo.pop().tasks.values():
            yield task
            if task.id in subprocesses:
                todo.append(subprocesses[task.id])


def number(task: Task, value: int) -> None:
    """Write down in which order tasks were completed; the only other trace of it is the wall clock."""
    task.internal_data[_NUMBER] = value


def number_of(task: Task) -> int:
    """The number of a completion; 0 before it is completed, and where it was not written down."""
    return int(task.internal_data.get(_NUMBER, 0))


def depth_of(workflow: BpmnWorkflow) -> int:
    """The length of the longest chain of tasks, sub-processes counted where they hang."""
    deepest, todo = 0, [(workflow.task_tree, 0)]
    while todo:
        task, depth = todo.pop()
        deepest = max(deepest, depth)
        todo.extend((child, depth + 1) for child in task.children)
        if (subprocess := workflow.subprocesses.get(task.id)) is not None:
            todo.append((subprocess.task_tree, depth + 1))
    return deepest


def _document(state: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        text, ids = _opened(state)
        document = json.loads(text)
    except (zlib.error, ValueError) as error:
        raise EngineRefused("unreadable", str(error)) from error
    if not isinstance(document, dict):
        raise EngineRefused("unreadable", "not a state")
    return document, ids


def _check_header(spec: Specification, header: object) -> None:
    if not isinstance(header, dict):
        raise EngineRefused("unreadable", "no header")
    written_by = {key: value for key, value in header.items() if key != "process"}
    if written_by not in _READABLE:
        raise EngineRefused("unknown_version", json.dumps(written_by, sort_keys=True))
    if header.get("process") != spec.expanded.process_id:
        raise EngineRefused("foreign_state", f"{header.get('process')} is not {spec.expanded.process_id}")


def _check_steps(spec: Specification, process: Mapping[str, Any], subprocesses: Mapping[str, Any]) -> None:
    """Every stored step has to exist in the drawing: the library would silently go on without it."""
    for stored, known in [(process, spec.process)] + [
        (sub, spec.subprocesses.get(sub["spec"])) for sub in subprocesses.values()
    ]:
        if known is None:
            raise EngineRefused("foreign_state", f"the drawing has no sub-process {stored['spec']}")
        missing = {task["task_spec"] for task in stored["tasks"].values()} - known.task_specs.keys()
        if missing:
            raise EngineRefused("foreign_state", f"the drawing has no {', '.join(sorted(missing))}")
