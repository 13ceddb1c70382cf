"""The neighbour SpiffWorkflow as it comes: the same drawing, in memory and saved whole at each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from bench.measure import Times
from bench.product import CONTENT, STEPS

IN_MEMORY, SAVED = "SpiffWorkflow in memory", "SpiffWorkflow load, run, save (stock JSON)"


class Spiff:
    """One parsed drawing, and five-task cases run on it."""

    def __init__(self) -> None:
        parser = BpmnParser()
        parser.add_bpmn_file(str(CONTENT / "bpmn/bench-approval.bpmn"))
        self._spec: Any = parser.get_spec("bench_approval")
        self._serializer: Any = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())

    def in_memory(self) -> dict[str, Times]:
        """One case in memory; the times of its completions."""
        workflow = BpmnWorkflow(self._spec)
        workflow.do_engine_steps()
        return self._run(lambda complete: complete(workflow))

    def saved(self) -> dict[str, Times]:
        """One case that is loaded before each completion and saved after it, as one text with its specification."""
        workflow = BpmnWorkflow(self._spec)
        workflow.do_engine_steps()
        stored = [self._serializer.serialize_json(workflow)]

        def load_run_save(complete: Callable[[Any], None]) -> None:
            loaded = self._serializer.deserialize_json(stored[0])
            complete(loaded)
            stored[0] = self._serializer.serialize_json(loaded)

        return self._run(load_run_save)

    def _run(self, around: Callable[[Callable[[Any], None]], None]) -> dict[str, Times]:
        times = Times()
        for element, _, answers in STEPS:

            def complete(workflow: Any, element: str = element, answers: Any = answers) -> None:
                (task,) = workflow.get_tasks(state=TaskState.READY, spec_name=element)
                task.data[element] = dict(answers)
                task.run()
                workflow.do_engine_steps()

            with times.one():
                around(complete)
        return {"completion": times}
