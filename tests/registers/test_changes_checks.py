"""Checks on the change of a group, each as a table of situations with level and words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.registers.conftest import County
from workflow_app.calendar.terms import next_turn
from workflow_app.definitions.case_view import Answered, CheckContext, Others
from workflow_app.policy.finding import Finding
from workflow_app.registers.changes_checks import (
    change_at_year_turn,
    change_is_possible,
    joins_no_other_close_knit,
    joins_same_stage,
    keeps_weak_member,
)
from workflow_app.registers.changes_hearing import change_assessed, council_vote, parties_agree
from workflow_app.registers.groups import register_group

GROUP = "青禾县实验小学教育集团"
LEAD, WEAK, RURAL, NEW, JUNIOR = "青禾县实验小学", "柳溪镇中心小学", "石桥村小学", "城关第二小学", "柳溪中学"


@pytest.fixture
def asking(county: County, founded: Callable[[], int]) -> Callable[..., CheckContext]:
    """The context of a check on a change of E1's group; schools by their names, by default 石桥村小学 leaves."""
    founded()
    county.school(NEW, {"stage": "primary"})
    county.school(JUNIOR, {"stage": "junior"})
    county.on(date(2027, 3, 8))

    def ask(
        kind: str = "leave", schools: tuple[str, ...] = (RURAL,), by: str = LEAD, element: str = "apply", **more: Any
    ) -> CheckContext:
        answers = {
            "kind": kind,
            "lead_school": county.lead,
            "group_name": GROUP,
            "schools": [county.ids[school] for school in schools],
            "effective_on": "2027-09-01",
            **more,
        }
        case = replace(county.case(), applicant_id=county.ids[by])
        return CheckContext(county.act, case, element, answers)

    return ask


@pytest.mark.parametrize(
    ("day", "stop", "turn"),
    [
        ("2027-03-08", "08-31", "2027-09-01"),
        ("2027-08-31", "08-31", "2027-09-01"),
        ("2027-09-01", "08-31", "2028-09-01"),
        ("2027-12-31", "08-31", "2028-09-01"),
        ("2027-07-15", "07-15", "2027-09-01"),
        ("2027-07-16", "07-15", "2028-09-01"),
    ],
)
def test_the_turn_of_the_school_year_that_a_decision_reaches(day: str, stop: str, turn: str) -> None:
    assert next_turn(date.fromisoformat(day), "09-01", stop) == date.fromisoformat(turn)


@pytest.mark.parametrize(
    ("asked", "level", "said"),
    [
        ({}, "clear", "与台账相符"),
        ({"by": RURAL}, "clear", "与台账相符"),
        ({"by": WEAK}, "error", "成员校只能为本校申请"),
        ({"group_name": "别的集团"}, "error", f"牵头的集团为{GROUP}"),
        ({"schools": (LEAD,)}, "error", "龙头校不能退出集团"),
        ({"schools": (NEW,)}, "error", "城关第二小学不是该集团的成员校"),
        ({"schools": (WEAK, RURAL)}, "error", "应当申请撤销集团"),
        ({"kind": "join", "schools": (NEW,)}, "clear", "与台账相符"),
        ({"kind": "join", "schools": (NEW,), "by": NEW}, "clear", "与台账相符"),
        ({"kind": "join", "schools": (NEW,), "by": WEAK}, "error", "由龙头校或拟加入的学校申请"),
        ({"kind": "join", "schools": (WEAK,)}, "error", "柳溪镇中心小学已是该集团的学校"),
        ({"kind": "retype", "schools": (WEAK, RURAL), "new_type": "cooperative"}, "clear", "与台账相符"),
        ({"kind": "retype", "schools": (WEAK, RURAL), "new_type": "close_knit"}, "error", "集团已是紧密型"),
        ({"kind": "dissolve", "schools": (WEAK,)}, "error", "还应列出成员校：石桥村小学"),
        ({"kind": "dissolve", "schools": (WEAK, RURAL, NEW)}, "error", "城关第二小学不是该集团的成员校"),
        ({"kind": "dissolve", "schools": (WEAK, RURAL), "by": WEAK}, "error", "由龙头校申请"),
        ({"lead_school": None}, "clear", "请填写"),
        ({"kind": None}, "clear", "请填写"),
    ],
    ids=str,
)
def test_who_may_ask_for_what(
    asking: Callable[..., CheckContext], asked: dict[str, Any], level: str, said: str
) -> None:
    finding = change_is_possible(asking(**asked))
    assert (finding.level, finding.clause) == (level, "003·A2二(一)2")
    assert said in str(finding.message)


