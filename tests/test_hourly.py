"""The hourly jobs: one of each an hour, however many workers there are."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.files.test_store import age
from workflow_app.act import Act, system_actor
from workflow_app.audit.append import append
from workflow_app.audit.checkpoint import signing_key, verify_checkpoint
from workflow_app.audit.keeping import keep_checkpoint
from workflow_app.audit.models import AuditEvent
from workflow_app.config import Config, from_environment
from workflow_app.database import Database
from workflow_app.directory.organisations import found_bureau
from workflow_app.files.store import FileStore
from workflow_app.hourly import KEPT, KINDS, Hourly
from workflow_app.jobs.models import Job
from workflow_app.worker import make_worker


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings with a data folder of one's own."""
    return from_environment({"WORKFLOW_APP_DATA": str(tmp_path / "data")})


@pytest.fixture
def founded(database: Database) -> Database:
    """A database with two bureaus."""
    with database.writing() as session:
        for code in ("qinghe", "luxi"):
            found_bureau(session, NOW, code=code, name=code, county=code, document_word="青教体", policy_profile="003")
    return database


def _keys(database: Database) -> list[str]:
    with database.reading() as session:
        return [key.partition(":")[2] for key in session.scalars(select(Job.key).order_by(Job.id))]


def test_two_workers_make_one_job_of_each_kind_in_an_hour(founded: Database) -> None:
    now = [NOW]
    workers = [Hourly(founded, lambda: now[0]) for _ in range(2)]
    for minutes in (0, 20, 59):
        now[0] = NOW + timedelta(minutes=minutes)
        for worker in workers:
            worker.wish()
    assert _keys(founded) == [f"{kind}:2026040801" for kind in KINDS]
    now[0] = NOW + timedelta(hours=30)
    for worker in workers:
        worker.wish()
    assert _keys(founded)[len(KINDS) :] == [f"{kind}:2026040907" for kind in KINDS]


def test_before_a_bureau_is_founded_there_is_nothing_to_do(database: Database) -> None:
    Hourly(database, lambda: NOW).wish()
    assert _keys(database) == []


def test_rows_of_old_hours_go(founded: Database, config: Config) -> None:
    Hourly(founded, lambda: NOW).wish()
    make_worker(config, founded, lambda: NOW).run_once()
    Hourly(founded, lambda: NOW + KEPT).wish()
    assert len(_keys(founded)) == 2 * len(KINDS)
    Hourly(founded, lambda: NOW + KEPT + timedelta(hours=1)).wish()
    assert _keys(founded) == [f"{kind}:20260508{hour}" for hour in ("01", "02") for kind in KINDS]


def test_the_worker_sweeps_and_vouches(founded: Database, config: Config) -> None:
    store = FileStore(config.data / "files")
    orphan, _ = store.put(b"orphan")
    age(store.path(orphan), timedelta(hours=2))
    now = datetime.now(UTC)  # the sweep compares with the times of the disk
    Hourly(founded, lambda: now).wish()
    assert make_worker(config, founded, lambda: now).run_once() == len(KINDS)
    with founded.reading() as session:
        assert [job.kind for job in session.scalars(select(Job)) if job.done_at is None] == []
        assert not store.path(orphan).exists()
        (file,) = config.checkpoint_folder.iterdir()
        assert verify_checkpoint(session, json.loads(file.read_text()), signing_key(config).public_key()) == []


def test_a_checkpoint_goes_where_the_settings_say(founded: Database, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    config = from_environment({"WORKFLOW_APP_DATA": str(tmp_path / "data"), "WORKFLOW_APP_CHECKPOINTS": str(elsewhere)})
    with founded.writing() as session:
        assert keep_checkpoint(session, config, NOW) == elsewhere / "checkpoint-20260408-090000.json"


def test_a_checkpoint_is_told_of_in_every_bureau(founded: Database, config: Config) -> None:
    with founded.writing() as session:
        for bureau_id in (1, 2):
            append(Act(session, system_actor(bureau_id), NOW), "policy", "case_closed", "task:1", {"outcome": "x"})
        target = keep_checkpoint(session, config, NOW)
        session.flush()
        told = session.execute(
            select(AuditEvent.bureau_id, AuditEvent.body).where(AuditEvent.kind == "checkpoint_made")
        ).all()
    sha256 = hashlib.sha256(target.read_bytes()).hexdigest()
    assert [(bureau_id, body["digest"]) for bureau_id, body in told] == [(1, sha256), (2, sha256)]


def test_each_hour_is_kept_for_a_week_and_then_each_day(founded: Database, config: Config) -> None:
    start = datetime(2026, 4, 7, 16, tzinfo=UTC)  # midnight in the county
    with founded.writing() as session:
        for hour in range(0, 24 * 9, 6):
            keep_checkpoint(session, config, start + timedelta(hours=hour))
    kept = sorted(
        path.name.removeprefix("checkpoint-").partition(".")[0] for path in config.checkpoint_folder.iterdir()
    )
    assert kept[:3] == ["20260408-000000", "20260409-000000", "20260409-180000"]
    assert len(kept) == 2 + 1 + 7 * 4
