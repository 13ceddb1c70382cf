"""The database or the disk is away for a while: people are asked to try again, nothing is torn, and it goes on without
a restart (G-09, G-12, G-16)."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from tests.county import County, NewCounty, open_task, rows, table_counts
from tests.databases import Databases, PostgresDatabases
from tests.faults.invariants import check
from tests.faults.losses import Losses, asked_to_try_again, cut_while_acting, desk, office, restart_while_acting
from tests.postgres import running_server
from tests.web.open_day import Form, file_of
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.player import Player
from workflow_app.files.models import StoredFile

TIMES = 10


def sound(player: Player) -> None:
    """The county holds to every invariant."""
    assert check(player.database, player.config.data) == []


@pytest.mark.postgresql
def test_connections_are_cut_while_people_act(county_at: NewCounty) -> None:
    player = county_at("approved")
    losses = Losses()
    cut_while_acting(player, TIMES, losses)
    assert losses.cut >= TIMES
    sound(player)


@pytest.mark.postgresql
def test_the_server_is_restarted_under_a_running_office(databases: Databases, tmp_path: Path) -> None:
    with running_server() as url:
        (tmp_path / "county").mkdir()
        player = County(tmp_path / "county", PostgresDatabases(url)).copy("approved", tmp_path / "data")
        restart_while_acting(player, 2, Losses())
        sound(player)
        player.database.dispose()


@contextmanager
def all_connections_in_use(player: Player) -> Iterator[None]:
    """Somebody holds every connection of the pool; whoever waits is not kept waiting long in a test."""
    pool: Any = player.database.engine.pool
    pool._timeout = 0.05
    held = []
    try:
        for _ in range(pool.size() + pool._max_overflow):
            held.append(player.database.engine.connect())
        yield
    finally:
        for connection in held:
            connection.close()


def test_no_connection_to_spare(county_at: NewCounty) -> None:
    player = county_at("approved")
    browser = desk(office(player), "limin")
    form = Form(browser, open_task(player, "approval_draft").id)
    before = table_counts(player)
    with all_connections_in_use(player):
        assert asked_to_try_again(form.submit({}))
        assert asked_to_try_again(browser.get("/inbox"))
    assert table_counts(player) == before
    assert form.submit({}).status_code == 303
    sound(player)


@pytest.mark.sqlite
@pytest.mark.parametrize("lock", ["IMMEDIATE", "EXCLUSIVE"])
def test_another_program_keeps_the_database_locked(county_at: NewCounty, lock: str) -> None:
    player = county_at("approved")
    event.listen(player.database.engine, "connect", _be_impatient)
    browser = desk(office(player), "limin")
    form = Form(browser, open_task(player, "approval_draft").id)
    before = table_counts(player)
    other = sqlite3.connect(player.database.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute(f"BEGIN {lock}")
    assert asked_to_try_again(form.submit({}))
    other.execute("ROLLBACK")
    other.close()
    assert table_counts(player) == before
    assert form.submit({}).status_code == 303
    sound(player)


def _be_impatient(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout=50")


def _failing(call: Callable[..., Any], nth: int, code: int, calls: list[int]) -> Callable[..., Any]:
    def fails(*arguments: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == nth:
            raise OSError(code, os.strerror(code))
        return call(*arguments, **named)

    return fails


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["disk full", "input error"])
def test_the_disk_fails_at_each_step_of_an_upload(
    county_at: NewCounty, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """The n-th call of the operating system fails, for every n: no row without its file, no act without its event."""
    player = county_at("undisputed")
    browser, task_id = desk(office(player), "qiankun"), open_task(player, "committee").id
    nth = 0
    while True:
        nth += 1
        form = Form(browser, task_id)
        before = table_counts(player)
        calls: list[int] = []
        with monkeypatch.context() as broken:
            for name in ("open", "fsync", "replace", "utime"):
                broken.setattr(f"workflow_app.files.store.os.{name}", _failing(getattr(os, name), nth, code, calls))
            answer = form.send(
                {"upload-evidence.minutes": file_of(f"纪要{nth}.pdf", sample_pdf(f"纪要{nth}"))}, to="/files"
            )
        sound(player)
        if len(calls) < nth:
            break
        assert answer.status_code == (503 if code == errno.ENOSPC else 500), f"call {nth}: {answer.text}"
        assert table_counts(player) == before, f"call {nth} has left something"
    assert answer.status_code == 303
    assert nth > 5, "there were calls to fail"
    assert len(rows(player, select(StoredFile).where(StoredFile.name == f"纪要{nth}.pdf"))) == 1
