"""The hourly sweep: contents whose act was rolled back or never finished, so that no row names them (G-14, I-9)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.files.models import StoredFile
from workflow_app.files.store import FileStore

_BATCH = 500


def sweep_orphans(session: Session, store: FileStore, now: datetime) -> int:
    """Remove contents older than an hour that no row of any bureau names, and unfinished files; returns how many.

    ``now`` is compared with the file times of the disk, so it must be the present time of the same machine.
    """
    removed = store.discard_unfinished(now)
    for hashes in store.old_contents(now):
        for start in range(0, len(hashes), _BATCH):
            batch = hashes[start : start + _BATCH]
            # All bureaus are asked on purpose: equal contents of two bureaus lie in one place.
            named = set(session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(batch))))
            removed += sum(store.discard(sha256, now) for sha256 in batch if sha256 not in named)
    return removed
