"""The county of the worked cases for tests: loaded once in a session, worked case E1 played on as far as a test asks.

Loading costs seconds (passwords are hashed slowly on purpose), so every test gets a copy of one loading: of its
database, and of the folder with its keys and files. Each stage of E1 is likewise played once and copied. The processes
of one test run share what was played.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Select, select, text

import workflow_app.tables  # noqa: F401 - registers every table
from tests.databases import Databases
from workflow_app import cases
from workflow_app.act import Act, system_actor
from workflow_app.audit.models import AuditEvent
from workflow_app.audit.protect import protection_statements
from workflow_app.cases.models import Case, Seat, Submission, Task
from workflow_app.cases.pages import CasePage, TaskPage
from workflow_app.clock import COUNTY_ZONE
from workflow_app.columns import canonical_json
from workflow_app.config import Config, from_environment
from workflow_app.database import Base, Database
from workflow_app.demo import formation
from workflow_app.demo.county import FOUNDED
from workflow_app.demo.load import load_foundation
from workflow_app.demo.player import Player
from workflow_app.directory.holdings import assign_position
from workflow_app.migrate import revisions
from workflow_app.notices.models import Notice
from workflow_app.records.models import IssuedRecord
from workflow_app.text import Text

E1_CASE = 1
"""E1 is the first case of its county."""

Step = Callable[[Player, int], object]

STAGES: Sequence[tuple[str, Step]] = (
    ("filed", lambda player, _: formation.file_application(player)),
    ("supplied", formation.return_and_supply),
    ("accepted", formation.accept),
    ("reviewed", formation.review),
    ("assessed", formation.assess),
    ("posted", formation.publish),
    ("undisputed", formation.no_objection),
    ("approved", formation.decide),
    ("issued", formation.issue),
    ("founded", formation.file_charter),
)
"""Worked case E1 in its steps; a stage is reached when its step has been taken."""


@dataclass(frozen=True)
class Snapshot:
    """A county at rest: its database, the folder of its keys and files, and the moment at which it stands."""

    url: str
    folder: Path
    now: datetime


class County:
    """Counties by stage of E1, each played once and copied out to tests."""

    def __init__(self, folder: Path, databases: Databases) -> None:
        self._folder, self._databases = folder, databases

    def copy(self, stage: str, to: Path) -> Player:
        """A player in a county of one's own, with E1 at a stage (``empty``: no case yet)."""
        snapshot = self._snapshot(stage)
        shutil.copytree(snapshot.folder, to)
        return open_county(to, self._databases.copy(snapshot.url, to), snapshot.now)

    def _snapshot(self, stage: str) -> Snapshot:
        note = self._folder / f"{stage}.json"
        with (self._folder / f"{stage}.lock").open("w") as lock:
            # Whoever comes first plays, in whichever process; the others wait and copy.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not note.exists():
                folder = self._folder / stage
                # What a play that failed has left would hide from the next test why it failed.
                shutil.rmtree(folder, ignore_errors=True)
                player = self._loaded(folder) if stage == "empty" else self._played(stage, folder)
                player.database.dispose()
                note.write_text(json.dumps([player.database.url, player.now.isoformat()]))
        url, now = json.loads(note.read_text())
        return Snapshot(url, self._folder / stage, datetime.fromisoformat(now).astimezone(COUNTY_ZONE))

    def _loaded(self, folder: Path) -> Player:
        config = _config(folder, self._databases.new(folder))
        database = Database(config.database_url)
        Base.metadata.create_all(database.engine)
        return load_foundation(config, database)

    def _played(self, stage: str, folder: Path) -> Player:
        names = ["empty", *(name for name, _ in STAGES)]
        player = self.copy(names[names.index(stage) - 1], folder)
        dict(STAGES)[stage](player, E1_CASE)
        return player


def open_county(folder: Path, url: str, now: datetime) -> Player:
    """A player in the county whose keys and files are in a folder and whose database is at a URL."""
    config = _config(folder, url)
    return Player(config, Database(config.database_url), now)


def _config(folder: Path, url: str) -> Config:
    return from_environment(settings_of(folder, url))


def settings_of(folder: Path, url: str) -> dict[str, str]:
    """The settings of a county. Its accounts are as old as its story, so that their passwords never become too old."""
    return {
        "WORKFLOW_APP_DATA": str(folder),
        "WORKFLOW_APP_DATABASE_URL": url,
        "WORKFLOW_APP_PASSWORD_DAYS": "0",
    }


NewCounty = Callable[[str], Player]


