"""Enqueuing: a job becomes real with the act that wants it, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from workflow_app.act import Act
from workflow_app.database import insert_new
from workflow_app.jobs.models import Job


@dataclass(frozen=True)
class Wish:
    """A job to be done once: its kind, the arguments of its handler, its key, and when (None: at once)."""

    kind: str
    key: str
    args: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None


def enqueue(act: Act, kind: str, args: Mapping[str, Any], key: str, due_at: datetime | None = None) -> None:
    """Wish for one job at ``due_at`` (at once if None). The same key in a bureau is the same job: no second is made."""
    enqueue_all(act, [Wish(kind, key, args, due_at)])


def enqueue_all(act: Act, wishes: Sequence[Wish]) -> None:
    """Wish for several jobs with one statement."""
    if not wishes:
        return
    rows = [
        {
            "bureau_id": act.bureau_id,
            "kind": wish.kind,
            "args": dict(wish.args),
            "key": _full_key(act, wish.key),
            "due_at": wish.due_at or act.now,
            "tries": 0,
        }
        for wish in wishes
    ]
    act.session.connection().execute(insert_new(act.session, Job, "key"), rows)


def cancel(act: Act, *keys: str) -> None:
    """Take wishes back. What is done already stays done; a job running at this moment loses its right to commit."""
    if keys:
        full = [_full_key(act, key) for key in keys]
        act.session.execute(
            delete(Job)
            .where(Job.bureau_id == act.bureau_id, Job.key.in_(full), Job.done_at.is_(None), Job.failed_at.is_(None))
            .execution_options(synchronize_session=False)
        )


def _full_key(act: Act, key: str) -> str:
    return f"{act.bureau_id}:{key}"
