"""The auditor's page."""

from __future__ import annotations

import pytest
from sqlalchemy import text, update

from tests.web.conftest import Browser
from workflow_app.audit.kinds import EventKind
from workflow_app.audit.models import AuditEvent
from workflow_app.database import Database
from workflow_app.web.audit import KINDS


def test_only_auditors_see_the_page_and_the_link_to_it(officer: Browser, auditor: Browser) -> None:
    assert officer.get("/audit").status_code == 403
    assert officer.post("/audit/verify", page="/done").status_code == 403
    assert 'href="/audit"' not in officer.get("/done").text
    assert auditor.get("/audit").status_code == 200
    assert 'href="/audit"' in auditor.get("/done").text


def test_the_page_shows_the_chains_and_the_last_events(auditor: Browser) -> None:
    page = auditor.get("/audit").text
    assert "登录与安全" in page
    assert "周正" in page
    assert "security #1" in page


def test_sound_chains_are_said_to_be_sound(auditor: Browser) -> None:
    assert "核验通过：1条链、1条记录" in auditor.post("/audit/verify", page="/audit").text


def test_a_changed_event_is_found_and_named(auditor: Browser, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(AuditEvent).values(actor_name="别人"))
    page = auditor.post("/audit/verify", page="/audit").text
    assert "核验发现1处问题" in page
    assert "<td><code>security</code></td>" in page


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE audit_event SET at = 'no time'", marks=pytest.mark.sqlite),
        "UPDATE audit_event SET body = '{'",
        "UPDATE audit_event SET kind = 'invented'",
        "UPDATE audit_event SET actor_name = x'ff'",
        "UPDATE audit_event SET seq = -1",
    ],
)
def test_no_tampering_keeps_the_auditor_from_the_page(auditor: Browser, database: Database, change: str) -> None:
    with database.writing() as session:
        session.execute(text(change))
    assert auditor.get("/audit").status_code == 200
    page = auditor.post("/audit/verify", page="/password")
    assert page.status_code == 200
    assert "核验发现" in page.text


def test_every_kind_of_event_has_a_name() -> None:
    assert set(KINDS) == set(EventKind)
