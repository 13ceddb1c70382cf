"""At the same instant: exactly one winner, the others are told, nobody disturbs anybody (G-02, G-04, G-05, G-06).

This is the quick tier; ``python -m tests.faults races`` runs them by the thousand.
"""

from __future__ import annotations

import pytest

from tests.county import NewCounty, open_task
from tests.faults import races
from tests.faults.crowd import gather
from tests.faults.invariants import check
from tests.faults.racer import processes
from workflow_app.demo.player import Player

TIMES = 25
ORDERS = {"together": races.together, "in turn": races.in_turn, "in reverse": races.in_reverse}


def sound(player: Player) -> None:
    """The county holds to every invariant."""
    assert check(player.database, player.config.data) == []


def test_two_officers_on_one_task(county_at: NewCounty) -> None:
    player = county_at("approved")
    races.two_officers(player, TIMES)
    sound(player)


def test_two_officers_in_two_processes(county_at: NewCounty) -> None:
    player = county_at("approved")
    with processes() as stable:
        races.two_officers(player, TIMES, stable.together)
        races.double_clicks(player, TIMES, stable.together)
    sound(player)


def test_a_double_click_is_one_act_with_one_answer(county_at: NewCounty) -> None:
    player = county_at("approved")
    races.double_clicks(player, TIMES)
    sound(player)


def test_both_clicks_lead_to_the_same_next_step(county_at: NewCounty) -> None:
    player = county_at("posted")
    player.at("2026-05-08 09:00")
    objection = {"by": "某家长", "real_name": True, "content": "名称有误。", "finding": "属实。", "upheld": True}
    answers = {"decision": "upheld", "opinion": "更正后重新公示。", "objections": [objection]}
    page = races.answering(player, "limin", "notice_result", answers, "twice")
    first, second = page(), page()
    assert first.next_task_id == open_task(player, "notice_correct").id
    assert first == second
    sound(player)


@pytest.mark.parametrize("order", ORDERS)
def test_four_sections_side_by_side(county_at: NewCounty, order: str) -> None:
    player = county_at("accepted")
    races.four_sections(player, ORDERS[order])
    sound(player)


@pytest.mark.parametrize("order", ORDERS)
def test_an_answer_at_the_instant_of_its_deadline(county_at: NewCounty, order: str) -> None:
    player = county_at("filed")
    races.ask_for_documents(player)
    races.answer_against_deadline(player, ORDERS[order])
    sound(player)


@pytest.mark.parametrize("order", ORDERS)
def test_a_withdrawal_at_the_instant_of_a_decision(county_at: NewCounty, order: str) -> None:
    player = county_at("filed")
    races.withdrawal_against_answer(player, ORDERS[order])
    sound(player)


def test_two_workers_on_the_same_deadlines(player: Player) -> None:
    races.two_workers(player, gather(player, 2, "posted"))
    sound(player)


def test_a_worker_that_slept_through_its_lease(player: Player) -> None:
    races.zombie(player, gather(player, 2, "posted"))
    sound(player)
