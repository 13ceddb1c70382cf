"""Corrections of decided appraisals: who, within which lines, what everybody else reads afterwards, what stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.registers.conftest import County
from workflow_app.act import Act, Holding
from workflow_app.audit.verify import verify
from workflow_app.errors import ForbiddenError, InvalidError, NotFoundError
from workflow_app.registers.appraisal_models import AppraisalCorrection, AppraisalEntry, SchoolAppraisalEntry
from workflow_app.registers.appraisal_scores import DIMENSIONS
from workflow_app.registers.appraisals import excellent_groups, grades_of, last_grade
from workflow_app.registers.corrected import GROUPS, PAIRINGS, grade_now
from workflow_app.registers.decided import correct_decided
from workflow_app.registers.failed_years import failed_years
from workflow_app.registers.pairing_models import Pairing, PairingAppraisal
from workflow_app.registers.proof import CONTENT_CHECKS, enter

YEAR = "2026-2027"
RIGHT: dict[str, Any] = {"total": "58.5", "grade": "failed", "document": "青教体〔2027〕31号", "reason": "漏计一项扣分"}


@pytest.fixture
def appraised(county: County, founded: Callable[[], int]) -> County:
    """The group of E1 with its appraisal: 79.0, 合格, one grade for all its schools."""
    group_id = founded()
    county.on(date(2027, 7, 26))
    session, common = county.act.session, {"bureau_id": 1, "school_year": YEAR, "recorded_at": county.act.now}
    decided = {"grade": "qualified", "decided_on": date(2027, 7, 20), **common}
    points = dict.fromkeys(DIMENSIONS, "79")
    entry = AppraisalEntry(
        group_id=group_id, total="79.0", **points, value_added="0", scorers=3, uses="awards", case_id=7, **decided
    )
    session.add(entry)
    session.flush()
    school = SchoolAppraisalEntry(appraisal_id=entry.id, school_id=county.lead, role="lead", **decided)
    session.add(school)
    session.flush()
    enter(county.act, entry, 7)
    enter(county.act, school, 7)
    return county


def deciding(county: County, position: str = "deputy_director") -> Act:
    return replace(county.act, actor=replace(county.act.actor, holdings=frozenset({Holding(1, position)})))


def refused(act: Act, **changed: Any) -> tuple[str, str]:
    with pytest.raises(InvalidError) as caught:
        correct_decided(act, GROUPS, 1, **{**RIGHT, **changed})
    (problem,) = caught.value.problems
    return problem.field, str(problem.message)


def test_who_asks_for_the_grade_is_told_the_corrected_one(appraised: County) -> None:
    session, leader = appraised.act.session, deciding(appraised)
    correct_decided(leader, GROUPS, 1, **RIGHT)
    grade = last_grade(session, 1, appraised.lead, date(2027, 8, 1))
    assert grade is not None
    assert (grade.grade, grade.decided_on) == ("failed", date(2027, 7, 20))
    assert grades_of(session, 1, 1) == {YEAR: "failed"}
    correct_decided(leader, GROUPS, 1, **{**RIGHT, "total": "81", "grade": "good"})
    assert grades_of(session, 1, 1) == {YEAR: "good"}
    entry = session.scalars(select(AppraisalEntry)).one()
    assert (entry.total, entry.grade) == ("79.0", "qualified"), "what was decided stays"
    stored = [(c.total, c.grade, c.recorded_on) for c in session.scalars(select(AppraisalCorrection))]
    assert stored == [("58.5", "failed", date(2027, 7, 26)), ("81.0", "good", date(2027, 7, 26))]
    session.flush()
    assert verify(session, 1, CONTENT_CHECKS).faults == ()


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"total": "79.0", "grade": "qualified"}, "grade", "没有需要更正的内容"),
        ({"total": "79.9", "grade": "good"}, "grade", "对应等次为合格，不能更正为更高的等次"),
        ({"total": "100.1"}, "total", "0至100之间"),
        ({"total": "79.95"}, "total", "最多一位小数"),
        ({"total": "-1"}, "total", "0至100之间"),
        ({"grade": "best"}, "grade", "请选择"),
        ({"document": " "}, "document", "请填写依据文号"),
        ({"document": "长" * 81}, "document", "最多80个字"),
        ({"reason": " "}, "reason", "请填写更正理由"),
        ({"total": "95", "grade": "excellent"}, "beyond_quota", "优秀不超过0.2个，已评0个"),
    ],
    ids=["same", "too-high", "above", "places", "below", "unknown", "no-document", "long", "no-reason", "quota"],
)
def test_what_binds_the_decision_binds_its_correction(
    appraised: County, changed: dict[str, str], field: str, words: str
) -> None:
    found, message = refused(deciding(appraised), **changed)
    assert (found, words in message) == (field, True), message
    assert appraised.act.session.scalars(select(AppraisalCorrection)).all() == []


def test_the_decider_alone_goes_beyond_the_share_and_below_a_line(appraised: County) -> None:
    leader, session = deciding(appraised), appraised.act.session
    best: dict[str, Any] = {**RIGHT, "total": "95", "grade": "excellent", "beyond_quota": True}
    correct_decided(leader, GROUPS, 1, **best)
    assert excellent_groups(session, 1, YEAR) == {1}
    correct_decided(leader, GROUPS, 1, **{**best, "grade": "qualified"})  # a lower one than its line, with the reason
    assert excellent_groups(session, 1, YEAR) == set()


@pytest.mark.parametrize("position", ["section_chief", "section_officer", "director", "auditor", "school_head"])
def test_nobody_else_corrects_what_a_leader_has_decided(appraised: County, position: str) -> None:
    with pytest.raises(ForbiddenError, match="分管副局长"):
        correct_decided(deciding(appraised, position), GROUPS, 1, **RIGHT)
    with pytest.raises(NotFoundError):
        correct_decided(deciding(appraised, position), GROUPS, 99, **RIGHT)


def test_a_pairings_appraisal_is_corrected_by_its_own_lines(appraised: County) -> None:
    act, session = deciding(appraised), appraised.act.session
    common = {"bureau_id": 1, "case_id": 7, "recorded_at": act.now}
    ends = {"starts_on": date(2026, 9, 1), "ends_on": date(2027, 8, 31), "kind": "school_pair"}
    sides = {"recipient_id": appraised.ids["石桥村小学"], "helper_id": appraised.lead, "people": 0, "goals": "教研"}
    pairing = Pairing(**ends, **sides, **common)
    session.add(pairing)
    session.flush()
    points = {"host_score": "60", "helper_score": "60", "targets": 1, "targets_met": 0, "total": "42.0"}
    graded = {"grade": "failed", "next_step": "end", "decided_on": date(2027, 7, 20)}
    session.add(PairingAppraisal(pairing_id=pairing.id, school_year=YEAR, **points, **graded, **common))
    session.flush()
    with pytest.raises(InvalidError) as caught:
        correct_decided(act, PAIRINGS, 1, **{**RIGHT, "total": "89.9", "grade": "excellent"})
    assert "对应等次为合格" in str(caught.value.problems[0].message)
    correct_decided(act, PAIRINGS, 1, **{**RIGHT, "total": "72", "grade": "qualified"})
    assert session.scalars(select(grade_now(PairingAppraisal))).all() == ["qualified"]
    assert session.scalars(select(grade_now(AppraisalEntry))).all() == ["qualified"], "the other register's own"


@pytest.mark.parametrize(
    ("failed", "year", "count", "due"),
    [
        ((2026,), 2026, 1, False),
        ((2025, 2026), 2026, 2, True),
        ((2025, 2026), 2025, 2, True),  # the earlier year was corrected after the later one was decided
        ((2024, 2026), 2025, 0, False),
        ((2024, 2025, 2026), 2025, 3, True),  # it closes the gap
        ((2023, 2024, 2026), 2026, 1, False),
    ],
)
def test_failed_years_in_a_row(appraised: County, failed: tuple[int, ...], year: int, count: int, due: bool) -> None:
    grades = {f"{first}-{first + 1}": "failed" if first in failed else "good" for first in (2023, 2024, 2025, 2026)}
    found = failed_years(appraised.act, grades, f"{year}-{year + 1}")
    assert (found.count, found.review_due) == (count, due)


def test_a_correction_asks_for_a_review_only_where_it_brings_the_failure_about(appraised: County) -> None:
    leader, session = deciding(appraised), appraised.act.session
    first = session.scalars(select(AppraisalEntry)).one()
    values = {c.name: getattr(first, c.name) for c in AppraisalEntry.__table__.columns if c.name != "id"}
    assert not correct_decided(leader, GROUPS, 1, **RIGHT).review_due, "one failed year is not two"
    session.add(AppraisalEntry(**{**values, "school_year": "2025-2026", "grade": "failed"}))
    session.flush()
    assert not correct_decided(leader, GROUPS, 1, **{**RIGHT, "total": "57"}).review_due, "it had failed before"
    assert not correct_decided(leader, GROUPS, 1, **{**RIGHT, "total": "70", "grade": "qualified"}).review_due
    assert correct_decided(leader, GROUPS, 1, **RIGHT).review_due