def test_a_school_that_leads_nothing_has_no_group(county: County, asking: Callable[..., CheckContext]) -> None:
    finding = change_is_possible(asking(lead_school=county.ids[WEAK]))
    assert (finding.level, finding.field_path) == ("error", "lead_school")


def test_a_group_does_not_outgrow_the_parameter(county: County, asking: Callable[..., CheckContext]) -> None:
    """Two members and four more are six; a fifth is too many."""
    names = [f"新校{number}" for number in range(5)]
    for name in names:
        county.school(name, {"stage": "primary"})
    assert change_is_possible(asking("join", tuple(names[:4]))).level == "clear"
    finding = change_is_possible(asking("join", tuple(names)))
    assert (finding.level, "超过6所" in str(finding.message)) == ("error", True)


@pytest.mark.parametrize(
    ("today", "planned", "element", "level", "said"),
    [
        ("2027-03-08", "2027-09-01", "apply", "clear", "此前一切照旧"),
        ("2027-03-08", "2027-08-31", "apply", "error", "不能在学年中途生效"),
        ("2027-03-08", "2027-04-01", "apply", "error", "应填写2027年9月1日"),
        ("2027-03-08", "2027-04-01", "first_review", "error", "不能在学年中途生效"),
        ("2027-03-08", "2026-09-01", "apply", "error", "批准后的下一学年"),
        ("2027-03-08", "2028-09-01", "revision_supply", "error", "应填写2027年9月1日"),
        ("2027-08-20", "2027-09-01", "apply", "advice", "在此之后批准的，自2028年9月1日起生效"),
        ("2027-08-20", "2028-09-01", "apply", "clear", "自2028年9月1日"),
        ("2027-08-31", "2027-09-01", "committee", "advice", "自2028年9月1日起生效"),
        ("2027-09-01", "2027-09-01", "apply", "error", "应填写2028年9月1日"),
        ("2027-09-01", "2027-09-01", "committee", "advice", "应填写2028年9月1日"),
        ("2027-03-08", None, "apply", "clear", "请填写"),
    ],
)
def test_d04_never_within_a_school_year(
    county: County,
    asking: Callable[..., CheckContext],
    today: str,
    planned: str | None,
    element: str,
    level: str,
    said: str,
) -> None:
    county.on(date.fromisoformat(today))
    finding = change_at_year_turn(asking(element=element, effective_on=planned))
    assert (finding.level, finding.clause) == (level, "003·A2三(二)")
    assert said in str(finding.message)
    assert [used.key for used in finding.used] == ["autumn_term_start", "hard_stop", "approval_days"]


@pytest.mark.parametrize(("school", "level"), [(NEW, "clear"), (JUNIOR, "gate")])
def test_d02_who_joins_teaches_the_stage(asking: Callable[..., CheckContext], school: str, level: str) -> None:
    finding = joins_same_stage(asking("join", (school,)))
    assert (finding.level, school in str(finding.message)) == (level, level == "gate")
    assert joins_same_stage(asking("leave", (school,))).level == "clear"


def test_who_is_in_no_close_knit_group_may_join(asking: Callable[..., CheckContext]) -> None:
    assert joins_no_other_close_knit(asking("join", (NEW,))).level == "clear"


def test_who_joins_is_in_no_other_close_knit_group(county: County, asking: Callable[..., CheckContext]) -> None:
    county.record(NEW, "close_knit_group", "别的教育集团", date(2027, 1, 1))
    finding = joins_no_other_close_knit(asking("join", (NEW,)))
    assert (finding.level, finding.override) == ("gate", "deputy_director@bureau")
    assert "城关第二小学（别的教育集团）" in str(finding.message)


