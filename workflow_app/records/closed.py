"""The closed world in which the strings of record templates are filled, and their code, compiled once for all cases.

A string has no loader and no globals, nothing that it could change, and the filters that its record names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from types import CodeType
from typing import Any, NoReturn

from jinja2 import StrictUndefined, Template, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEnvironment

from workflow_app.records.document import chinese_date
from workflow_app.records.words import parsed_expression

CODES_KEPT = 1024
"""How many strings a process keeps compiled: those of about twenty processes, some 3 kB each."""


class Answers(dict[str, Any]):
    """The answers to one element, which know its name: what a template misses in them can be told."""

    def __init__(self, element: str, answers: Mapping[str, Any]) -> None:
        super().__init__(answers)
        self._element = element

    def path(self, field: str) -> str:
        """``apply.group_name``."""
        return f"{self._element}.{field}"


class _Missing(StrictUndefined):
    """What a template names and the case does not have; any use of it raises, with its name as the message."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        name = str(self._undefined_name or self._undefined_hint or "")
        return self._undefined_obj.path(name) if isinstance(self._undefined_obj, Answers) else name


def _drawn(value: Any) -> Any:
    """A value that was left empty is not drawn as the word None."""
    if value is None:
        raise UndefinedError("")
    return value


def environment(filters: Mapping[str, Any]) -> SandboxedEnvironment:
    """The world of one record: its filters, and those that every record has."""
    return _closed({"date": _date, "join": "、".join, "length": len, **filters})


def compiled(env: SandboxedEnvironment, text: str, *, is_expression: bool = False) -> Template:
    """A string ready to be filled in a world; an expression leaves its value in ``result``.

    Raises:
        TemplateError: it is not written as templates are, or names a filter that the world does not have.
    """
    return Template.from_code(env, _code(text, frozenset(env.filters), is_expression=is_expression), {})


@lru_cache(CODES_KEPT)
def _code(text: str, filters: frozenset[str], *, is_expression: bool) -> CodeType:
    env = _closed(dict.fromkeys(filters, _later))
    if is_expression:
        result = nodes.Assign(nodes.Name("result", "store"), parsed_expression(env, text), lineno=1)
        code = env.compile(nodes.Template([result], lineno=1))
    else:
        code = env.compile(text)
    assert isinstance(code, CodeType)
    return code


def _later(*_: object) -> NoReturn:
    """Every filter while a string is compiled: what it gives is a case's, so it may not be worked out for all cases."""
    raise ValueError


def _closed(filters: Mapping[str, Callable[..., Any]]) -> SandboxedEnvironment:
    env = ImmutableSandboxedEnvironment(undefined=_Missing, finalize=_drawn, autoescape=False)
    env.globals.clear()
    env.filters.clear()
    env.filters.update(filters)
    return env


def _date(value: date | str) -> str:
    return chinese_date(date.fromisoformat(value) if isinstance(value, str) else value)
