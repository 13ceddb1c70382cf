"""A type change or a dissolution that was entered wrongly: void, or another in its place; any day asked, right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from tests.registers.conftest import County
from tests.registers.test_corrections import faults_of, holding
from workflow_app.act import Act
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from workflow_app.registers.change_corrections import correct_change
from workflow_app.registers.change_models import GroupChangeEntry
from workflow_app.registers.corrections import correct_membership
from workflow_app.registers.groups import groups_at
from workflow_app.registers.membership import members_at
from workflow_app.registers.models import MembershipEntry
from workflow_app.registers.proof import enter

BEFORE, TURN, LATER = date(2027, 8, 31), date(2027, 9, 1), date(2028, 9, 1)


@pytest.fixture
def chief(county: County, founded: Callable[[], int]) -> Act:
    """The chief of the section, the day after E1's group was entered."""
    founded()
    return holding(county, "section_chief", "basic_education")


def changed(act: Act, change: str, kind: str | None = None) -> int:
    """A change of the group as its case enters it; a dissolution with the leaving of its schools."""
    common = {"bureau_id": 1, "group_id": 1, "effective_on": TURN, "recorded_at": act.now, "recorded_by": "李敏"}
    entry = GroupChangeEntry(change=change, kind=kind, reason="布局调整", case_id=9, **common)
    left = [
        MembershipEntry(school_id=m.school_id, role=m.role, change="left", reason="集团撤销", case_id=9, **common)
        for m in (members_at(act.session, 1, 1, TURN) if change == "dissolved" else ())
    ]
    act.session.add_all([entry, *left])
    act.session.flush()
    enter(act, entry, 9)
    for row in left:
        enter(act, row, 9)
    return entry.id


def schools(act: Act, day: date) -> int:
    return len(members_at(act.session, 1, 1, day))


def test_a_void_dissolution_leaves_the_group_as_it_was(county: County, chief: Act) -> None:
    entry_id = changed(chief, "dissolved")
    assert [schools(chief, day) for day in (BEFORE, TURN, LATER)] == [3, 0, 0]
    void = correct_change(chief, entry_id, becomes="voided", reason="误将另一集团登记为撤销")
    (group,) = groups_at(chief.session, 1, TURN)
    assert (group.dissolved_on, len(group.members)) == (None, 3)
    assert [schools(chief, day) for day in (BEFORE, TURN, LATER)] == [3, 3, 3]
    assert {m.since for m in members_at(chief.session, 1, 1, LATER)} == {date(2026, 9, 1)}, "members all along"
    assert (void.corrects_id, void.effective_on, void.case_id) == (entry_id, TURN, 9)
    assert faults_of(county) == []
    with pytest.raises(ConflictError, match="已被更正"):
        correct_change(chief, entry_id, becomes="voided", reason="再撤销")
    with pytest.raises(ConflictError, match="请重新办理"):
        correct_change(chief, void.id, becomes="voided", reason="恢复")
    stays = chief.session.scalars(select(MembershipEntry.id).where(MembershipEntry.change == "voided")).first()
    assert stays is not None
    with pytest.raises(ConflictError, match="请重新办理"):
        correct_membership(chief, stays, change="left", role="member", effective_on=TURN, reason="恢复")


@pytest.mark.parametrize(
    ("becomes", "on", "kinds"),
    [
        ("voided", None, ["close_knit", "close_knit", "close_knit"]),
        ("cooperative", LATER, ["close_knit", "close_knit", "cooperative"]),
        ("close_knit", TURN, ["close_knit", "close_knit", "close_knit"]),
    ],
)
def test_a_type_is_what_the_correction_says_on_every_day(
    county: County, chief: Act, becomes: str, on: date | None, kinds: list[str]
) -> None:
    entry_id = changed(chief, "type_changed", "cooperative")
    asked = [groups_at(chief.session, 1, day)[0].kind for day in (BEFORE, TURN, LATER)]
    assert asked == ["close_knit", "cooperative", "cooperative"]
    correct_change(chief, entry_id, becomes=becomes, effective_on=on, reason="登记有误")
    assert [groups_at(chief.session, 1, day)[0].kind for day in (BEFORE, TURN, LATER)] == kinds
    assert faults_of(county) == []


@pytest.mark.parametrize(
    ("change", "becomes", "on", "reason", "field"),
    [
        ("dissolved", "cooperative", TURN, "登记有误", "becomes"),
        ("type_changed", "dissolved", TURN, "登记有误", "becomes"),
        ("type_changed", "cooperative", None, "登记有误", "effective_on"),
        ("type_changed", "voided", None, " ", "reason"),
    ],
    ids=["not-a-type", "unknown", "no-day", "no-reason"],
)
def test_what_cannot_stand_there_is_refused(
    chief: Act, change: str, becomes: str, on: date | None, reason: str, field: str
) -> None:
    entry_id = changed(chief, change, "cooperative" if change == "type_changed" else None)
    with pytest.raises(InvalidError) as caught:
        correct_change(chief, entry_id, becomes=becomes, effective_on=on, reason=reason)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_only_the_chief_of_the_section_corrects_a_change(county: County, chief: Act) -> None:
    entry_id = changed(chief, "dissolved")
    with pytest.raises(ForbiddenError, match="基础教育科科长"):
        correct_change(county.act, entry_id, becomes="voided", reason="登记有误")
    with pytest.raises(NotFoundError):
        correct_change(chief, 99, becomes="voided", reason="登记有误")
