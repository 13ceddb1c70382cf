"""Shipped profiles are loaded once; a change is a further version."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from workflow_app.act import Act, Holding
from workflow_app.audit.models import AuditEvent
from workflow_app.directory.positions import POSITIONS
from workflow_app.errors import ForbiddenError, InvalidError, NotFoundError
from workflow_app.policy.models import PolicyParameter
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.policy.profiles import UNITS, change, fits, load_profile, read_profile, shipped_profiles


@pytest.fixture
def lawyer(act: Act) -> Act:
    """An act by the legal officer, who keeps the amounts."""
    return replace(act, actor=replace(act.actor, holdings=frozenset({Holding(1, "legal_officer")})))


def test_both_profiles_have_the_same_keys_and_readable_values() -> None:
    assert shipped_profiles() == ["003", "004"]
    first, second = read_profile("003"), read_profile("004")
    assert {p.key for p in first.parameters} == {p.key for p in second.parameters}
    for parameter in (*first.parameters, *second.parameters):
        assert parameter.unit in UNITS
        assert fits(parameter.value, parameter.unit), parameter
        assert parameter.clause
        assert parameter.title
    assert not any("003" in p.clause for p in second.parameters)


def test_loading_twice_enters_nothing_more(act: Act) -> None:
    entered = load_profile(act, "003")
    assert entered == len(read_profile("003").parameters)
    assert load_profile(act, "003") == 0
    act.session.flush()
    kinds = act.session.scalars(select(AuditEvent.kind)).all()
    assert kinds == ["policy_loaded"]


def test_an_unknown_profile_is_refused(act: Act) -> None:
    with pytest.raises(NotFoundError, match="999"):
        load_profile(act, "999")


def test_a_change_is_a_further_version_from_its_day_on(act: Act, lawyer: Act, policy: Policy) -> None:
    change(lawyer, "experts_min", "5", "青教体〔2026〕3号", date(2026, 6, 1), "专家库已扩大")
    may, june = (load_policy(act.session, act.bureau_id, d) for d in (date(2026, 5, 31), date(2026, 6, 1)))
    assert (may.integer("experts_min"), may.used("experts_min").version) == (3, 1)
    assert (june.integer("experts_min"), june.used("experts_min").version) == (5, 2)
    assert june.used("experts_min").clause == "青教体〔2026〕3号"
    change(lawyer, "experts_min", "7", "青教体〔2026〕4号", date(2026, 6, 1), "更正")
    assert load_policy(act.session, act.bureau_id, date(2026, 6, 1)).integer("experts_min") == 7
    stored = act.session.scalars(select(PolicyParameter.value).where(PolicyParameter.key == "experts_min")).all()
    assert stored == ["3", "5", "7"]
    body = act.session.scalars(select(AuditEvent.body).where(AuditEvent.kind == "policy_changed")).first()
    assert body is not None
    assert (body["key"], body["value"], body["version"], body["reason"]) == ("experts_min", "5", 2, "专家库已扩大")


def test_a_change_survives_loading_again(act: Act, lawyer: Act, policy: Policy) -> None:
    change(lawyer, "experts_min", "5", "青教体〔2026〕3号", date(2026, 4, 1), "专家库已扩大")
    load_profile(act, "003")
    assert load_policy(act.session, act.bureau_id, act.today).integer("experts_min") == 5


@pytest.mark.parametrize(
    ("key", "value", "clause", "reason", "said"),
    [
        ("experts_min", "三", "依据", "理由", "“三”不能作为"),
        ("experts_min", "-1", "依据", "理由", "不能作为"),
        ("countersign_days", "2.5", "依据", "理由", "不能作为"),
        ("committee_quorum", "1/0", "依据", "理由", "不能作为"),
        ("hard_stop", " ", "依据", "理由", "不能作为"),
        ("experts_min", "5", "", "理由", "依据和理由"),
        ("experts_min", "5", "依据", " ", "依据和理由"),
    ],
)
def test_a_change_that_does_not_fit_is_refused(
    lawyer: Act, policy: Policy, key: str, value: str, clause: str, reason: str, said: str
) -> None:
    with pytest.raises(InvalidError, match=said):
        change(lawyer, key, value, clause, date(2026, 6, 1), reason)


def test_what_the_profile_does_not_have_cannot_be_changed(act: Act, lawyer: Act, policy: Policy) -> None:
    with pytest.raises(NotFoundError, match="no_such_key"):
        change(lawyer, "no_such_key", "5", "依据", date(2026, 6, 1), "理由")
    other = replace(lawyer, actor=replace(lawyer.actor, bureau_id=act.bureau_id + 1))
    with pytest.raises(NotFoundError):
        change(other, "experts_min", "5", "依据", date(2026, 6, 1), "理由")


def test_decimals_are_kept_as_written(act: Act, lawyer: Act, policy: Policy) -> None:
    change(lawyer, "pupils_per_staff_senior", "12.50", "依据", date(2026, 4, 1), "理由")
    assert str(load_policy(act.session, act.bureau_id, act.today).decimal("pupils_per_staff_senior")) == "12.50"
    assert Decimal("12.50") == policy.decimal("pupils_per_staff_senior")


@pytest.mark.parametrize("position", sorted(POSITIONS.keys() - {"legal_officer"}))
def test_only_the_legal_officer_changes_an_amount(act: Act, policy: Policy, position: str) -> None:
    other = replace(act, actor=replace(act.actor, holdings=frozenset({Holding(1, position)})))
    with pytest.raises(ForbiddenError, match="法制审核"):
        change(other, "experts_min", "5", "依据", date(2026, 6, 1), "理由")
    assert load_policy(act.session, act.bureau_id, date(2026, 6, 1)).integer("experts_min") == 3
