"""Steps that the tests of the engine take again and again."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Case
from workflow_app.engine import EngineRefused


def refusal(caught: pytest.ExceptionInfo[EngineRefused]) -> str:
    """The code under which the engine has refused a call."""
    return caught.value.code


def accept(case: Case) -> None:
    """Apply, and have it accepted."""
    case.do("apply")
    case.do("accept", "accept")


def finish_notice(case: Case, call: str) -> None:
    """Take one use of the public notice to its end without objection."""
    case.do(f"{call}_post")
    case.lapse(f"{call}_period")
    case.do(f"{call}_result", "none")
