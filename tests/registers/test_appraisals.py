"""Appraisals as tables of situations: total and grade at the exact lines, share of 优秀, outliers, scorers, years."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.county import in_chinese
from tests.registers.conftest import County, set_policy
from workflow_app.audit.verify import verify
from workflow_app.definitions.case_view import Answered, CaseView, CheckContext, OperationContext
from workflow_app.directory.models import Person
from workflow_app.errors import ConflictError
from workflow_app.policy.finding import Finding
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.policy.profiles import read_profile
from workflow_app.registers import CHECKS
from workflow_app.registers.appraisal_models import AppraisalEntry, SchoolAppraisalEntry
from workflow_app.registers.appraisal_scores import DIMENSIONS, Scored, Standing, band, standing_of, weight_key
from workflow_app.registers.appraisals import enter_appraisal, last_grade, settle_appraisal
from workflow_app.registers.models import EducationGroup, MembershipEntry
from workflow_app.registers.proof import CONTENT_CHECKS

E3 = (85, 70, 80, 75, 90)
POLICY = Policy("003", date(2027, 7, 20), {p.key: [p] for p in read_profile("003").parameters})
"""The policy as it ships."""
YEARS = (("2026-2027", "failed"), ("2027-2028", "good"), ("2028-2029", "failed"), ("2029-2030", "failed"))


@pytest.fixture
def county_with_group(county: County, founded: Callable[[], int]) -> County:
    """The county of E1 after the school year 2026–27, with its one group."""
    founded()
    county.on(date(2027, 7, 20))
    return county


def scored(county: County, *rows: Sequence[object], value_added: str = "0") -> None:
    """Scorers give points; each row is one of them."""
    names = ("方锐", "顾蓉", "田野", "彭舟", "苏荷")
    for name, row in zip(names, rows, strict=False):
        answers = {key: str(value) for key, value in zip(DIMENSIONS, row, strict=True)}
        given = {**answers, "value_added": value_added}
        county.given.append(Answered("scoring", given, None, None, name, county.lead, "expert", county.act.today))


def case_in(county: County, year: str = "2026-2027") -> CaseView:
    return replace(county.case(), slug="group-appraisal", period=year)


def check(county: County, name: str, element: str = "sum_up", **answers: Any) -> Finding:
    found = CHECKS[f"groups.{name}"](CheckContext(county.act, case_in(county), element, answers))
    assert isinstance(found, Finding)
    return found


def total(county: County) -> str:
    return str(standing_of(case_in(county), load_policy(county.act.session, 1, county.act.today)).total)


def standing(*rows: Sequence[object], value_added: str = "0") -> Standing:
    """Points by the weights of the shipped policy; each row is a scorer."""
    scorers = [
        Scored("方锐", {key: Decimal(str(v)) for key, v in zip(DIMENSIONS, row, strict=True)}, Decimal(value_added))
        for row in rows
    ]
    return Standing(tuple(scorers), {}, {key: POLICY.fraction(weight_key(key)) for key in DIMENSIONS})


def test_e3_is_79(county_with_group: County) -> None:
    scored(county_with_group, E3, E3, E3)
    found = check(county_with_group, "appraisal_total")
    assert (found.level, str(found.message)) == ("clear", "总分79.0分，由3名评分人的评分核算。")
    assert in_chinese(found.figures)["校际差距"] == "70×25%"
    assert [used.value for used in found.used] == ["20", "25", "20", "20", "15"]


@pytest.mark.parametrize(
    ("rows", "added", "expected"),
    [
        ([(80, 80, 80, 80, 80)], "0", "80.0"),
        ([(79, 80, 80, 80, 80), (80, 80, 80, 80, 80)], "0", "79.9"),  # exactly 79.9
        (
            [(79, 80, 80, 80, 80), (80, 80, 80, 80, 80), (80, 80, 80, 80, 80), (80, 80, 80, 80, 80)],
            "0",
            "80.0",
        ),  # 79.95
        ([("79.8", *["79.8"] * 4), ("79.8", *["79.9"] * 4)], "0", "79.8"),  # 79.84; with rounded means it were 79.9
        ([(100, 100, 100, 100, 100)], "5", "100.0"),  # never above 100
        ([E3], "4.55", "83.6"),  # 83.55, half up
        ([("85.5", 70, 80, 75, 90)], "0", "79.1"),
    ],
    ids=["even", "two", "half-up", "once", "most", "value-added", "halves"],
)
def test_the_total_is_exact_and_rounded_once(rows: Sequence[Sequence[object]], added: str, expected: str) -> None:
    assert str(standing(*rows, value_added=added).total) == expected


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        ("100", "excellent"),
        ("90", "excellent"),
        ("89.9", "good"),
        ("80", "good"),
        ("79.9", "qualified"),
        ("60", "qualified"),
        ("59.9", "failed"),
        ("0", "failed"),
    ],
)
def test_a_grade_begins_exactly_at_its_line(points: str, grade: str) -> None:
    assert band(standing([points] * 5).total, POLICY) == grade


@pytest.mark.parametrize(
    ("chosen", "level"), [("excellent", "error"), ("good", "error"), ("qualified", "clear"), ("failed", "advice")]
)
def test_a_grade_may_be_lower_with_a_reason_and_never_higher(
    county_with_group: County, chosen: str, level: str
) -> None:
    scored(county_with_group, E3)
    assert check(county_with_group, "appraisal_grade", grade=chosen).level == level


def test_weights_that_do_not_add_up_stop_everything(county_with_group: County) -> None:
    scored(county_with_group, E3)
    set_policy(county_with_group, "appraisal_weight_gap", "24")
    found = check(county_with_group, "appraisal_total")
    assert found.level == "error"
    assert "现为99" in str(found.message)


@pytest.mark.parametrize(("settled", "level"), [("79.0", "clear"), ("79.1", "error")])
def test_what_is_decided_has_the_total_of_the_sheet(county_with_group: County, settled: str, level: str) -> None:
    scored(county_with_group, E3)
    county_with_group.facts["settle"] = {"total": settled}
    assert check(county_with_group, "appraisal_total", "decide", decision="approve").level == level


def test_a_correction_stands_in_the_place_of_the_mean_and_the_last_one_counts(county_with_group: County) -> None:
    county = county_with_group
    scored(county, E3)
    for points in ("60", "78"):
        county.answer("notice_correct", {"corrections": [{"dimension": "gap", "points": points}]})
    assert total(county) == "81.0"
    being_given = {"corrections": [{"dimension": "gap", "points": "74"}], "grade": "good"}
    assert check(county, "appraisal_grade", "notice_correct", **being_given).level == "clear"  # exactly 80.0


@pytest.mark.parametrize(
    ("groups", "others", "level"),
    [(4, 0, "gate"), (5, 0, "clear"), (5, 1, "gate"), (9, 1, "gate"), (10, 1, "clear"), (10, 2, "gate")],
)
def test_excellent_are_at_most_a_fifth_of_the_groups(
    county_with_group: County, groups: int, others: int, level: str
) -> None:
    """Exactly a fifth is allowed, nothing is rounded up; the group itself does not count twice."""
    county = county_with_group
    scored(county, (95, 95, 95, 95, 95))
    own = county.facts["register_group"]["group_id"]
    for number in range(groups - 1):
        another_group(county, number)
    for group_id in (own, *range(own + 1, own + 1 + others)):
        excellent(county, group_id)
    found = check(county, "appraisal_quota", grade="excellent")
    assert (found.level, found.override) == (level, "deputy_director@bureau" if level == "gate" else None)
    assert in_chinese(found.figures)["已评优秀"] == str(others)
    assert check(county, "appraisal_quota", grade="good").level == "clear"


@pytest.mark.parametrize(
    ("gap", "named"), [((70, 70, 85), []), ((70, 70, 86), ["田野"]), ((54, 70, 70), ["方锐"]), ((55, 70, 70), [])]
)
def test_points_are_named_beyond_fifteen_from_the_median(
    county_with_group: County, gap: Sequence[int], named: list[str]
) -> None:
    scored(county_with_group, *[(80, points, 80, 80, 80) for points in gap])
    found = check(county_with_group, "appraisal_outliers")
    assert found.level == ("advice" if named else "clear")
    assert all(name in str(found.message) for name in named)
    assert sum(name in str(found.message) for name in ("方锐", "顾蓉", "田野")) == len(named)


@pytest.mark.parametrize(
    ("homes", "level", "said"),
    [
        (("教研室", "教研室"), "error", "不少于3人"),
        (("教研室", "教研室", "教研室"), "clear", "3人"),
        (("教研室", "教研室", "石桥村小学"), "error", "人员2是该集团学校的人员"),
    ],
    ids=["two", "three", "own"],
)
def test_scorers_are_three_and_strangers_to_the_group(
    county_with_group: County, homes: Sequence[str], level: str, said: str
) -> None:
    county = county_with_group
    county.school("教研室", {})
    people = [
        Person(bureau_id=county.act.bureau_id, organisation_id=county.ids[home], name=f"人员{number}")
        for number, home in enumerate(homes)
    ]
    county.act.session.add_all(people)
    county.act.session.flush()
    found = check(county, "appraisal_scorers", "arrange", scorers=[person.id for person in people])
    assert found.level == level
    assert said in str(found.message)


@pytest.mark.parametrize(
    ("added", "why", "level"),
    [("5", "进步", "clear"), ("5.1", "进步", "error"), ("1", "", "error"), ("0", "", "clear")],
)
def test_value_added_has_a_limit_and_a_reason(county_with_group: County, added: str, why: str, level: str) -> None:
    found = check(county_with_group, "appraisal_points", "scoring", value_added=added, value_added_why=why)
    assert found.level == level


def test_two_years_of_failure_running_are_counted_and_every_entry_is_vouched_for(county_with_group: County) -> None:
    county = county_with_group
    due = [entered(county, year, grade) for year, grade in YEARS]
    assert due == ["no", "no", "no", "yes"]
    session = county.act.session
    assert len(session.scalars(select(SchoolAppraisalEntry)).all()) == 3 * len(YEARS)
    session.flush()
    assert verify(session, county.act.bureau_id, CONTENT_CHECKS).faults == ()
    with pytest.raises(ConflictError, match="已经登记"):
        entered(county, "2029-2030", "failed")
    lead = CHECKS["groups.lead_is_qualified"](county.applying())
    assert isinstance(lead, Finding)
    assert (lead.level, in_chinese(lead.figures)["最近年度考核"]) == ("gate", "不合格")  # the bundled grade is its own
    found = last_grade(session, county.act.bureau_id, county.ids["石桥村小学"], county.act.today)
    assert found is not None
    assert found.grade == "failed"


def entered(county: County, year: str, grade: str) -> str:
    """The appraisal of a year with a grade, as its case enters it; whether a review is due."""
    county.on(date(int(year[-4:]), 7, 20))
    county.given.clear()
    scored(county, (50, 50, 50, 50, 50))
    county.answer("sum_up", {"grade": grade, "uses": ["awards"]})
    case = case_in(county, year)
    county.facts["settle"] = dict(settle_appraisal(OperationContext(county.act, case, "settle", {})).facts)
    return str(enter_appraisal(OperationContext(county.act, case, "register", {})).facts["review_due"])


def another_group(county: County, number: int) -> None:
    """A further group with a lead school, from the school year of the test on."""
    school = county.school(f"第{number}小学", {})
    act = county.act
    group = EducationGroup(
        bureau_id=act.bureau_id,
        name=f"第{number}集团",
        kind="cooperative",
        stage="primary",
        lead_school_id=school,
        approved_on=date(2026, 5, 13),
        effective_on=date(2026, 9, 1),
        case_id=8,
        recorded_at=act.now,
    )
    act.session.add(group)
    act.session.flush()
    act.session.add(
        MembershipEntry(
            bureau_id=act.bureau_id,
            group_id=group.id,
            school_id=school,
            change="joined",
            role="lead",
            effective_on=date(2026, 9, 1),
            reason="集团组建",
            recorded_at=act.now,
            recorded_by="测试员",
        )
    )
    act.session.flush()


def excellent(county: County, group_id: int) -> None:
    """A group that was decided to be 优秀."""
    act = county.act
    act.session.add(
        AppraisalEntry(
            bureau_id=act.bureau_id,
            group_id=group_id,
            school_year="2026-2027",
            decided_on=act.today,
            total="95.0",
            grade="excellent",
            **dict.fromkeys(DIMENSIONS, "95"),
            value_added="0",
            scorers=3,
            uses="awards",
            case_id=9,
            recorded_at=act.now,
        )
    )
    act.session.flush()
