"""Returning to a completed step, where the library alone does not go far enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine.state import live_tasks


def reset_to(workflow: BpmnWorkflow, completions: Sequence[Task]) -> None:
    """Open the newest of these completions of one element again and drop everything that came of it.

    Three things are done around the library's own reset:

    * the newest completion is found by its place in the task tree, not by the wall clock;
    * a sub-process that had ended runs again, or the library would leave it at its first step;
    * a join that this branch had helped to pass waits again: what follows a join hangs in the tree below whichever
      branch came last, and would otherwise stay open beside the returned step.
    """
    target = max(completions, key=lambda task: [own.depth for own in _chain(workflow, task)])
    chain = list(_chain(workflow, target))
    for task in chain[1:]:
        task.workflow.completed, task.workflow.success = False, True
    before = {task.id: task for task in live_tasks(workflow)}
    kept = {task.id for own in chain for task in (own, *_ancestors(own))}
    workflow.reset_from_task_id(target.id)
    while (join := _next_join(workflow, before, kept)) is not None:
        kept.add(join.id)
        workflow.reset_from_task_id(join.id)


def _next_join(workflow: BpmnWorkflow, before: dict[object, Task], kept: set[object]) -> Task | None:
    """A passed join of which one arrival is gone."""
    live = {task.id: task for task in live_tasks(workflow)}
    lost = {
        (id(task.workflow), task.task_spec.name)
        for name, task in before.items()
        if name not in live and isinstance(task.task_spec, UnstructuredJoin)
    }
    for name, task in live.items():
        passed = task.state == TaskState.COMPLETED and name not in kept
        if passed and (id(task.workflow), task.task_spec.name) in lost:
            return task
    return None


def _chain(workflow: BpmnWorkflow, task: Task) -> Iterator[Task]:
    """The sub-process steps around a task, from the outermost, and the task itself."""
    if task.workflow is not workflow:
        yield from _chain(workflow, workflow.get_task_from_id(task.workflow.parent_task_id))
    yield task


def _ancestors(task: Task) -> Iterator[Task]:
    while (parent := task.parent) is not None:
        yield parent
        task = parent
