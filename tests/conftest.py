"""Fixtures for all tests: a fresh database, a frozen moment, a bureau to act in. No network, no sleeping."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import workflow_app.tables  # noqa: F401 - registers every table
from workflow_app.act import Act, Actor
from workflow_app.database import Base, Database
from workflow_app.directory.models import Bureau

pytest_plugins = ("tests.county", "tests.chromium")

NOW = datetime(2026, 4, 8, 1, 0, tzinfo=UTC)
"""Wednesday 2026-04-08, 09:00 in the county: the day on which worked case E1 begins."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database with every table."""
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One open write transaction, committed at the end of the test."""
    with database.writing() as session:
        yield session


@pytest.fixture
def bureau(session: Session) -> Bureau:
    """青禾县教育体育局, the tenant of the tests."""
    bureau = Bureau(
        code="qinghe", name="青禾县教育体育局", county="青禾县", document_word="青教体", policy_profile="003"
    )
    session.add(bureau)
    session.flush()
    return bureau


@pytest.fixture
def act(session: Session, bureau: Bureau) -> Act:
    """An act by a nameless officer of the bureau at NOW; tests replace the actor where rights matter."""
    return Act(session, Actor(bureau_id=bureau.id, name="测试员", person_id=None), NOW)
