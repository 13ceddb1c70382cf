"""The product as a contender: the demonstration county, and cases played through the services that the pages call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

import workflow_app.tables  # noqa: F401 - registers every table
from bench.measure import Times
from workflow_app import cases, migrate
from workflow_app.act import Act, Actor, system_actor
from workflow_app.cases.models import Task
from workflow_app.config import Config
from workflow_app.database import Database
from workflow_app.definitions.source import Source, read_source
from workflow_app.definitions.store import publish
from workflow_app.demo.load import load_foundation
from workflow_app.demo.player import Player, moment
from workflow_app.directory.models import Bureau

CONTENT = Path(__file__).parent / "content"
APPROVAL = "bench-approval"
TODAY = "2026-04-08 09:00"

FIELDS: Mapping[str, Any] = {
    "subject": "春季研学活动",
    "purpose": "组织五年级学生到县博物馆开展研学，了解地方历史。" * 2,
    "reason": "列入本学期工作计划，家长委员会已同意。" * 2,
    "place": "青禾县博物馆",
    "pupils": 186,
    "amount": "3720.00",
    "starts_on": "2026-04-23",
    "ends_on": "2026-04-24",
    "scale": "small",
    "insured": True,
}
"""The ten answers of the first step; every contender stores these."""

STEPS: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("apply", "linxiao", FIELDS),
    ("review", "limin", {"decision": "agree", "opinion": "同意，送人事、财务。"}),
    ("staffing", "wangyue", {"decision": "agree", "opinion": "同意。"}),
    ("funding", "chenli", {"decision": "agree", "opinion": "经费已落实。"}),
    ("decision", "fengjianhua", {"decision": "approve", "opinion": "同意。"}),
)
"""The five tasks, who answers each, and what."""

Timed = Callable[[], Any]


@dataclass
class Product:
    """A county with its people at hand, as the web has them once they are signed in."""

    player: Player
    _actors: dict[str, Actor] = field(default_factory=dict)
    _number: int = 0

    @property
    def database(self) -> Database:
        """The county's database."""
        return self.player.database

    def moment(self) -> datetime:
        """The county's clock: it stands where the player stands."""
        return self.player.now

    def actor(self, username: str) -> Actor:
        """The person behind an account, looked up once."""
        if username not in self._actors:
            with self.database.reading() as session:
                self._actors[username] = self.player.actor(session, username)
        return self._actors[username]

    def start(self, username: str = "linxiao", slug: str = APPROVAL) -> int:
        """Start a case; its id."""
        actor = self.actor(username)
        with self.database.writing() as session:
            return cases.start_case(Act(session, actor, self.player.now), slug).case_id

    def completion(self, case_id: int, element: str, username: str, answers: Mapping[str, Any]) -> Timed:
        """The act that completes the open task of an element; looking the task up is not part of it."""
        actor = self.actor(username)
        with self.database.reading() as session:
            task_id, revision = session.execute(
                select(Task.id, Task.revision).where(
                    Task.case_id == case_id, Task.element == element, Task.closed_at.is_(None)
                )
            ).one()
        self._number += 1
        key = f"bench-{task_id}-{self._number}"

        def act() -> None:
            with self.database.writing() as session:
                cases.complete_task(Act(session, actor, self.player.now), task_id, revision, answers, key)

        return act

    def approval(self) -> dict[str, Times]:
        """One five-task approval; the times of its start and of its completions."""
        start, completion = Times(), Times()
        with start.one():
            case_id = self.start()
        for element, username, answers in STEPS:
            act = self.completion(case_id, element, username, answers)
            with completion.one():
                act()
        return {"start": start, "completion": completion}


def load(config: Config, database: Database, *sources: Source) -> Product:
    """The county with its processes and those of the bench, on a migrated database."""
    migrate.upgrade(database)
    player = load_foundation(config, database)
    player.now = moment(TODAY)
    with database.writing() as session:
        bureau_id = session.scalars(select(Bureau.id)).one()
        act = Act(session, system_actor(bureau_id), player.now)
        for source in (read_source(APPROVAL, CONTENT), *sources):
            publish(act, source, cases.CATALOGUE)
    return Product(player)
