"""One writer at a time into an embedded database, across threads and processes."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from queue import Queue

import pytest
from sqlalchemy.exc import TimeoutError as WaitedTooLongError

from tests.county import NewCounty, open_task, table_counts
from tests.faults.losses import asked_to_try_again, desk, office
from tests.web.open_day import Form
from workflow_app import writer_gate
from workflow_app.writer_gate import WriterGate

pytestmark = pytest.mark.sqlite


def test_others_are_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, looks = str(tmp_path / "x.db"), list[float]()
    with ExitStack() as elsewhere:
        # The locks of a file opened anew are another's, in this process as in any.
        elsewhere.enter_context(WriterGate(path).passed())

        def look(seconds: float) -> None:
            looks.append(seconds)
            if len(looks) == 3:
                elsewhere.close()

        monkeypatch.setattr("workflow_app.writer_gate.time.sleep", look)
        with WriterGate(path).passed():
            assert looks == [writer_gate.LOOK_SECONDS] * 3


def test_the_first_to_come_is_the_first_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gates = [WriterGate(str(tmp_path / "x.db")) for _ in range(2)]
    waiting, may_look, passed = Queue[str](), threading.Event(), list[str]()

    def look(_seconds: float) -> None:
        if not may_look.is_set():
            waiting.put(threading.current_thread().name)
            may_look.wait(10)

    def come_by(gate: WriterGate) -> None:
        with gate.passed():
            passed.append(threading.current_thread().name)

    monkeypatch.setattr("workflow_app.writer_gate.time.sleep", look)
    names = ["third", "first", "fourth", "second", "fifth"]
    writers = [threading.Thread(target=come_by, args=(gates[n % 2],), name=name) for n, name in enumerate(names)]
    with gates[0].passed():
        for writer in writers:
            writer.start()
            assert waiting.get(timeout=10) == writer.name
    may_look.set()
    for writer in writers:
        writer.join()
    assert passed == names


def test_who_waits_too_long_is_told_so_and_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_gate, "LOCK_SECONDS", 0)
    gate = WriterGate(str(tmp_path / "x.db"))
    with gate.passed():
        for _ in range(2):
            with pytest.raises(WaitedTooLongError, match="others are writing"), gate.passed():
                pass
    with gate.passed():
        pass


def test_whoever_dies_while_waiting_or_writing_leaves_the_way_free(tmp_path: Path) -> None:
    path = str(tmp_path / "x.db")
    program = (
        f"import os\nfrom workflow_app.writer_gate import WriterGate\nwith WriterGate({path!r}).passed(): os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    with WriterGate(path).passed():
        pass


def test_an_officer_is_asked_to_try_again_while_another_process_writes(
    county_at: NewCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = county_at("approved")
    form = Form(desk(office(player), "limin"), open_task(player, "approval_draft").id)
    before = table_counts(player)
    monkeypatch.setattr(writer_gate, "LOCK_SECONDS", 0)
    with WriterGate(player.database.url.removeprefix("sqlite:///")).passed():
        assert asked_to_try_again(form.submit({}))
    assert table_counts(player) == before
    assert form.submit({}).status_code == 303
