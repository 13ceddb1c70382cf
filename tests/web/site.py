"""The pages on the county of the worked cases, and people who have signed in there."""

from __future__ import annotations

from flask import Flask

from tests.web.conftest import Browser
from workflow_app.demo.county import PASSWORD
from workflow_app.demo.player import Player
from workflow_app.web import create_app


def app_of(player: Player) -> Flask:
    """The application on a county, at the moment at which it stands."""
    app = create_app(player.config, database=player.database, clock=lambda: player.now)
    app.testing = True
    return app


def signed_in_there(app: Flask, username: str) -> Browser:
    """A browser that somebody has signed in with."""
    browser = Browser(app.test_client())
    assert browser.sign_in(username, PASSWORD).status_code == 303
    return browser
