"""Processes that race: each opens a page, says so, waits for the word, and presses the button."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import text

from tests.county import settings_of
from tests.economy import share_between_tests
from tests.faults.races import Answering, Outcome
from workflow_app.cases import Completed
from workflow_app.config import Config, from_environment
from workflow_app.database import Database
from workflow_app.demo.player import Player
from workflow_app.errors import ConflictError, WorkflowError


class Processes:
    """A stable of racing processes, kept from race to race and from county to county."""

    def __init__(self, count: int) -> None:
        self.running = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.faults.racer"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,  # Who stops the run at the terminal lets it come to an end.
            )
            for _ in range(count)
        ]

    def together(self, *acts: Answering) -> list[Outcome]:
        """Like :func:`tests.faults.races.together`, each act in a process of its own."""
        lanes = list(zip(self.running[: len(acts)], acts, strict=True))
        for process, act in lanes:
            where = settings_of(act.player.config.data, act.player.database.url)
            page = [act.username, act.task_id, act.revision, dict(act.answers), act.key]
            _say(process, json.dumps([where, act.player.now.isoformat(), page]))
        for process, _ in lanes:
            assert _heard(process) == "ready"
        for process, _ in lanes:
            _say(process, "go")
        return [_outcome(json.loads(_heard(process))) for process, _ in lanes]

    def end(self) -> None:
        """Let them go."""
        for process in self.running:
            process.communicate(timeout=60)


@contextmanager
def processes(count: int = 2) -> Iterator[Processes]:
    """Racing processes until the block is left."""
    with ExitStack() as stack:
        stable = Processes(count)
        stack.callback(stable.end)
        yield stable


def _say(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{words}\n")
    process.stdin.flush()


def _heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _outcome(said: dict[str, Any]) -> Outcome:
    if "completed" in said:
        return Completed(*said["completed"])
    return (ConflictError if said["status"] == ConflictError.status else WorkflowError)(said["message"])


def race() -> None:
    """Race until nobody speaks any more."""
    share_between_tests()
    player: Player | None = None
    for line in sys.stdin:
        where, now, page = json.loads(line)
        player = _in_county(player, from_environment(where), datetime.fromisoformat(now))
        act = Answering(player, *page)
        print("ready", flush=True)  # noqa: T201 - this is how the racers speak
        sys.stdin.readline()
        try:
            done = act()
            said: dict[str, Any] = {"completed": [done.case_id, done.next_task_id, done.outcome]}
        except WorkflowError as refused:
            said = {"status": refused.status, "message": str(refused)}
        print(json.dumps(said), flush=True)  # noqa: T201


def _in_county(player: Player | None, config: Config, now: datetime) -> Player:
    """Somebody in a county at a moment: the one of the last race, if it was there."""
    if player is None or player.config != config:
        if player is not None:
            player.database.dispose()
        player = Player(config, Database(config.database_url), now)
        with player.database.reading() as session:
            session.execute(text("SELECT 1"))  # The connection is there before the race.
    player.now = now
    return player


if __name__ == "__main__":
    race()
