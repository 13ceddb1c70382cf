"""A process reads the policy once, and asks each time whether it still holds: what was changed counts at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.conftest import NOW, by_program
from tests.costs import Cost, counting
from workflow_app.act import Act, system_actor
from workflow_app.database import Database
from workflow_app.directory.models import Bureau
from workflow_app.flushing import ActSession
from workflow_app.policy.models import PolicyParameter
from workflow_app.policy.parameters import load_policy
from workflow_app.policy.profiles import load_profile
from workflow_app.policy.versions import change

KEY, DAY, CLAUSE, REASON = "experts_min", date(2026, 4, 8), "003·A2三(二)", "规则调整"


@pytest.fixture
def county(database: Database) -> Database:
    """A bureau with its policy, committed."""
    with database.writing() as session:
        bureau = Bureau(code="qinghe", name="局", county="县", document_word="字", policy_profile="003")
        session.add(bureau)
        session.flush()
        load_profile(Act(session, system_actor(bureau.id), NOW), "003")
    return database


def _value(session: Session) -> int:
    return load_policy(session, session.scalars(select(Bureau.id)).one(), DAY).integer(KEY)


def _set(session: Session, value: str) -> None:
    act = Act(session, system_actor(session.scalars(select(Bureau.id)).one()), NOW)
    change(by_program(act), KEY, value, CLAUSE, DAY, REASON)
    session.flush()


@contextmanager
def _asked(database: Database) -> Iterator[Cost]:
    with counting(database.engine) as cost, database.reading() as session:
        _value(session)
        yield cost


def test_the_amounts_are_read_once_in_a_process(county: Database) -> None:
    with _asked(county) as first, _asked(county) as second:
        pass
    assert [len(cost.about("policy_parameter.value")) for cost in (first, second)] == [1, 0]
    assert len(second.about("count(policy_parameter.id)")) == 1


def test_a_change_counts_in_the_next_transaction(county: Database) -> None:
    with county.reading() as session:
        assert _value(session) == 3
    with county.writing() as session:
        _set(session, "5")
        assert _value(session) == 5
    with county.reading() as session:
        assert _value(session) == 5


def test_a_change_that_was_undone_never_counted(county: Database) -> None:
    """The id of what was undone is given to another one: the number of rows and the last id are the same."""
    with ActSession(county.engine) as session:
        _set(session, "7")
        assert _value(session) == 7
        session.rollback()
    with county.writing() as session:
        _set(session, "4")
    with county.reading() as session:
        assert _value(session) == 4


def test_who_commits_last_need_not_have_the_highest_id(county: Database) -> None:
    with county.writing() as session:
        newest = session.scalars(select(PolicyParameter).where(PolicyParameter.key == KEY)).one()
        row = {c.name: getattr(newest, c.name) for c in PolicyParameter.__table__.columns}
        session.execute(insert(PolicyParameter), {**row, "id": 90_001, "value": "8", "version": 2})
    with county.reading() as session:
        assert _value(session) == 8
    with county.writing() as session:
        session.execute(insert(PolicyParameter), {**row, "id": 90_000, "value": "9", "version": 3})
    with county.reading() as session:
        assert _value(session) == 9


def test_another_profile_is_read_as_such(county: Database) -> None:
    with county.reading() as session:
        assert _value(session) == 3
    with county.writing() as session:
        bureau = session.scalars(select(Bureau)).one()
        bureau.policy_profile = "004"
        session.flush()
        load_profile(Act(session, system_actor(bureau.id), NOW), "004")
    with county.reading() as session:
        assert load_policy(session, session.scalars(select(Bureau.id)).one(), DAY).profile == "004"
