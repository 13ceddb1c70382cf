"""An account row to open sessions for; how accounts come about is tested in the directory."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.conftest import NOW
from workflow_app.directory.models import Account, Bureau, Organisation, Person


@pytest.fixture
def account_id(session: Session, bureau: Bureau) -> int:
    """The id of one account of the bureau."""
    section = Organisation(
        bureau_id=bureau.id,
        kind="section",
        code="office",
        name="办公室",
        short_name="办公室",
        active_from=date(2020, 1, 1),
    )
    session.add(section)
    session.flush()
    person = Person(bureau_id=bureau.id, organisation_id=section.id, name="李敏")
    session.add(person)
    session.flush()
    account = Account(
        bureau_id=bureau.id, person_id=person.id, username="limin", password_hash="-", password_changed_at=NOW
    )
    session.add(account)
    session.flush()
    return account.id
