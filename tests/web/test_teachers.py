"""The registers of mentoring and support teaching: as of a day, own lines for a school, names masked for an auditor."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.web.conftest import Browser, County, NewBrowser, signed_in
from workflow_app.database import Database
from workflow_app.registers.teacher_models import (
    MentoringAgreement,
    MentoringApprentice,
    MentoringLog,
    MentoringOutcome,
    SupportResult,
    SupportService,
)
from workflow_app.web.teachers import PAGE


@pytest.fixture(autouse=True)
def registers(database: Database, county: County) -> None:
    """A mentor of the first school with an apprentice of the second, reviewed; a service that ended early."""
    first, second = county.organisations["school_1"], county.organisations["school_2"]
    with database.writing() as session:
        common = {"bureau_id": county.bureau_id, "case_id": 999, "recorded_at": NOW}
        agreement = MentoringAgreement(
            **common,
            kind="mentor",
            mentor="林栀",
            mentor_no="T260101",
            mentor_title="senior",
            mentor_school_id=first,
            school_id=second,
            subject="语文",
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
            review_on=date(2026, 12, 1),
            approved_on=date(2026, 1, 1),
        )
        session.add(agreement)
        session.flush()
        apprentice = MentoringApprentice(
            **common,
            agreement_id=agreement.id,
            role="apprentice",
            name="黎喆",
            teacher_no="T260105",
            school_id=second,
        )
        _add(session, apprentice)
        done = {"term": "2025-2026/1", "heard": 20, "shown": 4, "guided": 10, "logged_on": date(2026, 1, 20)}
        _add(session, MentoringLog(**common, agreement_id=agreement.id, **done))
        outcome = {"apprentice_id": apprentice.id, "result": "passed", "ended_on": date(2026, 2, 1)}
        _add(session, MentoringOutcome(**common, agreement_id=agreement.id, **outcome))
        service = _served(session, county, 999, batch="第一批", name="文静", teacher_no="T260109", host_counts=True)
        ended = {"ended_on": date(2026, 2, 1), "months": 1, "result": "returned_early", "proved": False}
        _add(session, SupportResult(**common, service_id=service.id, **ended))


def _served(session: Session, county: County, case_id: int, **of: Any) -> SupportService:
    """A service at the first school, from January to July."""
    school = county.organisations["school_1"]
    service = SupportService(
        bureau_id=county.bureau_id,
        case_id=case_id,
        recorded_at=NOW,
        subject="语文",
        post="语文教师",
        home_id=school,
        host_id=school,
        starts_on=date(2026, 1, 1),
        planned_until=date(2026, 7, 10),
        **of,
    )
    _add(session, service)
    return service


def _add(
    session: Session, row: MentoringApprentice | MentoringLog | MentoringOutcome | SupportService | SupportResult
) -> None:
    session.add(row)
    session.flush()


def test_agreements_stand_as_of_the_day(officer: Browser) -> None:
    now = officer.get("/registers/mentoring").text
    assert all(words in now for words in ("林栀", "黎喆", "黎喆（合格）", "已考核", "听课20节、示范课4节、指导10次"))
    then = officer.get("/registers/mentoring?on=2026-01-10").text
    assert "结对中" in then
    assert "听课0节" in then
    assert "台账中没有师徒结对" in officer.get("/registers/mentoring?on=2025-12-31").text
    assert officer.get("/registers/mentoring?on=31.1.2026").status_code == 422


def test_services_stand_as_of_the_day(officer: Browser) -> None:
    now = officer.get("/registers/support").text
    assert all(words in now for words in ("文静", "1个月", "提前返回", "未出具"))
    then = officer.get("/registers/support?on=2026-01-10").text
    assert "支教中" in then
    assert "2026年7月10日" in then


def test_a_school_sees_only_what_it_takes_part_in(new_browser: NewBrowser) -> None:
    first, second = (signed_in(new_browser, name) for name in ("wangfang", "zhaolei"))
    assert "林栀" in first.get("/registers/mentoring").text
    assert "黎喆" in second.get("/registers/mentoring").text
    assert "文静" in first.get("/registers/support").text
    assert "文静" not in second.get("/registers/support").text


def test_who_audits_reads_names_and_numbers_masked(auditor: Browser) -> None:
    pages = auditor.get("/registers/mentoring").text + auditor.get("/registers/support").text
    assert "林*" in pages
    for hidden in ("林栀", "黎喆", "文静", "T260101", "T260109"):
        assert hidden not in pages


def test_a_long_register_comes_in_pages(officer: Browser, database: Database, county: County) -> None:
    with database.writing() as session:
        for number in range(PAGE):
            of = {"batch": f"第{number + 2}批", "name": "陈默", "teacher_no": "T260102"}
            _served(session, county, 1000 + number, **of, host_counts=False)
    first = officer.get("/registers/support").text
    assert first.count("陈默") == PAGE
    assert "文静" not in first
    further = re.search(r'href="([^"]*before=[^"]*)"', first)
    assert further is not None
    second = officer.get(further[1].replace("&amp;", "&")).text
    assert "文静" in second
    assert "陈默" not in second
    assert officer.get("/registers/support?before=x").status_code == 200
