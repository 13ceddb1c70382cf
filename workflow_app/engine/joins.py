"""The parallel gateway: it goes on when one token has arrived on each of its incoming flows, in every round anew.

The library's own gateway counts the arrivals of earlier rounds again: in the second round of a loop it goes on after
the first branch, while the other branches are still open. Ours writes down which arrivals each passing has used up.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.defaults import ParallelGateway
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

_USED = "used"
_PASSED = TaskState.READY | TaskState.COMPLETED


class Join(ParallelGateway):
    """A parallel gateway. Every arrival is a task; the last one passes, the others are cancelled by the library."""

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        """Whether the arrival of this task completes the set; if so the set is written down as used."""
        if len(self.inputs) == 1:
            return True  # it only splits
        waiting: dict[str, Task] = {}
        for arrival in self._unused(my_task.workflow):
            waiting.setdefault(arrival.parent.task_spec.name, arrival)
        waiting[my_task.parent.task_spec.name] = my_task
        if len(waiting) < len(self.inputs):
            return False
        my_task.internal_data[_USED] = [str(arrival.id) for arrival in waiting.values() if arrival is not my_task]
        return True

    def _run_hook(self, my_task: Task) -> bool:  # noqa: ARG002 - the library's signature
        """Nothing: the library would merge the data of the branches, which carry none, and drop earlier rounds."""
        return True

    def passings(self, workflow: BpmnWorkflow) -> Iterator[tuple[Task, frozenset[UUID]]]:
        """Every passing of this gateway in a process or sub-process, with the ids of the arrivals that it has used."""
        passed = [task for task in self._arrivals(workflow) if task.has_state(_PASSED)]
        written = {task.id: [UUID(name) for name in task.internal_data.get(_USED, ())] for task in passed}
        taken = {name for names in written.values() for name in names}
        cancelled = [task for task in self._arrivals(workflow) if task.state == TaskState.CANCELLED]
        for task in passed:
            if not written[task.id]:
                # Passed before this was written down: one arrival on each other flow, the oldest that is left.
                free = [arrival for arrival in cancelled if arrival.id not in taken]
                oldest = {arrival.parent.task_spec.name: arrival.id for arrival in reversed(free)}
                oldest.pop(task.parent.task_spec.name, None)
                written[task.id] = list(oldest.values())
                taken |= set(oldest.values())
            yield task, frozenset(written[task.id])

    def _unused(self, workflow: BpmnWorkflow) -> Iterator[Task]:
        used: set[UUID] = set()
        for task, arrivals in self.passings(workflow):
            used |= {task.id, *arrivals}
        yield from (task for task in self._arrivals(workflow) if task.id not in used)

    def _arrivals(self, workflow: BpmnWorkflow) -> Iterator[Task]:
        for task in workflow.tasks.values():
            if task.task_spec is self and task.parent.state == TaskState.COMPLETED:
                yield task


def passings(workflow: BpmnWorkflow) -> Iterator[tuple[Task, frozenset[UUID]]]:
    """Every passing of every join in a process or sub-process, with the arrivals that it has used."""
    for join in workflow.spec.task_specs.values():
        if isinstance(join, Join) and len(join.inputs) > 1:
            yield from join.passings(workflow)
