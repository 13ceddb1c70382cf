"""What is owed once, from the day that comes for each by itself: the mid-term check of a pairing at its half."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

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

_Key = tuple[int, str]
_Known = Mapping[_Key, tuple[int, date]]
"""The duties of a process by who owes them and their name: the id, and since when it is owed."""


def plan_once(act: Act, slug: str, rule: DutyRule) -> int:
    """Open what is owed once and has come; how many were new. Its last day is counted from the day since when it is
    owed, and what is past it is not opened any more: nobody is late for what they were never asked.
    """
    owing = [owed for owed in HOLDERS[rule.holders](act.session, act.bureau_id, act.today) if owed.since is not None]
    known = _known(act, slug)
    keys = [_key(owed, known) for owed in owing]
    release(act, [duty_id for key, (duty_id, _) in known.items() if key not in keys])
    policy, calendar = load_policy(act.session, act.bureau_id, act.today), load_calendar(act.session, act.bureau_id)
    opened = 0
    for key, owed in zip(keys, owing, strict=True):
        assert owed.since is not None, "the others were left out above"
        due_on = policy.due(calendar, rule.due, owed.since)
        if key not in known and owed.since <= act.today <= due_on:
            days = {"opens_on": owed.since, "due_on": due_on}
            watch_duty(act, slug=slug, owed=owed, period=key[1], parameter=rule.due, **days)
            opened += 1
    return opened


def release(act: Act, duty_ids: Sequence[int]) -> None:
    """Take back duties that are owed no more, as far as they were neither begun nor missed."""
    untouched = (Duty.case_id.is_(None), Duty.missed_on.is_(None), Duty.fulfilled_at.is_(None))
    if duty_ids:
        act.session.execute(delete(Duty).where(Duty.bureau_id == act.bureau_id, Duty.id.in_(duty_ids), *untouched))


def _known(act: Act, slug: str) -> _Known:
    rows = act.session.execute(
        select(Duty.organisation_id, Duty.period, Duty.id, Duty.opens_on).where(
            Duty.bureau_id == act.bureau_id, Duty.slug == slug
        )
    )
    return {(organisation_id, period): (duty_id, opens_on) for organisation_id, period, duty_id, opens_on in rows}


def _key(owed: Owed, known: _Known) -> _Key:
    """Who owes it and its name: the one that it has already, or the first that no earlier pairing of the two has.

    What ended early and began anew within a school year is owed twice in it: ``2026-2027/16`` and ``2026-2027/16/2``.
    """
    assert owed.since is not None, "only what is owed once is asked for"
    name = once_name(owed.since, owed.subject_id)
    if owed.begins is None:
        return owed.organisation_id, name
    for (organisation_id, period), (_, opens_on) in known.items():
        is_named = period == name or period.startswith(f"{name}/")
        if organisation_id == owed.organisation_id and is_named and opens_on == owed.since:
            return organisation_id, period
    number, key = 1, (owed.organisation_id, name)
    while key in known and known[key][1] < owed.begins:
        number += 1
        key = (owed.organisation_id, f"{name}/{number}")
    return key
