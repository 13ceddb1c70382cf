"""Teaching months, and whether a proof of service is earned: at the exact edges of policy (P2, D24)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import by_program
from workflow_app.act import Act
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.policy.profiles import load_profile
from workflow_app.registers.support import is_earned, months_by_policy


@pytest.fixture
def policy(act: Act) -> Policy:
    """The amounts of profile 003."""
    load_profile(by_program(act), "003")
    return load_policy(act.session, act.bureau_id, act.today)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        pytest.param("2026-09-01", "2027-07-10", 10, id="a-school-year"),
        pytest.param("2026-09-01", "2027-07-09", 9, id="nine-days-of-july-do-not-count"),
        pytest.param("2026-09-21", "2027-07-10", 10, id="ten-days-of-september-count"),
        pytest.param("2026-09-22", "2027-07-10", 9, id="nine-days-of-september-do-not"),
        pytest.param("2027-02-01", "2027-02-28", 0, id="the-winter-holiday-is-no-teaching-month"),
        pytest.param("2027-08-01", "2027-08-31", 0, id="nor-is-august"),
        pytest.param("2026-12-20", "2027-01-10", 2, id="over-the-turn-of-the-year"),
        pytest.param("2026-09-01", "2027-03-30", 6, id="returned-early"),
        pytest.param("2026-09-10", "2026-09-10", 0, id="one-day"),
        pytest.param("2026-09-10", "2026-09-01", 0, id="ended-before-it-began"),
        pytest.param("2026-09-01", "2028-07-10", 20, id="two-school-years"),
    ],
)
def test_a_month_counts_from_its_tenth_day_of_service(policy: Policy, first: str, last: str, months: int) -> None:
    assert months_by_policy(policy, date.fromisoformat(first), date.fromisoformat(last)) == months


@pytest.mark.parametrize(
    ("grade", "months", "earned"),
    [
        pytest.param("qualified", 10, True, id="just-enough"),
        pytest.param("qualified", 9, False, id="a-month-short"),
        pytest.param("excellent", 10, True, id="excellent"),
        pytest.param("excellent", 9, False, id="excellence-replaces-no-month"),
        pytest.param("failed", 20, False, id="failed"),
        pytest.param("returned_early", 10, False, id="returned-early"),
    ],
)
def test_a_proof_is_earned_by_grade_and_months_together(policy: Policy, grade: str, months: int, earned: bool) -> None:
    assert is_earned(policy, grade, months) is earned
