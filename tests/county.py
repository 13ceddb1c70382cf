"""The county of the worked cases for tests: loaded once in a session, worked case E1 played on as far as a test asks.

Loading costs seconds (passwords are hashed slowly on purpose), so every test gets a copy of the files of one loading;
each stage of E1 is likewise played once and copied.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

import workflow_app.tables  # noqa: F401 - registers every table
from workflow_app.config import from_environment
from workflow_app.database import Base, Database
from workflow_app.demo import formation
from workflow_app.demo.load import load_foundation
from workflow_app.demo.player import Player

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
    """The files of a county at rest, and the moment at which it stands."""

    folder: Path
    now: datetime


class County:
    """Counties by stage of E1, each played once and copied out to tests."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._kept = folder, dict[str, Snapshot]()

    def copy(self, stage: str, to: Path) -> Player:
        """A player in a county of one's own, with E1 at a stage (``empty``: no case yet)."""
        snapshot = self._snapshot(stage)
        shutil.copytree(snapshot.folder, to)
        return open_county(to, snapshot.now)

    def _snapshot(self, stage: str) -> Snapshot:
        if stage not in self._kept:
            folder = self._folder / stage
            player = self._loaded(folder) if stage == "empty" else self._played(stage, folder)
            player.database.dispose()
            self._kept[stage] = Snapshot(folder, player.now)
        return self._kept[stage]

    def _loaded(self, folder: Path) -> Player:
        config = from_environment({"WORKFLOW_APP_DATA": str(folder)})
        database = Database(config.database_url)
        Base.metadata.create_all(database.engine)
        return load_foundation(config, database)

    def _played(self, stage: str, folder: Path) -> Player:
        names = ["empty", *(name for name, _ in STAGES)]
        player = self.copy(names[names.index(stage) - 1], folder)
        dict(STAGES)[stage](player, E1_CASE)
        return player


def open_county(folder: Path, now: datetime) -> Player:
    """A player in the county whose files are in a folder."""
    config = from_environment({"WORKFLOW_APP_DATA": str(folder)})
    return Player(config, Database(config.database_url), now)


NewCounty = Callable[[str], Player]


@pytest.fixture(scope="session")
def county_files(tmp_path_factory: pytest.TempPathFactory) -> County:
    """The one loading of the county, and the stages of E1 as they are asked for."""
    return County(tmp_path_factory.mktemp("county"))


@pytest.fixture
def county_at(county_files: County, tmp_path: Path) -> Iterator[NewCounty]:
    """Makes counties with E1 at a stage."""
    players: list[Player] = []

    def make(stage: str) -> Player:
        player = county_files.copy(stage, tmp_path / f"county-{len(players)}")
        players.append(player)
        return player

    yield make
    for player in players:
        player.database.dispose()


@pytest.fixture
def player(county_at: NewCounty) -> Player:
    """The county without any case."""
    return county_at("empty")
