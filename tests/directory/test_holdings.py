"""Positions: validity to the day, the three administrators apart, nobody grants to themself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations

import pytest

from tests.directory.conftest import TODAY, counted
from tests.directory.test_organisations import last_event
from workflow_app.act import Act
from workflow_app.directory.holdings import (
    assign_position,
    end_position,
    holders,
    holders_of,
    holdings_of,
    people_with_position,
)
from workflow_app.directory.models import Organisation, Person, PositionHolding
from workflow_app.directory.positions import EXCLUSIVE, POSITIONS
from workflow_app.errors import ForbiddenError, InvalidError, NotFoundError

DAY = timedelta(days=1)
Grant = Callable[..., PositionHolding]


@pytest.fixture
def admin(acting: Callable[..., Act]) -> Act:
    return acting("security_admin")


@pytest.fixture
def grant(admin: Act, places: dict[str, Organisation]) -> Grant:
    def make(
        person: Person, position: str, code: str, since: date = TODAY, until: date | None = None
    ) -> PositionHolding:
        return assign_position(
            admin,
            person_id=person.id,
            organisation_id=places[code].id,
            position=position,
            valid_from=since,
            valid_to=until,
        )

    return make


def test_both_dates_of_a_term_are_included(
    admin: Act, grant: Grant, places: dict[str, Organisation], new_person: Callable[[str, str], Person]
) -> None:
    person, where = new_person("李敏", "personnel"), places["personnel"].id
    grant(person, "section_officer", "personnel", TODAY, TODAY + DAY)
    days = (TODAY - DAY, TODAY, TODAY + DAY, TODAY + 2 * DAY)
    counts = [len(holders(admin.session, admin.bureau_id, where, "section_officer", day)) for day in days]
    assert counts == [0, 1, 1, 0]


def test_an_ended_position_is_gone_at_once_and_stays_in_the_history(
    admin: Act, grant: Grant, places: dict[str, Organisation], new_person: Callable[[str, str], Person]
) -> None:
    person, where = new_person("李敏", "personnel"), places["personnel"].id
    held = grant(person, "section_officer", "personnel", TODAY - DAY)
    end_position(admin, held.id)
    assert last_event(admin).body["valid_to"] == (TODAY - DAY).isoformat()
    assert holders(admin.session, admin.bureau_id, where, "section_officer", TODAY) == []
    assert len(holders(admin.session, admin.bureau_id, where, "section_officer", TODAY - DAY)) == 1
    assert holdings_of(admin.session, admin.bureau_id, person.id) == [held]


def test_even_a_position_of_today_can_be_ended_at_once(
    admin: Act, grant: Grant, places: dict[str, Organisation], new_person: Callable[[str, str], Person]
) -> None:
    person = new_person("李敏", "personnel")
    end_position(admin, grant(person, "section_officer", "personnel").id)
    where = places["personnel"].id
    assert holders(admin.session, admin.bureau_id, where, "section_officer", TODAY) == []
    grant(person, "section_officer", "personnel")


def test_ending_never_prolongs(admin: Act, grant: Grant, new_person: Callable[[str, str], Person]) -> None:
    held = grant(new_person("李敏", "personnel"), "section_officer", "personnel", TODAY, TODAY + DAY)
    with pytest.raises(InvalidError, match="不能用结束任期的办法延长"):
        end_position(admin, held.id, TODAY + 2 * DAY)
    with pytest.raises(NotFoundError):
        end_position(admin, 9999)


def test_only_the_security_administrator_grants_and_ends(
    acting: Callable[..., Act], grant: Grant, places: dict[str, Organisation], new_person: Callable[[str, str], Person]
) -> None:
    person = new_person("李敏", "personnel")
    held = grant(person, "section_officer", "personnel")
    for position in POSITIONS.keys() - {"security_admin"}:
        with pytest.raises(ForbiddenError, match="安全管理员"):
            assign_position(
                acting(position),
                person_id=person.id,
                organisation_id=places["personnel"].id,
                position="section_chief",
                valid_from=TODAY,
            )
        with pytest.raises(ForbiddenError, match="安全管理员"):
            end_position(acting(position), held.id)


def test_nobody_grants_to_themself(
    acting: Callable[..., Act], places: dict[str, Organisation], new_person: Callable[[str, str], Person]
) -> None:
    person = new_person("赵强", "bureau")
    with pytest.raises(ForbiddenError, match="不能给自己授予岗位"):
        assign_position(
            acting("security_admin", person_id=person.id),
            person_id=person.id,
            organisation_id=places["bureau"].id,
            position="auditor",
            valid_from=TODAY,
        )


@pytest.mark.parametrize(("one", "other"), list(combinations(sorted(EXCLUSIVE), 2)))
def test_no_person_holds_two_administrators(
    grant: Grant, new_person: Callable[[str, str], Person], one: str, other: str
) -> None:
    for first, second in ((one, other), (other, one)):
        person = new_person("赵强", "bureau")
        grant(person, first, "bureau")
        with pytest.raises(InvalidError, match="不能由同一人担任"):
            grant(person, second, "bureau")


@pytest.mark.parametrize("administrator", sorted(EXCLUSIVE))
def test_an_administrator_acts_on_no_case(
    grant: Grant, new_person: Callable[[str, str], Person], administrator: str
) -> None:
    for position in (p.code for p in POSITIONS.values() if p.writes and p.code not in EXCLUSIVE):
        code = "personnel" if POSITIONS[position].internal else "s1"
        for first, second in (
            ((administrator, "bureau"), (position, code)),
            ((position, code), (administrator, "bureau")),
        ):
            person = new_person("赵强", "bureau")
            grant(person, *first)
            with pytest.raises(InvalidError, match="不能由同一人担任"):
                grant(person, *second)


@pytest.mark.parametrize("administrator", sorted(EXCLUSIVE - {"audit_admin"}))
def test_an_administrator_reads_no_case_by_way_of_being_an_auditor(
    grant: Grant, new_person: Callable[[str, str], Person], administrator: str
) -> None:
    for first, second in ((administrator, "auditor"), ("auditor", administrator)):
        person = new_person("赵强", "bureau")
        grant(person, first, "bureau")
        with pytest.raises(InvalidError, match="不能由同一人担任"):
            grant(person, second, "bureau")
    both = new_person("沈清", "bureau")
    grant(both, "audit_admin", "bureau")
    grant(both, "auditor", "bureau")


def test_terms_that_do_not_meet_may_follow_each_other(grant: Grant, new_person: Callable[[str, str], Person]) -> None:
    person = new_person("赵强", "bureau")
    grant(person, "system_admin", "bureau", TODAY, TODAY + DAY)
    with pytest.raises(InvalidError):
        grant(person, "audit_admin", "bureau", TODAY + DAY)
    grant(person, "audit_admin", "bureau", TODAY + 2 * DAY)
    with pytest.raises(InvalidError):
        grant(person, "security_admin", "bureau", TODAY - DAY, None)
    grant(person, "security_admin", "bureau", TODAY - 9 * DAY, TODAY - DAY)


def test_ordinary_positions_stand_together(grant: Grant, new_person: Callable[[str, str], Person]) -> None:
    person = new_person("李敏", "personnel")
    grant(person, "section_officer", "personnel")
    grant(person, "section_officer", "basic_education")
    grant(person, "section_chief", "personnel")
    with pytest.raises(InvalidError, match="李敏在这段时间已任“科室经办”"):
        grant(person, "section_officer", "personnel", TODAY + DAY)


@pytest.mark.parametrize(
    ("position", "code", "until", "reason"),
    [
        ("wizard", "personnel", None, "没有“wizard”这个岗位"),
        ("section_officer", "s1", None, "“科室经办”是机关岗位，不能设在“青禾县第一小学”"),
        ("auditor", "s1", None, "机关岗位"),
        ("section_officer", "personnel", TODAY - DAY, "任期结束日期不能早于开始日期"),
    ],
)
def test_impossible_grants_are_refused(
    grant: Grant,
    new_person: Callable[[str, str], Person],
    position: str,
    code: str,
    until: date | None,
    reason: str,
) -> None:
    with pytest.raises(InvalidError, match=reason):
        grant(new_person("李敏", "personnel"), position, code, TODAY, until)


def test_a_grant_is_recorded(
    admin: Act, grant: Grant, places: dict[str, Organisation], new_person: Callable[[str, str], Person]
) -> None:
    person = new_person("李敏", "personnel")
    grant(person, "section_officer", "personnel")
    event = last_event(admin)
    assert (event.kind, event.subject) == ("position_assigned", f"person:{person.id}")
    assert event.body == {
        "organisation_id": places["personnel"].id,
        "position": "section_officer",
        "valid_from": "2026-04-08",
        "valid_to": None,
    }


def test_many_places_cost_one_statement(
    admin: Act, grant: Grant, places: dict[str, Organisation], new_person: Callable[[str, str], Person]
) -> None:
    clerk, officer, both = (new_person(n, c) for n, c in (("甲", "s1"), ("乙", "personnel"), ("丙", "basic_education")))
    grant(clerk, "school_clerk", "s1")
    grant(officer, "section_officer", "personnel")
    grant(both, "section_officer", "personnel")
    grant(both, "section_chief", "basic_education")
    wanted = [
        (places["personnel"].id, "section_officer"),
        (places["s1"].id, "school_clerk"),
        (places["s1"].id, "section_officer"),
        (places["personnel"].id, "section_chief"),
    ]
    with counted(admin) as statements:
        found = holders_of(admin.session, admin.bureau_id, wanted, TODAY)
        assert holders_of(admin.session, admin.bureau_id, [], TODAY) == {}
    assert [[p.name for p in found[place]] for place in wanted] == [["丙", "乙"], ["甲"], [], []]
    assert found[wanted[0]][0].organisation_id == places["basic_education"].id
    assert len(statements) == 1
    assert holders_of(admin.session, admin.bureau_id + 1, wanted, TODAY) == dict.fromkeys(wanted, ())


def test_the_pool_of_experts(admin: Act, grant: Grant, new_person: Callable[[str, str], Person]) -> None:
    first, second, gone = (new_person(n, "s1") for n in ("A", "B", "C"))
    grant(first, "expert", "s1")
    grant(first, "expert", "s2")
    grant(second, "expert", "s2")
    grant(gone, "expert", "s1", TODAY - 9 * DAY, TODAY - DAY)
    with counted(admin) as statements:
        pool = people_with_position(admin.session, admin.bureau_id, "expert", TODAY)
    assert [p.name for p in pool] == ["A", "B"]
    assert len(statements) == 1
    assert people_with_position(admin.session, admin.bureau_id + 1, "expert", TODAY) == []
