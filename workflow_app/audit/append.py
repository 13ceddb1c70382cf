"""Appending to the hash chains. An event is written in the transaction of the act that it tells of, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select

from workflow_app.act import Act
from workflow_app.audit.kinds import EventKind
from workflow_app.audit.models import AuditChain, AuditEvent
from workflow_app.columns import canonical_json, digest
from workflow_app.database import insert_new, remembered
from workflow_app.flushing import insert_later

CONTENT_HASH: Final = "content_hash"
"""The key of a body under which the hash of the row stands that is told of."""


def append(act: Act, chain: str | AuditChain, kind: str, subject: str, body: Mapping[str, Any]) -> None:
    """Add one event to a chain; several in one transaction are written together.

    ``chain`` is the name of a chain of the bureau (it is locked, and made when it is new), or the row of a chain that
    the caller already holds under its own lock, such as a case's, which costs no SELECT. ``subject`` names what it
    happened to: ``task:12``.

    Raises:
        ValueError: the kind is not declared, or the body does not carry exactly the keys declared for it.
    """
    keys = _declared(kind)
    if keys != body.keys():
        raise ValueError(
            f"the body of {kind} lacks {sorted(keys - body.keys())} and has undeclared {sorted(body.keys() - keys)}"
        )
    row = _held_chain(act, chain) if isinstance(chain, AuditChain) else _named_chain(act, chain)
    stored = dict(body)
    content_hash: str = stored.pop(CONTENT_HASH, "")
    told: dict[str, Any] = {
        "bureau_id": act.bureau_id,
        "chain_id": row.id,
        "seq": row.count + 1,
        "at": act.now,
        "kind": str(kind),
        "subject": subject,
        "actor_kind": act.actor.kind,
        "actor_id": act.actor.recorded_id,
        "actor_name": act.actor.name,
        "previous": row.head,
    }
    head = event_hash(row.name, **told, body=told_body(canonical_json(stored), content_hash))
    # The content's hash is empty, not absent: on PostgreSQL one absent value takes eight bytes of a row.
    insert_later(act.session, AuditEvent, {**told, "body": stored, "content_hash": content_hash, "hash": head})
    row.count, row.head = row.count + 1, head


def new_chain(act: Act, name: str) -> AuditChain:
    """An empty chain for a new object, such as a case (``case:P1-2026-0007``); its id is known on return."""
    row = AuditChain(bureau_id=act.bureau_id, name=name, count=0, head="")
    act.session.add(row)
    act.session.flush()
    return row


def event_hash(chain: str, *, at: datetime, **columns: Any) -> str:
    """The hash of an event: SHA-256 over the canonical JSON of the chain's name and every column but ``id``.

    ``body`` is the text of :func:`told_body`, so that a changed spelling of the same value is found as well.
    """
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")  # as it is stored, whatever zone the act spoke in
    return digest(canonical_json({"chain": chain, "at": moment, **columns}))


def told_body(stored: str, content_hash: str) -> str:
    """The body of an event as it was told: the stored text, before whose first key the hash of the content stands.

    That hash is kept in a column of its own, in half of the bytes. Events of earlier versions hold it in their text.
    """
    if not content_hash or not stored.startswith("{"):
        return stored  # A text without its brace is none that was told.
    return f'{{"{CONTENT_HASH}":"{content_hash}",{stored[1:]}'


def _declared(kind: str) -> frozenset[str]:
    try:
        return EventKind(kind).keys
    except ValueError:
        raise ValueError(f"{kind!r} is not a declared kind of event") from None


def _held_chain(act: Act, row: AuditChain) -> AuditChain:
    """The caller's row, remembered so that naming the chain later in this transaction finds the same row."""
    if row.bureau_id != act.bureau_id:
        raise ValueError("the chain belongs to another bureau")
    held: AuditChain = remembered(act.session).setdefault((AuditChain, row.bureau_id, row.name), row)
    return held


def _named_chain(act: Act, name: str) -> AuditChain:
    """The locked row of a chain, read once per transaction."""
    known, key = remembered(act.session), (AuditChain, act.bureau_id, name)
    if key not in known:
        known[key] = _locked(act, name) or _created(act, name)
    row: AuditChain = known[key]
    return row


def _locked(act: Act, name: str) -> AuditChain | None:
    return act.session.scalar(
        select(AuditChain)
        .where(AuditChain.bureau_id == act.bureau_id, AuditChain.name == name)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _created(act: Act, name: str) -> AuditChain:
    # Two first events may come at once: one insert wins, and both then lock the same row.
    new = insert_new(act.session, AuditChain, "bureau_id", "name")
    act.session.execute(new.values(bureau_id=act.bureau_id, name=name, count=0, head=""))
    row = _locked(act, name)
    assert row is not None
    return row
