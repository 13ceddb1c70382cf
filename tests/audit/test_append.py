"""Events are chained, and only what is declared may be told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, select

from tests.conftest import NOW
from workflow_app.act import Act, Actor
from workflow_app.audit.append import append, new_chain
from workflow_app.audit.kinds import EventKind
from workflow_app.audit.models import AuditChain, AuditEvent
from workflow_app.database import Database


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The statements sent while the block runs."""
    seen: list[str] = []

    def note(_c: object, _cu: object, statement: str, *_rest: object) -> None:
        seen.append(statement.split()[0])

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_events_of_a_chain_are_numbered_and_linked(act: Act) -> None:
    chain = new_chain(act, "case:P1-2026-0001")
    append(act, chain, "case_filed", "case:1", {"filed_on": "2026-04-08"})
    append(act, chain, "case_closed", "case:1", {"outcome": "founded"})
    act.session.flush()
    first, second = act.session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    assert (first.seq, second.seq) == (1, 2)
    assert first.previous == ""
    assert second.previous == first.hash
    assert (chain.count, chain.head) == (2, second.hash)


def test_a_held_chain_costs_one_insert_and_one_update(act: Act, database: Database) -> None:
    chain = new_chain(act, "case:P1-2026-0001")
    with statements(database.engine) as seen:
        append(act, chain, "case_filed", "case:1", {"filed_on": "2026-04-08"})
        append(act, chain, "case_closed", "case:1", {"outcome": "founded"})
        act.session.flush()
    assert sorted(seen) == ["INSERT", "UPDATE"]


def test_a_named_chain_is_made_once_and_read_once_per_transaction(database: Database) -> None:
    actor = Actor(bureau_id=1, name="测试员")
    for _ in range(2):
        with database.writing() as session, statements(database.engine) as seen:
            act = Act(session, actor, NOW)
            append(act, "policy", "password_changed", "account:1", {})
            append(act, "policy", "password_changed", "account:2", {})
            session.flush()
    assert seen == ["SELECT", "UPDATE", "INSERT"] or seen == ["SELECT", "INSERT", "UPDATE"]
    with database.reading() as session:
        assert session.scalars(select(AuditEvent.seq).order_by(AuditEvent.id)).all() == [1, 2, 3, 4]
        assert session.scalars(select(AuditChain.count)).all() == [4]


def test_naming_a_held_chain_continues_it(act: Act) -> None:
    chain = new_chain(act, "case:P1-2026-0001")
    append(act, chain, "case_filed", "case:1", {"filed_on": "2026-04-08"})
    append(act, chain.name, "case_closed", "case:1", {"outcome": "founded"})
    assert chain.count == 2
    act.session.flush()
    assert act.session.scalars(select(AuditEvent.chain_id)).all() == [chain.id, chain.id]


def test_two_bureaus_have_chains_of_their_own(act: Act) -> None:
    append(act, "security", "password_changed", "account:1", {})
    other = Act(act.session, Actor(bureau_id=act.bureau_id + 1, name="他局"), NOW)
    append(other, "security", "password_changed", "account:2", {})
    act.session.flush()
    assert act.session.scalars(select(AuditEvent.seq)).all() == [1, 1]
    with pytest.raises(ValueError, match="another bureau"):
        append(other, new_chain(act, "case:1"), "password_changed", "account:2", {})


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("case_forgotten", {}),
        ("case_closed", {}),
        ("case_closed", {"outcome": "founded", "phone": "13800000000"}),
    ],
)
def test_what_is_not_declared_is_refused(act: Act, kind: str, body: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=kind):
        append(act, "security", kind, "case:1", body)


def test_the_kinds_are_sorted() -> None:
    names = [kind.name for kind in EventKind]
    assert names == sorted(names)
    assert all(kind.value == kind.name.lower() for kind in EventKind)
