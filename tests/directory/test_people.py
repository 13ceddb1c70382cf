"""People: their personal values are sealed, masked, and shown in full for a recorded purpose only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.directory.conftest import counted
from tests.directory.test_organisations import last_event
from workflow_app.act import Act
from workflow_app.audit.models import AuditChain, AuditEvent
from workflow_app.columns import canonical_json
from workflow_app.directory import people
from workflow_app.directory.models import Organisation, Person
from workflow_app.errors import ForbiddenError, InvalidError, NotFoundError
from workflow_app.security.vault import UnreadableValueError, Vault

PHONE, IDENTITY = "13812341234", "11010519491231002X"


@pytest.fixture
def teacher(setup: Act, vault: Vault, places: dict[str, Organisation]) -> Person:
    return people.create_person(
        setup,
        vault,
        organisation_id=places["s1"].id,
        name=" 王芳 ",
        staff_no="T001",
        is_teacher=True,
        phone=PHONE,
        identity=IDENTITY,
    )


def test_numbers_lie_sealed_and_show_masked(vault: Vault, teacher: Person) -> None:
    assert teacher.name == "王芳"
    assert teacher.phone_encrypted is not None
    assert PHONE.encode() not in teacher.phone_encrypted
    assert people.masked(vault, teacher) == people.MaskedValues("138****1234", "110***********002X")


def test_no_number_shows_as_none(setup: Act, vault: Vault, new_person: Callable[[str, str], Person]) -> None:
    person = new_person("李敏", "personnel")
    assert people.masked(vault, person) == people.MaskedValues(None, None)
    assert people.reveal_phone(setup, vault, person.id, "核对信息") is None


def test_a_number_copied_to_another_row_does_not_open(
    vault: Vault, teacher: Person, new_person: Callable[[str, str], Person]
) -> None:
    other = new_person("李敏", "personnel")
    other.phone_encrypted = teacher.phone_encrypted
    with pytest.raises(UnreadableValueError):
        people.masked(vault, other)


def test_the_history_holds_no_personal_value(setup: Act, teacher: Person) -> None:
    setup.session.flush()
    for event in setup.session.scalars(select(AuditEvent)):
        body = canonical_json(event.body)
        assert not any(value in body for value in (PHONE, IDENTITY, "王芳", "T001"))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"phone": "12812341234"}, "phone"),
        ({"phone": "1381234123a"}, "phone"),
        ({"identity": "110105194912310021"}, "identity"),
        ({"identity": "11010519491231002x"}, "identity"),
        ({"staff_no": "1" * 31}, "staff_no"),
    ],
)
def test_impossible_values_are_named(
    setup: Act, vault: Vault, places: dict[str, Organisation], given: dict[str, str], field: str
) -> None:
    arguments = {"organisation_id": places["s1"].id, "name": "王芳", **given}
    with pytest.raises(InvalidError) as raised:
        people.create_person(setup, vault, **arguments)  # type: ignore[arg-type]
    assert [p.field for p in raised.value.problems] == [field]


def test_a_full_number_wants_a_purpose_and_leaves_a_record(
    acting: Callable[..., Act], vault: Vault, teacher: Person
) -> None:
    act = acting("section_officer", "basic_education")
    with pytest.raises(InvalidError):
        people.reveal_phone(act, vault, teacher.id, " ")
    assert people.reveal_phone(act, vault, teacher.id, "通知现场评估时间") == PHONE
    event = last_event(act)
    assert (event.kind, event.subject) == ("personal_value_revealed", f"person:{teacher.id}")
    assert event.body == {"field": "phone", "purpose": "通知现场评估时间"}
    assert act.session.get_one(AuditChain, event.chain_id).name == "security"
    assert people.reveal_identity(act, vault, teacher.id, "核对身份") == IDENTITY
    assert last_event(act).body["field"] == "identity"


def test_who_may_see_a_number_in_full(acting: Callable[..., Act], vault: Vault, teacher: Person) -> None:
    allowed = [
        acting("section_chief", "basic_education"),
        acting("school_head", "s1"),
        acting("teacher", "s1", person_id=teacher.id),
    ]
    for act in allowed:
        assert people.reveal_phone(act, vault, teacher.id, "核对信息") == PHONE
    refused = [
        acting("school_head", "s2"),
        acting("school_clerk", "s1"),
        *(acting(p) for p in ("system_admin", "security_admin", "audit_admin", "auditor", "expert")),
    ]
    for act in refused:
        with pytest.raises(ForbiddenError, match="无权查看完整的个人信息"):
            people.reveal_phone(act, vault, teacher.id, "核对信息")


def test_moving_keeps_both_places_in_the_history(
    acting: Callable[..., Act], teacher: Person, places: dict[str, Organisation]
) -> None:
    act, origin = acting("system_admin"), teacher.organisation_id
    people.move(act, teacher.id, places["s2"].id)
    assert last_event(act).body["fields"] == {"organisation_id": {"from": origin, "to": places["s2"].id}}
    assert people.organisations_of_people(act.session, act.bureau_id, [teacher.id]) == {teacher.id: places["s2"].id}
    with pytest.raises(NotFoundError):
        people.move(act, teacher.id, 9999)
    with pytest.raises(ForbiddenError):
        people.move(acting("security_admin"), teacher.id, origin)


def test_people_are_found_within_their_bureau(
    setup: Act, teacher: Person, new_person: Callable[[str, str], Person]
) -> None:
    clerk = new_person("李敏", "s1")
    session, bureau_id = setup.session, setup.bureau_id
    with counted(setup) as statements:
        assert people.names(session, bureau_id, [teacher.id, clerk.id]) == {teacher.id: "王芳", clerk.id: "李敏"}
    assert len(statements) == 1
    everybody = people.people_of(session, bureau_id, teacher.organisation_id)
    assert {p.id for p in everybody} == {teacher.id, clerk.id}
    teachers = people.people_of(session, bureau_id, teacher.organisation_id, teachers_only=True)
    assert teachers == [people.PersonRef(teacher.id, "王芳", teacher.organisation_id)]
    assert people.names(session, bureau_id + 1, [teacher.id]) == {}
    assert people.people_of(session, bureau_id + 1, teacher.organisation_id) == []
    with pytest.raises(NotFoundError):
        people.person(session, bureau_id + 1, teacher.id)
