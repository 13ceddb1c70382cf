"""Sub-processes that are interrupted: what was open in them is written down, so that a return can bring it back."""

from __future__ import annotations

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.defaults import SubWorkflowTask
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

_WAS = "was"
_OPEN = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class SubProcess(SubWorkflowTask):
    """A sub-process. The library cancels what is open in it and forgets that it was open."""

    def _on_cancel(self, my_task: Task) -> None:
        subprocess = my_task.workflow.top_workflow.get_subprocess(my_task)
        if subprocess is not None and not subprocess.completed:
            for task in subprocess.tasks.values():
                if task.has_state(_OPEN):
                    task.internal_data[_WAS] = task.state
        super()._on_cancel(my_task)


def resume(subprocess: BpmnWorkflow) -> None:
    """Let a sub-process run again, with everything open in it that was open when it was interrupted.

    One that was not interrupted has nothing to be opened again.
    """
    subprocess.completed, subprocess.success = False, True
    for task in list(subprocess.tasks.values()):
        state = task.internal_data.pop(_WAS, None)
        if state is None or task.state != TaskState.CANCELLED:
            continue
        # What may follow was dropped with the task; the library draws it up only for a task that is yet to come.
        task._set_state(TaskState.FUTURE)
        task.task_spec._predict(task, mask=TaskState.PREDICTED_MASK | TaskState.FUTURE)
        task._set_state(state)
        top = subprocess.top_workflow
        if task.id in top.subprocesses:
            resume(top.subprocesses[task.id])
        elif isinstance(task.task_spec, CatchingEvent):
            top.event_manager.add_task(task)
