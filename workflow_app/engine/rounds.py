"""The earlier rounds of loops leave the state: a case that goes round for years stays as small as its last rounds.

Every passage of a step is a task in the library's tree, below the one before. A round is taken out when everything
in it has finished and nothing is going back into it, because each human step in it was completed again and again. Of a
round that is gone only the ids of its completions stay, written down at the step before it: a return to that step or
behind undoes them as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine import former
from workflow_app.engine.joins import passings
from workflow_app.engine.parsing import Specification
from workflow_app.engine.state import live_tasks, number_of

ROUNDS_KEPT = 5
"""A return to the newest completion makes the one before it the newest: so many returns in a row may follow."""


def completions(spec: Specification, workflow: BpmnWorkflow) -> dict[str, str]:
    """The element of every completed human step, operation and lapsed deadline by its id, rounds long gone included."""
    return _completions(spec, live_tasks(workflow))


def completed_tasks(spec: Specification, workflow: BpmnWorkflow) -> list[Task]:
    """The completed human steps, operations and lapsed deadlines that are still in the tree; the newest always are."""
    return [task for task in live_tasks(workflow) if _completed_element(spec, task) is not None]


def forget_rounds(spec: Specification, workflow: BpmnWorkflow) -> None:
    """Take out every round of a loop that nothing can go back into."""
    trees = [workflow, *workflow.subprocesses.values()]
    if not any(_repeated(tree) for tree in trees):
        return
    newest = _newest(spec, workflow)
    for tree in trees:
        while (found := next(_spent(spec, tree, newest), None)) is not None:
            _take_out(spec, tree, *found)


def _repeated(tree: BpmnWorkflow) -> set[str]:
    """The names of the steps that one tree has completed more than once."""
    names = Counter(task.task_spec.name for task in tree.tasks.values() if task.state == TaskState.COMPLETED)
    return {name for name, count in names.items() if count > 1}


def _newest(spec: Specification, workflow: BpmnWorkflow) -> set[UUID]:
    """The newest completions of each human step, to which returns may go."""
    done: dict[str, list[Task]] = {}
    for task in live_tasks(workflow):
        element = task.task_spec.bpmn_id
        if spec.expanded.elements.get(element) == "user" and task.state == TaskState.COMPLETED:
            done.setdefault(element, []).append(task)
    return {task.id for tasks in done.values() for task in sorted(tasks, key=number_of)[-ROUNDS_KEPT:]}


def _spent(spec: Specification, tree: BpmnWorkflow, newest: set[UUID]) -> Iterator[tuple[Task, Task, list[Task]]]:
    """Every round that can go: its first step, the same step of the next round, and all that lies between."""
    repeated = _repeated(tree)
    sets = [{task.id, *used} for task, used in passings(tree)]
    for again in list(tree.tasks.values()):
        if again.task_spec.name not in repeated or not _may_join(again):
            continue
        first = _same_before(again)
        if first is None:
            continue
        between = _between(first, again)
        inside = {task.id for task in between}
        if all(_is_spent(spec, task, newest) for task in between) and all(
            used <= inside or not used & inside for used in sets
        ):
            yield first, again, between


def _may_join(task: Task) -> bool:
    """Whether a round may be cut before this task: what hangs beside a boundary event stays together with it."""
    attached = isinstance(task.task_spec, BoundaryEvent) or isinstance(task.parent.task_spec, BoundaryEventSplit)
    return task.state == TaskState.COMPLETED and not attached


def _same_before(task: Task) -> Task | None:
    """The same step one round earlier."""
    above = task.parent
    while above is not None and above.task_spec is not task.task_spec:
        above = above.parent
    return above if above is not None and above.parent is not None and _may_join(above) else None


def _between(first: Task, again: Task) -> list[Task]:
    """Everything below the first task, itself included, and not below the other."""
    found, todo = [], [first]
    while todo:
        task = todo.pop()
        if task is not again:
            found.append(task)
            todo.extend(task.children)
    return found


def _is_spent(spec: Specification, task: Task, newest: set[UUID]) -> bool:
    """Whether nothing waits in a task and no return can lead to it.

    A human step completed before completions were numbered may be the newest one: it stays.
    """
    for one in (task, *_inside(task)):
        if not one.has_state(TaskState.FINISHED_MASK) or one.id in newest:
            return False
        is_done = one.state == TaskState.COMPLETED and spec.expanded.elements.get(one.task_spec.bpmn_id) == "user"
        if is_done and not number_of(one):
            return False
    return True


def _inside(task: Task) -> Iterator[Task]:
    """What is in the sub-process of a task, however deep."""
    subprocess = task.workflow.top_workflow.subprocesses.get(task.id)
    if subprocess is not None:
        yield from live_tasks(subprocess)


def _take_out(spec: Specification, tree: BpmnWorkflow, first: Task, again: Task, between: list[Task]) -> None:
    """Let the next round take the place of this one, and write down at the step before what was completed in it."""
    before = first.parent
    gone = [one for task in between for one in (task, *_inside(task))]
    former.note(before, _completions(spec, gone))
    before._children[before._children.index(first.id)] = again.id
    again.parent = before
    for one in gone:
        tree.top_workflow.subprocesses.pop(one.id, None)
    for task in between:
        del tree.tasks[task.id]


def _completions(spec: Specification, tasks: Iterable[Task]) -> dict[str, str]:
    found: dict[str, str] = {}
    for task in tasks:
        if (element := _completed_element(spec, task)) is not None:
            found[str(task.id)] = element
        found.update(former.noted(task))
    return found


def _completed_element(spec: Specification, task: Task) -> str | None:
    element = task.task_spec.bpmn_id
    kind = spec.expanded.elements.get(element)
    return element if task.state == TaskState.COMPLETED and kind in ("user", "operation", "timer") else None
