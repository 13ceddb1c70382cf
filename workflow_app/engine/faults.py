"""What can be wrong with a drawing, and what the engine refuses to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workflow_app.errors import InvalidError, Problem
from workflow_app.text import Text


@dataclass(frozen=True)
class DrawingFault:
    """One thing a drawing may not hold: the element id (empty: the drawing as a whole), a stable code, the reason.

    ``detail`` is what a parser said, in its own words: for a terminal or a log, not for a page.
    """

    element: str
    code: str
    message: Text
    detail: str = ""

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.element or '-'} [{self.code}] {self.message}{detail}"


class DrawingRefused(InvalidError):  # noqa: N818 - a refusal is named for what happened, as in the domain
    """A drawing that the engine does not run; ``faults`` holds everything that was found, not only the first."""

    def __init__(self, faults: Sequence[DrawingFault]) -> None:
        super().__init__(
            "流程图有{count}处不能执行。",
            problems=[Problem(fault.element, fault.message) for fault in faults],
        )
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "; ".join(str(fault) for fault in self.faults)


Refusal = Literal[
    "not_open",  # the engine task is not a human step or operation that waits
    "not_armed",  # the engine task is not a deadline that runs
    "not_waiting",  # the message is awaited nowhere, or in more than one place
    "never_done",  # a return to an element that is not a completed human step of this case
    "ended",  # the process has ended
    "condition",  # a condition could not be evaluated over the facts
    "stuck",  # after the step nothing would be open, armed or awaited
    "too_deep",  # so many rounds that the library would lose sight of open steps
    "library",  # the library refused the step
    "token_data",  # a token would carry data
    "unreadable",  # the stored state is damaged
    "unknown_version",  # the stored state was written by a version that this build does not read
    "foreign_state",  # the stored state belongs to another drawing
]


class EngineRefused(Exception):  # noqa: N818 - see DrawingRefused
    """The engine did nothing. Read by programs and operators: services turn ``code`` into a message for the user."""

    def __init__(self, code: Refusal, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail
