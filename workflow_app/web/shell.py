"""What stands around every page: product name, bureau, navigation, unread notices, demo banner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.cases import open_count
from workflow_app.directory.actors import Visitor
from workflow_app.directory.positions import POSITIONS
from workflow_app.directory.rights import has_right
from workflow_app.notices import unread_count
from workflow_app.text import Text
from workflow_app.web.request import config, reading, signed_in


@dataclass(frozen=True)
class Link:
    """One line of the navigation. ``tab`` is its short name in the bottom bar of a phone, if it stands there."""

    endpoint: str
    title: Text
    icon: str
    tab: Text | None = None
    shown: Callable[[Actor], bool] = lambda actor: True  # noqa: ARG005 - shown to everyone
    counts: Callable[[Session, Actor], int] | None = None  # how many wait there, shown beside the title


def _reads_rules(actor: Actor) -> bool:
    return has_right(actor, "read_rules")


def _supervises(actor: Actor) -> bool:
    return has_right(actor, "read_audit")


def _keeps_directory(actor: Actor) -> bool:
    return has_right(actor, "manage_directory")


def _administers(actor: Actor) -> bool:
    return _keeps_directory(actor) or has_right(actor, "manage_security")


def _handles_incidents(actor: Actor) -> bool:
    return has_right(actor, "handle_incidents")


def _applies(actor: Actor) -> bool:
    """Schools apply; a person of the bureau, or an expert, has nothing to begin."""
    return any(not POSITIONS[h.position].internal and h.position != "expert" for h in actor.holdings)


def _owes(actor: Actor) -> bool:
    """Schools hand in, sections look after it."""
    return _applies(actor) or any(h.position in {"section_officer", "section_chief"} for h in actor.holdings)


NAVIGATION: tuple[tuple[Text, tuple[Link, ...]], ...] = (
    (
        Text("我的工作"),
        (
            Link("inbox.index", Text("待办任务"), "inbox", Text("待办")),
            Link("cases.index", Text("我的办件"), "file", Text("我的办件")),
            Link("duties.index", Text("应办事项"), "calendar", Text("应办"), _owes),
            Link("inbox.done", Text("已办事项"), "check", Text("已办")),
        ),
    ),
    (Text("办事"), (Link("cases.start", Text("发起事项"), "plus", Text("发起"), _applies),)),
    (
        Text("台账"),
        (
            Link("registers.groups", Text("教育集团"), "book", Text("台账")),
            Link("pairings.index", Text("结对帮扶"), "book"),
            Link("teachers.mentoring", Text("师徒结对"), "user"),
            Link("teachers.support", Text("支教人员"), "user"),
        ),
    ),
    (
        Text("规则"),
        (
            Link("policy.index", Text("政策参数"), "book", None, _reads_rules),
            Link("numbers.index", Text("文号"), "file", None, _reads_rules),
        ),
    ),
    (Text("监督"), (Link("audit.index", Text("审计核验"), "shield", Text("核验"), _supervises),)),
    (
        Text("系统管理"),
        (
            Link("admin.index", Text("人员"), "user", Text("人员"), _administers),
            Link("organisations.index", Text("单位"), "building", None, _keeps_directory),
            Link("incidents.index", Text("异常"), "warning", None, _handles_incidents, open_count),
        ),
    ),
)
"""Sections and their links; who may not follow a link is not shown it."""


def _navigation(user: Visitor | None) -> list[tuple[Text, list[Link]]]:
    if user is None:
        return []
    sections = ((title, [link for link in links if link.shown(user.actor)]) for title, links in NAVIGATION)
    return [(title, links) for title, links in sections if links]


def _unread(session: Session, actor: Actor) -> int:
    return 0 if actor.person_id is None else unread_count(session, actor.bureau_id, actor.person_id)


def _waiting(session: Session, actor: Actor) -> dict[str, int]:
    """How many things wait behind the links that this person is shown, by endpoint."""
    links = (link for _, links in NAVIGATION for link in links if link.counts is not None and link.shown(actor))
    return {link.endpoint: link.counts(session, actor) for link in links if link.counts is not None}


def _context() -> dict[str, Any]:
    user, unread, waiting = signed_in(), 0, dict[str, int]()
    if user is not None:
        with reading() as session:
            unread, waiting = _unread(session, user.actor), _waiting(session, user.actor)
    return {
        "person": user,
        "unread": unread,
        "waiting": waiting,
        "navigation": _navigation(user),
        "demo": config().demo,
        "here": request.full_path.rstrip("?") if request.method == "GET" else "",
        "here_endpoint": request.endpoint,
    }


def install(app: Flask) -> None:
    """Give every template what the frame shows."""
    app.context_processor(_context)
