"""What the tests of the administrators' pages do again and again: grant, register, look into the log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from tests.web.conftest import Browser, County
from workflow_app.audit.models import AuditEvent
from workflow_app.database import Database
from workflow_app.directory.models import PositionHolding

PEOPLE = "/admin/people"
ORGANISATIONS = "/admin/organisations"


def grant(browser: Browser, county: County, person_id: int, position: str, place: str, **dates: str) -> str:
    """Grant a position and return the page that follows."""
    organisation_id = str(county.organisations[place])
    values = {"organisation_id": organisation_id, "position": position, "valid_from": "2026-04-08", **dates}
    return browser.post(f"{PEOPLE}/{person_id}/positions", PEOPLE, follow=True, **values).text


def events(database: Database, kind: str) -> list[Mapping[str, Any]]:
    """The bodies of the events of a kind."""
    with database.reading() as session:
        return list(session.scalars(select(AuditEvent.body).where(AuditEvent.kind == kind)))


def holding(database: Database, person_id: int) -> tuple[int, date | None]:
    """The only position of a person: its id and last day."""
    columns = select(PositionHolding.id, PositionHolding.valid_to)
    with database.reading() as session:
        row = session.execute(columns.where(PositionHolding.person_id == person_id)).one()
    return row.id, row.valid_to


def register(system: Browser, staff: County, name: str) -> int:
    """Register a person in the basic education section; the id."""
    place = str(staff.organisations["basic_education"])
    answer = system.post(f"{PEOPLE}/new", PEOPLE, organisation_id=place, name=name)
    assert answer.status_code == 303
    return int(answer.location.rsplit("/", 1)[1])


def first_password(html: str) -> str:
    """The first password that a page shows."""
    found = re.search(r'<code id="password">([^<]+)</code>', html)
    assert found is not None, html
    return found[1]
