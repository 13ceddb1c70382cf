"""Evidence on task pages, without scripts: uploaded, refused, removed, and seen by whoever sees its case."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.web.conftest import Browser, County
from tests.web.open_day import APPLICATION, PDF, Form, begin, file_application, file_of, publish_open_day, waiting_task
from workflow_app.audit.models import AuditEvent
from workflow_app.audit.verify import verify
from workflow_app.cases.proof import CONTENT_CHECKS
from workflow_app.database import Database
from workflow_app.files.models import StoredFile


@pytest.fixture(autouse=True)
def _published(database: Database, county: County) -> None:
    publish_open_day(database, county)


def test_two_files_at_once_are_two_files_with_an_event_each(clerk: Browser, county: County, database: Database) -> None:
    form = Form(clerk, begin(clerk))
    row = {**APPLICATION, "f-guests": "1", "f-guests-0-school": str(county.organisations["school_2"])}
    files = {"upload-evidence.plan": file_of(), "upload-evidence.consent.0": file_of("同意函.pdf", PDF + b"%2\n")}
    assert form.submit({**row, **files}).status_code == 303
    with database.reading() as session:
        told = session.scalars(select(AuditEvent.body).where(AuditEvent.kind == "file_uploaded")).all()
        assert {body["name"] for body in told} == {"方案.pdf", "同意函.pdf"}
        assert verify(session, checks=CONTENT_CHECKS).is_sound


def test_evidence_is_stored_when_it_is_uploaded(clerk: Browser, database: Database) -> None:
    form = Form(clerk, begin(clerk))
    data = {**APPLICATION, "upload-evidence.plan": file_of("开放日方案.pdf"), "upload": "evidence.plan"}
    answer = form.send(data, to="/files")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("#f-evidence-plan")
    with database.reading() as session:
        (file,) = session.scalars(select(StoredFile))
        session.expunge_all()
    page = clerk.get(form.path).text
    assert "开放日方案.pdf" in page
    assert file.sha256[:8] in page
    with clerk.get(f"/files/{file.id}") as got:
        assert got.data == PDF
        assert got.headers["Content-Disposition"].startswith("attachment")
    gone = form.send(
        {**APPLICATION, "f-evidence-plan": str(file.id), "file-remove": f"evidence.plan:{file.id}"}, to="/files"
    )
    assert gone.status_code == 303
    assert "开放日方案.pdf" not in clerk.get(form.path).text


def test_a_refused_file_is_told_beside_its_place(clerk: Browser, database: Database) -> None:
    form = Form(clerk, begin(clerk))
    upload = {"upload-evidence.plan": file_of("方案.pdf", b"MZ not a document"), "upload": "evidence.plan"}
    answer = form.send({**APPLICATION, **upload}, to="/files")
    assert answer.status_code == 422
    assert 'id="f-evidence-plan-error"' in answer.text
    assert 'value="春季校园开放日"' in answer.text
    with database.reading() as session:
        assert session.scalars(select(StoredFile)).all() == []


def test_a_file_of_another_case_is_refused(clerk: Browser, stranger: Browser, database: Database) -> None:
    file_application(clerk)
    with database.reading() as session:
        foreign = session.scalars(select(StoredFile.id)).one()
    answer = Form(stranger, begin(stranger)).submit({**APPLICATION, "f-evidence-plan": str(foreign)})
    assert answer.status_code == 422
    assert "活动方案的文件已失效，请重新上传" in answer.text
    assert "方案.pdf" not in answer.text, "what the file is called is the other case's too"


def test_files_follow_the_sight_of_their_case(
    clerk: Browser, officer: Browser, auditor: Browser, stranger: Browser, database: Database
) -> None:
    case_id = file_application(clerk)
    task_id = waiting_task(officer, case_id)
    Form(officer, task_id).submit({"f-decision": "agree", "upload-minutes": file_of("审核记录.pdf")})
    with database.reading() as session:
        plan, minutes = session.scalars(select(StoredFile.id).order_by(StoredFile.id)).all()
    for browser, file_id, status in (
        (clerk, plan, 200),
        (officer, plan, 200),
        (auditor, plan, 200),
        (stranger, plan, 404),
        (officer, minutes, 200),
        (auditor, minutes, 200),
        (clerk, minutes, 404),  # an internal step's file is not for the school
        (stranger, minutes, 404),
        (officer, 999, 404),
    ):
        with browser.get(f"/files/{file_id}") as answer:
            assert answer.status_code == status
