"""Verifying the chains: every stored byte of every event is compared with the hash taken when it was written.

A chain alone cannot tell that its tail was cut and its head set back; that is what checkpoints are for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from workflow_app.audit.stored import (
    RawChain,
    RawEvent,
    chain_batches,
    events_of_kind,
    events_without_chain,
    read_events,
)
from workflow_app.text import Text

FaultKind = Literal["altered", "missing", "inserted", "order", "head", "chain_missing", "content", "signature"]

ContentCheck = Callable[[Session, int | None], Iterable["Fault"]]
"""Compares rows of a higher room with the hashes that the events hold of them: ``check(session, bureau_id)``."""


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was written: where, when that was, and in plain words what."""

    kind: FaultKind
    chain: str
    seq: int | None
    at: datetime | None
    subject: str | None
    message: Text


@dataclass(frozen=True)
class Report:
    """What a verification has read and found."""

    chains: int
    events: int
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def verify(session: Session, bureau_id: int | None = None, checks: Sequence[ContentCheck] = ()) -> Report:
    """Read every chain (of one bureau, or of all) as a stream and compare it with its hashes; then run ``checks``."""
    chains = events = 0
    faults: list[Fault] = []
    for batch in chain_batches(session, bureau_id):
        walks = {chain.id: _Walk(chain) for chain in batch}
        for row in read_events(session, batch[0].id, batch[-1].id):
            if row.chain_id in walks:
                walks[row.chain_id].add(row)
                events += 1
        chains += len(batch)
        for walk in walks.values():
            faults += walk.finish()
    for row in events_without_chain(session, bureau_id):
        message = Text("所属的链已不存在或已改归他局")
        faults.append(Fault("chain_missing", f"#{row.chain_id}", row.seq, row.at, row.subject, message))
    for check in checks:
        faults += check(session, bureau_id)
    return Report(chains, events, tuple(faults))


class _Walk:
    """The walk along one chain, event by event."""

    def __init__(self, chain: RawChain) -> None:
        self._chain, self._faults = chain, list[Fault]()
        self._seq, self._id, self._accepted = 0, 0, {""}

    def add(self, row: RawEvent) -> None:
        """Take the next event in the order of ``seq``."""
        expected = row.expected_hash(self._chain.name)
        if row.seq > self._chain.count:
            self._fault("inserted", row, Text("链尾多出一条记录"))
        elif row.seq <= self._seq:
            self._fault("inserted", row, Text("同一序号有两条记录"))
            return
        elif row.seq > self._seq + 1:
            self._missing(self._seq + 1, row.seq - 1)
            self._accepted = {row.previous}
        if expected != row.hash:
            self._fault("altered", row, Text("记录内容与写入时的摘要不符"))
        elif row.previous not in self._accepted:
            self._fault("order", row, Text("与前一条记录接不上"))
        if row.id <= self._id:
            self._fault("order", row, Text("记录编号与先后次序不符"))
        # After an altered event the next may follow from what is stored or from what was there before.
        self._seq, self._id, self._accepted = row.seq, row.id, {row.hash, expected or row.hash}

    def finish(self) -> list[Fault]:
        """Compare the end with the head that the chain's row holds."""
        if self._seq < self._chain.count:
            self._missing(self._seq + 1, self._chain.count)
        elif self._seq == self._chain.count and self._chain.head not in self._accepted:
            self._faults.append(
                Fault("head", self._chain.name, self._seq or None, None, None, Text("链首摘要与最后一条记录不符"))
            )
        return self._faults

    def _missing(self, first: int, last: int) -> None:
        message = Text("缺第{first}至{last}条记录", first=first, last=last)
        self._faults.append(Fault("missing", self._chain.name, first, None, None, message))

    def _fault(self, kind: FaultKind, row: RawEvent, message: Text) -> None:
        self._faults.append(Fault(kind, self._chain.name, row.seq, row.at, row.subject, message))


def hashes_agree(
    kind: str,
    what: Text,
    id_key: str,
    hash_key: str,
    hashes: Callable[[Session, Sequence[int]], Mapping[int, str]],
    ids: Callable[[Session, int | None], Iterable[int]],
    only: Mapping[str, str] | None = None,
) -> ContentCheck:
    """A content check: every event of ``kind`` names a row by ``id_key`` and its hash by ``hash_key``.

    ``what`` is what a row is called.

    ``only`` picks the events whose body has these values, where one kind speaks of rows of several tables.

    ``hashes`` takes the hashes anew from what the rows hold now; ``ids`` lists the rows that exist. Found are rows that
    were changed, rows that are gone and rows that no event speaks of.
    """

    def check(session: Session, bureau_id: int | None) -> Iterator[Fault]:
        told: set[int] = set()
        for batch in events_of_kind(session, bureau_id, kind):
            bodies = [_body(event, id_key, hash_key, only or {}) for event, _ in batch]
            now = _hashes_now(hashes, session, [body[0] for body in bodies if body])
            for (event, chain), body in zip(batch, bodies, strict=True):
                if body is None:
                    continue  # It speaks of another table; or it is unreadable, and the walk has found it already.
                row_id, then = body
                told.add(row_id)
                if now.get(row_id) != then:
                    message = Text("所记内容已被改动") if row_id in now else Text("所记内容已不存在")
                    yield Fault("content", chain, event.seq, event.at, event.subject, message)
        for row_id in ids(session, bureau_id):
            if row_id not in told:
                message = Text("没有审计记录的{what}：编号{id}", what=what, id=row_id)
                yield Fault("content", "", None, None, None, message)

    return check


def _hashes_now(
    hashes: Callable[[Session, Sequence[int]], Mapping[int, str]], session: Session, ids: Sequence[int]
) -> Mapping[int, str]:
    """The hashes of rows now. A row with a value that cannot even be read has none that agrees, and hides no other."""
    try:
        return hashes(session, ids)
    except (ValueError, TypeError, ArithmeticError, DBAPIError):
        if len(ids) == 1:
            return {ids[0]: ""}
        half = len(ids) // 2
        return {**_hashes_now(hashes, session, ids[:half]), **_hashes_now(hashes, session, ids[half:])}


def _body(event: RawEvent, id_key: str, hash_key: str, only: Mapping[str, str]) -> tuple[int, str] | None:
    try:
        body = json.loads(event.body)
        meant = all(body[key] == value for key, value in only.items())
        return (int(body[id_key]), str(body[hash_key])) if meant else None
    except (ValueError, TypeError, KeyError):
        return None
