"""The job that makes the bytes: once, whole, of the frozen content."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from tests.conftest import NOW
from tests.records.conftest import Issuing
from workflow_app.act import Act
from workflow_app.audit.models import AuditEvent
from workflow_app.audit.proof import row_hash
from workflow_app.files.models import StoredFile
from workflow_app.files.store import FileStore
from workflow_app.jobs.models import Job
from workflow_app.records import OPERATIONS, handlers
from workflow_app.records.models import IssuedRecord, RecordArtefact


@pytest.fixture
def record(act: Act, issuing: Issuing) -> IssuedRecord:
    """An issued approval, not yet rendered."""
    OPERATIONS["records.issue"](issuing("approval"))
    return act.session.scalars(select(IssuedRecord)).one()


def work(act: Act, store: FileStore, bureau_id: int | None = None) -> None:
    """Do the job as the worker does."""
    job = act.session.scalars(select(Job).where(Job.kind == "render_record")).one()
    handlers(store)[job.kind](act.session, job.args, bureau_id or job.bureau_id, NOW)
    act.session.flush()


def test_the_bytes_are_kept_with_the_case(act: Act, record: IssuedRecord, tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    work(act, store)
    artefact = act.session.scalars(select(RecordArtefact)).one()
    file = act.session.get_one(StoredFile, artefact.file_id)
    assert (artefact.record_id, artefact.kind, artefact.pages) == (record.id, "original", 2)
    assert (file.owner, file.media_type) == ("case:1", "application/pdf")
    assert file.name.startswith("青教体复〔2026〕1号")
    data = store.path(file.sha256).read_bytes()
    assert "青教体复〔2026〕1号" in "".join(PdfReader(io.BytesIO(data)).pages[0].extract_text().split())
    event = act.session.scalars(select(AuditEvent).where(AuditEvent.kind == "record_rendered")).one()
    told = {"record_id": record.id, "artefact_id": artefact.id, "file_id": file.id, "sha256": file.sha256, "pages": 2}
    assert event.body == {**told, "artefact_hash": row_hash(artefact), "file_hash": row_hash(file)}


def test_a_job_done_twice_is_done_once(act: Act, record: IssuedRecord, tmp_path: Path) -> None:
    work(act, FileStore(tmp_path))
    work(act, FileStore(tmp_path))
    assert len(act.session.scalars(select(RecordArtefact)).all()) == 1
    assert len(act.session.scalars(select(StoredFile)).all()) == 1


def test_a_record_of_another_bureau_is_not_touched(act: Act, record: IssuedRecord, tmp_path: Path) -> None:
    with pytest.raises(NoResultFound):
        work(replace(act), FileStore(tmp_path), bureau_id=act.bureau_id + 1)
    assert act.session.scalars(select(RecordArtefact)).all() == []
