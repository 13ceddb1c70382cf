"""Official documents (文书): layout by GB/T 9704-2012, numbering, freezing, rendering, verification."""

from collections.abc import Mapping

from workflow_app.definitions.case_view import Operation
from workflow_app.records.check import template_faults
from workflow_app.records.issue import issue
from workflow_app.records.rendering import handlers

OPERATIONS: Mapping[str, Operation] = {"records.issue": issue}
"""The operations that a form file may name."""

__all__ = ["OPERATIONS", "handlers", "template_faults"]
