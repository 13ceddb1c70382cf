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

from tests.faults.races import Answering, Outcome
from workflow_app.cases import Completed
from workflow_app.config import from_environment
from workflow_app.database import Database
from workflow_app.demo.player import Player
from workflow_app.errors import ConflictError, WorkflowError


class Processes:
    """A stable of racing processes on one county, kept from race to race."""

    def __init__(self, player: Player, count: int) -> None:
        environment = {
            "WORKFLOW_APP_DATA": str(player.config.data),
            "WORKFLOW_APP_DATABASE_URL": player.database.url,
        }
        self.running = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.faults.racer", json.dumps(environment)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(count)
        ]

    def together(self, *acts: Answering) -> list[Outcome]:
        """Like :func:`tests.faults.races.together`, each act in a process of its own."""
        lanes = list(zip(self.running, acts, strict=True))
        for process, act in lanes:
            told = [act.username, act.task_id, act.revision, dict(act.answers), act.key, act.player.now.isoformat()]
            _say(process, json.dumps(told))
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
def processes(player: Player, count: int = 2) -> Iterator[Processes]:
    """Racing processes until the block is left."""
    with ExitStack() as stack:
        stable = Processes(player, count)
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


def race(environment: dict[str, str]) -> None:
    """Race until nobody speaks any more."""
    config = from_environment(environment)
    database = Database(config.database_url)
    with database.reading() as session:
        session.execute(text("SELECT 1"))  # The connection is there before the first race.
    for line in sys.stdin:
        username, task_id, revision, answers, key, now = json.loads(line)
        player = Player(config, database, datetime.fromisoformat(now))
        act = Answering(player, username, task_id, revision, answers, key)
        print("ready", flush=True)  # noqa: T201 - this is how the racers speak
        sys.stdin.readline()
        try:
            done = act()
            said: dict[str, Any] = {"completed": [done.case_id, done.next_task_id, done.outcome]}
        except WorkflowError as refused:
            said = {"status": refused.status, "message": str(refused)}
        print(json.dumps(said), flush=True)  # noqa: T201


if __name__ == "__main__":
    race(json.loads(sys.argv[1]))
