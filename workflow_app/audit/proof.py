"""Rows held against the hashes in the events that tell of them: a changed, lost or slipped-in row is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from workflow_app.audit.verify import ContentCheck, hashes_agree
from workflow_app.columns import canonical_json, digest
from workflow_app.database import Base
from workflow_app.text import Text


def row_hash(row: Base, *without: str) -> str:
    """The hash over every column of a row but its id and the columns named.

    An empty column is left out, so that the hashes of old rows stay as they are when a migration adds a column.
    """
    left_out = {"id", *without}
    values = {c.key: getattr(row, c.key) for c in row.__table__.columns if c.key not in left_out}
    filled = {k: v.astimezone(UTC) if isinstance(v, datetime) else v for k, v in values.items() if v is not None}
    return digest(canonical_json(filled))


def rows_agree(
    table: type[Any],
    what: Text,
    kind: str,
    id_key: str,
    hash_key: str,
    *,
    hash_of: Callable[[Any], str] = row_hash,
    only: Mapping[str, str] | None = None,
    among: ColumnElement[bool] | None = None,
) -> ContentCheck:
    """A content check over one table: events of ``kind`` name its rows by ``id_key`` and their hash by ``hash_key``.

    Every row must have such an event, or every row ``among`` those named. ``what`` is what a row is called.
    """

    def hashes(session: Session, ids: Sequence[int]) -> Mapping[int, str]:
        return {row.id: hash_of(row) for row in session.scalars(select(table).where(table.id.in_(ids)))}

    def ids(session: Session, bureau_id: int | None) -> list[int]:
        query = select(table.id) if bureau_id is None else select(table.id).where(table.bureau_id == bureau_id)
        query = query if among is None else query.where(among)
        return list(session.scalars(query.order_by(table.id)))

    return hashes_agree(kind, what, id_key, hash_key, hashes, ids, only)
