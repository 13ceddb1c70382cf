"""The signs of life tell the truth to whoever asks, and give nothing away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.conftest import NOW
from workflow_app import migrate
from workflow_app.config import Config
from workflow_app.database import Base, Database
from workflow_app.web import create_app

Ask = Callable[..., tuple[int, str]]


@pytest.fixture
def migrated(database: Database) -> Database:
    """A database at the newest revision."""
    Base.metadata.drop_all(database.engine)
    migrate.upgrade(database)
    return database


@pytest.fixture
def ask(config: Config, migrated: Database) -> Ask:
    """Asks one address of an application with these settings."""

    def ask(address: str, settings: Config = config, database: Database = migrated) -> tuple[int, str]:
        answer = create_app(settings, database=database, clock=lambda: NOW).test_client().get(address)
        return answer.status_code, answer.text

    return ask


def test_a_sound_installation_is_alive_and_ready(ask: Ask) -> None:
    assert ask("/healthz") == (200, "ok")
    assert ask("/readyz") == (200, "ready")


def test_a_database_of_an_older_program_is_not_ready(ask: Ask, migrated: Database) -> None:
    with migrated.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert ask("/readyz") == (503, "not ready: schema")
    assert ask("/healthz") == (200, "ok")


def test_a_database_that_does_not_answer_is_named_and_its_address_is_not(ask: Ask, tmp_path: Path) -> None:
    closed = Database(f"sqlite:///{tmp_path / 'is-a-folder'}")
    (tmp_path / "is-a-folder").mkdir()
    assert ask("/readyz", database=closed) == (503, "not ready: database")
    closed.dispose()


def test_a_data_folder_that_is_gone_is_named(ask: Ask, config: Config, tmp_path: Path) -> None:
    settings = replace(config, data=tmp_path / "gone")
    app = create_app(settings, database=Database("sqlite://"), clock=lambda: NOW)  # makes the folder for its keys
    (tmp_path / "gone" / "keys").rename(tmp_path / "keys")
    (tmp_path / "gone").rmdir()
    assert app.test_client().get("/readyz").text.endswith("data")
