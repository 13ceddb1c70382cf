"""I-9: what lies on the disk is what the rows say, and nothing else for long."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from tests.faults.world import Violation, World
from workflow_app.files.models import StoredFile
from workflow_app.files.store import FileStore, _is_old


def files_are_whole(world: World) -> Iterator[Violation]:
    """I-9: every row has its bytes, of its hash and size; no content and no unfinished file without a row is older than
    an hour."""
    store = FileStore(world.data / "files")
    rows = world.all(StoredFile)
    for row in rows:
        path = store.path(row.sha256)
        if not path.is_file():
            yield Violation("I-9", f"file:{row.id}", "has a row and no bytes")
        elif path.stat().st_size != row.size:
            yield Violation("I-9", f"file:{row.id}", f"is {path.stat().st_size} bytes, its row says {row.size}")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != row.sha256:
            yield Violation("I-9", f"file:{row.id}", "has other bytes than its row says")
    named = {row.sha256 for row in rows}
    for hashes in store.old_contents(world.disk_now):
        for sha256 in hashes:
            if sha256 not in named:
                yield Violation("I-9", sha256, "lies on the disk for more than an hour and no row names it")
    for path in (store.root / "incoming").glob("*"):
        if _is_old(path, world.disk_now):
            yield Violation("I-9", path.name, "was never finished and lies on the disk for more than an hour")
