"""Duties: opened for a school, fulfilled by its case, free again when the case comes to nothing."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.county import NewCounty, acting, rows, table_counts
from workflow_app import cases
from workflow_app.act import Act, system_actor
from workflow_app.cases.models import Duty
from workflow_app.demo import formation
from workflow_app.demo.player import Player, moment
from workflow_app.errors import NotFoundError


def create(player: Player, *, slug: str = "group-formation", school: str = "青禾县实验小学") -> int:
    """A duty of one school for the school year 2026–27."""
    organisation_id = player.organisation(school)
    with player.database.writing() as session:
        duty = cases.create_duty(
            Act(session, system_actor(1), player.now),
            slug=slug,
            organisation_id=organisation_id,
            period="2026-2027",
            parameter="completeness_days",
            opens_on=date(2026, 3, 1),
            due_on=date(2026, 5, 31),
        )
        return duty.id


def open_for(player: Player, duty_id: int, username: str = "linxiao") -> int:
    with acting(player, username) as act:
        return cases.start_case(act, "group-formation", duty_id=duty_id).case_id


def the_duty(player: Player) -> Duty:
    return rows(player, select(Duty))[0]


def test_a_duty_asked_for_twice_is_one(player: Player) -> None:
    assert create(player) == create(player)
    assert len(rows(player, select(Duty))) == 1


def test_a_duty_has_one_case(player: Player) -> None:
    duty_id = create(player)
    case_id = open_for(player, duty_id)
    assert (the_duty(player).case_id, the_duty(player).fulfilled_at) == (case_id, None)
    before = table_counts(player)
    with pytest.raises(NotFoundError):
        open_for(player, duty_id)
    assert table_counts(player) == before


@pytest.mark.parametrize(
    ("slug", "school", "username"),
    [
        ("group-formation", "青禾县实验小学", "majun"),  # another school's
        ("group-plan", "青禾县实验小学", "linxiao"),  # another process fulfils it
    ],
)
def test_a_duty_is_not_anybodys(player: Player, slug: str, school: str, username: str) -> None:
    duty_id = create(player, slug=slug, school=school)
    before = table_counts(player)
    with pytest.raises(NotFoundError):
        open_for(player, duty_id, username)
    assert table_counts(player) == before


def test_a_withdrawn_case_frees_the_duty(player: Player) -> None:
    duty_id = create(player)
    case_id = open_for(player, duty_id)
    player.withdraw("linxiao", case_id, "另行申请。")
    assert (the_duty(player).case_id, the_duty(player).fulfilled_at) == (None, None)
    assert open_for(player, duty_id) != case_id


def test_the_end_of_the_case_fulfils_the_duty(county_at: NewCounty) -> None:
    player = county_at("empty")
    duty_id = create(player)
    player.at("2026-04-08 09:10")
    case_id = open_for(player, duty_id)
    player.do("linxiao", case_id, "apply", formation.application(player, case_id))
    formation.return_and_supply(player, case_id)
    formation.accept(player, case_id)
    formation.review(player, case_id)
    formation.assess(player, case_id)
    formation.publish(player, case_id)
    formation.no_objection(player, case_id)
    formation.decide(player, case_id)
    formation.issue(player, case_id)
    assert the_duty(player).fulfilled_at is None
    formation.file_charter(player, case_id)
    assert (the_duty(player).case_id, the_duty(player).fulfilled_at) == (case_id, moment("2026-06-08 09:00"))
