"""Who reports on a transition: the lead school, once for each school year in which something changed by a case."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.registers.conftest import County
from workflow_app.definitions.case_view import Owed
from workflow_app.registers.change_models import GroupChangeEntry
from workflow_app.registers.models import EducationGroup, MembershipEntry
from workflow_app.registers.transitions import owed_transitions, turns

LEAD, MEMBER, OTHER = "青禾县实验小学", "柳溪镇中心小学", "石桥村小学"
FOUNDED, TURN = date(2026, 9, 1), date(2027, 9, 1)
FOUNDING_CASE, LATER_CASE = 1, 2


@pytest.fixture
def group(county: County) -> int:
    """A group of three schools, founded by a case."""
    act = county.act
    row = EducationGroup(
        bureau_id=act.bureau_id,
        name="青禾教育集团",
        kind="close_knit",
        stage="primary",
        lead_school_id=county.ids[LEAD],
        approved_on=date(2026, 6, 1),
        effective_on=FOUNDED,
        case_id=FOUNDING_CASE,
        recorded_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    for school, role in ((LEAD, "lead"), (MEMBER, "member"), (OTHER, "member")):
        _move(county, row.id, school, "joined", FOUNDED, FOUNDING_CASE, role=role)
    return row.id


def _move(county: County, group: int, school: str, change: str, on: date, case_id: int | None, **more: Any) -> int:
    act = county.act
    common = {"bureau_id": act.bureau_id, "group_id": group, "recorded_at": act.now, "recorded_by": "李敏"}
    values = {"role": "member", "reason": "布局调整", **more}
    row = MembershipEntry(
        school_id=county.ids[school], change=change, effective_on=on, case_id=case_id, **common, **values
    )
    act.session.add(row)
    act.session.flush()
    return row.id


def _owed(county: County, day: date) -> list[Owed]:
    return owed_transitions(county.act.session, county.act.bureau_id, day)


def test_the_founding_has_no_transition(county: County, group: int) -> None:
    assert _owed(county, FOUNDED) == []
    assert turns(county.act.session, county.act.bureau_id, FOUNDED, FOUNDED) == []


def test_it_is_owed_from_the_day_of_the_change_until_the_school_year_ends(county: County, group: int) -> None:
    _move(county, group, OTHER, "left", TURN, LATER_CASE)
    _move(county, group, MEMBER, "left", TURN, LATER_CASE + 1)
    owed = [Owed(county.ids[LEAD], None, TURN)]
    assert [_owed(county, day) for day in (date(2027, 8, 31), TURN, date(2028, 8, 31), date(2028, 9, 1))] == [
        [],
        owed,
        owed,
        [],
    ]


def test_what_was_corrected_or_entered_by_hand_asks_for_nothing(county: County, group: int) -> None:
    wrong = _move(county, group, OTHER, "left", TURN, LATER_CASE)
    _move(county, group, OTHER, "voided", TURN, LATER_CASE, corrects_id=wrong)
    _move(county, group, MEMBER, "left", TURN, None)
    assert _owed(county, TURN) == []


def test_a_group_that_is_dissolved_is_wound_up_by_who_led_it(county: County, group: int) -> None:
    act = county.act
    act.session.add(
        GroupChangeEntry(
            bureau_id=act.bureau_id,
            group_id=group,
            change="dissolved",
            effective_on=TURN,
            reason="布局调整",
            case_id=LATER_CASE,
            recorded_at=act.now,
            recorded_by="李敏",
        )
    )
    _move(county, group, LEAD, "left", TURN, LATER_CASE, role="lead")
    assert _owed(county, TURN) == [Owed(county.ids[LEAD], None, TURN)]
    said = [str(turn.words) for turn in turns(act.session, act.bureau_id, TURN, TURN)]
    assert said == ["青禾县实验小学退出青禾教育集团", "青禾教育集团撤销"]