def test_a_group_becomes_close_knit_only_with_schools_that_are_free(
    county: County, asking: Callable[..., CheckContext]
) -> None:
    """The other group counts from the day on which it begins, and its own does not count."""
    answers = {"group_name": "另一集团", "group_type": "close_knit", "stage": "primary"}
    county.answer("apply", {**answers, "members": [{"school": county.ids[WEAK]}]})
    county.facts["approval_number"] = {"record_id": None, "issued_on": "2027-03-01"}
    county.case().answers("apply")
    other = county.operating("register_group")
    lifted = Others(lifted=lambda _, case_ids: frozenset(case_ids))
    register_group(replace(other, case=replace(other.case, applicant_id=county.ids[NEW], others=lifted)))
    retyped = asking("retype", (WEAK, RURAL), new_type="close_knit")
    assert "柳溪镇中心小学（另一集团）" in str(joins_no_other_close_knit(retyped).message)
    assert joins_no_other_close_knit(asking("retype", (WEAK, RURAL), new_type="cooperative")).level == "clear"
    assert "石桥村小学" not in str(joins_no_other_close_knit(retyped).message)


@pytest.mark.parametrize(("leaving", "level"), [(RURAL, "clear"), (WEAK, "clear")])
def test_who_stays_behind_still_needs_help(asking: Callable[..., CheckContext], leaving: str, level: str) -> None:
    assert keeps_weak_member(asking("leave", (leaving,))).level == level


def test_a_group_that_helps_nobody_any_more_is_asked_why(county: County, asking: Callable[..., CheckContext]) -> None:
    county.record(WEAK, "level", "ordinary", date(2027, 1, 1))
    finding = keeps_weak_member(asking("leave", (RURAL,)))
    assert (finding.level, "0所，不足1所" in str(finding.message)) == ("advice", True)


@pytest.mark.parametrize(
    ("vote", "decision", "level"),
    [
        ((5, 5, 3, 2), "support", "clear"),
        ((6, 6, 3, 3), "support", "error"),  # exactly half is not more than half
        ((6, 5, 3, 2), "support", "clear"),  # of those present
        ((6, 6, 3, 3), "oppose", "clear"),
        ((5, 6, 3, 2), "support", "error"),
        ((5, 5, 4, 2), "support", "error"),
    ],
)
def test_the_vote_of_the_council_carries_its_conclusion(
    asking: Callable[..., CheckContext], vote: tuple[int, ...], decision: str, level: str
) -> None:
    numbers = dict(zip(("members", "present", "in_favour", "against"), vote, strict=True))
    context = replace(asking(), element="council", answers={**numbers, "decision": decision})
    assert council_vote(context).level == level


@pytest.mark.parametrize(
    ("kind", "council", "school", "level"),
    [
        ("join", "support", "agree", "clear"),
        ("join", "support", "disagree", "error"),
        ("join", "oppose", "agree", "advice"),
        ("leave", "support", "disagree", "advice"),
        ("leave", "oppose", "agree", "advice"),
    ],
)
def test_whose_objection_weighs_how_much(
    county: County, asking: Callable[..., CheckContext], kind: str, council: str, school: str, level: str
) -> None:
    context = asking(kind, (NEW,) if kind == "join" else (RURAL,))
    for element, decision in (("council", council), ("statement", school)):
        county.given.append(
            Answered(element, {}, decision, None, "林晓", county.ids[RURAL], "school_clerk", county.act.today)
        )
    assert parties_agree(context).level == level


@pytest.mark.parametrize(
    ("score", "proposed", "decision", "level"),
    [
        ("80.0", "agree", "approve", "clear"),
        ("79.9", "agree", "approve", "advice"),
        ("79.9", "agree", "defer", "clear"),
        ("60.0", "agree", "refuse", "advice"),
        ("59.9", "agree", "refuse", "clear"),
        (None, "unsuitable", "approve", "error"),
        (None, "unsuitable", "refuse", "clear"),
        ("85.0", "unsuitable", "approve", "error"),  # of an earlier round
    ],
)
def test_only_what_was_assessed_is_approved(
    county: County,
    asking: Callable[..., CheckContext],
    score: str | None,
    proposed: str,
    decision: str,
    level: str,
) -> None:
    county.facts |= {"first_review": {"decision": proposed}, **({"assessment": {"score": score}} if score else {})}
    context = replace(asking(), element="committee", answers={"decision": decision})
    assert change_assessed(context).level == level


def test_every_finding_names_itself_and_its_clause(asking: Callable[..., CheckContext]) -> None:
    checks = (change_is_possible, change_at_year_turn, joins_same_stage, joins_no_other_close_knit, keeps_weak_member)
    found: list[Finding] = [check(asking()) for check in checks]
    assert [finding.check for finding in found] == [f"groups.{check.__name__}" for check in checks]
    assert all(finding.clause for finding in found)
