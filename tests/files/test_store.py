"""The store keeps a content whole or not at all, whatever fails on the way."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from workflow_app.errors import InvalidError, NotFoundError, UnavailableError
from workflow_app.files.store import FileStore

DATA = b"evidence" * 200_000
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def contents(store: FileStore) -> list[Path]:
    """Everything under the root but the lock."""
    return [p for p in store.root.rglob("*") if p.is_file() and p.name != "lock"]


def test_a_content_is_found_under_its_hash(store: FileStore) -> None:
    assert store.put(DATA) == (SHA, len(DATA))
    assert store.put(BytesIO(DATA)) == (SHA, len(DATA))
    with store.open(SHA, verify=True) as handle:
        assert handle.read() == DATA
    assert contents(store) == [store.path(SHA)]


def test_a_content_that_is_not_there_is_not_found(store: FileStore) -> None:
    with pytest.raises(NotFoundError):
        store.open(SHA)


@pytest.mark.parametrize("name", ["../../etc/passwd", SHA.upper(), SHA[:-1], SHA + "\n", ""])
def test_only_a_hash_is_a_path(store: FileStore, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.path(name)


def test_a_changed_file_is_not_handed_out_as_verified(store: FileStore) -> None:
    store.put(DATA)
    store.path(SHA).write_bytes(DATA[:-1] + b"!")
    with pytest.raises(UnavailableError, match="摘要不一致"):
        store.open(SHA, verify=True)
    store.put(DATA)
    store.open(SHA, verify=True).close()


def test_a_content_over_the_limit_leaves_nothing(store: FileStore) -> None:
    with pytest.raises(InvalidError, match=r"文件超过1.5MB"):
        store.put(DATA, max_bytes=3 << 19)
    assert contents(store) == []


def test_what_is_not_kept_vanishes(store: FileStore) -> None:
    with store.receive(DATA) as incoming:
        assert incoming.handle.read() == DATA
    assert contents(store) == []


def failing(real: Callable[..., Any], nth: Iterator[int], code: int) -> Callable[..., Any]:
    """A system call that fails when its turn comes."""

    def call(*args: Any, **kwargs: Any) -> Any:
        if next(nth) == 0:
            raise OSError(code, os.strerror(code))
        return real(*args, **kwargs)

    return call


def outcome_of_put(store: FileStore) -> str:
    try:
        store.put(DATA)
    except UnavailableError:
        return "disk full"
    except OSError:
        return "failed"
    return "kept"


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
def test_the_nth_failing_call_leaves_no_torn_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    outcomes = []
    for n in range(12):
        store = FileStore(tmp_path / str(n))
        turns = iter(range(n, -1000, -1))
        with monkeypatch.context() as patch:
            for call in ("fsync", "replace", "open", "utime"):
                patch.setattr(os, call, failing(getattr(os, call), turns, code))
            outcomes.append(outcome_of_put(store))
        # Reachable is only what lies under a hash, and that is whole; nothing half-written is left behind.
        assert all(p == store.path(SHA) and p.read_bytes() == DATA for p in contents(store))
        assert outcomes[-1] != "kept" or contents(store)
        store.put(DATA)
        store.open(SHA, verify=True).close()
    failures = "disk full" if code == errno.ENOSPC else "failed"
    tries = outcomes.index("kept")
    assert tries >= 6
    assert outcomes == [failures] * tries + ["kept"] * (len(outcomes) - tries)


def test_bytes_are_synced_before_they_get_their_name(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def noted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            calls.append(name)
            return real(*args)

        return call

    for name in ("fsync", "replace"):
        monkeypatch.setattr(os, name, noted(name, getattr(os, name)))
    store.put(DATA)
    assert calls == ["fsync", "fsync", "replace", "fsync"]  # the file, the new folder's name, the file's name


def age(path: Path, by: timedelta) -> None:
    """Make a file look older."""
    then = (datetime.now(UTC) - by).timestamp()
    os.utime(path, (then, then))


def test_a_content_stored_anew_is_young_again(store: FileStore) -> None:
    store.put(DATA)
    age(store.path(SHA), timedelta(hours=2))
    assert list(store.old_contents(datetime.now(UTC))) == [[SHA]]
    store.put(DATA)
    assert list(store.old_contents(datetime.now(UTC))) == []
    assert store.discard(SHA, datetime.now(UTC)) is False
    assert store.path(SHA).exists()


def test_unfinished_files_of_a_crash_are_removed_after_an_hour(store: FileStore) -> None:
    store.put(DATA)
    left = store.root / "incoming" / "left"
    left.write_bytes(b"half")
    assert store.discard_unfinished(datetime.now(UTC)) == 0
    age(left, timedelta(hours=2))
    assert store.discard_unfinished(datetime.now(UTC)) == 1
    assert contents(store) == [store.path(SHA)]
