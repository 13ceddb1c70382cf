"""The parallel gateway: it goes on when one token has arrived on each of its incoming flows, in every round anew.

The library's own gateway counts the arrivals of earlier rounds again: in the second round of a loop it goes on after
the first branch, while the other branches are still open. Ours writes down which arrivals each passing has used up.
"""

from __future__ import annotations

from collections.abc import Iterator

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

    def passings(self, workflow: BpmnWorkflow) -> Iterator[tuple[Task, frozenset[str]]]:
        """Every passing of this gateway in a process or sub-process, with the ids of the arrivals that it has used."""
        passed = [task for task in self._arrivals(workflow) if task.has_state(_PASSED)]
        written = {name for task in passed for name in task.internal_data.get(_USED, ())}
        cancelled = [task for task in self._arrivals(workflow) if task.state == TaskState.CANCELLED]
        for task in passed:
            if _USED in task.internal_data:
                yield task, frozenset(task.internal_data[_USED])
                continue
            # Passed before this was written down: one arrival for each of the other flows, the oldest that are left.
            used = {
                arrival.parent.task_spec.name: str(arrival.id)
                for arrival in reversed(cancelled)
                if str(arrival.id) not in written and arrival.parent.task_spec is not task.parent.task_spec
            }
            written |= set(used.values())
            yield task, frozenset(used.values())

    def _unused(self, workflow: BpmnWorkflow) -> Iterator[Task]:
        used: set[str] = set()
        for task, names in self.passings(workflow):
            used |= {str(task.id), *names}
        yield from (task for task in self._arrivals(workflow) if str(task.id) not in used)

    def _arrivals(self, workflow: BpmnWorkflow) -> Iterator[Task]:
        for task in workflow.tasks.values():
            if task.task_spec is self and task.parent.state == TaskState.COMPLETED:
                yield task
