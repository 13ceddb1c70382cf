"""Reading what is stored, and sending it to a browser so that it is saved or shown, never run."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.errors import NotFoundError
from workflow_app.files.kinds import FILE_KINDS
from workflow_app.files.models import StoredFile
from workflow_app.files.names import extension

INLINE_TYPES = frozenset(kind.media_type for kind in FILE_KINDS.values() if kind.inline)
"""Media types that a browser may show in place."""


def stored_file(session: Session, bureau_id: int, file_id: int) -> StoredFile:
    """One file's row. Whether the reader may see its owner is asked where that owner lives.

    Raises:
        NotFoundError: this bureau has no such file.
    """
    row = session.scalar(select(StoredFile).where(StoredFile.bureau_id == bureau_id, StoredFile.id == file_id))
    if row is None:
        raise NotFoundError
    return row


def files_of(
    session: Session, bureau_id: int, file_ids: Iterable[int], *, owner: str | None = None
) -> dict[int, StoredFile]:
    """The rows of several files by id, in one statement; ids that are not this bureau's, or its ``owner``'s, are left
    out.
    """
    wanted = set(file_ids)
    if not wanted:
        return {}
    query = select(StoredFile).where(StoredFile.bureau_id == bureau_id, StoredFile.id.in_(wanted))
    query = query if owner is None else query.where(StoredFile.owner == owner)
    return {row.id: row for row in session.scalars(query)}


def download_headers(file: StoredFile, *, inline: bool = False) -> dict[str, str]:
    """Headers for sending a file: saved by default, shown in place if asked for and the kind allows it."""
    shown = inline and file.media_type in INLINE_TYPES
    ending = extension(file.name)
    fallback = f"file.{ending}" if ending.isascii() and ending.isalnum() else "file"
    disposition = f"{'inline' if shown else 'attachment'}; filename=\"{fallback}\"; filename*=UTF-8''{quote(file.name)}"
    return {
        "Content-Type": file.media_type,
        "Content-Length": str(file.size),
        "Content-Disposition": disposition,
        "Content-Security-Policy": _POLICY_SHOWN if shown else _POLICY_SAVED,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }


def preview_headers() -> dict[str, str]:
    """Headers for sending a preview: a picture within a page, and nothing else."""
    return {
        "Content-Disposition": "inline",
        "Content-Security-Policy": _POLICY_SAVED,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }


_POLICY_SAVED = "default-src 'none'; sandbox; frame-ancestors 'none'"
# Browsers show a PDF by a viewer of their own, which a sandbox would switch off.
_POLICY_SHOWN = (
    "default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
)
