"""The neighbour Viewflow, driven in its own environment through a pipe, so that it takes its turn with the others."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from bench.measure import Times
from bench.product import FIELDS

PROGRAM = Path(__file__).parent / "neighbours/viewflow/main.py"
PYTHON = Path(__file__).parent.parent / ".venv-bench/bin/python"


class Viewflow:
    """A running contender on a database of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def case(self) -> dict[str, Times]:
        """One five-task approval; the times of its start and of its completions."""
        return {step: Times(seconds) for step, seconds in self._ask("case").items()}

    def statements(self) -> dict[str, int]:
        """The SQL statements of each step of one case."""
        counts: dict[str, int] = self._ask("cost")
        return counts

    def _ask(self, what: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def running(url: str) -> Iterator[Viewflow]:
    """Viewflow on the database of a SQLAlchemy address, which it migrates.

    Raises:
        RuntimeError: it did not start; what it wrote stands above on the terminal.
    """
    asked = json.dumps({"database": _django(url), "answers": dict(FIELDS)})
    command = [str(PYTHON), str(PROGRAM), asked]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("Viewflow did not start")
        yield Viewflow(process)
        process.stdin.close()


def _django(url: str) -> Mapping[str, Any]:
    """The Django settings of a database; both databases as durable as the product's."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        assert address.database is not None
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        options = {"init_command": "PRAGMA synchronous=FULL;", "transaction_mode": "IMMEDIATE"}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": address.database, "OPTIONS": options}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.database,
        "USER": address.username,
        "HOST": address.query["host"],
    }
