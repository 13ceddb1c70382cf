"""A change of an amount by the program itself: a further version from its day on, checked, audited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.conftest import by_program
from workflow_app.act import Act, Holding
from workflow_app.audit.models import AuditEvent
from workflow_app.directory.positions import POSITIONS
from workflow_app.errors import ForbiddenError, InvalidError, NotFoundError
from workflow_app.policy.models import PolicyParameter
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.policy.profiles import UNITS, load_profile
from workflow_app.policy.versions import UNIT_NAMES, change


@pytest.fixture
def program(act: Act) -> Act:
    """An act by the program, as from a script of its operators."""
    return by_program(act)


def test_a_change_is_a_further_version_from_its_day_on(act: Act, program: Act, policy: Policy) -> None:
    change(program, "experts_min", "5", "青教体〔2026〕3号", date(2026, 6, 1), "专家库已扩大")
    may, june = (load_policy(act.session, act.bureau_id, d) for d in (date(2026, 5, 31), date(2026, 6, 1)))
    assert (may.integer("experts_min"), may.used("experts_min").version) == (3, 1)
    assert (june.integer("experts_min"), june.used("experts_min").version) == (5, 2)
    assert june.used("experts_min").clause == "青教体〔2026〕3号"
    change(program, "experts_min", "7", "青教体〔2026〕4号", date(2026, 6, 1), "更正")
    assert load_policy(act.session, act.bureau_id, date(2026, 6, 1)).integer("experts_min") == 7
    stored = act.session.scalars(select(PolicyParameter.value).where(PolicyParameter.key == "experts_min")).all()
    assert stored == ["3", "5", "7"]
    body = act.session.scalars(select(AuditEvent.body).where(AuditEvent.kind == "policy_changed")).first()
    assert body is not None
    assert (body["key"], body["value"], body["version"], body["reason"]) == ("experts_min", "5", 2, "专家库已扩大")


def test_a_change_survives_loading_again(act: Act, program: Act, policy: Policy) -> None:
    change(program, "experts_min", "5", "青教体〔2026〕3号", date(2026, 4, 1), "专家库已扩大")
    load_profile(program, "003")
    assert load_policy(act.session, act.bureau_id, act.today).integer("experts_min") == 5


@pytest.mark.parametrize(
    ("key", "value", "clause", "reason", "said"),
    [
        ("experts_min", "三", "依据", "理由", "“三”不能作为"),
        ("experts_min", "-1", "依据", "理由", "不能作为"),
        ("experts_min", "1e99999999", "依据", "理由", "不能作为"),
        ("experts_min", "NaN", "依据", "理由", "不能作为"),
        ("experts_min", "Infinity", "依据", "理由", "不能作为"),
        ("experts_min", "٣", "依据", "理由", "不能作为"),
        ("countersign_days", "2.5", "依据", "理由", "不能作为"),
        ("countersign_days", "99999", "依据", "理由", "不能作为"),
        ("committee_quorum", "1/0", "依据", "理由", "不能作为"),
        ("committee_quorum", "9e9999999", "依据", "理由", "不能作为"),
        ("hard_stop", " ", "依据", "理由", "请填写参数值"),
        ("hard_stop", "09-01\x00", "依据", "理由", "无法显示"),
        ("experts_min", "5", "", "理由", "请填写依据"),
        ("experts_min", "5", "长" * 81, "理由", "依据最多80个字"),
        ("experts_min", "5", "依据", " ", "请填写理由"),
        ("experts_min", "5", "依据", "长" * 501, "理由最多500个字"),
    ],
)
def test_a_change_that_does_not_fit_is_refused(
    program: Act, policy: Policy, key: str, value: str, clause: str, reason: str, said: str
) -> None:
    with pytest.raises(InvalidError) as refusal:
        change(program, key, value, clause, date(2026, 6, 1), reason)
    assert [said in str(problem.message) for problem in refusal.value.problems] == [True]


def test_what_the_profile_does_not_have_cannot_be_changed(act: Act, program: Act, policy: Policy) -> None:
    with pytest.raises(NotFoundError, match="no_such_key"):
        change(program, "no_such_key", "5", "依据", date(2026, 6, 1), "理由")
    other = replace(program, actor=replace(program.actor, bureau_id=act.bureau_id + 1))
    with pytest.raises(NotFoundError):
        change(other, "experts_min", "5", "依据", date(2026, 6, 1), "理由")


def test_decimals_are_kept_as_written(act: Act, program: Act, policy: Policy) -> None:
    change(program, "pupils_per_staff_senior", "12.50", "依据", date(2026, 4, 1), "理由")
    assert str(load_policy(act.session, act.bureau_id, act.today).decimal("pupils_per_staff_senior")) == "12.50"
    assert Decimal("12.50") == policy.decimal("pupils_per_staff_senior")


@pytest.mark.parametrize("position", sorted(POSITIONS))
def test_no_person_writes_an_amount_alone(act: Act, policy: Policy, position: str) -> None:
    other = replace(act, actor=replace(act.actor, holdings=frozenset({Holding(1, position)})))
    with pytest.raises(ForbiddenError, match="不能直接写入"):
        change(other, "experts_min", "5", "依据", date(2026, 6, 1), "理由")
    assert load_policy(act.session, act.bureau_id, date(2026, 6, 1)).integer("experts_min") == 3


def test_every_unit_has_a_name() -> None:
    assert set(UNIT_NAMES) == UNITS
