"""The table of rights, read as a whole: each position, what it may do and see."""

from __future__ import annotations

import pytest

from workflow_app.act import Actor, Holding, system_actor
from workflow_app.directory import rights
from workflow_app.directory.positions import EXCLUSIVE, POSITIONS
from workflow_app.errors import ForbiddenError

MAY = {
    "manage_directory": {"system_admin"},
    "publish_definitions": {"system_admin"},
    "manage_security": {"security_admin"},
    "read_audit": {"audit_admin", "auditor"},
    "edit_policy": {"legal_officer"},
    "confirm_policy": {"deputy_director", "director"},
    "read_rules": set(POSITIONS) - {"school_clerk", "school_head", "expert", "teacher"},
    "set_policy": set[str](),
    "terminate_cases": {"deputy_director", "director"},
    "set_numbers": {"office_clerk"},
}
HANDLERS = {
    "section_officer",
    "section_chief",
    "office_clerk",
    "committee_secretary",
    "legal_officer",
    "deputy_director",
    "director",
    "department_officer",
    "inspector",
}
OUTSIDE = {"school_clerk", "school_head", "expert", "teacher"}


def holder(*positions: str) -> Actor:
    held = frozenset(Holding(10 + i, position) for i, position in enumerate(positions))
    return Actor(bureau_id=1, name="某人", person_id=1, holdings=held)


@pytest.mark.parametrize("position", POSITIONS)
def test_what_each_position_may_do(position: str) -> None:
    actor = holder(position)
    may = {right for right in rights.RIGHTS if rights.has_right(actor, right)}
    expected = {right for right, positions in MAY.items() if position in positions}
    if position in HANDLERS:
        expected |= {"record_attributes", "reveal_personal"}
    if position == "system_admin":
        expected |= {"record_attributes"}
    if position in {"system_admin", "security_admin"}:
        expected |= {"handle_incidents"}
    assert may == expected
    assert rights.may_manage_directory(actor) == ("manage_directory" in may)
    assert rights.may_manage_security(actor) == ("manage_security" in may)
    assert rights.may_read_audit(actor) == ("read_audit" in may)
    assert rights.may_edit_policy(actor) == ("edit_policy" in may)
    assert rights.may_publish_definitions(actor) == ("publish_definitions" in may)


@pytest.mark.parametrize("position", POSITIONS)
def test_what_each_position_sees(position: str) -> None:
    actor = holder(position)
    assert rights.is_internal(actor) == (position not in OUTSIDE)
    assert rights.sees_whole_bureau(actor) == (position in {"director", "deputy_director", "auditor"})
    assert rights.may_write(actor) == (position not in {"auditor", "audit_admin"})
    by_organisation = (HANDLERS - {"director", "deputy_director"}) | {"school_clerk", "school_head"}
    assert rights.organisations_of(actor) == ({10} if position in by_organisation else frozenset())
    assert rights.has_sight_by_seat(actor) == (position not in EXCLUSIVE)


def test_several_positions_add_up() -> None:
    actor = holder("section_officer", "auditor", "teacher")
    assert rights.organisations_of(actor) == {10}
    assert rights.sees_whole_bureau(actor)
    assert rights.may_write(actor)


def test_without_a_position_nothing_is_seen_or_done() -> None:
    for actor in (holder(), holder("abolished_position"), Actor(1, "外部", kind="external")):
        assert not any(rights.has_right(actor, right) for right in rights.RIGHTS)
        assert not rights.is_internal(actor)
        assert not rights.sees_whole_bureau(actor)
        assert not rights.may_write(actor)
        assert not rights.has_sight_by_seat(actor)
        assert rights.organisations_of(actor) == frozenset()


def test_the_system_itself_may() -> None:
    assert all(rights.has_right(system_actor(1), right) for right in rights.RIGHTS)


def test_a_refusal_says_who_may() -> None:
    rights.require(holder("security_admin"), "manage_security")
    with pytest.raises(ForbiddenError, match="请联系安全管理员"):
        rights.require(holder("system_admin"), "manage_security")
