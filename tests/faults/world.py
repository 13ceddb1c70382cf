"""What the checker looks at: a database at rest, its data folder, what clients were told, checkpoints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

import workflow_app.tables  # noqa: F401 - registers every table
from tests.faults.recorded import Asked
from workflow_app.audit.models import AuditEvent
from workflow_app.cases.follow import NO_STATE
from workflow_app.cases.models import Case, Deadline, Incident, Seat, Submission, Task
from workflow_app.database import Base
from workflow_app.definitions.store import version
from workflow_app.definitions.version import ProcessVersion
from workflow_app.engine import EngineRefused
from workflow_app.engine.run import Conditions, _Waiting, _waiting
from workflow_app.engine.state import restore, save
from workflow_app.jobs.models import Job

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Violation:
    """One broken promise: the invariant, where it is broken, and in plain words what is wrong there."""

    invariant: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.invariant} {self.where}: {self.what}"


@dataclass(frozen=True)
class Loaded:
    """A case's state as the engine reads it: what waits, and the bytes that it would write for the same state."""

    waiting: _Waiting
    ended: bool
    written: bytes


@dataclass
class World:
    """One database to be checked. Everything is read once; nothing may be written meanwhile."""

    session: Session
    data: Path
    asked: Sequence[Asked] = ()
    checkpoints: Sequence[Mapping[str, Any]] = ()
    disk_now: datetime = field(default_factory=lambda: datetime.now(UTC))
    """The present time of the machine whose disk holds the files, by which their age is told."""
    _loaded: dict[int, Loaded | EngineRefused] = field(default_factory=dict)

    def all(self, table: type[Row]) -> list[Row]:
        """Every row of a table in the order of its ids."""
        return list(self.session.scalars(select(table).order_by(table.__table__.c.id)))

    @cached_property
    def cases(self) -> list[Case]:
        """Every case."""
        return self.all(Case)

    @cached_property
    def tasks(self) -> dict[int, list[Task]]:
        """Task rows by case."""
        return grouped(self.all(Task), "case_id")

    @cached_property
    def seats(self) -> dict[int, list[Seat]]:
        """Seats by task."""
        return grouped(self.all(Seat), "task_id")

    @cached_property
    def deadlines(self) -> dict[int, list[Deadline]]:
        """Deadlines by case."""
        return grouped(self.all(Deadline), "case_id")

    @cached_property
    def submissions(self) -> list[Submission]:
        """Every answer."""
        return self.all(Submission)

    @cached_property
    def incidents(self) -> list[Incident]:
        """What a person has been asked to look at and has not closed."""
        return [incident for incident in self.all(Incident) if incident.closed_at is None]

    @cached_property
    def jobs(self) -> dict[str, list[Job]]:
        """Jobs by kind."""
        return grouped(self.all(Job), "kind")

    @cached_property
    def events(self) -> dict[str, list[AuditEvent]]:
        """Audit events by kind."""
        return grouped(self.all(AuditEvent), "kind")

    def version(self, case: Case) -> ProcessVersion:
        """The version that a case is pinned to."""
        return version(self.session, case.version_id)

    def loaded(self, case: Case) -> Loaded | EngineRefused:
        """A case's state as the engine reads it, or why it cannot be read."""
        if case.id not in self._loaded:
            self._loaded[case.id] = self._load(case)
        return self._loaded[case.id]

    def _load(self, case: Case) -> Loaded | EngineRefused:
        if case.state == NO_STATE:
            return Loaded(_Waiting(), ended=True, written=NO_STATE)
        spec = self.version(case).spec
        try:
            workflow = restore(spec, case.state, Conditions({}))
        except EngineRefused as refused:
            return refused
        return Loaded(_waiting(spec, workflow), bool(workflow.completed), save(spec, workflow))


def grouped(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    """Rows by the value of a column; a value that no row has finds an empty list."""
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return found
