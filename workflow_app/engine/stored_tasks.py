"""The library's tasks in their stored form, for tokens that carry nothing.

The form is the library's own, to the byte. Its converters compare and copy the data of every task with that of its
parent, which here is always empty, and make an id anew wherever one is named; ids that are one object are found without
being compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnSubWorkflowConverter, TaskConverter, WorkflowConverter
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

Stored = dict[str, Any]


class StoredTask(TaskConverter):
    """How a task without data is written; ``state.save`` refuses any other before this is asked."""

    def to_dict(self, task: Task) -> Stored:
        """What the library's own converter says of it."""
        is_root = task.parent is None
        return {
            "id": str(task.id),
            "parent": None if is_root else str(task._parent),
            "children": [str(child) for child in task._children],
            "last_state_change": task.last_state_change,
            "state": task.state,
            "task_spec": task.task_spec.name,
            "triggered": task.triggered,
            "internal_data": self.registry.convert(task.internal_data) if task.internal_data else {},
            "data": {},
            "delta": {} if is_root else {"updates": {}, "deletions": []},
        }


class StoredSubWorkflow(BpmnSubWorkflowConverter):
    """How a sub-process is read."""

    def from_dict(self, stored: Stored, task: Task, top_workflow: BpmnWorkflow) -> BpmnSubWorkflow:
        """The sub-process that hangs in a task.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: it is damaged.
        """
        spec = top_workflow.subprocess_specs.get(task.task_spec.spec)
        subprocess = self.target_class(spec, task.id, top_workflow, deserializing=True)
        fill(self, subprocess, stored)
        return subprocess


CONVERTERS = {**DEFAULT_CONFIG, Task: StoredTask, BpmnSubWorkflow: StoredSubWorkflow}
"""The library's converters by the class that they convert, with ours in the place of two of them."""


def fill(converter: WorkflowConverter, workflow: BpmnWorkflow | BpmnSubWorkflow, stored: Stored) -> None:
    """Give a process its stored tasks and how far it is.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it is damaged.
    """
    ids = {name: UUID(name) for name in stored["tasks"]}
    for task in stored["tasks"].values():
        _add(workflow, task, ids).internal_data = converter.registry.restore(task["internal_data"])
    workflow.task_tree = workflow.tasks[ids[stored["root"]]]
    converter.set_default_attributes(workflow, stored)


def _add(workflow: BpmnWorkflow | BpmnSubWorkflow, stored: Stored, ids: Mapping[str, UUID]) -> Task:
    # A task enters itself into its workflow.
    spec = workflow.spec.task_specs[stored["task_spec"]]
    task = Task(workflow, spec, state=stored["state"], id=ids[stored["id"]])
    task._parent = None if stored["parent"] is None else ids[stored["parent"]]
    task._children = [ids[child] for child in stored["children"]]
    task.last_state_change, task.triggered = stored["last_state_change"], stored["triggered"]
    if isinstance(spec, CatchingEvent) and task.has_state(TaskState.WAITING):
        workflow.top_workflow.event_manager.add_task(task)
    return task
