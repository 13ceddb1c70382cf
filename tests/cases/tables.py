"""A panel and a countersign under way, and what the tests of their tables do again and again."""

from __future__ import annotations

from collections.abc import Callable

from tests.county import acting, open_task, page_of, seats_of, tasks_of
from workflow_app import cases
from workflow_app.cases.pages import TimelineEntry
from workflow_app.demo.player import Player

REASON = "配偶在该校任教。"
TOO_FEW = "现有2个席位，至少需要3个，请增加席位"
EVEN = "现有4个席位，应为单数，请增加或撤销席位"


def recuse(player: Player, username: str, element: str = "assessment", reason: str = REASON) -> None:
    """Give up one's seat at the newest task of an element."""
    task_id = tasks_of(player, element)[-1].id
    with acting(player, username) as act:
        cases.recuse(act, task_id, reason)


def add(player: Player, username: str, person: str, element: str = "assessment", reason: str = "专家回避。") -> None:
    """Add a named seat to it."""
    task_id, person_id = tasks_of(player, element)[-1].id, player.person(person)
    with acting(player, username) as act:
        cases.add_seat(act, task_id, person_id, reason)


def remove(player: Player, username: str, no: int, element: str = "assessment", reason: str = "出差。") -> None:
    """Take a seat off it."""
    task_id = tasks_of(player, element)[-1].id
    with acting(player, username) as act:
        cases.remove_seat(act, task_id, no, reason)


def score(player: Player, *usernames: str) -> None:
    """Let experts answer."""
    for username in usernames:
        player.do(username, 1, "assessment", {"score": "80", "opinion": "建议同意。"})


def states(player: Player, element: str = "assessment") -> str:
    """The table in one word: open, done, recused (x), removed (-), closed."""
    letters = {"open": "o", "done": "d", "recused": "x", "removed": "-", "closed": "c"}
    return "".join(letters[s.state] for s in seats_of(player, tasks_of(player, element)[-1].id))


def panels(player: Player, username: str) -> tuple[cases.Panel, ...]:
    """The tables of the case as a person sees them."""
    with player.database.reading() as session:
        return cases.open_panels(session, player.actor(session, username), 1, player.now)


def shortage(player: Player) -> str:
    """What the handler reads of too few seats; empty if enough sit."""
    (panel,) = panels(player, "limin")
    return str(panel.shortage or "")


def history(player: Player, username: str) -> list[TimelineEntry]:
    """What the timeline tells a person of changes to tables."""
    steps = {"申请回避", "增加席位", "撤销席位"}
    return [entry for entry in page_of(player, username).timeline if entry.step.zh in steps]


CHANGES: tuple[Callable[[Player, str], None], ...] = (
    lambda player, username: add(player, username, "彭舟"),
    lambda player, username: remove(player, username, 1),
)


def offered(player: Player) -> set[str]:
    with player.database.reading() as session:
        actor, task_id = player.actor(session, "limin"), open_task(player, "assessment").id
        return {person.name for person in cases.candidates(session, actor, task_id, player.now)}
