"""From an account to the actor: anew at every request, in one statement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.directory.conftest import TODAY, counted
from workflow_app.act import Act, Holding
from workflow_app.directory.accounts import create_account, disable
from workflow_app.directory.actors import actor_for, visitor_for
from workflow_app.directory.holdings import assign_position, end_position
from workflow_app.directory.models import Account, Organisation, Person
from workflow_app.errors import ForbiddenError

DAY = timedelta(days=1)


@pytest.fixture
def person(new_person: Callable[[str, str], Person]) -> Person:
    return new_person("李敏", "personnel")


@pytest.fixture
def account(setup: Act, person: Person) -> Account:
    return create_account(setup, person_id=person.id, username="limin", password="Qinghe-2026")


def test_an_actor_carries_the_positions_of_the_day(
    setup: Act, places: dict[str, Organisation], person: Person, account: Account
) -> None:
    here, there = places["personnel"].id, places["basic_education"].id
    for organisation_id, position, since, until in (
        (here, "section_officer", TODAY - DAY, None),
        (here, "section_chief", TODAY, TODAY),
        (there, "section_officer", TODAY + DAY, None),
        (there, "section_chief", TODAY - 9 * DAY, TODAY - DAY),
    ):
        assign_position(
            setup,
            person_id=person.id,
            organisation_id=organisation_id,
            position=position,
            valid_from=since,
            valid_to=until,
        )
    with counted(setup) as statements:
        actor = actor_for(setup.session, account.id, TODAY)
    assert len(statements) == 1
    assert (actor.name, actor.kind, actor.bureau_id) == ("李敏", "person", setup.bureau_id)
    assert (actor.person_id, actor.account_id, actor.organisation_id) == (person.id, account.id, here)
    assert actor.holdings == {Holding(here, "section_officer"), Holding(here, "section_chief")}
    assert actor_for(setup.session, account.id, TODAY + DAY).holdings == {
        Holding(here, "section_officer"),
        Holding(there, "section_officer"),
    }


def test_a_revoked_position_is_gone_with_the_next_request(
    setup: Act, places: dict[str, Organisation], person: Person, account: Account
) -> None:
    held = assign_position(
        setup,
        person_id=person.id,
        organisation_id=places["personnel"].id,
        position="section_officer",
        valid_from=TODAY,
    )
    assert actor_for(setup.session, account.id, TODAY).holds("section_officer")
    end_position(setup, held.id)
    actor = actor_for(setup.session, account.id, TODAY)
    assert actor.holdings == frozenset()
    assert actor.person_id == person.id


def test_a_disabled_account_is_nobody(setup: Act, account: Account) -> None:
    assert visitor_for(setup.session, account.id, TODAY) is not None
    disable(setup, account.id, "调离本单位")
    assert visitor_for(setup.session, account.id, TODAY) is None
    with pytest.raises(ForbiddenError, match="已停用"):
        actor_for(setup.session, account.id, TODAY)
    with pytest.raises(ForbiddenError):
        actor_for(setup.session, 9999, TODAY)


def test_what_the_frame_of_a_page_shows(setup: Act, account: Account) -> None:
    visitor = visitor_for(setup.session, account.id, TODAY)
    assert visitor is not None
    assert (visitor.username, visitor.must_change, visitor.language, visitor.preferences) == ("limin", True, "zh", {})
    assert (visitor.bureau_name, visitor.organisation_name) == ("青禾县教育体育局", "人事科")
