"""The database in one file, taken while others write: SQLite copies itself, PostgreSQL is asked by its own tools."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from workflow_app.database import Database
from workflow_app.errors import ConflictError, UnavailableError

LEFT_BESIDE = ("-journal", "-wal")
"""What SQLite keeps beside a database. Of one that is gone, it would be played back into the one restored there."""


def dump(url: str, target: Path, tool: str | None = None) -> None:
    """Write one consistent state of the database to a file.

    Raises:
        UnavailableError: the database or ``pg_dump`` does not do its work.
    """
    if url.startswith("sqlite"):
        with closing(_open(make_url(url).database or "")) as source, closing(sqlite3.connect(target)) as copy:
            # In one go: a copy in steps would begin anew with every write of another process.
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        return
    _run(url, tool or "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def load(url: str, source: Path, tool: str | None = None) -> None:
    """Fill an empty PostgreSQL database from a file, all of it or nothing.

    Raises:
        UnavailableError: the database or ``pg_restore`` does not do its work.
    """
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    _run(url, tool or "pg_restore", *options, str(source))


def require_empty(url: str) -> None:
    """Make sure that nothing is in the way.

    Raises:
        ConflictError: there is a database file or what is left of one, or the database has tables.
    """
    conflict = ConflictError("目标数据库不是空的，没有恢复任何内容。请换一个空的数据库。")
    if url.startswith("sqlite"):
        for suffix in ("", *LEFT_BESIDE):
            file = Path(f"{make_url(url).database}{suffix}")
            if file.exists():
                raise ConflictError(
                    "数据库文件{file}还在，没有恢复任何内容。请先移走，或者换一个位置。", file=file.name
                )
        return
    database = Database(url)
    try:
        if inspect(database.engine).get_table_names():
            raise conflict
    finally:
        database.dispose()


def _open(path: str) -> sqlite3.Connection:
    try:
        return sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    except sqlite3.OperationalError as error:
        raise UnavailableError("数据库{path}无法打开。", path=path) from error


def _run(url: str, tool: str, *options: str) -> None:
    program = shutil.which(tool)
    if program is None:
        raise UnavailableError("没有找到{tool}，请安装PostgreSQL客户端，或用选项指明它的位置。", tool=tool)
    address = make_url(url).set(drivername="postgresql")
    # The password goes by the environment: the command line of a process can be read by everyone on the machine.
    environment = {**os.environ, **({"PGPASSWORD": str(address.password)} if address.password else {})}
    plain = address.set(password=None).render_as_string(hide_password=False)
    command = [program, *options[:-1], f"--dbname={plain}", options[-1]]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - found above
    if done.returncode != 0:
        raise UnavailableError("{tool}没有完成：{reason}", tool=tool, reason=done.stderr.strip()[:500])
