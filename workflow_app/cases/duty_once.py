"""What is owed once, from the day that comes for each by itself: the mid-term check of a pairing at its half."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from workflow_app.act import Act
from workflow_app.calendar.duty_periods import once_name
from workflow_app.calendar.working import load_calendar
from workflow_app.cases.catalogue import HOLDERS
from workflow_app.cases.duties import watch_duty
from workflow_app.cases.models import Duty
from workflow_app.definitions.case_view import Owed
from workflow_app.definitions.schema import DutyRule
from workflow_app.policy.parameters import load_policy


def plan_once(act: Act, slug: str, rule: DutyRule) -> int:
    """Open what is owed once and has come; how many were new. Its last day is counted from the day since when it is
    owed, and what is past it is not opened any more: nobody is late for what they were never asked.
    """
    owing = [owed for owed in HOLDERS[rule.holders](act.session, act.bureau_id, act.today) if owed.since is not None]
    known = _known(act, slug)
    names = {_key(owed) for owed in owing}
    release(act, [duty_id for key, duty_id in known.items() if key not in names])
    policy, calendar = load_policy(act.session, act.bureau_id, act.today), load_calendar(act.session, act.bureau_id)
    opened = 0
    for owed in owing:
        assert owed.since is not None, "the others were left out above"
        due_on = policy.due(calendar, rule.due, owed.since)
        if _key(owed) not in known and owed.since <= act.today <= due_on:
            days = {"opens_on": owed.since, "due_on": due_on}
            watch_duty(act, slug=slug, owed=owed, period=_key(owed)[1], parameter=rule.due, **days)
            opened += 1
    return opened


def release(act: Act, duty_ids: Sequence[int]) -> None:
    """Take back duties that are owed no more, as far as they were neither begun nor missed."""
    untouched = (Duty.case_id.is_(None), Duty.missed_on.is_(None), Duty.fulfilled_at.is_(None))
    if duty_ids:
        act.session.execute(delete(Duty).where(Duty.bureau_id == act.bureau_id, Duty.id.in_(duty_ids), *untouched))


def _known(act: Act, slug: str) -> dict[tuple[int, str], int]:
    """The duties of a process by who owes them and their name."""
    rows = act.session.execute(
        select(Duty.organisation_id, Duty.period, Duty.id).where(Duty.bureau_id == act.bureau_id, Duty.slug == slug)
    )
    return {(organisation_id, period): duty_id for organisation_id, period, duty_id in rows}


def _key(owed: Owed) -> tuple[int, str]:
    assert owed.since is not None, "only what is owed once is asked for"
    return owed.organisation_id, once_name(owed.since, owed.subject_id)
