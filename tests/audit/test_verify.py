"""Whatever is done to the stored events is found, located and named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import ColumnElement, LargeBinary, cast, literal, select, update
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.databases import Databases
from workflow_app.act import Act, Actor
from workflow_app.audit.append import append
from workflow_app.audit.models import AuditEvent
from workflow_app.audit.stored import chain_batches, read_events
from workflow_app.audit.verify import Fault, hashes_agree, verify
from workflow_app.columns import canonical_json, digest
from workflow_app.database import Base, Database
from workflow_app.text import Text

MIDDLE = 5
"""The id of the third event of the chain case:A."""

COLUMNS = ("at", "kind", "subject", "actor_kind", "actor_name", "body", "content_hash", "previous", "hash")
DIGESTS = ("content_hash", "previous", "hash")


@pytest.fixture
def log(database: Database) -> Database:
    """Two bureaus; the first has a chain of six events and a chain of two."""
    for minute in range(6):
        with database.writing() as session:
            act = Act(session, Actor(bureau_id=1, name="李敏", person_id=7), NOW + timedelta(minutes=minute))
            append(act, "case:A", "task_completed", f"task:{minute}", _body(minute))
            if minute < 2:
                append(act, "policy", "case_closed", "case:1", {"outcome": "退回"})
    with database.writing() as session:
        append(Act(session, Actor(bureau_id=2, name="他局"), NOW), "policy", "case_closed", "case:9", {"outcome": "x"})
    return database


def _as_text(raw: bytes) -> ColumnElement[str]:
    """Bytes put into a text column as they are, whether they are UTF-8 or not."""
    return cast(literal(raw, LargeBinary), SqlText)


def _body(minute: int) -> dict[str, object]:
    answers = {"submission_id": minute, "content_hash": digest(str(minute))}
    return {"element": f"申报{minute}", "round": 1, "decision": None, **answers}


def _faults(database: Database, bureau_id: int | None = None) -> list[tuple[str, str, int | None]]:
    with database.reading() as session:
        return [(f.kind, f.chain, f.seq) for f in verify(session, bureau_id).faults]


def test_an_honest_log_is_sound(log: Database) -> None:
    with log.reading() as session:
        report = verify(session)
        assert (report.chains, report.events, report.is_sound) == (3, 9, True)
        assert (verify(session, 2).chains, verify(session, 2).events) == (1, 1)


HEXADECIMAL = {"sqlite": "lower(hex(content_hash))", "postgresql": "encode(content_hash, 'hex')"}


def test_events_of_earlier_versions_hold_the_hash_in_their_body(log: Database, databases: Databases) -> None:
    told = f"""'{{"content_hash":"' || {HEXADECIMAL[log.engine.dialect.name]} || '",' || substr(body, 2)"""
    databases.tamper(log.url, f"UPDATE audit_event SET body = {told}, content_hash = NULL WHERE id = {MIDDLE}")  # noqa: S608
    assert _faults(log) == []
    databases.tamper(log.url, f"UPDATE audit_event SET content_hash = hash WHERE id = {MIDDLE}")  # noqa: S608
    assert _faults(log) == [("altered", "case:A", 3)]


@pytest.mark.sqlite
@pytest.mark.parametrize("column", COLUMNS)
def test_every_byte_of_every_column_counts(log: Database, column: str) -> None:
    """One changed bit anywhere in a middle row is found and located at that row, also where it is not valid UTF-8."""
    with log.reading() as session:
        query = select(cast(AuditEvent.__table__.c[column], LargeBinary)).where(AuditEvent.id == MIDDLE)
        raw = session.execute(query).scalar_one()
    for position in range(len(raw)):
        for bit in (0x01, 0x80):
            changed = bytes([*raw[:position], raw[position] ^ bit, *raw[position + 1 :]])
            with log.reading() as session:
                session.execute(update(AuditEvent).where(AuditEvent.id == MIDDLE).values({column: _as_text(changed)}))
                faults = verify(session).faults
                assert ("altered", "case:A", 3) in [(f.kind, f.chain, f.seq) for f in faults], (position, changed)
                assert {f.seq for f in faults} <= {3, 4}


@pytest.mark.postgresql
@pytest.mark.parametrize("column", [column for column in COLUMNS if column != "at"])
def test_every_character_of_every_column_counts(log: Database, column: str) -> None:
    """PostgreSQL stores nothing but valid text, so what can be changed is a character."""
    with log.reading() as session:
        value = session.execute(select(AuditEvent.__table__.c[column]).where(AuditEvent.id == MIDDLE)).scalar_one()
    stored = canonical_json(value) if column == "body" else value
    for position, character in enumerate(stored):
        other = chr(ord(character) ^ 1) if column not in DIGESTS else f"{int(character, 16) ^ 1:x}"
        changed = stored[:position] + other + stored[position + 1 :]
        assert _located_after(log, column, changed) == ("altered", "case:A", 3), (position, changed)


@pytest.mark.postgresql
@pytest.mark.parametrize("shift", [timedelta(microseconds=1), timedelta(microseconds=-1), timedelta(days=1)])
def test_every_microsecond_counts(log: Database, shift: timedelta) -> None:
    with log.reading() as session:
        at = session.execute(select(AuditEvent.at).where(AuditEvent.id == MIDDLE)).scalar_one()
    assert _located_after(log, "at", at + shift) == ("altered", "case:A", 3)


def _located_after(log: Database, column: str, value: object) -> tuple[str, str, int | None]:
    """The first fault that is found when the middle event's column holds another value."""
    with log.writing() as session:
        stored = value if column != "body" else cast(literal(value, SqlText), SqlText)
        session.execute(update(AuditEvent).where(AuditEvent.id == MIDDLE).values({column: stored}))
        fault = verify(session).faults[0]
        session.rollback()
        return fault.kind, fault.chain, fault.seq


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE audit_event SET actor_id = 8 WHERE id = 3", ("altered", "case:A", 2)),
        ("UPDATE audit_event SET actor_id = NULL WHERE id = 3", ("altered", "case:A", 2)),
        ("UPDATE audit_event SET bureau_id = 2 WHERE id = 3", ("altered", "case:A", 2)),
        ("UPDATE audit_event SET id = 99 WHERE id = 3", ("order", "case:A", 3)),
        ("UPDATE audit_event SET seq = 99 WHERE id = 3", ("missing", "case:A", 2)),
        ("UPDATE audit_event SET chain_id = 2 WHERE id = 8", ("missing", "case:A", 6)),
        ("DELETE FROM audit_event WHERE id = 3", ("missing", "case:A", 2)),
        ("DELETE FROM audit_event WHERE id = 1", ("missing", "case:A", 1)),
        ("DELETE FROM audit_event WHERE id = 8", ("missing", "case:A", 6)),
        ("DELETE FROM audit_chain WHERE id = 1", ("chain_missing", "#1", 1)),
        ("UPDATE audit_chain SET bureau_id = 2 WHERE id = 1", ("chain_missing", "#1", 1)),
        ("UPDATE audit_chain SET name = 'case:B' WHERE id = 1", ("altered", "case:B", 1)),
        ("UPDATE audit_chain SET count = 5 WHERE id = 1", ("inserted", "case:A", 6)),
        ("UPDATE audit_chain SET count = 7 WHERE id = 1", ("missing", "case:A", 7)),
        ("UPDATE audit_chain SET head = 'x' WHERE id = 1", ("head", "case:A", 6)),
    ],
)
def test_changes_are_found_and_located(
    log: Database, databases: Databases, change: str, expected: tuple[str, str, int]
) -> None:
    databases.tamper(log.url, change)
    assert expected in _faults(log)
    assert expected in _faults(log, 1)


