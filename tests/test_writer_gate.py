"""One writer at a time into an embedded database, across threads and processes."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from sqlalchemy.exc import TimeoutError as WaitedTooLongError

from tests.county import NewCounty, open_task, table_counts
from tests.faults.losses import asked_to_try_again, desk, office
from tests.web.open_day import Form
from workflow_app import writer_gate
from workflow_app.writer_gate import WriterGate

pytestmark = pytest.mark.sqlite


@contextmanager
def _held_elsewhere(database: str) -> Iterator[IO[bytes]]:
    """What another process does: the lock on a file opened anew is another's, even within one process."""
    with Path(f"{database}-writer").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def test_another_process_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, looks = str(tmp_path / "x.db"), list[float]()
    with _held_elsewhere(path) as elsewhere:

        def look(seconds: float) -> None:
            looks.append(seconds)
            if len(looks) == 3:
                fcntl.flock(elsewhere, fcntl.LOCK_UN)

        monkeypatch.setattr("workflow_app.writer_gate.time.sleep", look)
        with WriterGate(path).passed():
            assert looks == [writer_gate.LOOK_SECONDS] * 3


def test_who_waits_too_long_is_told_so_and_the_way_stays_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_gate, "LOCK_SECONDS", 0)
    path, refused = str(tmp_path / "x.db"), list[str]()
    gate = WriterGate(path)

    def come_by() -> None:
        try:
            with gate.passed():
                refused.append("let in")
        except WaitedTooLongError as error:
            refused.append(str(error))

    with _held_elsewhere(path):
        come_by()
    with gate.passed():
        other = threading.Thread(target=come_by)
        other.start()
        other.join()
    come_by()
    assert refused == ["another process is writing", "another thread is writing", "let in"]


def test_an_officer_is_asked_to_try_again_while_another_process_writes(
    county_at: NewCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = county_at("approved")
    form = Form(desk(office(player), "limin"), open_task(player, "approval_draft").id)
    before = table_counts(player)
    monkeypatch.setattr(writer_gate, "LOCK_SECONDS", 0)
    with _held_elsewhere(player.database.url.removeprefix("sqlite:///")):
        assert asked_to_try_again(form.submit({}))
    assert table_counts(player) == before
    assert form.submit({}).status_code == 303
