"""Parameters are read exactly, with their source; a missing or lapsed one says so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.conftest import by_program
from workflow_app.act import Act
from workflow_app.calendar.working import load_calendar
from workflow_app.calendar.years import load_shipped_years
from workflow_app.directory.models import Bureau
from workflow_app.policy.finding import Used
from workflow_app.policy.parameters import Policy, PolicyError, load_policy
from workflow_app.policy.profiles import load_profile


def test_values_are_exact(policy: Policy) -> None:
    assert policy.integer("experts_min") == 3
    assert policy.decimal("pupils_per_staff_senior") == Decimal("12.5")
    assert policy.fraction("pupils_per_staff_senior") == Fraction(25, 2)
    assert policy.fraction("committee_quorum") == Fraction(2, 3)
    assert policy.text("autumn_term_start") == "09-01"
    assert policy.texts("lead_appraisals") == ("excellent", "good")


def test_what_was_used_can_be_retraced(policy: Policy) -> None:
    assert policy.used("approval_days") == Used("003", "approval_days", "20", "workday", "行政许可法42条", 1)


def test_a_period_counts_in_its_own_unit(act: Act, policy: Policy) -> None:
    load_shipped_years(act)
    calendar = load_calendar(act.session, act.bureau_id)
    assert policy.due(calendar, "approval_days", date(2026, 4, 15)) == date(2026, 5, 15)
    assert policy.due(calendar, "charter_days", date(2026, 5, 13)) == date(2026, 6, 12)
    with pytest.raises(PolicyError, match="单位count"):
        policy.due(calendar, "experts_min", date(2026, 4, 15))


@pytest.mark.parametrize(
    ("read", "key"), [("integer", "pupils_per_staff_senior"), ("decimal", "hard_stop"), ("fraction", "hard_stop")]
)
def test_a_value_of_another_kind_is_refused(policy: Policy, read: str, key: str) -> None:
    with pytest.raises(PolicyError, match=f"003的参数{key}的值"):
        getattr(policy, read)(key)


def test_a_missing_parameter_names_key_and_profile(policy: Policy) -> None:
    with pytest.raises(PolicyError, match="003中没有参数no_such_key"):
        policy.integer("no_such_key")


def test_a_lapsed_parameter_names_its_last_day(act: Act, bureau: Bureau) -> None:
    bureau.policy_profile = "004"
    load_profile(by_program(act), "004")
    act.session.flush()
    last = load_policy(act.session, act.bureau_id, date(2027, 11, 30))
    assert last.integer("countersign_days") == 5
    after = load_policy(act.session, act.bureau_id, date(2027, 12, 1))
    with pytest.raises(PolicyError, match=r"004的参数countersign_days（会审期限）已于2027年11月30日失效"):
        after.integer("countersign_days")
    assert after.integer("approval_days") == 20
    before = load_policy(act.session, act.bureau_id, date(2022, 11, 30))
    with pytest.raises(PolicyError, match="2022年11月30日尚未生效"):
        before.integer("countersign_days")


def test_what_lapses_soon_is_listed(act: Act, bureau: Bureau, policy: Policy) -> None:
    assert policy.expiring(3650) == []
    bureau.policy_profile = "004"
    load_profile(by_program(act), "004")
    act.session.flush()
    soon = load_policy(act.session, act.bureau_id, date(2027, 9, 1)).expiring(90)
    assert {p.valid_to for p in soon} == {date(2027, 11, 30)}
    assert "countersign_days" in {p.key for p in soon}
    assert "approval_days" not in {p.key for p in soon}
    assert load_policy(act.session, act.bureau_id, date(2027, 9, 1)).expiring(89) == []
    assert load_policy(act.session, act.bureau_id, date(2027, 12, 1)).expiring(90) == []


def test_a_bureau_without_a_profile_is_told_so(act: Act) -> None:
    with pytest.raises(PolicyError, match="尚未载入"):
        load_policy(act.session, act.bureau_id, act.today)
