"""A fault of content: which file, which element, what is wrong, in plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workflow_app.errors import WorkflowError
from workflow_app.text import Text

MAX_PART = 300
"""Characters of a file name, an element id or a value in the line that tells a fault."""


@dataclass(frozen=True)
class Fault:
    """One reason why a definition may not be published.

    ``file`` is the path below the content root, ``element`` the BPMN id it is about (empty: the file as a whole),
    ``code`` names the kind of fault for programs, ``line`` the line of the file where it is known.
    """

    file: str
    element: str
    code: str
    message: Text
    line: int | None = None

    @property
    def text(self) -> Text:
        """The line that tells the fault; what the files say in it is harmless on a terminal."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        where = " ".join(_one_line(part) for part in (place, self.element) if part)
        return Text("{where} {reason}", where=where, reason=_harmless(self.message))

    def __str__(self) -> str:
        return str(self.text)


def _harmless(text: Text) -> Text:
    values = {k: _harmless(v) if isinstance(v, Text) else _one_line(str(v)) for k, v in text.args.items()}
    return Text(text.msgid, **values)


def _one_line(part: str) -> str:
    """What a file says, harmless on a terminal: without line ends and control characters, and not without end."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in part[: MAX_PART + 1])
    return shown if len(shown) <= MAX_PART else f"{shown[:MAX_PART]}…"


class DefinitionRefused(WorkflowError):  # noqa: N818 - what happens to the definition, in the words of the room
    """A definition has faults and was not published; ``faults`` names each of them."""

    status = 422

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("流程定义有{count}处错误，未发布。第一处：{first}", count=len(faults), first=faults[0].text)
        self.faults = tuple(faults)
