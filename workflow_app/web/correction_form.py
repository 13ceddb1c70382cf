"""The page of a correction: what stands, what should stand there, why. One template for every register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from workflow_app.errors import InvalidError
from workflow_app.registers.corrections import LONGEST_REASON
from workflow_app.text import Text

Answer = Response | tuple[str, int]


@dataclass(frozen=True)
class Input:
    """One input: a ``select`` of codes, a ``date``, a line of ``text``, an ``area`` of several lines, or a ``tick``."""

    key: str
    label: Text
    kind: str
    options: Mapping[Any, Text] = field(default_factory=dict)
    longest: int | None = None


@dataclass(frozen=True)
class Asking:
    """What the page shows: the object with the way back, what stands since when, a remark, and the inputs as begun."""

    of: str
    back: str
    what: Text
    since: date
    remark: Text
    inputs: Sequence[Input]
    begun: Mapping[str, str]


def choice(key: str, label: Text, options: Mapping[Any, Text]) -> Input:
    """One of several codes."""
    return Input(key, label, "select", options)


def day(key: str, label: Text) -> Input:
    """A date."""
    return Input(key, label, "date")


def reason() -> Input:
    """Why it is corrected."""
    return Input("reason", Text("更正理由"), "area", longest=LONGEST_REASON)


def page(asking: Asking, error: InvalidError | None = None) -> str:
    """The page, as begun or as it was sent with what is wrong about it."""
    return render_template(
        "registers/correct.html",
        asking=asking,
        typed={**asking.begun, **(request.form.to_dict() if error else {})},
        problems={problem.field: problem.message for problem in error.problems} if error else {},
    )
