"""Signed checkpoints over all heads, to be kept outside of the system.

A checkpoint finds what a chain alone cannot: a tail that was cut together with its head, a chain that was rewritten
whole, and yesterday's database put back in place of today's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from workflow_app.audit.models import AuditEvent
from workflow_app.audit.stored import CHAINS_AT_ONCE, RawChain, chain_batches
from workflow_app.audit.verify import Fault, FaultKind
from workflow_app.columns import canonical_json
from workflow_app.config import Config
from workflow_app.text import Text

Entry = tuple[int, int, str, int, str]
"""One chain in a checkpoint: bureau, id, name, number of events, head."""


def signing_key(config: Config) -> Ed25519PrivateKey:
    """The key that signs checkpoints; made once and kept in the data folder."""
    return Ed25519PrivateKey.from_private_bytes(config.checkpoint_key())


def make_checkpoint(session: Session, key: Ed25519PrivateKey, now: datetime) -> dict[str, Any]:
    """All heads as they are in this transaction, with the time and a signature; plain JSON."""
    heads = _all_chains(session)
    chains = [[c.bureau_id, c.id, c.name, c.count, c.head] for c in heads]
    statement = {
        "version": 1,
        "at": now.astimezone(UTC).isoformat(),
        "chains": chains,
        "events": sum(chain.count for chain in heads),
        "public_key": key.public_key().public_bytes_raw().hex(),
    }
    return {**statement, "signature": key.sign(canonical_json(statement).encode()).hex()}


def verify_checkpoint(session: Session, checkpoint: Mapping[str, Any], public_key: Ed25519PublicKey) -> list[Fault]:
    """What the database no longer has of what a checkpoint vouches for; empty if all is there.

    A checkpoint that this key has not signed vouches for nothing and is the one fault returned.
    """
    try:
        statement = {k: v for k, v in checkpoint.items() if k != "signature"}
        public_key.verify(bytes.fromhex(checkpoint["signature"]), canonical_json(statement).encode())
        at = datetime.fromisoformat(checkpoint["at"])
        entries: list[Entry] = [(*entry[:2], *entry[2:5]) for entry in checkpoint["chains"]]
    except (InvalidSignature, KeyError, ValueError, TypeError):
        return [Fault("signature", "", None, None, None, Text("检查点的签名不对，或文件已被改动"))]
    now = {chain.id: chain for chain in _all_chains(session)}
    faults: list[Fault] = []
    for start in range(0, len(entries), CHAINS_AT_ONCE):
        batch = entries[start : start + CHAINS_AT_ONCE]
        hashes = _hashes(session, batch)
        for entry in batch:
            faults += _compare(entry, now.get(entry[1]), hashes.get((entry[1], entry[3])), at)
    return faults


def _compare(entry: Entry, chain: RawChain | None, hash_now: str | None, at: datetime) -> list[Fault]:
    bureau_id, _, name, count, head = entry

    def fault(kind: FaultKind, message: Text) -> list[Fault]:
        return [Fault(kind, name, count or None, at, None, message)]

    if chain is None or (chain.bureau_id, chain.name) != (bureau_id, name):
        return fault("chain_missing", Text("检查点记有这条链，库中已没有"))
    if chain.count < count:
        return fault(
            "missing", Text("检查点时有{then}条记录，现只有{now}条：链尾被截或库被还原", then=count, now=chain.count)
        )
    if count and hash_now is None:
        return fault("missing", Text("检查点时的第{seq}条记录已不存在", seq=count))
    if count and hash_now != head:
        return fault("altered", Text("第{seq}条记录与检查点所记不符：链被重写", seq=count))
    return []


def _hashes(session: Session, entries: Sequence[Entry]) -> dict[tuple[int, int], str]:
    wanted = [(entry[1], entry[3]) for entry in entries if entry[3]]
    rows = session.execute(
        select(AuditEvent.chain_id, AuditEvent.seq, AuditEvent.hash).where(
            tuple_(AuditEvent.chain_id, AuditEvent.seq).in_(wanted)
        )
    )
    return {(chain_id, seq): hash_ for chain_id, seq, hash_ in rows}


def _all_chains(session: Session) -> list[RawChain]:
    return [chain for batch in chain_batches(session, None) for chain in batch]
