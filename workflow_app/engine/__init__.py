"""The engine room: the only importer of SpiffWorkflow. A function over (specification, state, facts)."""

from importlib.metadata import version

from workflow_app.engine.advance import DEPTH_ALARM, Advance
from workflow_app.engine.expand import ElementKind, Expanded, expand
from workflow_app.engine.faults import DrawingFault, DrawingRefused, EngineRefused
from workflow_app.engine.parsing import Specification, drawing_faults, load
from workflow_app.engine.run import Facts, complete, fire, return_to, send, start

ENGINE_VERSION: str = version("spiffworkflow")

__all__ = [
    "DEPTH_ALARM",
    "ENGINE_VERSION",
    "Advance",
    "DrawingFault",
    "DrawingRefused",
    "ElementKind",
    "EngineRefused",
    "Expanded",
    "Facts",
    "Specification",
    "complete",
    "drawing_faults",
    "expand",
    "fire",
    "load",
    "return_to",
    "send",
    "start",
]
