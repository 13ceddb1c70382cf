"""Denied requests: each is recorded, and a scanner cannot fill the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from workflow_app.act import Act
from workflow_app.audit.models import AuditEvent
from workflow_app.security.denials import ONE_BY_ONE, WINDOW_MINUTES, record_denial


def _denied(act: Act, times: int) -> None:
    for _ in range(times):
        record_denial(act, "/cases/7", "GET")


def _events(act: Act) -> Sequence[AuditEvent]:
    act.session.flush()
    return act.session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()


def test_a_denial_says_who_asked_for_what_and_when(act: Act) -> None:
    act = replace(act, actor=replace(act.actor, person_id=4, account_id=9))
    _denied(act, 1)
    (event,) = _events(act)
    assert (event.kind, event.subject, event.actor_id, event.at) == ("access_denied", "account:9", 4, act.now)
    assert event.body == {"path": "/cases/7", "method": "GET"}


def test_a_scanner_leaves_a_line_each_time_the_number_has_doubled(act: Act) -> None:
    _denied(act, 1000)
    events = _events(act)
    assert [event.kind for event in events[:ONE_BY_ONE]] == ["access_denied"] * ONE_BY_ONE
    assert {event.kind for event in events[ONE_BY_ONE:]} == {"access_denied_often"}
    assert [event.body["attempts"] for event in events[ONE_BY_ONE:]] == [40, 80, 160, 320, 640]


def test_accounts_and_windows_count_for_themselves(act: Act) -> None:
    act = replace(act, actor=replace(act.actor, account_id=1))
    _denied(act, ONE_BY_ONE + 1)
    _denied(replace(act, actor=replace(act.actor, account_id=2)), 1)
    _denied(replace(act, now=act.now + timedelta(minutes=WINDOW_MINUTES)), 1)
    assert [event.kind for event in _events(act)] == ["access_denied"] * (ONE_BY_ONE + 2)
