"""What commands print, in the language of whoever reads the terminal."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from workflow_app.languages import LOCALES, Translate, translator
from workflow_app.text import Text

_CHOSEN = "workflow_app.language"

Command = TypeVar("Command", bound=Callable[..., Any])


def _choose(context: click.Context, _option: click.Parameter, chosen: str | None) -> None:
    # What stands in ``meta`` is shared by a command and the group that it belongs to: the last choice wins.
    if chosen is not None:
        context.meta[_CHOSEN] = chosen


def language_option(command: Command) -> Command:
    """Let a command be told its language; without it that of the environment counts."""
    return click.option(
        "--lang",
        type=click.Choice(list(LOCALES)),
        expose_value=False,
        callback=_choose,
        help="language (default: that of the LC_ALL or LANG variable, else zh)",
    )(command)


def language_of(environment: Mapping[str, str]) -> str:
    """The language of a terminal: English where the environment says so, else Chinese."""
    chosen = environment.get("LC_ALL") or environment.get("LANG") or ""
    return "en" if chosen.startswith("en") else "zh"


def reading() -> Translate:
    """What turns message ids into the language of the command that runs."""
    context = click.get_current_context(silent=True)
    chosen: str | None = context.meta.get(_CHOSEN) if context is not None else None
    return translator(chosen or language_of(os.environ))


def said(text: Text) -> str:
    """A text in the language of the command that runs."""
    return text.render(reading())


def say(text: Text, *, err: bool = False) -> None:
    """Print a text on a line of its own; ``err``: where refusals go."""
    click.echo(said(text), err=err)
