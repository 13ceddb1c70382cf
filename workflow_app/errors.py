"""What can go wrong for a user, in the user's words. Web and API map each class to one status code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workflow_app.text import Text


class WorkflowError(Exception):
    """Base of the refusals that a user may see; ``message`` says what happened and what to do."""

    status = 400

    def __init__(self, msgid: str, /, **args: Any) -> None:
        self.message = Text(msgid, **args)
        super().__init__(str(self.message))


class ConfigurationError(Exception):
    """The program refuses to start with these settings; read by an administrator in a terminal."""

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(str(message))


class NotFoundError(WorkflowError):
    """The object does not exist or may not be seen; which of the two is not told."""

    status = 404

    def __init__(self, msgid: str = "没有找到该内容，或您无权查看。", /, **args: Any) -> None:
        super().__init__(msgid, **args)


class ForbiddenError(WorkflowError):
    """The object may be seen, but this act on it is not this person's to take."""

    status = 403


class ConflictError(WorkflowError):
    """Somebody else was faster, or the page was old: nothing was written."""

    status = 409


class InvalidError(WorkflowError):
    """The answers are incomplete or impossible; ``problems`` names each field."""

    status = 422

    def __init__(
        self, msgid: str = "有{count}处需要更正。", /, *, problems: Sequence[Problem] = (), **args: Any
    ) -> None:
        super().__init__(msgid, **{"count": len(problems), **args})
        self.problems = tuple(problems)


class TooManyError(WorkflowError):
    """Too many attempts in too short a time."""

    status = 429


class UnavailableError(WorkflowError):
    """Something that the product needs does not answer: the disk is full, the virus scanner is down."""

    status = 503


class Problem:
    """One fault of one field: the path of the field (``members.0.school``) and what is wrong with it."""

    __slots__ = ("field", "message")

    def __init__(self, field: str, message: Text) -> None:
        self.field, self.message = field, message

    def __repr__(self) -> str:
        return f"Problem({self.field!r}, {str(self.message)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and (self.field, self.message) == (other.field, other.message)

    def __hash__(self) -> int:
        return hash((self.field, self.message))
