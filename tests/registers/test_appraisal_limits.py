"""What an appraisal keeps to: the share of 优秀, outliers, who may score, value added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from tests.county import in_chinese
from tests.registers.appraised import check, scored
from tests.registers.conftest import County
from workflow_app.directory.models import Person
from workflow_app.registers.appraisal_models import AppraisalEntry
from workflow_app.registers.appraisal_scores import DIMENSIONS
from workflow_app.registers.models import EducationGroup, MembershipEntry


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
