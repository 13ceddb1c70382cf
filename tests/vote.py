"""推荐人选表决: a small process with a secret ballot, made available in the county of the worked cases."""

from __future__ import annotations

from pathlib import Path

from workflow_app.act import Act, system_actor
from workflow_app.cases import CATALOGUE
from workflow_app.definitions.source import read_source
from workflow_app.definitions.store import publish
from workflow_app.demo.player import Player

CONTENT = Path(__file__).parent / "cases" / "content"
VOTERS = ("fangrui", "gurong", "tianye")
NAMES = ("方锐", "顾蓉", "田野")


def open_vote(player: Player) -> int:
    """A case whose ballot is open for three experts; its id."""
    with player.database.writing() as session:
        bureau_id = player.actor(session, "limin").bureau_id
        publish(Act(session, system_actor(bureau_id), player.now), read_source("vote", CONTENT), CATALOGUE)
    case_id = player.start("linxiao", "vote")
    propose(player, case_id)
    return case_id


def propose(player: Player, case_id: int, *names: str) -> None:
    """Name the candidate and those who vote."""
    voters = [player.person(name) for name in names or NAMES]
    player.do("linxiao", case_id, "apply", {"candidate": "周老师", "voters": voters})


def cast(player: Player, case_id: int, *choices: str) -> None:
    """Let the first voters vote."""
    for username, choice in zip(VOTERS, choices, strict=False):
        player.do(username, case_id, "ballot", {"decision": choice})
