"""Making a backup while the product runs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app import migrate
from workflow_app.audit.checkpoint import make_checkpoint, signing_key
from workflow_app.backup import archive, keys
from workflow_app.backup.dump import dump
from workflow_app.columns import canonical_json
from workflow_app.config import Config
from workflow_app.database import Database
from workflow_app.errors import ConflictError, NotFoundError, UnavailableError
from workflow_app.files.models import StoredFile
from workflow_app.files.store import FileStore

FORMAT = 1


@dataclass(frozen=True)
class Made:
    """What went into a backup. ``unsound`` are files that a row names and that are gone or changed on the disk."""

    files: int
    events: int
    has_keys: bool
    unsound: tuple[str, ...]


def make_backup(
    config: Config,
    database: Database,
    target: Path,
    now: datetime,
    *,
    passphrase: str | None = None,
    pg_dump: str | None = None,
) -> Made:
    """Write database, evidence, seals and checkpoints into one new file; with a passphrase the keys too, sealed.

    The checkpoint comes first, then the database, then the files: what the checkpoint vouches for is in the database,
    and a file that the database names is never changed, so that a later copy has it. A file that is gone or changed on
    the disk does not stop the backup of all others; it is told.

    Raises:
        ConflictError: the target exists.
        InvalidError, UnavailableError: the keys or the database cannot be read.
    """
    if target.exists():
        raise ConflictError("{path}已存在，没有覆盖。", path=target)
    installed = keys.read_keys(config.data / "keys")
    checkpoint = _checkpoint(config, database, now)
    unsound: list[str] = []
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder, archive.writing(target) as out:
        out.add_text(archive.CHECKPOINT, canonical_json(checkpoint))
        kind = "sqlite" if database.is_sqlite else "postgresql"
        copy = Path(folder) / archive.DATABASES[kind]
        dump(config.database_url, copy, pg_dump)
        out.add_file(copy.name, copy)
        copy.unlink()
        count = 0
        with database.reading() as session:
            for sha256 in _contents(session):
                count += 1
                if not _add_content(out, FileStore(config.data / "files"), sha256):
                    unsound.append(sha256)
        for name in ("seals", "checkpoints"):
            for path in sorted((config.data / name).glob("*")):
                out.add_file(f"{name}/{path.name}", path)
        if passphrase is not None:
            out.add_text(archive.KEYS, keys.seal(installed, passphrase))
        archive.close(out, _about(kind, database, installed, now))
    return Made(count, int(checkpoint["events"]), passphrase is not None, tuple(unsound))


def _checkpoint(config: Config, database: Database, now: datetime) -> Mapping[str, Any]:
    with database.reading() as session:
        return make_checkpoint(session, signing_key(config), now)


def _about(kind: str, database: Database, installed: keys.Keys, now: datetime) -> Mapping[str, Any]:
    return {
        "format": FORMAT,
        "made_at": now,
        "database": kind,
        "revision": migrate.present_revision(database),
        "keys": keys.fingerprints(installed),
    }


def _contents(session: Session) -> Iterator[str]:
    # All bureaus on purpose: a backup is of the whole installation.
    yield from session.scalars(select(StoredFile.sha256).distinct().order_by(StoredFile.sha256))


def _add_content(out: archive.Writer, store: FileStore, sha256: str) -> bool:
    """Add one content if it is there and sound. A changed one is left out: it would be taken for the true one."""
    path = store.path(sha256)
    try:
        with store.open(sha256, verify=True):
            pass
    except (NotFoundError, UnavailableError):
        return False
    return out.add_file(f"files/{sha256[:2]}/{sha256}", path) == sha256
