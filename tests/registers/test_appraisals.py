"""Appraisals as tables of situations: total and grade at the exact lines, corrections, years."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.county import in_chinese
from tests.registers.appraised import case_in, check, scored
from tests.registers.conftest import County, set_policy
from workflow_app.audit.verify import verify
from workflow_app.definitions.case_view import OperationContext
from workflow_app.errors import ConflictError
from workflow_app.policy.finding import Finding
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.policy.profiles import read_profile
from workflow_app.registers import CHECKS
from workflow_app.registers.appraisal_models import SchoolAppraisalEntry
from workflow_app.registers.appraisal_scores import DIMENSIONS, Scored, Standing, band, standing_of, weight_key
from workflow_app.registers.appraisals import enter_appraisal, last_grade, settle_appraisal
from workflow_app.registers.proof import CONTENT_CHECKS

E3 = (85, 70, 80, 75, 90)
POLICY = Policy("003", date(2027, 7, 20), {p.key: [p] for p in read_profile("003").parameters})
"""The policy as it ships."""
YEARS = (("2026-2027", "failed"), ("2027-2028", "good"), ("2028-2029", "failed"), ("2029-2030", "failed"))


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
