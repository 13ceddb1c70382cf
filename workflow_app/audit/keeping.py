"""Taking a checkpoint: sign all heads, write the file, and record in the chains themselves that it was made.

What makes a checkpoint worth anything is that it lies elsewhere: ``WORKFLOW_APP_CHECKPOINTS`` may name a folder of
another machine (G-27).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Act, system_actor
from workflow_app.audit.append import append
from workflow_app.audit.checkpoint import make_checkpoint, signing_key
from workflow_app.audit.models import AuditChain
from workflow_app.clock import local_time
from workflow_app.columns import canonical_json, digest
from workflow_app.config import Config

ALL_KEPT = timedelta(days=7)
"""How long every hour's checkpoint is kept; of older days the first one stays, for good."""
_NAME = "checkpoint-%Y%m%d-%H%M%S.json"


@dataclass(frozen=True)
class Taken:
    """What was vouched for, and the SHA-256 of the file."""

    chains: int
    events: int
    digest: str


def take_checkpoint(session: Session, config: Config, now: datetime, target: Path) -> Taken:
    """Write a signed checkpoint to a file and append an event about it to the security chain of every bureau.

    The heads are those of committed acts, so the file is true even if the transaction does not come to its end.

    Raises:
        OSError: the file cannot be written.
    """
    checkpoint = make_checkpoint(session, signing_key(config), now)
    text = canonical_json(checkpoint)
    taken = Taken(len(checkpoint["chains"]), checkpoint["events"], digest(text))
    for bureau_id in session.scalars(select(AuditChain.bureau_id).distinct().order_by(AuditChain.bureau_id)):
        append(Act(session, system_actor(bureau_id), now), "security", "checkpoint_made", "chain:security", vars(taken))
    _write(target, text)
    return taken


def keep_checkpoint(session: Session, config: Config, now: datetime) -> Path:
    """The checkpoint of this hour, in the folder of the settings; returns its file and thins out the older ones."""
    folder = config.checkpoint_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"{local_time(now):{_NAME}}"
    take_checkpoint(session, config, now, target)
    for path in _superfluous(folder, now):
        path.unlink(missing_ok=True)
    return target


def _superfluous(folder: Path, now: datetime) -> Iterator[Path]:
    newest_day = f"{local_time(now - ALL_KEPT):{_NAME}}"
    days: set[str] = set()
    for path in sorted(folder.glob("checkpoint-*.json")):
        day = path.name[: len("checkpoint-20260408")]
        if path.name < newest_day and day in days:
            yield path
        days.add(day)


def _write(target: Path, text: str) -> None:
    """The file appears whole: a reader elsewhere never finds half a checkpoint."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    with temporary.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(target)
