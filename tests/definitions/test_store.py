"""Publishing: checked, counted, told to the history; reading: one SELECT the first time, none after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from tests.conftest import NOW
from workflow_app.act import Act, system_actor
from workflow_app.audit.models import AuditEvent
from workflow_app.database import Database
from workflow_app.definitions.case_view import Catalogue
from workflow_app.definitions.faults import DefinitionRefused
from workflow_app.definitions.models import DefinitionVersion
from workflow_app.definitions.source import Source
from workflow_app.definitions.store import current, publish, published, version
from workflow_app.directory.models import Bureau
from workflow_app.engine import ENGINE_VERSION
from workflow_app.errors import NotFoundError


@pytest.fixture
def changed(source: Source) -> Source:
    """The same process with another summary."""
    return replace(source, form=source.form.replace("由教育局审批", "由县教育局审批"))


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements that a session sends meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_publishing_writes_a_version_and_an_event(act: Act, source: Source, catalogue: Catalogue) -> None:
    row = publish(act, source, catalogue)
    assert (row.number, row.content_hash, row.engine_version) == (1, source.content_hash, ENGINE_VERSION)
    assert (row.published_at, row.published_by) == (NOW, "测试员")
    assert Source.from_bundle(row.bundle) == source
    (told,) = act.session.scalars(select(AuditEvent)).all()
    assert (told.kind, told.body, told.content_hash) == (
        "definition_published",
        {"slug": "study-visit", "number": 1},
        source.content_hash,
    )


def test_the_same_content_is_no_new_version(act: Act, source: Source, catalogue: Catalogue) -> None:
    first = publish(act, source, catalogue)
    assert publish(act, source, catalogue).id == first.id
    assert act.session.scalar(select(func.count()).select_from(DefinitionVersion)) == 1
    assert act.session.scalar(select(func.count()).select_from(AuditEvent)) == 1


def test_new_content_is_the_next_version_and_the_old_one_stays(
    act: Act, source: Source, changed: Source, catalogue: Catalogue
) -> None:
    first = publish(act, source, catalogue)
    second = publish(act, changed, catalogue)
    assert (second.number, current(act.session, act.bureau_id, "study-visit")[0]) == (2, second.id)
    assert version(act.session, first.id).head.summary.zh.endswith("由教育局审批。")
    assert version(act.session, second.id).head.summary.zh.endswith("由县教育局审批。")


def test_earlier_content_becomes_current_again_under_its_number(
    act: Act, source: Source, changed: Source, catalogue: Catalogue
) -> None:
    first = publish(act, source, catalogue)
    publish(act, changed, catalogue)
    assert publish(act, source, catalogue).id == first.id
    assert current(act.session, act.bureau_id, "study-visit")[0] == first.id
    assert act.session.scalar(select(func.count()).select_from(AuditEvent)) == 3


def test_a_faulty_source_is_refused_and_nothing_is_written(act: Act, source: Source, catalogue: Catalogue) -> None:
    faulty = replace(source, form=source.form.replace("visits.register", "visits.enter"))
    with pytest.raises(DefinitionRefused) as refused:
        publish(act, faulty, catalogue)
    assert [f.code for f in refused.value.faults] == ["operation_unknown"]
    assert "没有名为“visits.enter”的操作" in str(refused.value.message)
    assert act.session.scalar(select(func.count()).select_from(DefinitionVersion)) == 0


def test_a_version_is_read_with_one_statement_and_then_with_none(
    database: Database, source: Source, catalogue: Catalogue
) -> None:
    with database.writing() as session:
        bureau = Bureau(
            code="qinghe", name="青禾县教育体育局", county="青禾县", document_word="青教体", policy_profile="003"
        )
        session.add(bureau)
        session.flush()
        row = publish(Act(session, system_actor(bureau.id), NOW), source, catalogue)
    with database.reading() as session:
        with counted(session) as sent:
            first = version(session, row.id)
        assert len(sent) == 1
        with counted(session) as sent:
            assert version(session, row.id) is first
        assert sent == []
        with counted(session) as sent:
            assert current(session, bureau.id, "study-visit") == (row.id, first)
        assert len(sent) == 1
        with counted(session) as sent:
            assert published(session, bureau.id) == ((row.id, first),)
        assert len(sent) == 1


@pytest.mark.sqlite  # PostgreSQL gives no id a second time.
def test_a_version_that_was_rolled_back_is_forgotten(
    database: Database, source: Source, changed: Source, catalogue: Catalogue
) -> None:
    def publish_one(session: Session, content: Source) -> int:
        act = Act(session, system_actor(1), NOW + timedelta(hours=1))
        row = publish(act, content, catalogue)
        assert version(session, row.id).content_hash == content.content_hash
        return row.id

    def publish_in_vain() -> None:
        with database.writing() as session:
            lost.append(publish_one(session, source))
            raise InterruptedError

    lost: list[int] = []
    with pytest.raises(InterruptedError):
        publish_in_vain()
    with database.writing() as session:
        kept = publish_one(session, changed)
    assert [kept] == lost, "the database gives the same id again"
    with database.reading() as session:
        assert version(session, kept).content_hash == changed.content_hash


def test_what_is_not_published_is_not_found(act: Act, source: Source, catalogue: Catalogue) -> None:
    publish(act, source, catalogue)
    with pytest.raises(NotFoundError):
        current(act.session, act.bureau_id + 1, "study-visit")
    with pytest.raises(NotFoundError):
        current(act.session, act.bureau_id, "pairing")
    with pytest.raises(NotFoundError):
        version(act.session, 999)
    assert published(act.session, act.bureau_id + 1) == ()
