"""Limits that all groups share, between the review of a case and its entry in the register."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.conftest import by_program
from tests.county import NewCounty, acting
from tests.registers.conftest import County, set_policy
from workflow_app.definitions.case_view import OperationContext, Others
from workflow_app.demo import formation, group_change
from workflow_app.errors import ConflictError, InvalidError
from workflow_app.policy.versions import change
from workflow_app.registers.changes import enter_change
from workflow_app.registers.groups import register_group
from workflow_app.registers.groups_checks import not_in_other_close_knit
from workflow_app.registers.models import EducationGroup, MembershipEntry

LEAD, WEAK, RURAL, NEW = "青禾县实验小学", "柳溪镇中心小学", "石桥村小学", "城关第二小学"
FREE, ITS_CLERK = "青禾县第二小学", "jiangxin"
E1, OTHER = 7, 8
"""The cases of two groups."""


def test_what_is_agreed_counts_before_it_is_entered(county_at: NewCounty) -> None:
    """A school is let join: from then on it has its place in the group, and no other close-knit group may take it."""
    player = county_at("founded")
    first = group_change.joining(player, date(2027, 3, 8))
    second = group_change.joining(player, date(2027, 3, 22), "东岭镇中心小学")
    for one in (first, second):
        one.file()
        one.accept()
        one.hear()
        if one is first:
            one.review()
    with acting(player, "wusiyuan") as act:
        change(by_program(act), "group_members_max", "3", "通行做法", date(2027, 1, 1), "试行")
    with pytest.raises(InvalidError) as told:
        second.review()
    assert "连同已同意待登记的1所，加入后成员校将超过3所" in _words(told.value)

    player.at("2027-04-12 09:00")
    founding = player.start(ITS_CLERK, "group-formation")
    asked = formation.application(
        player,
        founding,
        clerk=ITS_CLERK,
        name="青禾县第二小学教育集团",
        lead=FREE,
        members=(NEW,),
        effective_on="2027-09-01",
    )
    player.do(ITS_CLERK, founding, "apply", asked)
    player.do(formation.OFFICER, founding, "accept_review", {"decision": "accept"})
    agree = {"decision": "agree", "opinion": "同意送会审。", "reasons": {"schools.staffing": formation.STAFFING_REASON}}
    with pytest.raises(InvalidError) as told:
        player.do(formation.OFFICER, founding, "first_review", agree)
    assert "城关第二小学（青禾县实验小学教育集团，已同意待登记）" in _words(told.value)


@pytest.mark.parametrize(
    ("lifted", "is_entered"),
    [
        pytest.param((), False, id="by nobody"),
        pytest.param((OTHER,), True, id="here"),
        pytest.param((E1,), True, id="for the other group"),
    ],
)
def test_no_school_is_entered_in_two_close_knit_groups_unless_a_leader_let_it(
    county: County, founded: Callable[[], int], lifted: Collection[int], is_entered: bool
) -> None:
    founded()
    county.school(NEW, {"stage": "primary"})
    context = _founding(county, lifted)
    if is_entered:
        assert register_group(context).facts["members"] == 2
        return
    with pytest.raises(ConflictError) as told:
        register_group(context)
    assert "柳溪镇中心小学（青禾县实验小学教育集团）" in str(told.value)
    assert county.act.session.scalar(select(func.count(EducationGroup.id))) == 1, "nothing of it is left"


def _founding(county: County, lifted: Collection[int]) -> OperationContext:
    """Another group of 城关第二小学, which asks for a member of E1's group."""
    county.answer("apply", county.application(group_name="另一集团", members=[{"school": county.ids[WEAK]}]))
    others = Others(lifted=lambda _, case_ids: frozenset(case_ids) & frozenset(lifted))
    case = replace(county.case(), case_id=OTHER, applicant_id=county.ids[NEW], others=others)
    return replace(county.operating("register_group"), case=case)


@pytest.mark.parametrize(("most", "is_entered"), [("3", True), ("2", False)])
def test_no_group_is_entered_with_more_members_than_policy_allows(
    county: County, founded: Callable[[], int], most: str, is_entered: bool
) -> None:
    founded()
    county.school(NEW, {"stage": "primary"})
    set_policy(county, "group_members_max", most)
    before = county.act.session.scalar(select(func.count(MembershipEntry.id))) or 0
    _join(county, NEW)
    if is_entered:
        assert enter_change(county.operating("enter_change")).facts["entries"] == 1
        return
    with pytest.raises(ConflictError) as told:
        enter_change(county.operating("enter_change"))
    assert "登记后集团成员校将为3所，超过2所" in str(told.value)
    assert county.act.session.scalar(select(func.count(MembershipEntry.id))) == before


def test_who_joins_is_not_entered_beside_another_close_knit_group(county: County, founded: Callable[[], int]) -> None:
    founded()
    county.school(NEW, {"stage": "primary"})
    register_group(_founding(county, (OTHER,)))
    _join(county, NEW)
    with pytest.raises(ConflictError) as told:
        enter_change(replace(county.operating("enter_change"), case=replace(county.case(), case_id=9)))
    assert "城关第二小学（另一集团）" in str(told.value)


def _join(county: County, school: str) -> None:
    asked = {"kind": "join", "lead_school": county.lead, "group_name": "青禾县实验小学教育集团", "cause": "layout"}
    county.answer("apply", {**asked, "schools": [county.ids[school]]})


@pytest.mark.parametrize(
    ("decision", "level"), [("approve", "gate"), (None, "gate"), ("refuse", "clear"), ("defer", "clear")]
)
def test_a_committee_that_lets_nothing_come_about_is_not_stopped(
    county: County, founded: Callable[[], int], decision: str | None, level: str
) -> None:
    founded()
    county.answer("apply", county.application(group_name="另一集团"))
    assert not_in_other_close_knit(county.answering("committee", {"decision": decision, "members": 9})).level == level


def _words(refused: InvalidError) -> str:
    return "".join(str(problem.message) for problem in refused.problems)
