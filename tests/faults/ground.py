"""Where a long run takes place: counties on a database of its own, each held to every promise when it is left."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.county import County
from tests.databases import Databases, PostgresDatabases, SqliteDatabases
from tests.economy import folder_in_memory, share_between_tests
from tests.faults.invariants import check
from tests.faults.world import Violation
from tests.postgres import running_server
from workflow_app.demo.player import Player


@dataclass
class Ground:
    """Counties, one after the other, and what was found wrong in those that were left."""

    folder: Path
    databases: Databases
    violations: list[Violation] = field(default_factory=list)
    is_to_end: bool = False
    """Whether somebody has asked the run to end before its time: with the county in which it is, and its report."""

    def __post_init__(self) -> None:
        (self.folder / "stages").mkdir()
        self._counties = County(self.folder / "stages", self.databases)
        self._numbers = count(1)

    def end_soon(self, *_: object) -> None:
        """What a signal calls."""
        self.is_to_end = True

    @contextmanager
    def county(self, stage: str) -> Iterator[Player]:
        """A county of one's own with E1 at a stage; at the end of the block it is checked and removed."""
        player = self._counties.copy(stage, self.folder / f"county-{next(self._numbers)}")
        yield player
        self.violations += check(player.database, player.config.data)
        player.database.dispose()
        self.databases.drop(player.database.url)
        shutil.rmtree(player.config.data)


@contextmanager
def ground_on(database: str) -> Iterator[Ground]:
    """Ground on ``sqlite``, or on a ``postgresql`` server of its own; in memory where there is room.

    No run cuts the power of the machine: what its processes have written outlives them in memory as on a disk.
    """
    share_between_tests()
    memory = folder_in_memory()
    with tempfile.TemporaryDirectory(prefix="faults-", dir=memory) as folder:
        if database == "sqlite":
            yield Ground(Path(folder), SqliteDatabases())
        else:
            with running_server(within=memory) as url:
                yield Ground(Path(folder), PostgresDatabases(url))
