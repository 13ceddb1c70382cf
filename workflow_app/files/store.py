"""The store of bytes: each content lies once, under its SHA-256, and is either whole or not there at all.

A file is written under a temporary name, synced, renamed, and its folder synced; a crash at any instant leaves at most
a temporary file, which nobody can reach and the sweep removes (G-13, G-14).
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from workflow_app.errors import InvalidError, NotFoundError, UnavailableError

CHUNK = 1 << 20
ORPHAN_AGE = timedelta(hours=1)
"""How long a file may lie without a row: longer than any act between the file and its row takes."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Incoming:
    """A file that has arrived and is not yet kept: it may be read for checks, and vanishes unless it is kept."""

    def __init__(self, store: FileStore, temporary: Path, handle: BinaryIO, sha256: str, size: int) -> None:
        self.handle, self.sha256, self.size = handle, sha256, size
        self._store, self._temporary = store, temporary

    def keep(self) -> None:
        """Make the file reachable under its hash; on return it survives a power cut."""
        self._store._keep(self._temporary, self.sha256)


class FileStore:
    """A folder of files named by their content."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._incoming = root / "incoming"

    def path(self, sha256: str) -> Path:
        """Where the content of this hash lies, whether or not it is there."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256 in lower-case hexadecimal")
        return self.root / sha256[:2] / sha256

    def put(self, data: bytes | BinaryIO, *, max_bytes: int | None = None) -> tuple[str, int]:
        """Keep a content and return its hash and size; a content that is there already is not doubled.

        Raises:
            InvalidError: the content is larger than ``max_bytes``.
            UnavailableError: the disk is full.
        """
        with self.receive(data, max_bytes=max_bytes) as incoming:
            incoming.keep()
        return incoming.sha256, incoming.size

    @contextmanager
    def receive(self, data: bytes | BinaryIO, *, max_bytes: int | None = None) -> Iterator[Incoming]:
        """Take in a content to look at it before it is kept. Raises as :meth:`put` does."""
        temporary = self._incoming / secrets.token_hex(16)
        try:
            self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w+b") as handle:
                sha256, size = _copy(io.BytesIO(data) if isinstance(data, bytes) else data, handle, max_bytes)
                handle.flush()
                os.fsync(handle.fileno())
                handle.seek(0)
                yield Incoming(self, temporary, handle, sha256, size)
        except OSError as error:
            if error.errno in _FULL:
                raise UnavailableError("存储空间不足，文件没有保存，请联系系统管理员。") from error
            raise
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()

    def open(self, sha256: str, *, verify: bool = False) -> BinaryIO:
        """The content for reading; with ``verify`` its hash is compared first.

        Raises:
            NotFoundError: the content is not there.
            UnavailableError: the content is not what was stored.
        """
        try:
            handle = self.path(sha256).open("rb")
        except FileNotFoundError:
            raise NotFoundError from None
        if verify:
            if hashlib.file_digest(handle, "sha256").hexdigest() != sha256:
                handle.close()
                raise UnavailableError("文件内容与登记的摘要不一致，已停止读取，请联系系统管理员。")
            handle.seek(0)
        return handle

    def old_contents(self, now: datetime) -> Iterator[list[str]]:
        """The hashes of contents stored more than :data:`ORPHAN_AGE` ago, folder by folder."""
        for folder in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            names = [p.name for p in folder.iterdir() if _SHA256.fullmatch(p.name) and _is_old(p, now)]
            if names:
                yield sorted(names)

    def discard(self, sha256: str, now: datetime) -> bool:
        """Remove a content that no row names, unless it was stored anew meanwhile; says whether it was removed."""
        path = self.path(sha256)
        with self._locked():
            if not _is_old(path, now):
                return False
            path.unlink()
        return True

    def discard_unfinished(self, now: datetime) -> int:
        """Remove temporary files that a crash has left; returns how many."""
        left = [p for p in self._incoming.glob("*") if _is_old(p, now)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _keep(self, temporary: Path, sha256: str) -> None:
        target = self.path(sha256)
        if not target.parent.is_dir():
            target.parent.mkdir(exist_ok=True, mode=0o700)
            _sync_folder(self.root)
        # A content that is there already is replaced by itself: that renews its age, so that the sweep, which looks at
        # the age under the same lock, cannot remove a file whose row is about to be written.
        with self._locked():
            os.utime(temporary)
            os.replace(temporary, target)  # noqa: PTH105 - the tests fail this very call
        _sync_folder(target.parent)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _copy(source: BinaryIO, target: BinaryIO, max_bytes: int | None) -> tuple[str, int]:
    checksum, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if max_bytes is not None and size > max_bytes:
            raise InvalidError("文件超过{limit}MB，请压缩或拆分后再上传。", limit=f"{max_bytes / CHUNK:g}")
        checksum.update(chunk)
        target.write(chunk)
    return checksum.hexdigest(), size


def _is_old(path: Path, now: datetime) -> bool:
    try:
        stored = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return False
    return now - stored > ORPHAN_AGE


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
