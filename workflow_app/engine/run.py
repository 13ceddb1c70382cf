"""Running a case: five functions over (specification, state, facts), each of which makes one :class:`Advance`.

Nothing is changed in place. The library leaves its workflow half-changed when a step fails, so every call restores its
own, and one that fails is thrown away with all it had done: the state of the caller is as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine.advance import Advance
from workflow_app.engine.expressions import ExpressionRefused, holds
from workflow_app.engine.faults import EngineRefused
from workflow_app.engine.parsing import Deadline, Specification
from workflow_app.engine.returning import reset_to
from workflow_app.engine.rounds import completed_tasks, completions, forget_rounds
from workflow_app.engine.state import depth_of, live_tasks, number, number_of, restore, save

Facts = Mapping[str, Mapping[str, Any]]
"""The case-level map that conditions read: element id -> fact key -> canonical value or None."""

MAX_DEPTH = 900
"""Beyond a depth of 1000 the library no longer finds open steps; the case would stop without a word."""


def start(spec: Specification, facts: Facts) -> Advance:
    """Begin a case and go as far as the first steps that wait.

    Raises:
        EngineRefused: a condition cannot be evaluated over the facts, or nothing would wait.
    """
    with _library():
        return _Run(spec, BpmnWorkflow(spec.process, spec.subprocesses, script_engine=Conditions(facts))).finish()


def complete(spec: Specification, state: bytes, engine_task_id: str, facts: Facts) -> Advance:
    """Complete one open human step or operation, and go on as far as the next steps that wait.

    Raises:
        EngineRefused: ``not_open`` if the engine task does not wait for a person or an operation; what :func:`start`
            raises; and what ``state.restore`` raises.
    """
    with _resumed(spec, state, facts) as run:
        if engine_task_id not in run.before.steps | run.before.operations:
            raise EngineRefused("not_open", engine_task_id)
        task = run.workflow.get_task_from_id(UUID(engine_task_id))
        task.run()
        run.record(task)
        return run.finish()


def fire(spec: Specification, state: bytes, engine_task_id: str, facts: Facts) -> Advance:
    """Let one running deadline lapse.

    Raises:
        EngineRefused: ``not_armed`` if the engine task is not a running deadline; otherwise as :func:`complete`.
    """
    with _resumed(spec, state, facts) as run:
        if engine_task_id not in run.before.deadlines:
            raise EngineRefused("not_armed", engine_task_id)
        run.workflow.send_event(BpmnEvent(Deadline(), engine_task_id))
        return run.finish()


def send(spec: Specification, state: bytes, message: str, facts: Facts) -> Advance:
    """Send a message (withdrawal) by its name.

    Raises:
        EngineRefused: ``not_waiting`` unless exactly one place of the case waits for it; otherwise as :func:`complete`.
    """
    with _resumed(spec, state, facts) as run:
        places = [task for task in run.before.events if task.task_spec.event_definition.name == message]
        if len(places) != 1:
            raise EngineRefused("not_waiting", f"{message} is awaited in {len(places)} places")
        # The definition has to be the waiting one's own: the library compares more than the name.
        run.workflow.send_event(BpmnEvent(places[0].task_spec.event_definition, {}))
        return run.finish()


def return_to(spec: Specification, state: bytes, element: str, facts: Facts) -> Advance:
    """Open the newest completion of a human step again and undo everything behind it, in whatever branch.

    The engine task keeps its id: to the caller it is a new opening. Parallel branches that do not come from the step
    go on. What hangs on the sub-process around it is armed afresh if it had lapsed; a deadline that still runs there
    runs on.

    Raises:
        EngineRefused: ``ended`` if the process has ended, ``never_done`` if the element is not a human step that was
            completed; otherwise as :func:`complete`.
    """
    with _resumed(spec, state, facts) as run:
        if run.workflow.completed:
            raise EngineRefused("ended", element)
        done = [task for task in completed_tasks(spec, run.workflow) if task.task_spec.bpmn_id == element]
        if not done or spec.expanded.elements.get(element) != "user":
            raise EngineRefused("never_done", element)
        standing = completions(spec, run.workflow)
        reset_to(run.workflow, done)
        still = completions(spec, run.workflow)
        return run.finish({name: voided for name, voided in standing.items() if name not in still})


class Conditions(PythonScriptEngine):
    """What the library asks when it has to choose: conditions over the facts handed in. It executes nothing."""

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self._facts = facts

    def evaluate(self, task: Task, expression: str, external_context: object = None) -> bool:  # noqa: ARG002
        """Whether a condition holds; the data of the task and of the process are never looked at."""
        try:
            return holds(expression, self._facts)
        except (ExpressionRefused, KeyError, TypeError) as error:
            raise EngineRefused("condition", f"{task.task_spec.bpmn_id}: {expression}: {error!r}") from error

    def execute(self, task: Task, script: str, external_context: object = None) -> NoReturn:  # noqa: ARG002
        """Never: drawings hold no scripts, and should one get this far it goes no further."""
        raise EngineRefused("library", f"{task.task_spec.bpmn_id}: a script")

    def call_service(self, task: Task, **kwargs: object) -> NoReturn:  # noqa: ARG002
        """Never: operations wait for the caller."""
        raise EngineRefused("library", f"{task.task_spec.bpmn_id}: a service call")


@dataclass(frozen=True)
class _Waiting:
    """Everything that waits at one moment: engine task id -> element id."""

    steps: dict[str, str] = field(default_factory=dict)
    operations: dict[str, str] = field(default_factory=dict)
    deadlines: dict[str, str] = field(default_factory=dict)
    events: list[Task] = field(default_factory=list)

    @property
    def messages(self) -> tuple[str, ...]:
        """The names that exactly one place waits for."""
        names = [task.task_spec.event_definition.name for task in self.events]
        return tuple(sorted(name for name in names if names.count(name) == 1))


@dataclass
class _Run:
    """One call: what waited before, and what was passed since."""

    spec: Specification
    workflow: BpmnWorkflow
    before: _Waiting = field(default_factory=_Waiting)
    passed: list[Task] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    _count: int = field(init=False)

    def __post_init__(self) -> None:
        self._count = max((number_of(task) for task in live_tasks(self.workflow)), default=0)

    def record(self, task: Task) -> None:
        """Note that a task was completed, and the flow that was taken from there."""
        element = task.task_spec.bpmn_id
        if element not in self.spec.expanded.elements:
            return  # the library's own helpers between the elements
        self.passed.append(task)
        self.reached.append(element)
        if self.spec.expanded.elements[element] in ("user", "end"):
            self._count += 1
            number(task, self._count)
        flows = self.spec.leaving.get(element, ())
        if len(flows) > 1 and hasattr(task.task_spec, "cond_task_specs"):
            targets = {child.task_spec.name.removesuffix(".BoundaryEventSplit") for child in task.children}
            flows = tuple(flow for flow in flows if self.spec.expanded.flows[flow][1] in targets)
        self.reached.extend(flows)

    def finish(self, voided: Mapping[str, str] | None = None) -> Advance:
        """Take every step that waits for nobody, and say what has changed."""
        self.workflow.do_engine_steps(did_complete_task=self.record)
        forget_rounds(self.spec, self.workflow)
        depth = depth_of(self.workflow)
        if depth > MAX_DEPTH:
            raise EngineRefused("too_deep", f"the task tree is {depth} deep")
        after, before = _waiting(self.spec, self.workflow), self.before
        if not (self.workflow.completed or after.steps or after.operations or after.deadlines or after.events):
            raise EngineRefused("stuck", "nothing is open, armed or awaited")
        completed = {str(task.id) for task in self.passed}
        undone_elements = set((voided or {}).values())
        return Advance(
            state=save(self.spec, self.workflow),
            opened={name: element for name, element in after.steps.items() if name not in before.steps},
            closed=tuple(name for name in before.steps | before.operations if name in completed),
            undone=tuple(name for name in before.steps if name not in after.steps and name not in completed),
            undone_elements=tuple(name for name in self.spec.expanded.elements if name in undone_elements),
            voided=tuple(voided or ()),
            operations=after.operations,
            armed={name: element for name, element in after.deadlines.items() if name not in before.deadlines},
            disarmed=tuple(name for name in before.deadlines if name not in after.deadlines),
            outcome=self._outcome(),
            reached=tuple(self.reached),
            waits_for=after.messages,
            depth=depth,
        )

    def _outcome(self) -> str | None:
        if not self.workflow.completed:
            return None
        ends = [
            task
            for task in self.workflow.tasks.values()
            if task.state == TaskState.COMPLETED and task.task_spec.bpmn_id in self.spec.outcomes
        ]
        # More than one only where parallel branches have an end each: the last of them.
        return str(max(ends, key=lambda task: (number_of(task), task.last_state_change)).task_spec.bpmn_id)


@contextmanager
def _library() -> Iterator[None]:
    """Turns what the library raises into a refusal."""
    try:
        yield
    except RecursionError as error:
        raise EngineRefused("too_deep", "the task tree is too deep for the library") from error
    except SpiffWorkflowException as error:
        raise EngineRefused("library", str(error)) from error


@contextmanager
def _resumed(spec: Specification, state: bytes, facts: Facts) -> Iterator[_Run]:
    with _library():
        workflow = restore(spec, state, Conditions(facts))
        yield _Run(spec, workflow, _waiting(spec, workflow))


def _waiting(spec: Specification, workflow: BpmnWorkflow) -> _Waiting:
    waiting = _Waiting()
    for task in live_tasks(workflow):
        if task.state not in (TaskState.READY, TaskState.WAITING):
            continue
        element = task.task_spec.bpmn_id
        match spec.expanded.elements.get(element), task.state:
            case "user", TaskState.READY:
                waiting.steps[str(task.id)] = element
            case "operation", TaskState.READY:
                waiting.operations[str(task.id)] = element
            case "timer", TaskState.WAITING:
                waiting.deadlines[str(task.id)] = element
            case "message", TaskState.WAITING:
                waiting.events.append(task)
    return waiting
