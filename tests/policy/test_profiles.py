"""Shipped profiles are loaded once; a change is a further version."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.conftest import by_program
from workflow_app.act import Act, Holding
from workflow_app.audit.models import AuditEvent
from workflow_app.directory.positions import POSITIONS
from workflow_app.errors import ForbiddenError, NotFoundError
from workflow_app.policy.models import PolicyParameter
from workflow_app.policy.profiles import UNITS, fits, load_profile, read_profile, shipped_profiles


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
    entered = load_profile(by_program(act), "003")
    assert entered == len(read_profile("003").parameters)
    assert load_profile(by_program(act), "003") == 0
    act.session.flush()
    kinds = act.session.scalars(select(AuditEvent.kind)).all()
    assert kinds == ["policy_loaded"]


def test_an_unknown_profile_is_refused(act: Act) -> None:
    with pytest.raises(NotFoundError, match="999"):
        load_profile(by_program(act), "999")


def test_nobody_loads_a_profile_but_the_program_itself(act: Act) -> None:
    """From the command line, when a bureau is founded; a person would enter amounts that nobody has confirmed."""
    for position in (None, *sorted(POSITIONS)):
        held = frozenset({Holding(1, position)} if position else ())
        with pytest.raises(ForbiddenError, match="不能直接写入"):
            load_profile(replace(act, actor=replace(act.actor, holdings=held)), "003")
    assert act.session.scalars(select(PolicyParameter)).all() == []
