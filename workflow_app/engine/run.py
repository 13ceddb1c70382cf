from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow_app.engine.advance import Advance
from workflow_app.engine.parsing import Specification

Facts = Mapping[str, Mapping[str, Any]]
"""The case-level map that conditions read: element id -> fact key -> canonical value or None."""


def start(spec: Specification, facts: Facts) -> Advance:
    """Begin a case and go as far as the first steps that wait."""
    raise NotImplementedError


def complete(spec: Specification, state: bytes, engine_task_id: str, facts: Facts) -> Advance:
    """Complete one open human step or operation."""
    raise NotImplementedError


def fire(spec: Specification, state: bytes, engine_task_id: str, facts: Facts) -> Advance:
    """Let one running deadline lapse."""
    raise NotImplementedError


def send(spec: Specification, state: bytes, message: str, facts: Facts) -> Advance:
    """Send a message that exactly one place of the case waits for (withdrawal)."""
    raise NotImplementedError


def return_to(spec: Specification, state: bytes, element: str, facts: Facts) -> Advance:
    """Open a completed human step again and undo everything behind it."""
    raise NotImplementedError