@pytest.fixture(scope="session")
def county_files(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> County:
    """The one loading of the county, and the stages of E1 as they are asked for."""
    base = tmp_path_factory.getbasetemp()
    # Each process of a run has a folder of its own below that of the run.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "county"
    folder.mkdir(exist_ok=True)
    return County(folder, databases)


@pytest.fixture
def county_at(county_files: County, databases: Databases, tmp_path: Path) -> Iterator[NewCounty]:
    """Makes counties with E1 at a stage."""
    players: list[Player] = []

    def make(stage: str) -> Player:
        player = county_files.copy(stage, tmp_path / f"county-{len(players)}")
        players.append(player)
        return player

    yield make
    for player in players:
        player.database.dispose()
        databases.drop(player.database.url)


@pytest.fixture
def player(county_at: NewCounty) -> Player:
    """The county without any case."""
    return county_at("empty")


Row = TypeVar("Row", bound=Base)


def rows(player: Player, query: Select[Row]) -> list[Row]:
    """What a select finds now, readable after its session."""
    with player.database.reading() as session:
        found = list(session.scalars(query))
        session.expunge_all()
        return found


def case_of(player: Player, case_id: int = E1_CASE) -> Case:
    """The row of a case."""
    return rows(player, select(Case).where(Case.id == case_id))[0]


def tasks_of(player: Player, element: str, case_id: int = E1_CASE) -> list[Task]:
    """Every opening of an element, oldest first."""
    return rows(player, select(Task).where(Task.case_id == case_id, Task.element == element).order_by(Task.id))


def open_elements(player: Player, case_id: int = E1_CASE) -> list[str]:
    """The elements whose tasks are open, oldest first."""
    query = select(Task).where(Task.case_id == case_id, Task.closed_at.is_(None)).order_by(Task.id)
    return [task.element for task in rows(player, query)]


def open_task(player: Player, element: str, case_id: int = E1_CASE) -> Task:
    """The one open task of an element."""
    query = select(Task).where(Task.case_id == case_id, Task.element == element, Task.closed_at.is_(None))
    (task,) = rows(player, query)
    return task


def seats_of(player: Player, task_id: int) -> list[Seat]:
    """The table of a task."""
    return rows(player, select(Seat).where(Seat.task_id == task_id).order_by(Seat.no))


def records_of(player: Player, case_id: int = E1_CASE) -> list[IssuedRecord]:
    """The records of a case, oldest first."""
    return rows(player, select(IssuedRecord).where(IssuedRecord.case_id == case_id).order_by(IssuedRecord.id))


def record_text(record: IssuedRecord) -> str:
    """Every word of a record's frozen content."""
    return canonical_json(record.content)


def submissions_of(player: Player, element: str, case_id: int = E1_CASE) -> list[Submission]:
    """The answers to an element, oldest first."""
    query = select(Submission).where(Submission.case_id == case_id, Submission.element == element)
    return rows(player, query.order_by(Submission.id))


def events_of(player: Player, kind: str, case_id: int = E1_CASE) -> list[AuditEvent]:
    """The events of one kind in a case's chain."""
    chain = select(Case.chain_id).where(Case.id == case_id).scalar_subquery()
    return rows(player, select(AuditEvent).where(AuditEvent.chain_id == chain, AuditEvent.kind == kind))


def page_of(player: Player, username: str, case_id: int = E1_CASE) -> CasePage:
    """A case's page as a person sees it now."""
    with player.database.reading() as session:
        return cases.case_page(session, player.actor(session, username), case_id, player.now)


def task_page_of(player: Player, username: str, element: str, case_id: int = E1_CASE) -> TaskPage:
    """The page of an element's open task as a person sees it now."""
    task = open_task(player, element, case_id)
    with player.database.reading() as session:
        return cases.task_page(session, player.actor(session, username), task.id, player.now)


@contextmanager
def acting(player: Player, username: str) -> Iterator[Act]:
    """One transaction in which a person acts."""
    with player.database.writing() as session:
        yield Act(session, player.actor(session, username), player.now)


def table_counts(player: Player) -> dict[str, int]:
    """The number of rows of every table."""
    # One statement for all: a race asks before and after each of thousands of acts.
    counts = (f"SELECT '{name}', count(*) FROM \"{name}\"" for name in Base.metadata.tables)  # noqa: S608 - our tables
    with player.database.reading() as session:
        return dict(session.execute(text(" UNION ALL ".join(counts))).all())


def protect(database: Database) -> None:
    """Make a county's database what the migrations would have made: history protected, the revision noted."""
    with database.writing() as session:
        for statement in protection_statements(database.engine.dialect.name):
            session.execute(text(statement))
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        session.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": revisions(database)[1]})


def is_told(player: Player, username: str, words: str) -> bool:
    """Whether a person has a notice that says something."""
    with player.database.reading() as session:
        person_id = player.actor(session, username).person_id
    notices = rows(player, select(Notice).where(Notice.person_id == person_id))
    return any(words in str(Text.from_json(notice.message)) for notice in notices)


def grant(player: Player, username: str, position: str, organisation: str, until: date | None = None) -> None:
    """Give a person a further position."""
    organisation_id = player.organisation(organisation)
    with player.database.writing() as session:
        actor = player.actor(session, username)
        assert actor.person_id is not None
        act = Act(session, system_actor(actor.bureau_id), player.now)
        assign_position(
            act,
            person_id=actor.person_id,
            organisation_id=organisation_id,
            position=position,
            valid_from=FOUNDED,
            valid_to=until,
        )


def in_chinese(figures: Mapping[Any, Any]) -> dict[str, str]:
    """The figures of a finding, fresh or as a submission stores them, in the words of the Chinese page."""
    return {str(name): str(Text.from_json(v) if isinstance(v, Mapping) else v) for name, v in figures.items()}
