"""The two databases, durable as in production: SQLite with the product's own settings, PostgreSQL with fsync."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, make_url, text

from tests.postgres import running_server
from workflow_app.config import Config, from_environment
from workflow_app.database import Database

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"

DURABLE = {
    "listen_addresses": "",
    "max_connections": "100",
    "timezone": "Asia/Shanghai",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
}
"""PostgreSQL as it is installed: nothing is faster because it is not written."""


class Stores:
    """Makes empty databases of a kind, each with a data folder of its own; all are gone at the end of the run."""

    def __init__(self, folder: Path, names: tuple[str, ...], stack: ExitStack) -> None:
        self.folder, self.names = folder, names
        self._stack, self._server = stack, ""

    def new(self, name: str) -> tuple[Config, Database]:
        """An empty database, without tables."""
        ident = self.fresh_name()
        url = self.url(name, ident)
        data = self.folder / ident
        config = from_environment(
            {"WORKFLOW_APP_DATA": str(data), "WORKFLOW_APP_DATABASE_URL": url, "WORKFLOW_APP_PASSWORD_DAYS": "0"}
        )
        return config, Database(url)

    @staticmethod
    def fresh_name() -> str:
        """A name that no database of this run has yet."""
        return f"bench_{secrets.token_hex(4)}"

    def url(self, name: str, ident: str) -> str:
        """The SQLAlchemy address of a new, empty database."""
        if name == SQLITE:
            return f"sqlite:///{self.folder / ident / 'workflow.db'}"
        admin = create_engine(self.server(), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {ident}"))
        admin.dispose()
        return make_url(self.server()).set(database=ident).render_as_string(hide_password=False)

    def server(self) -> str:
        """The PostgreSQL server of this run, started when it is first asked for."""
        if not self._server:
            self._server = self._stack.enter_context(running_server(DURABLE))
        return self._server

    def describe(self, name: str) -> str:
        """The version of a database and how it is made to keep what it has acknowledged, as it says itself."""
        _, database = self.new(name)
        with database.engine.connect() as connection:
            if name == SQLITE:
                journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
                level = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
                assert level == 2, "SQLite does not wait for the disk"
                said = f"SQLite {sqlite3.sqlite_version}, journal {journal}, synchronous FULL"
            else:
                version = connection.exec_driver_sql("SHOW server_version").scalar_one()
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    assert connection.exec_driver_sql(f"SHOW {setting}").scalar_one() == "on", setting
                said = f"PostgreSQL {version}, fsync on, synchronous_commit on"
        database.dispose()
        return said


@contextmanager
def opened(names: tuple[str, ...]) -> Iterator[Stores]:
    """The databases of one run, in a folder that is removed afterwards."""
    with TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        yield Stores(Path(folder), names, stack)