def test_two_events_swapped_are_found(log: Database, databases: Databases) -> None:
    databases.tamper(
        log.url,
        "UPDATE audit_event SET seq = 99 WHERE id = 3",
        "UPDATE audit_event SET seq = 2 WHERE id = 5",
        "UPDATE audit_event SET seq = 3 WHERE id = 3",
    )
    assert {("altered", "case:A", 2), ("altered", "case:A", 3)} <= set(_faults(log))


def test_a_copy_of_an_event_is_found(log: Database, databases: Databases) -> None:
    databases.tamper(
        log.url,
        "CREATE TEMP TABLE copy AS SELECT * FROM audit_event WHERE id = 8",
        "UPDATE copy SET id = 99, seq = 7",
        "INSERT INTO audit_event SELECT * FROM copy",
    )
    assert ("inserted", "case:A", 7) in _faults(log)


def test_a_relinked_pair_is_found_where_it_no_longer_joins(log: Database) -> None:
    """A row that was deleted, with the later ones renumbered and rehashed by someone who knows the rule."""
    with log.reading() as session:
        chain = next(chain_batches(session, 1))[0]
        rows = list(read_events(session, chain.id, chain.id))
    forged = vars(rows[3]) | {"previous": "0" * 64}
    forged_hash = type(rows[3])(**forged).expected_hash(chain.name)
    with log.writing() as session:
        forgery = {"previous": "0" * 64, "hash": forged_hash}
        session.execute(update(AuditEvent).where(AuditEvent.id == rows[3].id).values(forgery))
    assert _faults(log) == [("order", "case:A", 4), ("order", "case:A", 5)]


def _check(rows: Mapping[int, str]) -> list[Fault]:
    def hashes(_session: Session, ids: Sequence[int]) -> Mapping[int, str]:
        return {i: rows[i] for i in ids if i in rows}

    def ids(_session: Session, _bureau_id: int | None) -> Iterable[int]:
        return rows

    database = Database("sqlite://")
    try:
        Base.metadata.create_all(database.engine)
        with database.writing() as session:
            act = Act(session, Actor(bureau_id=1, name="李敏"), NOW)
            body = {"record_id": 5, "kind": "approval", "number": "12", "content_hash": digest("abc"), "row_hash": "r"}
            append(act, "case:A", "record_issued", "record:5", body)
        with database.reading() as session:
            check = hashes_agree("record_issued", Text("文书"), "record_id", "content_hash", hashes, ids)
            return list(verify(session, 1, [check]).faults)
    finally:
        database.dispose()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({5: digest("abc")}, None),
        ({5: digest("abd")}, "所记内容已被改动"),
        ({}, "所记内容已不存在"),
        ({5: digest("abc"), 6: "x"}, "没有审计记录的文书：编号6"),
    ],
)
def test_rows_are_held_against_the_hashes_in_the_events(rows: dict[int, str], message: str | None) -> None:
    faults = _check(rows)
    assert [str(f.message) for f in faults] == ([message] if message else [])
    assert all(f.kind == "content" for f in faults)
