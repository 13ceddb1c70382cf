"""Reading every stored file through: whether its bytes are still those that its row names (I-9)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.files.models import StoredFile
from workflow_app.files.store import CHUNK, FileStore

FileFaultKind = Literal["altered", "missing", "inserted"]


@dataclass(frozen=True)
class FileFault:
    """One content that is not as it was stored, and every owner and name that it is known by; none for an extra one."""

    kind: FileFaultKind
    sha256: str
    known_as: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Inspection:
    """How many contents were read, how many bytes they have, and what is wrong with them."""

    files: int
    size: int
    faults: tuple[FileFault, ...]


def inspect_files(session: Session, store: FileStore, now: datetime) -> Inspection:
    """Read every content of every bureau piece by piece, and look for those on the disk that no row names.

    ``now`` is compared with the file times of the disk: what was stored within the hour may have no row yet.
    """
    files, size, faults, named = 0, 0, list[FileFault](), set[str]()
    for sha256, rows in _contents(session):
        named.add(sha256)
        wanted, known_as = rows[0][1], tuple((owner, name) for _, _, owner, name in rows)
        try:
            found, length = _read(store, sha256)
        except FileNotFoundError:
            faults.append(FileFault("missing", sha256, known_as))
            continue
        files, size = files + 1, size + length
        if (found, length) != (sha256, wanted):
            faults.append(FileFault("altered", sha256, known_as))
    extra = (sha256 for names in store.old_contents(now) for sha256 in names if sha256 not in named)
    return Inspection(files, size, (*faults, *(FileFault("inserted", sha256) for sha256 in extra)))


def _contents(session: Session) -> Iterator[tuple[str, list[tuple[str, int, str, str]]]]:
    columns = (StoredFile.sha256, StoredFile.size, StoredFile.owner, StoredFile.name)
    # Few at a time: between two batches the bytes of one are read, and a session that rests for long is ended.
    rows = session.execute(select(*columns).order_by(StoredFile.sha256, StoredFile.id)).yield_per(50)
    for sha256, group in groupby(rows, key=lambda row: row[0]):
        yield sha256, [(row[0], row[1], row[2], row[3]) for row in group]


def _read(store: FileStore, sha256: str) -> tuple[str, int]:
    checksum, length = hashlib.sha256(), 0
    with store.path(sha256).open("rb") as handle:
        while chunk := handle.read(CHUNK):
            checksum.update(chunk)
            length += len(chunk)
    return checksum.hexdigest(), length
