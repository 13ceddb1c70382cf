"""Chains and events as they are stored: columns undecoded by any type, so that no changed byte hides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Select, cast, exists, select
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import InstrumentedAttribute, Session

from workflow_app.audit.append import event_hash, told_body
from workflow_app.audit.models import AuditChain, AuditEvent

CHAINS_AT_ONCE = 500


@dataclass(frozen=True)
class RawChain:
    """A chain row as stored."""

    id: int
    bureau_id: int
    name: str
    count: int
    head: str


@dataclass(frozen=True)
class RawEvent:
    """An event as stored."""

    id: int
    chain_id: int
    bureau_id: int
    seq: int
    at: datetime | None  # None when the stored time is not one that the program writes
    kind: str
    subject: str
    actor_kind: str
    actor_id: int | None
    actor_name: str
    body: str  # as it was told
    previous: str
    hash: str

    def expected_hash(self, chain: str) -> str | None:
        """The hash that the event must have in this chain; None if its time cannot be read."""
        if self.at is None:
            return None
        columns = {k: v for k, v in vars(self).items() if k not in {"id", "hash", "at"}}
        return event_hash(chain, at=self.at, **columns)


def events_of_kind(session: Session, bureau_id: int | None, kind: str) -> Iterator[list[tuple[RawEvent, str]]]:
    """The events of one kind with the names of their chains, in batches."""
    statement = _event_select(session).add_columns(_text_reader(session)(AuditChain.name)).join(AuditChain)
    statement = statement.where(AuditEvent.kind == kind)
    if bureau_id is not None:
        statement = statement.where(AuditEvent.bureau_id == bureau_id)
    result = session.execute(statement.order_by(AuditEvent.id), execution_options={"yield_per": CHAINS_AT_ONCE})
    for partition in result.partitions():
        yield [(_raw(row[:-1]), _plain(row[-1])) for row in partition]


def chain_batches(session: Session, bureau_id: int | None) -> Iterator[list[RawChain]]:
    """All chains by id, in batches."""
    after = 0
    while batch := _read_chains(session, bureau_id, after):
        yield batch
        after = batch[-1].id


def _read_chains(session: Session, bureau_id: int | None, after: int) -> list[RawChain]:
    """The next chains by id, as stored."""
    text = _text_reader(session)
    statement = select(
        AuditChain.id, AuditChain.bureau_id, text(AuditChain.name), AuditChain.count, _bytes(AuditChain.head)
    ).where(AuditChain.id > after)
    if bureau_id is not None:
        statement = statement.where(AuditChain.bureau_id == bureau_id)
    rows = session.execute(statement.order_by(AuditChain.id).limit(CHAINS_AT_ONCE))
    return [RawChain(id_, bureau, _plain(name), count, _hex(head)) for id_, bureau, name, count, head in rows]


def read_events(session: Session, first_chain: int, last_chain: int) -> Iterator[RawEvent]:
    """The events of the chains between two ids, chain by chain in the order of ``seq``, as a stream."""
    statement = _event_select(session).where(AuditEvent.chain_id.between(first_chain, last_chain))
    statement = statement.order_by(AuditEvent.chain_id, AuditEvent.seq, AuditEvent.id)
    for row in session.execute(statement, execution_options={"yield_per": 1000}):
        yield _raw(row)


def events_without_chain(session: Session, bureau_id: int | None) -> Iterator[RawEvent]:
    """Events whose chain's row is gone, or is said to be another bureau's."""
    own = exists().where(AuditChain.id == AuditEvent.chain_id, AuditChain.bureau_id == AuditEvent.bureau_id)
    statement = _event_select(session).where(~own)
    if bureau_id is not None:
        statement = statement.where(AuditEvent.bureau_id == bureau_id)
    yield from map(_raw, session.execute(statement.order_by(AuditEvent.chain_id, AuditEvent.seq)))


def _event_select(session: Session) -> Select[Any]:
    text = _text_reader(session)
    return select(
        AuditEvent.id,
        AuditEvent.chain_id,
        AuditEvent.bureau_id,
        AuditEvent.seq,
        text(AuditEvent.at) if _is_sqlite(session) else AuditEvent.at,
        text(AuditEvent.kind),
        text(AuditEvent.subject),
        text(AuditEvent.actor_kind),
        AuditEvent.actor_id,
        text(AuditEvent.actor_name),
        text(AuditEvent.body),
        _bytes(AuditEvent.content_hash),
        _bytes(AuditEvent.previous),
        _bytes(AuditEvent.hash),
    )


def _raw(row: Any) -> RawEvent:
    id_, chain_id, bureau_id, seq, at, kind, subject, actor_kind, actor_id, actor_name, body, *hashes = row
    content_hash, previous, hash_ = map(_hex, hashes)
    return RawEvent(
        id_,
        chain_id,
        bureau_id,
        seq,
        _instant(at),
        _plain(kind),
        _plain(subject),
        _plain(actor_kind),
        actor_id,
        _plain(actor_name),
        told_body(_plain(body), content_hash),
        previous,
        hash_,
    )


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _text_reader(session: Session) -> Callable[[InstrumentedAttribute[Any]], ColumnElement[Any]]:
    # SQLite stores any bytes in a text column; read as text, one bad byte would end the whole verification.
    target = LargeBinary if _is_sqlite(session) else SqlText
    return lambda column: cast(column, target)


def _bytes(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    return cast(column, LargeBinary)


def _hex(value: bytes | None) -> str:
    return (value or b"").hex()


def _plain(value: bytes | str | None) -> str:
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else value or ""


def _instant(value: bytes | datetime | None) -> datetime | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    text = _plain(value)
    try:
        read = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None
    # Only the one spelling that the program writes counts; another would be a changed byte.
    return read if f"{read:%Y-%m-%d %H:%M:%S.%f}" == text else None
