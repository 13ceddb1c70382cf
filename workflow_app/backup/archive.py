"""The archive: a plain tar whose last member, the manifest, names every other one with size and hash.

An archive that was cut has no manifest, or not all that it names; one that was changed has other hashes. So nothing is
believed before the manifest has been reached, and unpacking happens beside the place, never in it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from workflow_app.columns import canonical_json
from workflow_app.errors import InvalidError

MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
CHECKPOINT, KEYS = "checkpoint.json", "keys.sealed"
_NAMES = re.compile(
    r"database\.(?:sqlite|dump)|checkpoint\.json|keys\.sealed|manifest\.json"
    r"|files/(?P<folder>[0-9a-f]{2})/(?P<sha256>(?P=folder)[0-9a-f]{62})|(?:seals|checkpoints)/[^/\\]+"
)
_CHUNK = 1 << 20

Members = dict[str, list[Any]]
"""Of every member its size and SHA-256, by its name."""


@dataclass
class Writer:
    """An archive that is being written."""

    tar: tarfile.TarFile
    members: Members = field(default_factory=dict)

    def add_file(self, name: str, path: Path) -> str:
        """Add a file; returns its SHA-256, taken from the very bytes that went into the archive."""
        with path.open("rb") as handle:
            return self._add(name, handle, os.fstat(handle.fileno()).st_size)

    def add_text(self, name: str, text: str) -> None:
        """Add a text."""
        data = text.encode()
        self._add(name, io.BytesIO(data), len(data))

    def _add(self, name: str, handle: IO[bytes], size: int) -> str:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        hashing = _Hashing(handle)
        self.tar.addfile(info, hashing)
        self.members[name] = [size, hashing.sha256.hexdigest()]
        return hashing.sha256.hexdigest()


@contextmanager
def writing(target: Path) -> Iterator[Writer]:
    """An archive that gets its name when it is whole and on the disk, and leaves nothing behind otherwise."""
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
                yield Writer(tar)
            out.flush()
            os.fsync(out.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)


def unpack(archive: Path, folder: Path) -> Mapping[str, Any]:
    """Unpack an archive into an empty folder and return its manifest; everything in the folder is then as it was made.

    Raises:
        InvalidError: the archive was cut or changed, or is none.
    """
    found: Members = {}
    try:
        with tarfile.open(archive, mode="r:") as tar:
            for member in tar:
                if not member.isfile() or not _NAMES.fullmatch(member.name) or member.name in found:
                    raise InvalidError("备份文件中有不该有的内容：{name}", name=member.name)
                source = tar.extractfile(member)
                assert source is not None
                found[member.name] = [member.size, _write(source, folder / member.name, member.size)]
        manifest: Mapping[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        promised = manifest["members"]
    except (tarfile.TarError, EOFError, FileNotFoundError, ValueError, KeyError, TypeError) as error:
        raise InvalidError("备份文件不完整，或不是备份文件，没有恢复任何内容。") from error
    del found[MANIFEST]
    if found != promised:
        different = sorted(name for name in {*found, *promised} if found.get(name) != promised.get(name))
        raise InvalidError("备份文件已被改动或缺少内容（{name}），没有恢复任何内容。", name=different[0])
    for name, (_, sha256) in found.items():
        named = _NAMES.fullmatch(name)
        if named and named["sha256"] and named["sha256"] != sha256:
            raise InvalidError("备份文件已被改动或缺少内容（{name}），没有恢复任何内容。", name=name)
    return manifest


def close(writer: Writer, about: Mapping[str, Any]) -> None:
    """Write the manifest, the last member."""
    writer.add_text(MANIFEST, canonical_json({**about, "members": dict(writer.members)}))


def _write(source: IO[bytes], target: Path, size: int) -> str:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    checksum, written = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while chunk := source.read(_CHUNK):
            checksum.update(chunk)
            written += len(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if written != size:
        raise EOFError(target.name)
    return checksum.hexdigest()


class _Hashing(io.RawIOBase):
    """A stream that takes the hash of what is read from it."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self.sha256 = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._source.read(size)
        self.sha256.update(data)
        return data
