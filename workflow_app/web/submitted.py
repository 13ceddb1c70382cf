"""One of several forms of a page: what was typed into it, and afterwards what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from workflow_app.directory.rights import require
from workflow_app.errors import InvalidError, Problem
from workflow_app.text import Text
from workflow_app.typed import plain_day, whole_number
from workflow_app.web.request import current_actor

Answer = Response | tuple[str, int]
Sent = Callable[..., Answer]

MAX_TYPED = 2_000
"""Far above what any service accepts: a text that is too long is refused with its length, never cut."""

MOST_TICKED = 100
"""More boxes of one name than any form of these pages has."""


class Submitted:
    """The form of this name as it was submitted. Its page shows it again with what was typed if it was refused."""

    def __init__(self, name: str, right: str) -> None:
        """Take the submitted form.

        Raises:
            ForbiddenError: the signed-in person has not the right that the form needs.
        """
        require(current_actor(), right)
        self.name = name
        self.message: Text | None = None
        self.problems: dict[str, Text] = {}

    def text(self, field: str) -> str:
        """What was typed, without the spaces around it."""
        return request.form.get(field, "").strip()[:MAX_TYPED]

    def several(self, field: str) -> list[str]:
        """What was typed or ticked under one name, each without the spaces around it; nothing that is empty."""
        typed = [one.strip()[:MAX_TYPED] for one in request.form.getlist(field)[:MOST_TICKED]]
        return [one for one in typed if one]

    def choice(self, field: str) -> int:
        """The id that was chosen; if none was, that is noted and 0 returned, which is nobody's id."""
        chosen = whole_number(self.text(field))
        if chosen is None:
            self.problems[field] = Text("请选择。")
        return chosen or 0

    def number(self, field: str) -> int:
        """The number that was typed in plain digits; whatever is none is noted and 0 returned."""
        typed = whole_number(self.text(field))
        if typed is None:
            self.problems[field] = Text("请填写数字。")
        return typed or 0

    def code(self, field: str, codes: frozenset[str]) -> str:
        """The code that was chosen out of these; if none was, that is noted."""
        typed = self.text(field)
        if typed not in codes:
            self.problems[field] = Text("请选择。")
        return typed

    def day(self, field: str) -> date:
        """The date that was typed; if none was, that is noted."""
        found = self.optional_day(field)
        if found is None:
            self.problems.setdefault(field, Text("请填写日期。"))
        return found or date.min

    def optional_day(self, field: str) -> date | None:
        """The date that was typed, if one was; whatever is no date is noted."""
        typed = self.text(field)
        if not typed:
            return None
        found = plain_day(typed)
        if found is None:
            self.problems[field] = Text("请按“2026-09-01”的格式填写日期。")
        return found

    def check(self) -> None:
        """Stop if something was noted.

        Raises:
            InvalidError: something was.
        """
        if self.problems:
            raise InvalidError(problems=[Problem(field, message) for field, message in self.problems.items()])

    def refused(self, error: InvalidError) -> Submitted:
        """The form with what a service says is wrong: by field, or, where no field is named, about the whole."""
        self.problems = {problem.field: problem.message for problem in error.problems}
        self.message = None if self.problems else error.message
        return self


def sent(name: str, right: str, again: Callable[..., str]) -> Callable[[Sent], Sent]:
    """A view that carries out what a form asks for: it is given the form and the ids of its address.

    ``name`` may name those ids: ``end-{holding_id}``. Where the view raises InvalidError, ``again`` shows the page with
    the form, what was typed and what is wrong with it.
    """

    def decorate(view: Sent) -> Sent:
        @wraps(view)
        def answer(**ids: Any) -> Answer:
            form = Submitted(name.format(**ids), right)
            try:
                return view(form, **ids)
            except InvalidError as error:
                return again(form.refused(error), **ids), error.status

        return answer

    return decorate
