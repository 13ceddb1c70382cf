"""From an expanded drawing to the library's specification, with our own deadlines and operations in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser, BpmnValidator
from SpiffWorkflow.bpmn.parser.event_parsers import BoundaryEventParser, IntermediateCatchEventParser
from SpiffWorkflow.bpmn.parser.task_parsers import GatewayParser, SubWorkflowParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, IntermediateCatchEvent, ManualTask
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.task import Task

from workflow_app.engine.checks import content_faults
from workflow_app.engine.drawing import read_drawing, tag
from workflow_app.engine.expand import Expanded
from workflow_app.engine.faults import DrawingFault, DrawingRefused
from workflow_app.engine.graph import outcomes
from workflow_app.engine.interrupting import SubProcess
from workflow_app.engine.joins import Join
from workflow_app.text import Text


class Deadline(EventDefinition):
    """A timer symbol of the drawing. It lapses for one engine task, by its id; the engine knows no clock."""

    def catches(self, my_task: Task, event: BpmnEvent) -> bool:
        """Only the event that names this very task."""
        return isinstance(event.event_definition, Deadline) and event.payload == str(my_task.id)

    # The library compares definitions by class; two timers of one drawing are not the same timer.
    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


class Operation(ManualTask):
    """A service task: it waits like a person until the caller has run the named operation and completes it."""


class _DeadlineParser:
    """Replaces the library's reading of timer symbols in the two events that may carry one."""

    node: Any

    def parse_timer_event(self, event: object) -> Deadline:  # noqa: ARG002 - the library's signature
        return Deadline(self.node.get("id"))


class _CatchParser(_DeadlineParser, IntermediateCatchEventParser):
    pass


class _BoundaryParser(_DeadlineParser, BoundaryEventParser):
    pass


class _Parser(BpmnParser):
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012 - the library's own extension point
        full_tag("serviceTask"): (TaskParser, Operation),
        full_tag("parallelGateway"): (GatewayParser, Join),
        full_tag("subProcess"): (SubWorkflowParser, SubProcess),
        full_tag("intermediateCatchEvent"): (_CatchParser, IntermediateCatchEvent),
        full_tag("boundaryEvent"): (_BoundaryParser, BoundaryEvent),
    }


@dataclass(frozen=True)
class Specification:
    """A parsed drawing. It never changes and may be shared by any number of threads and cases."""

    expanded: Expanded
    process: Any = field(repr=False)  # the library's specification of the process
    subprocesses: Mapping[str, Any] = field(repr=False)  # and those of its sub-processes, by their element id
    outcomes: frozenset[str]  # end events of the process that are not those of a side branch
    leaving: Mapping[str, tuple[str, ...]] = field(repr=False)  # node -> its outgoing flows


def load(expanded: Expanded) -> Specification:
    """Parse a drawing.

    Raises:
        DrawingRefused: it holds something the engine does not run; all faults at once.
    """
    loaded = _load(expanded)
    if not isinstance(loaded, Specification):
        raise DrawingRefused(loaded)
    return loaded


def drawing_faults(expanded: Expanded) -> tuple[DrawingFault, ...]:
    """Everything that :func:`load` would refuse, all at once and without raising."""
    loaded = _load(expanded)
    return () if isinstance(loaded, Specification) else loaded


def _load(expanded: Expanded) -> Specification | tuple[DrawingFault, ...]:
    faults = tuple(content_faults(expanded))
    if faults:
        # The library is shown only what has passed: it follows references and evaluates texts while it parses.
        return faults
    root = read_drawing(expanded.xml)
    parser = _Parser(validator=_validator())
    try:
        parser.add_bpmn_xml(root)
        process = parser.get_spec(expanded.process_id)
        subprocesses = parser.get_subprocess_specs(expanded.process_id)
    except (ValidationException, etree.LxmlError) as error:
        return (DrawingFault(expanded.process_id, "library", Text("流程图不符合BPMN规范，不能解析。"), str(error)),)
    drawn = root.find(tag("process"))
    assert drawn is not None  # read_drawing has found it
    return Specification(expanded, process, subprocesses, outcomes(drawn), _leaving(expanded))


def _leaving(expanded: Expanded) -> dict[str, tuple[str, ...]]:
    leaving: dict[str, tuple[str, ...]] = {}
    for flow, (source, _) in expanded.flows.items():
        leaving[source] = (*leaving.get(source, ()), flow)
    return leaving


@cache
def _validator() -> BpmnValidator:
    return BpmnValidator()
