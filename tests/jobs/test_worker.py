"""Every effect exactly once, whatever becomes of the workers."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.databases import Databases
from workflow_app.act import Act, Actor
from workflow_app.database import Database
from workflow_app.jobs.models import Job
from workflow_app.jobs.queue import Wish, cancel, enqueue, enqueue_all
from workflow_app.jobs.worker import Claimed, Worker
from workflow_app.notices.models import Notice


class MovableClock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@pytest.fixture
def clock() -> MovableClock:
    """A clock at NOW."""
    return MovableClock()


def leave_a_notice(session: Session, args: Mapping[str, Any], bureau_id: int, now: datetime) -> None:
    """The effect of a job: one notice."""
    session.add(Notice(bureau_id=bureau_id, person_id=args["person"], kind="test", message={}, at=now))
    session.flush()


def _wish(database: Database, count: int = 1, due_at: datetime = NOW) -> None:
    with database.writing() as session:
        act = Act(session, Actor(bureau_id=1, name="测试员"), NOW)
        enqueue_all(act, [Wish("leave", f"leave:{i}", {"person": i}, due_at) for i in range(count)])


def _effects(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(Notice.person_id).order_by(Notice.person_id)))


def _worker(database: Database, clock: MovableClock, name: str = "w", **options: Any) -> Worker:
    return Worker(database, {"leave": leave_a_notice}, clock, name, **options)


def test_due_jobs_are_done_in_order_and_once(database: Database, clock: MovableClock) -> None:
    _wish(database, 7)
    worker = _worker(database, clock)
    assert [worker.run_once() for _ in range(3)] == [5, 2, 0]
    assert _effects(database) == list(range(7))
    with database.reading() as session:
        assert set(session.scalars(select(Job.done_at))) == {NOW}


def test_a_job_waits_for_its_time(database: Database, clock: MovableClock) -> None:
    _wish(database, due_at=NOW + timedelta(seconds=1))
    worker = _worker(database, clock)
    assert worker.run_once() == 0
    clock.advance(seconds=1)
    assert worker.run_once() == 1


def test_a_handler_that_fails_leaves_nothing_and_is_tried_again_later(database: Database, clock: MovableClock) -> None:
    _wish(database)

    def fail_first(session: Session, args: Mapping[str, Any], bureau_id: int, now: datetime) -> None:
        leave_a_notice(session, args, bureau_id, now)
        if clock.now == NOW:
            raise RuntimeError("打印机没有纸")

    worker = Worker(database, {"leave": fail_first}, clock, "w")
    assert worker.run_once() == 1
    assert _effects(database) == []
    with database.reading() as session:
        assert session.scalars(select(Job.error)).all() == ["RuntimeError: 打印机没有纸"]
    clock.advance(seconds=14)
    assert worker.run_once() == 0
    clock.advance(seconds=1)
    assert worker.run_once() == 1
    assert _effects(database) == [0]


def test_pauses_double_until_the_job_is_given_up(database: Database, clock: MovableClock) -> None:
    _wish(database)
    given_up: list[tuple[Claimed, str]] = []

    def fail(*_arguments: object) -> None:
        raise RuntimeError("总是失败")

    def note(session: Session, job: Claimed, error: str, now: datetime) -> None:
        given_up.append((job, error))
        leave_a_notice(session, {"person": 99}, job.bureau_id, now)

    worker = Worker(database, {"leave": fail}, clock, "w", max_tries=3, on_give_up=note)
    for seconds in (15, 30):
        assert worker.run_once() == 1
        clock.advance(seconds=seconds - 1)
        assert worker.run_once() == 0
        clock.advance(seconds=1)
    assert worker.run_once() == 1
    clock.advance(days=1)
    assert worker.run_once() == 0
    assert [(job.kind, error) for job, error in given_up] == [("leave", "RuntimeError: 总是失败")]
    assert _effects(database) == [99]
    with database.reading() as session:
        assert session.scalars(select(Job.tries).where(Job.failed_at.is_not(None))).all() == [3]


def test_a_kind_without_a_handler_fails_and_is_seen(database: Database, clock: MovableClock) -> None:
    _wish(database)
    assert Worker(database, {}, clock, "w").run_once() == 1
    with database.reading() as session:
        assert session.scalars(select(Job.error)).all() == ["KeyError: 'leave'"]


def test_one_poisoned_job_does_not_hold_up_the_others(database: Database, clock: MovableClock) -> None:
    _wish(database, 3)

    def fail_zero(session: Session, args: Mapping[str, Any], bureau_id: int, now: datetime) -> None:
        if args["person"] == 0:
            raise RuntimeError("毒")
        leave_a_notice(session, args, bureau_id, now)

    Worker(database, {"leave": fail_zero}, clock, "w").run_once()
    assert _effects(database) == [1, 2]


def test_a_zombie_whose_lease_has_passed_changes_nothing(database: Database, clock: MovableClock) -> None:
    """The zombie sleeps between its claim and its work; another worker takes over; the zombie wakes up."""
    _wish(database)
    zombie, heir = _worker(database, clock, "same"), _worker(database, clock, "same")
    claimed = zombie._claim()
    clock.advance(seconds=61)
    assert heir.run_once() == 1
    for job in claimed:
        zombie._run(job)
    assert _effects(database) == [0]


def test_a_zombie_does_not_even_disturb_its_own_second_claim(database: Database, clock: MovableClock) -> None:
    _wish(database)
    worker = _worker(database, clock)
    (first,) = worker._claim()
    clock.advance(seconds=61)
    (second,) = worker._claim()
    worker._run(first)
    assert _effects(database) == []
    worker._run(second)
    assert _effects(database) == [0]


def test_a_lease_that_runs_is_respected(database: Database, clock: MovableClock) -> None:
    _wish(database)
    _worker(database, clock)._claim()
    clock.advance(seconds=59)
    assert _worker(database, clock).run_once() == 0


def test_a_job_cancelled_after_its_claim_has_no_effect(database: Database, clock: MovableClock) -> None:
    _wish(database)
    worker = _worker(database, clock)
    (job,) = worker._claim()
    with database.writing() as session:
        cancel(Act(session, Actor(bureau_id=1, name="测试员"), NOW), "leave:0")
    worker._run(job)
    assert _effects(database) == []


def test_a_job_whose_worker_always_dies_is_given_up(database: Database, clock: MovableClock) -> None:
    _wish(database)
    for _ in range(2):
        _worker(database, clock)._claim()
        clock.advance(seconds=61)
    assert _worker(database, clock, max_tries=2).run_once() == 1
    assert _effects(database) == []
    with database.reading() as session:
        assert session.scalars(select(Job.failed_at)).all() == [clock.now]


def test_two_workers_share_the_work(database: Database, clock: MovableClock) -> None:
    _wish(database, 40)

    def run(worker: Worker) -> None:
        while worker.run_once():
            pass

    threads = [threading.Thread(target=run, args=(_worker(database, clock, f"w{i}"),)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _effects(database) == list(range(40))


def test_running_until_stopped(database: Database, clock: MovableClock) -> None:
    _wish(database)
    stop = threading.Event()

    def leave_and_stop(session: Session, args: Mapping[str, Any], bureau_id: int, now: datetime) -> None:
        leave_a_notice(session, args, bureau_id, now)
        stop.set()

    Worker(database, {"leave": leave_and_stop}, clock, "w").run_until(stop, poll_seconds=60)
    assert _effects(database) == [0]


def test_a_database_that_is_away_is_waited_for(clock: MovableClock, databases: Databases, tmp_path: Path) -> None:
    empty = Database(databases.new(tmp_path))
    stop = threading.Event()

    def now() -> datetime:
        stop.set()
        return NOW

    Worker(empty, {}, now, "w").run_until(stop, poll_seconds=0)
    empty.dispose()
    databases.drop(empty.url)


def test_a_worker_killed_in_mid_transaction_repeats_nothing(database: Database, clock: MovableClock) -> None:
    """SIGKILL with the effect written but not committed, again and again; at the end every effect is there once."""
    _wish(database, 12)
    kills = 0
    for die_at in (0, 3, 7, 11):
        arguments = [sys.executable, "-m", "tests.jobs.mortal_worker", database.url, clock.now.isoformat(), str(die_at)]
        ended = subprocess.run(arguments, check=False, timeout=60)
        kills += ended.returncode == -signal.SIGKILL
        clock.advance(seconds=61)
    assert kills == 4
    worker = _worker(database, clock)
    while worker.run_once():
        pass
    assert _effects(database) == list(range(12))
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(Job.done_at.is_not(None))) == 12


def test_enqueueing_is_undone_with_the_act(database: Database, clock: MovableClock) -> None:
    def act_that_fails() -> None:
        with database.writing() as session:
            enqueue(Act(session, Actor(bureau_id=1, name="测试员"), NOW), "leave", {"person": 1}, "leave:1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act_that_fails()
    assert _worker(database, clock).run_once() == 0
