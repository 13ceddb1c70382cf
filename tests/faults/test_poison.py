"""One broken case holds up nobody else, and somebody is told (G-15)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.county import (
    E1_CASE,
    NewCounty,
    acting,
    case_of,
    events_of,
    open_elements,
    open_task,
    rows,
    submissions_of,
    table_counts,
)
from tests.faults.crowd import gather
from tests.faults.invariants import check
from tests.web.conftest import Browser
from tests.web.open_day import Form
from workflow_app.cases import follow
from workflow_app.cases.incidents import report_stuck
from workflow_app.cases.models import Case, Incident
from workflow_app.demo.county import PASSWORD
from workflow_app.demo.player import Player
from workflow_app.jobs.models import Job
from workflow_app.web import create_app
from workflow_app.worker import make_worker

AGREE = {"decision": "agree", "opinion": "同意。"}


def spoil(player: Player, case_id: int) -> bytes:
    """Damage the stored state of a case; returns what it was."""
    state = case_of(player, case_id).state
    _store(player, case_id, state[: len(state) // 2])
    return state


def _store(player: Player, case_id: int, state: bytes) -> None:
    with player.database.writing() as session:
        session.execute(update(Case).where(Case.id == case_id).values(state=state))


def incidents(player: Player) -> list[tuple[int | None, str]]:
    return [(i.case_id, i.kind) for i in rows(player, select(Incident).order_by(Incident.id))]


def test_a_case_that_cannot_be_read_holds_up_no_other_deadline(player: Player) -> None:
    first, broken, last = gather(player, 3, "posted")
    state = spoil(player, broken)
    began = player.now
    player.at("2026-05-08 09:00")
    assert [open_elements(player, case_id) for case_id in (first, last)] == [["notice_result"]] * 2
    assert incidents(player) == [(broken, "case_stuck")]
    (told,) = events_of(player, "incident_opened", broken)
    assert told.at > began
    assert [v.where for v in check(player.database, player.config.data)] == [f"case:{broken}"]

    (job,) = rows(player, select(Job).where(Job.kind == "fire_deadline", Job.error.is_not(None)))
    assert (job.done_at, job.failed_at) == (None, None), "it goes on being tried"
    _store(player, broken, state)
    player.now += timedelta(hours=2)
    make_worker(player.config, player.database, lambda: player.now).run_once()
    assert open_elements(player, broken) == ["notice_result"], "a repaired case moves on by itself"
    assert incidents(player) == [(broken, "case_stuck")], "told once, however often it was tried"
    assert check(player.database, player.config.data) == []


def test_the_incident_is_open_within_a_minute(player: Player) -> None:
    (broken,) = gather(player, 1, "posted")
    spoil(player, broken)
    player.at("2026-05-07 23:59")
    assert incidents(player) == []
    player.at("2026-05-08 00:01")
    assert incidents(player) == [(broken, "case_stuck")]


def test_who_answers_in_a_broken_case_is_told_and_nothing_is_written(county_at: NewCounty) -> None:
    player = county_at("approved")
    app = create_app(player.config, database=player.database, clock=lambda: player.now)
    browser = Browser(app.test_client())
    assert browser.sign_in("limin", PASSWORD).status_code == 303
    form = Form(browser, open_task(player, "approval_draft").id)
    spoil(player, E1_CASE)
    before = table_counts(player)
    for _ in range(2):
        answer = form.submit({})
        assert answer.status_code == 500
        assert "已登记为异常" in answer.text
    assert incidents(player) == [(E1_CASE, "case_stuck")]
    changed = {name: count - before[name] for name, count in table_counts(player).items() if count != before[name]}
    assert changed == {"incident": 1, "audit_event": 1}
    assert submissions_of(player, "approval_draft") == []
    assert browser.get("/inbox").status_code == 200, "reads never run the engine"
    assert browser.get(f"/cases/{E1_CASE}").status_code == 200


def test_a_case_that_goes_round_too_often_is_an_incident_once(
    county_at: NewCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = county_at("approved")
    player.do("limin", E1_CASE, "approval_draft", {})
    assert incidents(player) == []
    monkeypatch.setattr(follow, "DEPTH_ALARM", 10)
    for _ in range(2):
        player.do("zhoumin", E1_CASE, "approval_review", {"decision": "return", "opinion": "请修改。"})
        player.do("limin", E1_CASE, "approval_draft", {})
    assert incidents(player) == [(E1_CASE, "too_many_rounds")]
    assert len(events_of(player, "incident_opened")) == 1
    assert check(player.database, player.config.data) == []


def test_what_is_named_may_be_gone(county_at: NewCounty) -> None:
    player = county_at("approved")
    with acting(player, "limin") as act:
        report_stuck(act, {"task_id": 10**9}, "gone")
        report_stuck(act, {}, "nothing named")
    assert incidents(player) == []
