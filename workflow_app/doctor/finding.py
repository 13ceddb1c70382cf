"""What a check of the installation has found, and what it may look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from sqlalchemy.orm import Session

from workflow_app.clock import Clock
from workflow_app.config import Config
from workflow_app.database import Database
from workflow_app.text import Text

State = Literal["fine", "warning", "fault"]
"""fine · warning: it works, and somebody should look · fault: it does not work, or it is not safe."""


@dataclass(frozen=True)
class Finding:
    """What one check says; ``advice`` is what to do about it."""

    state: State
    message: Text
    advice: Text | None = None


@dataclass(frozen=True)
class Place:
    """The installation that is looked at."""

    config: Config
    clock: Clock

    @cached_property
    def database(self) -> Database:
        """The database that the settings name; opening an embedded one makes its folder, so look for that before."""
        return Database(self.config.database_url)

    def close(self) -> None:
        """Close the database, if it was opened."""
        if "database" in vars(self):
            self.database.dispose()

    @property
    def now(self) -> datetime:
        """The present instant, by our clock."""
        return self.clock()


Check = Callable[[Place], Finding]
"""Looks at the machine and its files; the database need not answer."""

StoredCheck = Callable[[Place, Session], Finding]
"""Looks at what is stored; runs when the database answers and has the present schema."""


def fine(message: Text) -> Finding:
    """All is well."""
    return Finding("fine", message)


@dataclass(frozen=True)
class Report:
    """All findings, by the names of their checks."""

    findings: Mapping[str, Finding]

    @property
    def is_sound(self) -> bool:
        """Whether there is no fault; warnings do not count."""
        return all(finding.state != "fault" for finding in self.findings.values())
