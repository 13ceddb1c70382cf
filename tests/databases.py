"""Databases for tests: SQLite files, or databases of a real PostgreSQL server that pip has installed.

``pytest --database postgresql`` runs the tests that use a database on PostgreSQL. One server serves all processes of
the test run. A test gets a copy of a database at rest, which is what a county played to a stage needs as well.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import NullPool, TextClause, create_engine, text
from sqlalchemy.engine import make_url

from tests.economy import folder_in_memory
from tests.postgres import running_server

SERVER = "WORKFLOW_APP_TEST_SERVER"
"""Environment variable with the URL of the PostgreSQL server of this run; set by hand, the tests use that server."""


class Databases(Protocol):
    """Makes databases, each named by its URL."""

    def new(self, folder: Path) -> str:
        """An empty database; a file-based one lies in the folder."""

    def copy(self, url: str, folder: Path) -> str:
        """A copy of a database to which nobody is connected; a file-based one lies in the folder."""

    def drop(self, url: str) -> None:
        """Remove a database that a test has done with."""

    def tamper(self, url: str, *statements: str) -> None:
        """What somebody with the database in hand can do: no foreign key and no trigger is in the way."""


class SqliteDatabases:
    """Files."""

    def new(self, folder: Path) -> str:
        """A file that is made by its first connection."""
        folder.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{folder / 'workflow.db'}"

    def copy(self, url: str, folder: Path) -> str:
        """A copy of the file."""
        made = self.new(folder)
        _file(made).write_bytes(_file(url).read_bytes())
        return made

    def drop(self, url: str) -> None:
        """Remove the file with what may lie beside it."""
        for path in _file(url).parent.glob(f"{_file(url).name}*"):
            path.unlink()

    def tamper(self, url: str, *statements: str) -> None:
        """Plain SQLite checks no foreign key, and anybody may remove a trigger."""
        connection = sqlite3.connect(_file(url))
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for statement in (*(f"DROP TRIGGER {name}" for (name,) in triggers), *statements):
            connection.execute(statement)
        connection.commit()
        connection.close()


ROLE = "workflow"
"""The program works with the rights of a plain role that owns its database, as docs/operations.md says."""

_MAKE_ROLE = f"""
DO $$ BEGIN CREATE ROLE {ROLE} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
"""


class PostgresDatabases:
    """Databases of one server, each a copy of a template."""

    def __init__(self, server: str) -> None:
        self._server = make_url(server)
        self._say(_MAKE_ROLE)
        # Several processes of a test run make databases on one server.
        self._names = (f"test_{os.getpid()}_{number}" for number in count(1))

    def new(self, folder: Path) -> str:  # noqa: ARG002 - the server keeps its own files
        """A copy of the server's own empty database."""
        return self._made("template1")

    def copy(self, url: str, folder: Path) -> str:  # noqa: ARG002 - the server keeps its own files
        """The database taken as a template."""
        return self._made(make_url(url).database or "")

    def drop(self, url: str) -> None:
        """Remove the database, also under the hands of whoever is still connected."""
        self._say(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def tamper(self, url: str, *statements: str) -> None:
        """As the role of a replica, for which neither foreign keys nor triggers are looked at."""
        by_the_administrator = self._server.set(database=make_url(url).database)
        with create_engine(by_the_administrator, poolclass=NullPool).begin() as connection:
            for statement in ("SET session_replication_role = replica", *statements):
                connection.execute(_literal(statement))

    def _made(self, template: str) -> str:
        name = next(self._names)
        # A copy of the files is faster than writing them to the log, for databases as small as these.
        self._say(f'CREATE DATABASE "{name}" OWNER {ROLE} TEMPLATE "{template}" STRATEGY file_copy')
        return self._server.set(username=ROLE, database=name).render_as_string(hide_password=False)

    def _say(self, statement: str) -> None:
        # The engine itself is as the product's: tests share what it knows of the server (tests/economy.py).
        with create_engine(self._server, poolclass=NullPool).connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(_literal(statement))


def _literal(statement: str) -> TextClause:
    """A statement without parameters: a colon in it is a colon."""
    return text(statement.replace(":", r"\:"))


def _file(url: str) -> Path:
    return Path(make_url(url).database or "")


def chosen(config: pytest.Config) -> str:
    """The database of this run: ``sqlite`` or ``postgresql``."""
    return str(config.getoption("--database"))


@contextmanager
def server_of_this_run(config: pytest.Config) -> Iterator[None]:
    """Start the server that this run needs, if any; its processes find it in their environment."""
    if chosen(config) == "sqlite" or SERVER in os.environ:
        yield
        return
    with running_server(within=folder_in_memory()) as os.environ[SERVER]:
        try:
            yield
        finally:
            del os.environ[SERVER]


def databases_of_this_run(config: pytest.Config) -> Databases:
    """Where databases come from."""
    return SqliteDatabases() if chosen(config) == "sqlite" else PostgresDatabases(os.environ[SERVER])


def select_tests(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to the other database; on PostgreSQL, also what no database has a part in.

    A browser shows the same pages whatever lies under them: its tests, the slowest, run on SQLite alone, as a
    newcomer has it. The requests behind those pages are tested on both (tests/web). Sweeps look long
    at everything, every page, form and act at random; ``--sweeps`` runs them on PostgreSQL too, which costs minutes.
    """
    other = "postgresql" if chosen(config) == "sqlite" else "sqlite"
    for item in items:
        if item.get_closest_marker(other) is not None:
            item.add_marker(pytest.mark.skip(reason=f"this is about {other} itself"))
    if chosen(config) == "sqlite":
        return
    left_out = ["browser"] if config.getoption("--sweeps") else ["browser", "sweep"]
    kept = [
        item
        for item in items
        if "databases" in _fixtures(item) and not any(item.get_closest_marker(name) for name in left_out)
    ]
    dropped = [item for item in items if item not in set(kept)]
    config.hook.pytest_deselected(items=dropped)
    items[:] = kept


def _fixtures(item: pytest.Item) -> list[str]:
    return item.fixturenames if isinstance(item, pytest.Function) else []
