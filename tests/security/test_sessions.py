"""Sessions: idle end, end from the server, and the note of use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import NOW
from workflow_app.directory.actors import visitor_of_session
from workflow_app.directory.models import Bureau
from workflow_app.security.models import LoginSession
from workflow_app.security.sessions import Limits, close_all, close_session, open_session, touch


@pytest.fixture
def token(session: Session, bureau: Bureau, account_id: int) -> str:
    token = open_session(session, bureau.id, account_id, NOW)
    session.flush()
    return token


def test_the_table_holds_no_token(session: Session, token: str) -> None:
    row = session.scalars(select(LoginSession)).one()
    assert token not in str(vars(row))
    assert len(token) >= 43


def test_a_token_leads_to_its_account(session: Session, bureau: Bureau, account_id: int, token: str) -> None:
    seen = visitor_of_session(session, token, NOW, Limits(30))
    assert seen is not None
    assert (seen.visitor.actor.account_id, seen.visitor.actor.bureau_id) == (account_id, bureau.id)
    assert visitor_of_session(session, token + "x", NOW, Limits(30)) is None


def test_idle_time_ends_a_session(session: Session, token: str) -> None:
    assert visitor_of_session(session, token, NOW + timedelta(minutes=30), Limits(30))
    assert visitor_of_session(session, token, NOW + timedelta(minutes=30, seconds=1), Limits(30)) is None


def test_a_session_ends_after_its_lifetime_however_much_it_is_used(session: Session, token: str) -> None:
    for hours in range(1, 13):
        moment = NOW + timedelta(hours=hours)
        assert visitor_of_session(session, token, moment, Limits(60, 12)) is not None
        touch(session, token, moment)
    assert visitor_of_session(session, token, NOW + timedelta(hours=12, seconds=1), Limits(60, 12)) is None
    assert visitor_of_session(session, token, NOW + timedelta(hours=12, seconds=1), Limits(60, 13)) is not None


def test_use_is_noted_at_most_once_a_minute_and_prolongs(session: Session, token: str) -> None:
    early, late = NOW + timedelta(seconds=59), NOW + timedelta(minutes=20)
    assert visitor_of_session(session, token, early, Limits(30)).touch_due is False  # type: ignore[union-attr]
    assert visitor_of_session(session, token, late, Limits(30)).touch_due is True  # type: ignore[union-attr]
    touch(session, token, late)
    assert visitor_of_session(session, token, late + timedelta(minutes=30), Limits(30)) is not None
    touch(session, token, early)  # A slow request must not turn the time back.
    assert visitor_of_session(session, token, late + timedelta(minutes=30), Limits(30)) is not None


def test_closing_takes_effect_at_once_and_cannot_be_undone_by_use(session: Session, token: str) -> None:
    close_session(session, token, NOW)
    touch(session, token, NOW + timedelta(minutes=2))
    assert visitor_of_session(session, token, NOW, Limits(30)) is None
    close_session(session, token, NOW + timedelta(hours=1))
    row = session.scalars(select(LoginSession).execution_options(populate_existing=True)).one()
    assert (row.ended_at, row.last_seen_at) == (NOW, NOW)


def test_closing_all_may_spare_one(session: Session, bureau: Bureau, account_id: int, token: str) -> None:
    other = open_session(session, bureau.id, account_id, NOW)
    session.flush()
    close_all(session, bureau.id, account_id, NOW, keep_token=token)
    assert visitor_of_session(session, token, NOW, Limits(30)) is not None
    assert visitor_of_session(session, other, NOW, Limits(30)) is None
    close_all(session, bureau.id + 1, account_id, NOW)
    assert visitor_of_session(session, token, NOW, Limits(30)) is not None
    close_all(session, bureau.id, account_id, NOW)
    assert visitor_of_session(session, token, NOW, Limits(30)) is None
