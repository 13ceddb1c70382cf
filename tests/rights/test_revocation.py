"""What is taken away is gone with the next request, in every browser of the person (G-24)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.county import NewCounty, open_task, rows
from workflow_app.demo import formation
from workflow_app.demo.county import PASSWORD
from workflow_app.demo.player import Player
from workflow_app.directory.models import PositionHolding
from workflow_app.web import create_app

OFFICER, SECURITY, SYSTEM = "limin", "luoning", "qiushi"


class Desk:
    """A person at several browsers of one application."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.app = create_app(player.config, database=player.database, clock=lambda: player.now)

    def browser(self, username: str) -> FlaskClient:
        """A further browser of a person."""
        client = self.app.test_client()
        self.post(client, "/sign-in", page="/sign-in", username=username, password=PASSWORD)
        assert client.get("/done").status_code == 200, username
        return client

    def post(self, client: FlaskClient, path: str, page: str = "/notices", **form: str) -> int:
        """Send a form with its token."""
        token = re.search(r'name="csrf-token" content="([^"]+)"', client.get(page).text)
        assert token is not None
        return client.post(path, data={"csrf_token": token[1], **form}).status_code


@pytest.fixture
def desk(county_at: NewCounty) -> Desk:
    """The county with E1 accepted: 李敏 has it on her desk."""
    return Desk(county_at("accepted"))


def _person(desk: Desk, name: str) -> str:
    return f"/admin/people/{desk.player.person(name)}"


def _end(desk: Desk, name: str) -> None:
    """The security administrator ends every position of a person."""
    person_id = desk.player.person(name)
    security = desk.browser(SECURITY)
    for held in rows(desk.player, select(PositionHolding).where(PositionHolding.person_id == person_id)):
        assert desk.post(security, f"{_person(desk, name)}/positions/{held.id}/end") == 303


def test_an_ended_position_is_gone_in_every_browser(desk: Desk) -> None:
    browsers = [desk.browser(OFFICER), desk.browser(OFFICER)]
    task = open_task(desk.player, "first_review").id
    for browser in browsers:
        assert browser.get("/cases/1").status_code == 200
        assert f"/tasks/{task}" in browser.get("/inbox").text
    _end(desk, "李敏")
    for browser in browsers:
        assert browser.get("/cases/1").status_code == 404
        assert browser.get(f"/tasks/{task}").status_code == 404
        for page in ("/inbox", "/cases?tab=all", "/done"):
            assert "青禾县实验小学" not in browser.get(page).text, page
        assert desk.post(browser, f"/tasks/{task}/claim") == 404
        assert desk.post(browser, f"/tasks/{task}", act="submit", decision="agree") == 404


def test_a_named_seat_goes_with_the_position_it_was_given_for(county_at: NewCounty) -> None:
    player = county_at("reviewed")
    formation.arrange(player, 1, "2026-04-22", "2026-04-24")
    desk = Desk(player)
    expert = desk.browser("fangrui")
    task = open_task(player, "assessment").id
    assert expert.get(f"/tasks/{task}").status_code == 200
    _end(desk, "方锐")
    assert expert.get(f"/tasks/{task}").status_code == 404
    assert expert.get("/cases/1").status_code == 404
    assert f"/tasks/{task}" not in expert.get("/inbox").text


TAKEN_AWAY: dict[str, Callable[[Desk], int]] = {
    "disabled": lambda desk: desk.post(
        desk.browser(SECURITY), f"{_person(desk, '李敏')}/account/disable", reason="已调离"
    ),
    "password reset": lambda desk: desk.post(desk.browser(SECURITY), f"{_person(desk, '李敏')}/account/password"),
}


@pytest.mark.parametrize("how", sorted(TAKEN_AWAY))
def test_who_is_locked_out_is_out_in_every_browser(desk: Desk, how: str) -> None:
    browsers = [desk.browser(OFFICER), desk.browser(OFFICER)]
    assert TAKEN_AWAY[how](desk) in {200, 303}
    for browser in browsers:
        answer = browser.get("/cases/1")
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/sign-in")
    again = desk.app.test_client()
    assert desk.post(again, "/sign-in", page="/sign-in", username=OFFICER, password=PASSWORD) == 401


def test_an_account_that_is_enabled_again_does_not_bring_old_sessions_back(desk: Desk) -> None:
    browser = desk.browser(OFFICER)
    TAKEN_AWAY["disabled"](desk)
    assert desk.post(desk.browser(SECURITY), f"{_person(desk, '李敏')}/account/enable", reason="回任") == 303
    assert browser.get("/cases/1").status_code == 303
    assert desk.browser(OFFICER).get("/cases/1").status_code == 200


def test_a_move_shows_with_the_next_request_and_leaves_the_positions(desk: Desk) -> None:
    browser, organisation = desk.browser(OFFICER), str(desk.player.organisation("人事科"))
    assert "人事科" not in browser.get("/done").text
    assert desk.post(desk.browser(SYSTEM), f"{_person(desk, '李敏')}/move", organisation_id=organisation) == 303
    assert "人事科" in browser.get("/done").text
    assert browser.get("/cases/1").status_code == 200, "positions are the security administrator's to end"


def test_a_term_that_runs_out_needs_nobody_to_end_it(desk: Desk) -> None:
    security, browser = desk.browser(SECURITY), desk.browser(OFFICER)
    person_id = desk.player.person("李敏")
    held = rows(desk.player, select(PositionHolding).where(PositionHolding.person_id == person_id))[0]
    today = desk.player.now.date()
    path = f"{_person(desk, '李敏')}/positions/{held.id}/end"
    assert desk.post(security, path, last_day=today.isoformat()) == 303
    assert browser.get("/cases/1").status_code == 200
    desk.player.now += timedelta(days=1)
    assert desk.browser(OFFICER).get("/cases/1").status_code == 404
