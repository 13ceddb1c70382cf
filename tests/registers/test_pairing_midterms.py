"""Rules of the mid-term check at their exact thresholds: the half of a term, the sheet, who owes a check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.registers.conftest import County, set_policy
from workflow_app.calendar.duty_periods import once_name
from workflow_app.calendar.terms import school_year_of
from workflow_app.cases.duty_once import plan_once
from workflow_app.cases.models import Duty
from workflow_app.definitions.case_view import CheckContext, Owed
from workflow_app.definitions.source import read_source
from workflow_app.definitions.version import load_version
from workflow_app.errors import ConflictError
from workflow_app.policy.finding import Finding
from workflow_app.policy.parameters import load_policy
from workflow_app.registers.pairing_appraisals import required_pairing
from workflow_app.registers.pairing_midterm_checks import helper_of_duty, midterm_stop, midterm_total
from workflow_app.registers.pairing_midterms import Sheet, checked_pairing, halfway, owed_midterms, sheet_of
from workflow_app.registers.pairing_models import Pairing, PairingChange
from workflow_app.registers.pairing_term_checks import months_after

RECIPIENT, HELPER = "石桥村小学", "青禾县实验小学"
HALF = Fraction(1, 2)
FIRST, SECOND = date(2026, 10, 1), date(2027, 10, 1)
"""The halves of the first year and of the renewal for another one, of 366 days."""
LINES = ("progress", "activities", "duties", "management")


@pytest.mark.parametrize(
    ("points", "total", "passed"),
    [
        (("60", "60", "60", "60"), "60.00", True),
        (("60", "60", "60", "59.9"), "59.99", False),
        (("52.5", "60", "70", "70"), "60.00", True),
        (("50", "60", "70", "70"), "59.00", False),
        (("100", "100", "100", "100"), "100.00", True),
        (("0", "0", "0", "0"), "0.00", False),
    ],
)
def test_sixty_passes_and_a_hundredth_less_does_not(
    county: County, points: tuple[str, ...], total: str, passed: bool
) -> None:
    policy = load_policy(county.act.session, county.act.bureau_id, county.act.today)
    sheet = sheet_of(policy, dict(zip(LINES, points, strict=True)))
    assert (str(sheet.total), sheet.is_passed) == (total, passed)


def test_what_is_shown_is_what_is_compared() -> None:
    thirds = dict.fromkeys(LINES, Fraction(25))
    almost = Sheet({**dict.fromkeys(LINES, Decimal(60)), "duties": Decimal("59.98")}, thirds, Decimal(60))
    assert (str(almost.total), almost.is_passed) == ("60.00", True), "59.995 is rounded half up"


def test_weights_that_do_not_add_up_stop_the_score(county: County) -> None:
    found = told(county, dict.fromkeys(LINES, "80"))
    assert found.level == "clear"
    assert "总分80.00分，达到合格线" in str(found.message)
    assert told(county, {}).level == "clear", "a draft is taken calmly"
    set_policy(county, "pairing_midterm_weight_duties", "15")
    found = told(county, dict.fromkeys(LINES, "80"))
    assert found.level == "error"
    assert "权重之和应为100，现为95.00" in str(found.message)


def told(county: County, given: dict[str, str]) -> Finding:
    found = midterm_total(CheckContext(county.act, county.case(), "check", given))
    assert isinstance(found, Finding)
    return found


@pytest.mark.parametrize(
    ("starts", "ends", "half"),
    [
        (date(2026, 9, 1), date(2028, 8, 31), date(2027, 9, 2)),  # 731 days: 365 are not half
        (date(2026, 4, 1), date(2027, 3, 31), date(2026, 10, 1)),  # 365 days: 183 are the first half
        (date(2027, 9, 1), date(2028, 8, 31), date(2028, 3, 2)),  # 366 days: 183 are half
    ],
)
def test_the_half_of_a_term_is_counted_in_days(starts: date, ends: date, half: date) -> None:
    assert halfway(starts, ends, HALF) == half


@pytest.mark.parametrize(
    "starts", [date(2026, 9, 1), date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 3), date(2028, 2, 29)]
)
def test_years_that_follow_each_other_have_their_halves_in_school_years_of_their_own(starts: date) -> None:
    """A half comes 183 days after the start, so that two lie 365 or 366 days apart, across the 29 February as well."""
    firsts = [months_after(starts, months) for months in (0, 12, 24, 36)]
    halves = [halfway(first, after - timedelta(days=1), HALF) for first, after in pairwise(firsts)]
    assert len({school_year_of(half) for half in halves}) == 3, halves


def test_two_who_are_paired_anew_within_a_school_year_are_checked_anew(county: County) -> None:
    rule = load_version(read_source("pairing-midterm"), 1).head.duty
    assert rule is not None
    first = pair(county)
    county.on(FIRST)
    assert plan_once(county.act, "pairing-midterm", rule) == 1
    county.act.session.execute(update(Duty).values(fulfilled_at=county.act.now))
    change(county, first, "ended", date(2026, 10, 20))
    pair(county, starts=date(2026, 11, 2))
    county.on(date(2027, 5, 4))
    assert [plan_once(county.act, "pairing-midterm", rule) for _ in range(2)] == [1, 0]
    name = f"2026-2027/{county.ids[HELPER]}"
    found = county.act.session.execute(select(Duty.period, Duty.opens_on).order_by(Duty.id)).all()
    assert [tuple(row) for row in found] == [(name, FIRST), (f"{name}/2", date(2027, 5, 4))]


@pytest.mark.parametrize(
    ("day", "change_to", "is_owed"),
    [
        (date(2026, 9, 30), None, False),
        (date(2026, 10, 1), None, True),
        (date(2026, 10, 1), ("ended", date(2026, 9, 30)), False),
        (date(2026, 10, 9), ("ended", date(2026, 10, 8)), False),
        (date(2026, 10, 9), ("renewed", date(2028, 3, 31)), True),
        (date(2027, 3, 31), None, True),
        (date(2027, 4, 1), None, False),
    ],
)
def test_a_check_is_owed_from_the_half_of_the_agreed_term_on(
    county: County, day: date, change_to: tuple[str, date] | None, is_owed: bool
) -> None:
    pair(county, *[change_to] if change_to else [])
    found = owed_midterms(county.act.session, county.act.bureau_id, day)
    expected = Owed(county.ids[RECIPIENT], county.ids[HELPER], date(2026, 10, 1), date(2026, 4, 1))
    assert found == ([expected] if is_owed else [])


@pytest.mark.parametrize(
    ("changes", "day", "halves"),
    [
        ([("renewed", date(2028, 3, 31))], date(2027, 9, 30), [FIRST]),
        ([("renewed", date(2028, 3, 31))], date(2027, 10, 1), [FIRST, SECOND]),
        ([("changed", date(2028, 3, 31))], date(2028, 3, 31), [FIRST, SECOND]),
        ([("renewed", date(2028, 3, 30))], date(2028, 3, 1), [FIRST]),  # a day less than a year prolongs only
        ([("changed", date(2026, 12, 31)), ("renewed", date(2028, 3, 31))], date(2027, 10, 1), [FIRST, SECOND]),
        ([("renewed", date(2027, 3, 31))], date(2027, 3, 31), [FIRST]),  # on as agreed
        ([("renewed", date(2028, 3, 31)), ("ended", date(2027, 9, 30))], date(2027, 9, 30), [FIRST]),
        ([("renewed", date(2028, 3, 31)), ("renewed", date(2029, 3, 31))], date(2028, 9, 30), [FIRST, SECOND]),
        (
            [("renewed", date(2028, 3, 31)), ("renewed", date(2029, 3, 31))],
            date(2028, 10, 1),
            [FIRST, SECOND, date(2028, 10, 1)],
        ),
    ],
)
def test_each_further_term_of_a_year_or_more_is_checked_at_its_own_half(
    county: County, changes: list[tuple[str, date]], day: date, halves: list[date]
) -> None:
    pair(county, *changes)
    found = owed_midterms(county.act.session, county.act.bureau_id, day)
    assert [owed.since for owed in found] == halves
    names = [once_name(half, county.ids[HELPER]) for half in halves]
    assert len(names) == len(set(names)), "each is a duty of its own"


@pytest.mark.parametrize(
    ("period", "helper"), [("2026-2027/16", 16), ("2026-2027/16/2", 16), ("2026-2027", None), (None, None)]
)
def test_the_name_of_a_duty_says_what_it_is_about(county: County, period: str | None, helper: int | None) -> None:
    context = CheckContext(county.act, replace(county.case(), period=period), "report", {})
    assert helper_of_duty(context) == helper
    if period is not None and not period.endswith("/2"):
        assert once_name(date(2026, 10, 1), helper) == period


@pytest.mark.parametrize(
    ("decision", "ended", "level"), [("stop", False, "error"), ("stop", True, "clear"), ("submit", False, "clear")]
)
def test_a_check_is_stopped_only_where_the_pairing_has_ended(
    county: County, decision: str, ended: bool, level: str
) -> None:
    pair(county, *[("ended", date(2026, 10, 8))] if ended else [])
    county.on(date(2026, 10, 9))
    county.answer("report", {"partner": county.ids[HELPER]})
    case = replace(county.case(), applicant_id=county.ids[RECIPIENT])
    found = midterm_stop(CheckContext(county.act, case, "check", {"decision": decision}))
    assert isinstance(found, Finding)
    assert found.level == level


def test_without_the_pairing_the_way_out_of_the_case_is_named(county: County) -> None:
    """The pairing may be struck from the register while its check or appraisal is under way."""
    county.answer("report", {"partner": county.ids[HELPER]})
    case = replace(county.case(), applicant_id=county.ids[RECIPIENT], period="2026-2027")
    with pytest.raises(ConflictError, match=r"不能检查。.*终止办理"):
        checked_pairing(county.act.session, case, county.act.today)
    with pytest.raises(ConflictError, match=r"不能考核。.*终止办理"):
        required_pairing(county.act.session, case)


def pair(county: County, *changes: tuple[str, date], starts: date = date(2026, 4, 1)) -> int:
    """青禾县实验小学 helps 石桥村小学 for a year, perhaps with changes since."""
    common: dict[str, Any] = {"bureau_id": county.act.bureau_id, "case_id": 1, "recorded_at": county.act.now}
    sides = {"recipient_id": county.ids[RECIPIENT], "helper_id": county.ids[HELPER]}
    ends = months_after(starts, 12) - timedelta(days=1)
    term = {"starts_on": starts, "ends_on": ends, "goals": "教研", "people": 1}
    pairing = Pairing(kind="school_pair", **sides, **term, **common)
    county.act.session.add(pairing)
    county.act.session.flush()
    for what, until in changes:
        change(county, pairing.id, what, until)
    return pairing.id


def change(county: County, pairing_id: int, what: str, until: date) -> None:
    """What was entered of a pairing since."""
    entry = {"change": what, "effective_on": date(2026, 9, 20), "ends_on": until, "terms": "按实际情况。"}
    common = {"bureau_id": county.act.bureau_id, "case_id": 1, "recorded_at": county.act.now}
    county.act.session.add(PairingChange(pairing_id=pairing_id, **entry, **common))
    county.act.session.flush()
