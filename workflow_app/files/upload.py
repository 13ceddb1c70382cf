"""Taking in evidence: name, content and size are checked, the bytes are kept, then the row says whose they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.audit.models import AuditChain
from workflow_app.audit.proof import row_hash
from workflow_app.errors import InvalidError, Problem
from workflow_app.files.kinds import FileKind, kind_for
from workflow_app.files.models import StoredFile
from workflow_app.files.names import clean_name, extension
from workflow_app.files.scan import NullScanner, Scanner, check_clean
from workflow_app.files.sniff import sniff
from workflow_app.files.store import FileStore, Incoming
from workflow_app.text import listed


@dataclass(frozen=True)
class Arrived:
    """A file as it was sent: what it calls itself, its bytes, the kinds that its field accepts, and that field."""

    name: str
    data: bytes | BinaryIO
    allowed: Collection[str]
    field: str = ""


@dataclass(frozen=True)
class ReceivedFile:
    """Bytes that are kept on disk, checked and without a row yet."""

    name: str
    kind: FileKind
    sha256: str
    size: int


def receive(
    store: FileStore,
    name: str,
    data: bytes | BinaryIO,
    *,
    allowed: Collection[str],
    max_bytes: int,
    scanner: Scanner | None = None,
    fail_closed: bool = True,
) -> ReceivedFile:
    """Check and keep an upload; needs no database, so that no transaction waits for the disk.

    ``allowed`` are codes of :data:`workflow_app.files.kinds.FILE_KINDS` or extensions, as form files write them.

    Raises:
        InvalidError: the name, size, kind or content is refused; nothing is kept.
        UnavailableError: the disk is full or the scanner does not answer; nothing is kept.
    """
    arrived = Arrived(name, data, allowed)
    return receive_all(store, [arrived], max_bytes=max_bytes, scanner=scanner, fail_closed=fail_closed)[0]


def receive_all(
    store: FileStore,
    files: Sequence[Arrived],
    *,
    max_bytes: int,
    scanner: Scanner | None = None,
    fail_closed: bool = True,
) -> list[ReceivedFile]:
    """As :func:`receive`, of several files: if one is refused, none is kept, and the problem names its field."""
    received: list[tuple[ReceivedFile, Incoming]] = []
    with ExitStack() as stack:
        for file in files:
            with _told_at(file.field):
                name = clean_name(file.name)
                with _named(name):
                    incoming = stack.enter_context(store.receive(file.data, max_bytes=max_bytes))
                    kind = sniff(incoming.handle)
                _check_kind(name, kind, [kind_for(code) for code in file.allowed])
                check_clean(scanner or NullScanner(), incoming.handle, fail_closed=fail_closed)
            received.append((ReceivedFile(name, kind, incoming.sha256, incoming.size), incoming))
        for _, incoming in received:
            incoming.keep()
    return [file for file, _ in received]


@contextmanager
def _told_at(field: str) -> Iterator[None]:
    """Let a refusal stand beside the field that the file was sent in."""
    try:
        yield
    except InvalidError as error:
        if not field:
            raise
        raise InvalidError(problems=[Problem(field, error.message)]) from error


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Let a refusal say which file it is about: several may have come at once."""
    try:
        yield
    except InvalidError as error:
        raise InvalidError("“{name}”：{reason}", name=name, reason=error.message) from error


def record_upload(act: Act, received: ReceivedFile, owner: str, chain: str | AuditChain) -> StoredFile:
    """Write the row of a received file and its event on ``chain``; ``owner`` says whose readers may read it."""
    row = StoredFile(
        bureau_id=act.bureau_id,
        owner=owner,
        name=received.name,
        media_type=received.kind.media_type,
        size=received.size,
        sha256=received.sha256,
        uploaded_by=act.actor.person_id,
        invitation_id=act.actor.invitation_id,
        uploaded_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    told = {"name": row.name, "media_type": row.media_type, "size": row.size, "sha256": row.sha256}
    body = {"file_id": row.id, **told, "file_hash": row_hash(row)}
    append(act, chain, "file_uploaded", f"file:{row.id}", body)
    return row


def upload(
    act: Act,
    store: FileStore,
    owner: str,
    name: str,
    data: bytes | BinaryIO,
    allowed: Collection[str],
    max_bytes: int,
    *,
    chain: str | AuditChain,
    scanner: Scanner | None = None,
    fail_closed: bool = True,
) -> StoredFile:
    """:func:`receive` and :func:`record_upload` in one; for callers whose transaction may wait. Raises as they do."""
    received = receive(
        store, name, data, allowed=allowed, max_bytes=max_bytes, scanner=scanner, fail_closed=fail_closed
    )
    return record_upload(act, received, owner, chain)


def _check_kind(name: str, kind: FileKind, allowed: Collection[FileKind]) -> None:
    if kind not in allowed:
        wanted = listed([k.name for k in dict.fromkeys(allowed)])
        raise InvalidError("“{name}”是{what}，此处只能上传{wanted}。", name=name, what=kind.name, wanted=wanted)
    if extension(name) not in kind.extensions:
        raise InvalidError("“{name}”的扩展名与内容不符：实际是{what}，请改正后再上传。", name=name, what=kind.name)
