"""Named places at which a process can be told to die, there and then, as if somebody had pulled the plug.

The product knows nothing of this: no line of it, no setting and no environment variable can arm a failpoint, so there
is nothing to forget or to refuse in production, and it costs nothing. A process of the fault runs
(:mod:`tests.faults.mortal`) wraps the product's own functions when it starts. A place that has been moved makes
that process fail at once, and a test holds every name to having killed.
"""

from __future__ import annotations

import functools
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import event
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Place:
    """Before or after one call: ``module:name`` or ``module:Class.name``, as the product looks it up."""

    when: Literal["before", "after"]
    target: str


PLACES: Mapping[str, Place] = {
    # One act: the order in which a completion goes through them.
    "locked": Place("after", "workflow_app.cases.complete:lock_task"),
    "checked": Place("after", "workflow_app.cases.complete:accepted_findings"),
    "answer written": Place("after", "workflow_app.cases.complete:_submit"),
    "engine run": Place("after", "workflow_app.engine:complete"),
    "event appended": Place("after", "workflow_app.cases.work:append"),
    "number allocated": Place("after", "workflow_app.records.issue:allocate"),
    "operation done": Place("after", "workflow_app.cases.follow:_operate"),
    "task opened": Place("after", "workflow_app.cases.follow:open_tasks"),
    "deadline armed": Place("after", "workflow_app.cases.follow:arm"),
    "before flush": Place("before", "workflow_app.cases.work:Work.save"),
    "job wished": Place("after", "workflow_app.cases.follow:announce"),
    # A file.
    "file written": Place("before", "workflow_app.files.store:FileStore._keep"),
    "file renamed": Place("after", "workflow_app.files.store:FileStore._keep"),
    "file row": Place("after", "workflow_app.web.uploads:attach_file"),
    # The worker.
    "job claimed": Place("after", "workflow_app.jobs.worker:Worker._claim"),
    "people told": Place("after", "workflow_app.notices:send"),
    "deadline fired": Place("after", "workflow_app.cases.firing:fire_deadline"),
    "record drawn": Place("after", "workflow_app.records.render:render"),
    "record kept": Place("after", "workflow_app.files.store:FileStore.put"),
}
"""Around calls of the product."""

COMMITS: Mapping[str, str] = {"before commit": "before_commit", "after commit": "after_commit"}
"""Around the commit of whatever transaction: the second is the moment before the reply."""

NAMES = (*PLACES, *COMMITS)


def install(folder: Path) -> None:
    """Wrap every place in this process; which are armed is asked of the folder at the moment of passing.

    Raises:
        AttributeError: the product has no such function any more.
    """
    for name, place in PLACES.items():
        _wrap(place, functools.partial(reach, folder, name))
    for name, moment in COMMITS.items():
        event.listen(Session, moment, functools.partial(_reach_in_session, folder, name))


def arm(folder: Path, names: Iterable[str] = NAMES) -> None:
    """Whichever process is the first to reach one of these places dies there, once for each name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()


def armed(folder: Path) -> list[str]:
    """The places that nobody has reached yet."""
    return sorted(path.name for path in folder.glob("*"))


def disarm(folder: Path) -> None:
    """Nobody dies any more."""
    for path in folder.glob("*"):
        path.unlink(missing_ok=True)


def reach(folder: Path, name: str) -> None:
    """Die if this place is armed."""
    try:
        (folder / name).unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _reach_in_session(folder: Path, name: str, _session: Session) -> None:
    reach(folder, name)


def _wrap(place: Place, at: Callable[[], None]) -> None:
    module, _, path = place.target.partition(":")
    *holders, name = path.split(".")
    holder: Any = functools.reduce(getattr, holders, import_module(module))
    call = getattr(holder, name)

    @functools.wraps(call)
    def wrapped(*arguments: Any, **named: Any) -> Any:
        if place.when == "before":
            at()
        result = call(*arguments, **named)
        if place.when == "after":
            at()
        return result

    setattr(holder, name, wrapped)
