"""The engine room: the only importer of SpiffWorkflow. A function over (specification, state, facts)."""

from workflow_app.engine.advance import DEPTH_ALARM, Advance
from workflow_app.engine.expand import ElementKind, Expanded, expand, ids_of
from workflow_app.engine.expressions import ExpressionRefused, facts_read
from workflow_app.engine.faults import DrawingFault, DrawingRefused, EngineRefused
from workflow_app.engine.parsing import Specification, drawing_faults, load
from workflow_app.engine.run import Facts, complete, fire, return_to, send, start
from workflow_app.engine.state import ENGINE_VERSION

__all__ = [
    "DEPTH_ALARM",
    "ENGINE_VERSION",
    "Advance",
    "DrawingFault",
    "DrawingRefused",
    "ElementKind",
    "EngineRefused",
    "Expanded",
    "ExpressionRefused",
    "Facts",
    "Specification",
    "complete",
    "drawing_faults",
    "expand",
    "facts_read",
    "fire",
    "ids_of",
    "load",
    "return_to",
    "send",
    "start",
]
