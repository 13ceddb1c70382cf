"""What stands around every page: product name, bureau, navigation, unread notices, demo banner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from workflow_app.act import Actor
from workflow_app.web.request import config, signed_in


@dataclass(frozen=True)
class Link:
    """One line of the navigation. ``tab`` is its short name in the bottom bar of a phone, if it stands there."""

    endpoint: str
    title: str
    icon: str
    tab: str | None = None
    shown: Callable[[Actor], bool] = lambda actor: True  # noqa: ARG005 - shown to everyone


def _supervises(actor: Actor) -> bool:
    return actor.holds("auditor") or actor.holds("audit_admin")


def _starts(actor: Actor) -> bool:
    return actor.holds("school_clerk")


NAVIGATION: tuple[tuple[str, tuple[Link, ...]], ...] = (
    (
        "我的工作",
        (
            Link("inbox.index", "待办任务", "inbox", "待办"),
            Link("cases.index", "我的办件", "file", "办件"),
            Link("inbox.done", "已办事项", "check", "已办"),
        ),
    ),
    ("办理", (Link("cases.start", "发起事项", "plus", "发起", _starts),)),
    ("台账", (Link("registers.groups", "教育集团", "book", "台账"),)),
    ("监督", (Link("audit.index", "审计核验", "shield", None, _supervises),)),
)


def _navigation() -> list[tuple[str, list[Link]]]:
    user = signed_in()
    if user is None:
        return []
    sections = (
        (title, [x for x in links if x.endpoint in current_app.view_functions and x.shown(user.actor)])
        for title, links in NAVIGATION
    )
    return [(title, links) for title, links in sections if links]


def _context() -> dict[str, Any]:
    return {"navigation": _navigation(), "demo": config().demo}


def install(app: Flask) -> None:
    """Give every template what the frame shows."""
    app.context_processor(_context)
