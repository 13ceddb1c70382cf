"""Records: the PDF for those who may see the case, the public verification page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.conftest import NOW
from tests.web.conftest import Browser, County, NewBrowser, Time
from tests.web.open_day import PDF, file_application, publish_open_day
from workflow_app.columns import canonical_json, digest
from workflow_app.config import Config
from workflow_app.database import Database
from workflow_app.files.models import StoredFile
from workflow_app.files.store import FileStore
from workflow_app.records.models import IssuedRecord, RecordArtefact
from workflow_app.security.counters import VERIFICATIONS

CODE = "7Q2K9D4XYZABCDE"
CONTENT = {"number": "青教体复〔2026〕12号", "signed_on": "2026-04-07", "name": {"zh": "批复", "en": "Approval"}}


@pytest.fixture
def clerk(new_browser: NewBrowser, database: Database, county: County) -> Browser:
    """A browser that 王芳 of 第一中学 has signed in with."""
    publish_open_day(database, county)
    browser = new_browser()
    assert browser.sign_in("wangfang").status_code == 303
    return browser


@pytest.fixture
def record_id(database: Database, county: County, clerk: Browser) -> int:
    """An approval issued in a case of 第一中学, not public, not yet rendered."""
    case_id = file_application(clerk)
    with database.writing() as session:
        record = IssuedRecord(
            bureau_id=county.bureau_id,
            case_id=case_id,
            kind="approval",
            word="青教体复",
            year=2026,
            seq=12,
            number_text="青教体复〔2026〕12号",
            title="关于同意举办开放日的批复",
            issued_on=date(2026, 4, 7),
            issued_at=NOW,
            issued_by="郑国栋",
            content=CONTENT,
            content_hash=digest(canonical_json(CONTENT)),
            layout_version="1",
            verify_code=CODE,
            public=False,
        )
        session.add(record)
        session.flush()
        return record.id


def _render(config: Config, database: Database, county: County, record_id: int, kind: str, content: bytes) -> None:
    sha256, size = FileStore(config.data / "files").put(content)
    with database.writing() as session:
        file = StoredFile(
            bureau_id=county.bureau_id,
            owner=f"record:{record_id}",
            name="批复.pdf",
            media_type="application/pdf",
            size=size,
            sha256=sha256,
            uploaded_at=NOW,
        )
        session.add(file)
        session.flush()
        session.add(
            RecordArtefact(
                bureau_id=county.bureau_id, record_id=record_id, kind=kind, file_id=file.id, pages=1, made_at=NOW
            )
        )


def test_a_party_of_the_case_downloads_the_record(
    clerk: Browser, config: Config, database: Database, county: County, record_id: int
) -> None:
    _render(config, database, county, record_id, "original", PDF)
    with clerk.get(f"/records/{record_id}.pdf") as answer:
        assert answer.status_code == 200
        assert answer.data == PDF
        assert answer.mimetype == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("inline;")
        assert "no-store" in answer.headers["Cache-Control"]


def test_the_signed_copy_goes_before_the_original(
    clerk: Browser, config: Config, database: Database, county: County, record_id: int
) -> None:
    _render(config, database, county, record_id, "signed", PDF + b"signed")
    _render(config, database, county, record_id, "original", PDF)
    with clerk.get(f"/records/{record_id}.pdf") as answer:
        assert answer.data == PDF + b"signed"


def test_a_record_that_is_still_being_rendered_says_so(clerk: Browser, record_id: int) -> None:
    answer = clerk.get(f"/records/{record_id}.pdf")
    assert answer.status_code == 404
    assert "正在生成" in answer.text


def test_another_school_does_not_learn_that_the_record_exists(
    new_browser: NewBrowser, config: Config, database: Database, county: County, record_id: int
) -> None:
    _render(config, database, county, record_id, "original", PDF)
    other = new_browser()
    other.sign_in("zhaolei")
    hidden, missing = other.get(f"/records/{record_id}.pdf"), other.get("/records/4711.pdf")
    assert hidden.status_code == missing.status_code == 404
    assert "青教体复" not in hidden.text


def test_a_changed_file_is_not_handed_out(
    clerk: Browser, config: Config, database: Database, county: County, record_id: int
) -> None:
    _render(config, database, county, record_id, "original", PDF)
    path = next(p for p in (config.data / "files").glob("??/*") if p.read_bytes() == PDF)
    path.chmod(0o600)
    path.write_bytes(PDF + b"!")
    answer = clerk.get(f"/records/{record_id}.pdf")
    assert answer.status_code == 503
    assert "摘要不一致" in answer.text


@pytest.mark.parametrize("typed", [CODE, "7Q2K9-D4XYZ-ABCDE", "7q2k9 d4xyz abcde"])
def test_anyone_can_check_a_code(browser: Browser, record_id: int, typed: str) -> None:
    page = browser.get(f"/v/{typed}").text
    assert "核验通过" in page
    assert "青教体复〔2026〕12号" in page
    assert "青禾县教育体育局" in page
    assert digest(canonical_json(CONTENT)) in page


def test_the_form_leads_to_the_address_of_the_code(browser: Browser) -> None:
    assert browser.get("/v?code=7q2k9 d4xyz-abcde").location == "/v/7Q2K9-D4XYZ-ABCDE"


def test_the_page_tells_no_more_than_the_paper(browser: Browser, database: Database, record_id: int) -> None:
    page = browser.get(f"/v/{CODE}").text
    assert "关于同意举办开放日的批复" not in page
    assert "郑国栋" not in page
    with database.writing() as session:
        session.get_one(IssuedRecord, record_id).public = True
    assert "关于同意举办开放日的批复" in browser.get(f"/v/{CODE}").text


@pytest.mark.parametrize("code", ["7Q2K9-D4XYZ-ABCDF", "x", "-", "A" * 300, "<script>"])
def test_an_unknown_code_is_said_to_be_unknown(browser: Browser, record_id: int, code: str) -> None:
    answer = browser.get(f"/v/{code}")
    assert answer.status_code == 200
    assert "没有查到" in answer.text
    assert "<script>" not in answer.text.split("<body>")[1]


def test_codes_cannot_be_guessed_in_bulk(browser: Browser, record_id: int, time: Time) -> None:
    for _ in range(VERIFICATIONS.attempts):
        assert browser.get("/v/AAAAA-AAAAA-AAAAA").status_code == 200
    assert browser.get(f"/v/{CODE}").status_code == 429
    assert browser.get("/v").status_code == 200
    time.now += timedelta(minutes=VERIFICATIONS.window_minutes)
    assert browser.get(f"/v/{CODE}").status_code == 200


def test_a_record_that_was_changed_is_not_vouched_for(browser: Browser, database: Database, record_id: int) -> None:
    with database.writing() as session:
        session.get_one(IssuedRecord, record_id).content = {**CONTENT, "title": ["别的标题"]}
    page = browser.get(f"/v/{CODE}").text
    assert "与制发时不一致" in page
    assert "核验通过" not in page
