"""Counting attempts within windows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.conftest import NOW
from workflow_app.errors import TooManyError
from workflow_app.security.counters import Limit, attempts, count_attempt, network_of


def test_attempts_add_up_within_one_window(session: Session) -> None:
    assert attempts(session, "sign_in", "10.0.0.9", NOW, 15) == 0
    assert [count_attempt(session, "sign_in", "10.0.0.9", NOW + timedelta(minutes=m), 15) for m in (0, 1, 14)] == [
        1,
        2,
        3,
    ]
    assert attempts(session, "sign_in", "10.0.0.9", NOW + timedelta(minutes=14), 15) == 3


def test_kinds_places_and_windows_count_apart(session: Session) -> None:
    count_attempt(session, "sign_in", "10.0.0.9", NOW, 15)
    assert count_attempt(session, "verification", "10.0.0.9", NOW, 15) == 1
    assert count_attempt(session, "sign_in", "10.0.0.8", NOW, 15) == 1
    assert count_attempt(session, "sign_in", "10.0.0.9", NOW + timedelta(minutes=15), 15) == 1


def test_a_limit_refuses_the_attempt_beyond_it() -> None:
    limit = Limit("sign_in", attempts=3, window_minutes=15)
    limit.refuse_beyond(2)
    with pytest.raises(TooManyError, match="请15分钟后再试"):
        limit.refuse_beyond(3)


@pytest.mark.parametrize(
    ("place", "network"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("unknown" * 20, ("unknown" * 20)[:80]),
    ],
)
def test_a_subscriber_is_one_place(place: str, network: str) -> None:
    assert network_of(place) == network
