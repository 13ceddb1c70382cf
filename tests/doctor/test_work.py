"""A worker that is dead, behind or silent is noticed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from tests.conftest import NOW
from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.doctor import Finding, Place, work
from workflow_app.hourly import SWEEP
from workflow_app.jobs import enqueue
from workflow_app.jobs.models import Job


def _says(finding: Finding, state: str, words: str) -> None:
    assert (finding.state, words in str(finding.message)) == (state, True), finding
    assert (finding.advice is None) == (state == "fine")


def _ago(act: Act, **amount: float) -> Act:
    return Act(act.session, act.actor, NOW - timedelta(**amount))


def test_a_worker_that_never_ran_or_fell_silent(place: Place, act: Act) -> None:
    _says(work.worker(place, act.session), "warning", "还没有运行过")
    enqueue(act, SWEEP, {}, "sweep:1")
    act.session.execute(update(Job).values(done_at=NOW - timedelta(hours=3)))
    _says(work.worker(place, act.session), "fault", "3小时没有动静")
    act.session.execute(update(Job).values(done_at=NOW - timedelta(hours=1)))
    _says(work.worker(place, act.session), "fine", "正常")


def test_jobs_that_nobody_takes(place: Place, act: Act) -> None:
    enqueue(_ago(act, minutes=4), "remind", {}, "a")
    _says(work.waiting_jobs(place, act.session), "fine", "没有积压")
    enqueue(_ago(act, minutes=7), "remind", {}, "b")
    _says(work.waiting_jobs(place, act.session), "fault", "等了7分钟")
    act.session.execute(update(Job).values(lease_until=NOW + timedelta(minutes=1)))
    _says(work.waiting_jobs(place, act.session), "fine", "没有积压")
    act.session.execute(update(Job).values(failed_at=NOW))
    _says(work.waiting_jobs(place, act.session), "warning", "有2项后台工作多次失败")


def test_a_log_that_nobody_vouches_for(place: Place, act: Act) -> None:
    body = {"chains": 1, "events": 1, "digest": "0" * 64}
    _says(work.checkpoint(place, act.session), "warning", "还没有做过")
    append(_ago(act, hours=5), "security", "checkpoint_made", "chain:security", body)
    act.session.flush()
    _says(work.checkpoint(place, act.session), "warning", "5小时前")
    append(_ago(act, hours=1), "security", "checkpoint_made", "chain:security", body)
    act.session.flush()
    _says(work.checkpoint(place, act.session), "fine", "elsewhere")
    beside = Place(replace(place.config, checkpoints=None), lambda: NOW)
    _says(work.checkpoint(beside, act.session), "warning", "放在同一处")
