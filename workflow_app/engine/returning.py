"""Returning to a completed step, where the library alone does not go far enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.task import Task

from workflow_app.engine.interrupting import resume
from workflow_app.engine.joins import passings
from workflow_app.engine.state import live_tasks, number_of


def reset_to(workflow: BpmnWorkflow, completions: Sequence[Task]) -> None:
    """Open the newest of these completions of one element again and drop everything that came of it.

    Four things are done around the library's own reset:

    * the newest completion is found by its number: neither the wall clock nor the depth in the task tree says it, for
      a second round hangs below whichever branch came last, and that may be a shorter one;
    * a sub-process that had ended runs again, or the library would leave it at its first step; one that was
      interrupted has its other branches open again as they were, or their join would wait for ever;
    * a join that this branch had helped to pass waits again: what follows a join hangs in the tree below whichever
      branch came last, and would otherwise stay open beside the returned step.
    """
    # Completions of before they were numbered have only their depth.
    target = max(completions, key=lambda task: (number_of(task), [own.depth for own in _chain(workflow, task)]))
    chain = list(_chain(workflow, target))
    used = _passings(workflow)
    for task in chain[1:]:
        resume(task.workflow)
    workflow.reset_from_task_id(target.id)
    while (join := _next_join(workflow, used)) is not None:
        del used[join.id]
        workflow.reset_from_task_id(join.id)
    for one in (workflow, *workflow.subprocesses.values()):
        if one.last_task is not None and one.last_task.id not in one.tasks:
            one.last_task = None  # it was dropped, and would be lost again by the next restoring


def _passings(workflow: BpmnWorkflow) -> dict[UUID, frozenset[UUID]]:
    """Every join that was passed, with the arrivals that it has used."""
    return {task.id: used for one in (workflow, *workflow.subprocesses.values()) for task, used in passings(one)}


def _next_join(workflow: BpmnWorkflow, used: Mapping[UUID, frozenset[UUID]]) -> Task | None:
    """A passed join of which an arrival is gone."""
    live = {task.id: task for task in live_tasks(workflow)}
    return next((live[join] for join, arrivals in used.items() if join in live and not arrivals <= live.keys()), None)


def _chain(workflow: BpmnWorkflow, task: Task) -> Iterator[Task]:
    """The sub-process steps around a task, from the outermost, and the task itself."""
    if task.workflow is not workflow:
        yield from _chain(workflow, workflow.get_task_from_id(task.workflow.parent_task_id))
    yield task
