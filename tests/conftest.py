"""Fixtures for all tests: a fresh database, a frozen moment, a bureau to act in. No network, no sleeping."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import workflow_app.tables  # noqa: F401 - registers every table
from tests.databases import Databases, chosen, databases_of_this_run, select_tests, server_of_this_run
from tests.economy import folder_in_memory, passwords_as_installed, share_between_tests, spare_collections
from workflow_app.act import Act, Actor, system_actor
from workflow_app.database import Base, Database
from workflow_app.directory.models import Bureau

pytest_plugins = ("tests.county", "tests.chromium")

NOW = datetime(2026, 4, 8, 1, 0, tzinfo=UTC)
"""Wednesday 2026-04-08, 09:00 in the county: the day on which worked case E1 begins."""


_server = ExitStack()

share_between_tests()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which database the tests run on, and how much of them."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="database of the tests")
    parser.addoption("--sweeps", action="store_true", help="on PostgreSQL, run the sweeps as well")


def pytest_report_header(config: pytest.Config) -> str:
    """Name the database above the results."""
    return f"database: {chosen(config)}"


def pytest_configure() -> None:
    """Let the folders of the tests lie in memory, unless the command or its environment says where.

    Commands speak Chinese in tests, whatever the terminal speaks in which the tests run.
    """
    for name in ("LC_ALL", "LANG"):
        if os.environ.get(name, "").startswith("en"):
            del os.environ[name]
    if folder := folder_in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))


def pytest_sessionstart(session: pytest.Session) -> None:
    """The process that starts first starts the server; the others find it running."""
    _server.enter_context(server_of_this_run(session.config))


def pytest_unconfigure() -> None:
    """Stop the server."""
    _server.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that have to do with the database of this run."""
    select_tests(config, items)


def pytest_collection_finish() -> None:
    """Every module is loaded now."""
    spare_collections()


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config) -> Databases:
    """Where databases come from in this run."""
    return databases_of_this_run(pytestconfig)


@pytest.fixture(scope="session")
def empty_database(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database with every table and no row, to be copied and never written to."""
    url = databases.new(tmp_path_factory.mktemp("empty"))
    made = Database(url)
    Base.metadata.create_all(made.engine)
    made.dispose()
    return url


@pytest.fixture
def database(databases: Databases, empty_database: str, tmp_path: Path) -> Iterator[Database]:
    """An empty database with every table, of this test alone."""
    database = Database(databases.copy(empty_database, tmp_path))
    yield database
    database.dispose()
    databases.drop(database.url)


@pytest.fixture
def slow_passwords() -> Iterator[None]:
    """Passwords are hashed as the product hashes them, not as quickly as elsewhere in the tests."""
    with passwords_as_installed():
        yield


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One open write transaction, committed at the end of the test."""
    with database.writing() as session:
        yield session


@pytest.fixture
def bureau(session: Session) -> Bureau:
    """青禾县教育体育局, the tenant of the tests."""
    bureau = Bureau(
        code="qinghe", name="青禾县教育体育局", county="青禾县", document_word="青教体", policy_profile="003"
    )
    session.add(bureau)
    session.flush()
    return bureau


@pytest.fixture
def act(session: Session, bureau: Bureau) -> Act:
    """An act by a nameless officer of the bureau at NOW; tests replace the actor where rights matter."""
    return Act(session, Actor(bureau_id=bureau.id, name="测试员", person_id=None), NOW)


def by_program(act: Act) -> Act:
    """The same act by the program itself, as from the command line: what no person may do alone."""
    return replace(act, actor=system_actor(act.bureau_id))
