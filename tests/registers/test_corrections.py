"""Corrections of the register of members: by whom, with what reason, and what stands afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from tests.registers.conftest import LISTED_ON, County
from workflow_app.act import Act, Holding
from workflow_app.audit.verify import verify
from workflow_app.directory.models import Organisation
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from workflow_app.registers.corrections import correct_membership
from workflow_app.registers.membership import leads, members_at
from workflow_app.registers.models import MembershipEntry
from workflow_app.registers.proof import CONTENT_CHECKS

BEGINS = date(2026, 9, 1)


def holding(county: County, position: str, code: str) -> Act:
    """The act of somebody who holds a position at a section of this code."""
    act = county.act
    section = Organisation(
        bureau_id=act.bureau_id, kind="section", code=code, name=code, short_name=code, active_from=LISTED_ON
    )
    act.session.add(section)
    act.session.flush()
    return replace(act, actor=replace(act.actor, holdings=frozenset({Holding(section.id, position)})))


def _members(county: County, group_id: int, day: date) -> list[tuple[str, str]]:
    return [(m.school, m.role) for m in members_at(county.act.session, county.act.bureau_id, group_id, day)]


def faults_of(county: County) -> list[str]:
    county.act.session.flush()
    return [str(f.message) for f in verify(county.act.session, county.act.bureau_id, CONTENT_CHECKS).faults]


def test_a_correction_stands_in_place_of_the_wrong_entry(county: County, founded: Callable[[], int]) -> None:
    group_id = founded()
    chief = holding(county, "section_chief", "basic_education")
    stone = county.ids["石桥村小学"]
    wrong = county.act.session.scalars(select(MembershipEntry).where(MembershipEntry.school_id == stone)).one()
    correction = correct_membership(
        chief,
        wrong.id,
        change="joined",
        role="member",
        effective_on=date(2027, 9, 1),
        reason="批复附件所列学年有误",
    )
    assert ("石桥村小学", "member") not in _members(county, group_id, BEGINS)
    assert ("石桥村小学", "member") in _members(county, group_id, date(2027, 9, 1))
    with pytest.raises(ConflictError, match="已被更正"):
        correct_membership(chief, wrong.id, change="left", role="member", effective_on=BEGINS, reason="再改")
    correct_membership(chief, correction.id, change="left", role="member", effective_on=BEGINS, reason="撤销")
    assert ("石桥村小学", "member") not in _members(county, group_id, date(2028, 1, 1))
    assert len(county.act.session.scalars(select(MembershipEntry.id)).all()) == 5
    assert faults_of(county) == []
    with pytest.raises(NotFoundError):
        correct_membership(chief, 999, change="left", role="member", effective_on=BEGINS, reason="无")


@pytest.mark.parametrize(("position", "code"), [("section_officer", "basic_education"), ("section_chief", "personnel")])
def test_only_the_chief_of_the_section_corrects(
    county: County, founded: Callable[[], int], position: str, code: str
) -> None:
    founded()
    act = holding(county, position, code)
    with pytest.raises(ForbiddenError, match="基础教育科科长"):
        correct_membership(act, 1, change="left", role="member", effective_on=BEGINS, reason="登记有误")


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_a_correction_has_a_reason(county: County, founded: Callable[[], int], reason: str) -> None:
    founded()
    chief = holding(county, "section_chief", "basic_education")
    with pytest.raises(InvalidError):
        correct_membership(chief, 1, change="left", role="member", effective_on=BEGINS, reason=reason)


def test_a_lead_school_that_was_none_owes_nothing(county: County, founded: Callable[[], int]) -> None:
    founded()
    session, bureau_id = county.act.session, county.act.bureau_id
    wrong = session.scalars(select(MembershipEntry).where(MembershipEntry.role == "lead")).one()
    assert leads(session, bureau_id, BEGINS) == [county.lead]
    chief = holding(county, "section_chief", "basic_education")
    correct_membership(chief, wrong.id, change="joined", role="member", effective_on=BEGINS, reason="龙头校登记有误")
    assert leads(session, bureau_id, BEGINS) == []
