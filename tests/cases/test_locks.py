"""What an act locks on PostgreSQL, and in which order. On SQLite there is one lock, for the whole database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from graphlib import CycleError, TopologicalSorter
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from tests.county import NewCounty, acting, open_task
from workflow_app.act import Act
from workflow_app.audit.models import AuditChain
from workflow_app.cases.models import Case, Task
from workflow_app.cases.work import lock_case, lock_task
from workflow_app.demo import formation
from workflow_app.demo.player import Player

pytestmark = pytest.mark.postgresql


def is_free(player: Player, table: type[Case] | type[AuditChain] | type[Task], row_id: int) -> bool:
    """Whether a second transaction could lock a row at this moment."""
    with player.database.writing() as session:
        free = select(table.id).where(table.id == row_id).with_for_update(skip_locked=True)
        return session.scalar(free) is not None


def test_case_chain_and_task_are_locked_together(county_at: NewCounty) -> None:
    player = county_at("filed")
    task = open_task(player, "accept_review")
    with acting(player, "limin") as act:
        work, _ = lock_task(act, task.id)
        held = ((Case, task.case_id), (AuditChain, work.case.chain_id), (Task, task.id))
        assert [is_free(player, table, row_id) for table, row_id in held] == [False] * 3
    assert [is_free(player, table, row_id) for table, row_id in held] == [True] * 3


def test_a_case_is_locked_with_its_chain(county_at: NewCounty) -> None:
    player = county_at("filed")
    with acting(player, "linxiao") as act:
        work = lock_case(act, 1)
        assert not is_free(player, Case, 1)
        assert not is_free(player, AuditChain, work.case.chain_id)


def test_whoever_waited_sees_what_the_first_one_did(county_at: NewCounty) -> None:
    """The second transaction began before the first one's commit, and must not go on with what it could see then."""
    player = county_at("supplied")
    task = open_task(player, "accept_review")
    with player.database.writing() as session:
        second = Act(session, player.actor(session, "limin"), player.now)
        assert session.get_one(Task, task.id).closed_at is None
        formation.accept(player, 1)
        work, again = lock_task(second, task.id)
        assert again.closed_at is not None
        assert work.case.revision > 0


class Locks:
    """The things that several acts may want, by transaction, in the order in which they were locked."""

    def __init__(self) -> None:
        self.transactions: list[list[str]] = [[]]

    def note(self, statement: str, parameters: Any) -> None:
        """Take note of what a statement locks."""
        for thing in _locked_by(statement, parameters):
            if thing not in self.transactions[-1]:
                self.transactions[-1].append(thing)

    def end(self, *_: object) -> None:
        """A transaction has ended, and its locks with it."""
        self.transactions.append([])

    def orders(self) -> dict[str, set[str]]:
        """For each thing, what was ever held already when it was locked."""
        before: dict[str, set[str]] = {}
        for things in self.transactions:
            for place, thing in enumerate(things):
                before.setdefault(thing, set()).update(things[:place])
        return before


def _locked_by(statement: str, parameters: Any) -> Iterator[str]:
    if found := re.search(r"FOR UPDATE OF (.+?)(?: SKIP|$)", statement):
        yield from (name.strip('" ') for name in found[1].split(","))
    elif "FOR UPDATE" in statement and "SKIP LOCKED" not in statement:
        (table,) = re.findall(r"FROM (\w+)", statement)
        yield from (
            (f"chain {name}" for name in parameters.values() if isinstance(name, str))
            if (table == "audit_chain")
            else [table]
        )
    elif found := re.match(r"INSERT INTO (number_series)|UPDATE (job) ", statement):
        yield found[1] or found[2]


@contextmanager
def noting(engine: Engine) -> Iterator[Locks]:
    """Take note of all locks meanwhile."""
    locks = Locks()

    def told(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        locks.note(statement, parameters)

    listeners: dict[str, Callable[..., None]] = {
        "before_cursor_execute": told,
        "commit": locks.end,
        "rollback": locks.end,
    }
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    try:
        yield locks
    finally:
        for name, listener in listeners.items():
            event.remove(engine, name, listener)


def test_no_two_acts_lock_in_opposite_orders(county_at: NewCounty) -> None:
    """All acts and jobs of worked case E1: there is one order in which all of them lock, so none waits in a circle."""
    player = county_at("empty")
    with noting(player.database.engine) as locks:
        formation.play(player)
    orders = locks.orders()
    assert {"case", "audit_chain", "number_series", "chain registers"} <= set(orders)
    assert "case" in orders["audit_chain"]
    assert "case" in orders["number_series"]
    try:
        TopologicalSorter(orders).prepare()
    except CycleError as circle:
        pytest.fail(f"locked in opposite orders: {circle.args[1]}")
