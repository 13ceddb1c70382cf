"""Checkpoints find what the chains alone cannot."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from tests.conftest import NOW
from tests.databases import Databases
from workflow_app.act import Act, Actor
from workflow_app.audit.append import append
from workflow_app.audit.checkpoint import make_checkpoint, signing_key, verify_checkpoint
from workflow_app.audit.verify import verify
from workflow_app.config import from_environment
from workflow_app.database import Database

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


def _write(database: Database, outcome: str, count: int = 1) -> None:
    with database.writing() as session:
        act = Act(session, Actor(bureau_id=1, name="李敏"), NOW + timedelta(minutes=1))
        for _ in range(count):
            append(act, "case:A", "case_closed", "case:1", {"outcome": outcome})


def _checkpoint(database: Database) -> dict[str, object]:
    with database.reading() as session:
        made = make_checkpoint(session, KEY, NOW)
    stored: dict[str, object] = json.loads(json.dumps(made))
    return stored


def _faults(database: Database, checkpoint: dict[str, object]) -> list[tuple[str, str, int | None]]:
    with database.reading() as session:
        return [(f.kind, f.chain, f.seq) for f in verify_checkpoint(session, checkpoint, KEY.public_key())]


def test_a_log_that_only_grew_is_sound(database: Database) -> None:
    _write(database, "approved", 3)
    checkpoint = _checkpoint(database)
    _write(database, "refused", 2)
    assert checkpoint["events"] == 3
    assert _faults(database, checkpoint) == []


def test_a_cut_tail_with_its_head_set_back_is_found(database: Database) -> None:
    _write(database, "approved", 3)
    checkpoint = _checkpoint(database)
    with database.writing() as session:
        session.execute(text("DELETE FROM audit_event WHERE seq = 3"))
        session.execute(text("UPDATE audit_chain SET count = 2, head = (SELECT hash FROM audit_event WHERE seq = 2)"))
    with database.reading() as session:
        assert verify(session).is_sound
    assert _faults(database, checkpoint) == [("missing", "case:A", 3)]


def test_a_restored_database_is_found(database: Database, databases: Databases, tmp_path: Path) -> None:
    _write(database, "approved")
    database.dispose()
    yesterday = Database(databases.copy(database.url, tmp_path / "yesterday"))
    _write(database, "refused", 5)
    checkpoint = _checkpoint(database)
    assert _faults(yesterday, checkpoint) == [("missing", "case:A", 6)]
    yesterday.dispose()
    databases.drop(yesterday.url)


def test_a_chain_rewritten_whole_is_found(database: Database) -> None:
    _write(database, "approved", 2)
    checkpoint = _checkpoint(database)
    with database.writing() as session:
        session.execute(text("DELETE FROM audit_event"))
        session.execute(text("UPDATE audit_chain SET count = 0, head = ''"))
    _write(database, "refused", 2)
    with database.reading() as session:
        assert verify(session).is_sound
    assert _faults(database, checkpoint) == [("altered", "case:A", 2)]


def test_a_chain_that_vanished_is_found(database: Database) -> None:
    _write(database, "approved")
    checkpoint = _checkpoint(database)
    with database.writing() as session:
        session.execute(text("DELETE FROM audit_event"))
        session.execute(text("DELETE FROM audit_chain"))
    assert _faults(database, checkpoint) == [("chain_missing", "case:A", 1)]


@pytest.mark.parametrize("key", ["at", "chains", "events", "public_key", "signature", "version"])
def test_a_checkpoint_that_was_changed_vouches_for_nothing(database: Database, key: str) -> None:
    _write(database, "approved")
    checkpoint = _checkpoint(database)
    assert _faults(database, {k: v for k, v in checkpoint.items() if k != key}) == [("signature", "", None)]
    assert _faults(database, checkpoint | {key: "00"}) == [("signature", "", None)]


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    config = from_environment({"WORKFLOW_APP_DATA": str(tmp_path)})
    first, second = signing_key(config), signing_key(config)
    assert first.private_bytes_raw() == second.private_bytes_raw()
    assert first.private_bytes_raw() != config.data_key()
