"""Pages never run the engine; what they show and what acts continue is all in the database."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.county import NewCounty, case_of, open_elements, open_task
from workflow_app import cases, engine
from workflow_app.cases.task_form import task_form
from workflow_app.demo import formation
from workflow_app.demo.player import Player

RUNS = ("start", "complete", "fire", "send", "return_to")

Read = Callable[[Player, Any, Any], object]

READS: dict[str, Read] = {
    "inbox": lambda player, session, actor: cases.inbox(session, actor, today=player.now.date()).rows,
    "inbox_calendar": lambda player, session, actor: (
        cases.inbox(session, actor, today=player.now.date(), days=(player.now.date(), date.max)).due
    ),
    "task_page": lambda player, session, actor: cases.task_page(
        session, actor, open_task(player, "first_review").id, player.now
    ),
    "task_form": lambda player, session, actor: task_form(session, actor, open_task(player, "first_review").id),
    "case_page": lambda player, session, actor: cases.case_page(session, actor, 1, player.now),
    "my_cases": lambda player, session, actor: cases.my_cases(session, actor, today=player.now.date()).lines,
    "done_by_me": lambda _, session, actor: cases.done_by_me(session, actor).rows,
    "startable": lambda player, session, _: cases.startable(session, player.actor(session, "linxiao")),
}


@pytest.fixture
def halted(county_at: NewCounty, monkeypatch: pytest.MonkeyPatch) -> Player:
    """E1 at its first review, with an engine that refuses to run."""
    player = county_at("accepted")

    def runs(*_: object, **__: object) -> None:
        raise AssertionError("the engine was run")

    for name in RUNS:
        monkeypatch.setattr(engine, name, runs)
    return player


@pytest.mark.parametrize("name", list(READS))
def test_no_read_runs_the_engine(halted: Player, name: str) -> None:
    with halted.database.reading() as session:
        assert READS[name](halted, session, halted.actor(session, "limin"))


def test_acts_do_run_it(halted: Player) -> None:
    """The proof that the tests above can fail."""
    reasons = {"schools.staffing": formation.STAFFING_REASON}
    with pytest.raises(AssertionError, match="the engine was run"):
        halted.do("limin", 1, "first_review", {"decision": "agree", "opinion": "同意。", "reasons": reasons})
    with pytest.raises(AssertionError, match="the engine was run"):
        halted.withdraw("linxiao", 1, "布局调整。")
    with pytest.raises(AssertionError, match="the engine was run"):
        halted.start("linxiao", "group-formation")
    assert open_elements(halted) == ["first_review"]


CONTINUE = """
import sys
from pathlib import Path
import workflow_app.tables
from tests.county import STAGES, open_county
from workflow_app.demo.player import moment

folder, url, now, stage = sys.argv[1:]
player = open_county(Path(folder), url, moment(now))
dict(STAGES)[stage](player, 1)
player.database.dispose()
"""


@pytest.mark.parametrize(
    ("stage", "following", "leads_to"),
    [
        ("filed", "supplied", ["accept_review"]),
        ("reviewed", "assessed", ["notice_post"]),
        ("posted", "undisputed", ["committee"]),
        ("approved", "issued", ["file_charter"]),
        ("issued", "founded", []),
    ],
)
def test_a_fresh_process_goes_on_where_the_other_stopped(
    county_at: NewCounty, stage: str, following: str, leads_to: list[str]
) -> None:
    player = county_at(stage)
    player.database.dispose()
    now = player.now.strftime("%Y-%m-%d %H:%M")
    arguments = [str(player.config.data), player.database.url, now, following]
    command = [sys.executable, "-W", "error", "-c", CONTINUE, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert open_elements(player) == leads_to
    assert (case_of(player).outcome == "founded") is (following == "founded")
