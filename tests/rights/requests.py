"""Real requests through the Flask client, one browser for each position, and what came of them in one word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.rights.paper import PaperDatabase
from tests.rights.world import PEOPLE, World
from workflow_app.database import Database
from workflow_app.demo.county import PASSWORD
from workflow_app.security.headers import security_headers
from workflow_app.web import create_app
from workflow_app.web.i18n import COOKIE as LANGUAGE

COOKIE = "session"
WORDS: Mapping[int, str] = {200: "shown"}
"""Statuses that the table calls by a word; all others stand there as numbers."""


class Browsers:
    """One signed-in browser for each position, on a database that keeps nothing."""

    def __init__(self, world: World) -> None:
        player = world.player
        self.world, self.paper = world, PaperDatabase(player.database.url)
        self._app = self._made(self.paper)
        real = self._made(player.database)
        self._cookies = {position: _signed_in(real, username) for position, username in PEOPLE.items()}

    def _made(self, database: Database) -> Flask:
        app = create_app(self.world.player.config, database=database, clock=lambda: self.world.player.now)
        app.testing = True
        return app

    @property
    def app(self) -> Flask:
        """The application that is asked."""
        return self._app

    def ask(self, position: str, method: str, path: str, form: Mapping[str, str], language: str = "zh") -> TestResponse:
        """One request as a position's browser sends it, the form with its token."""
        cookie, token = self._cookies[position]
        client = self._app.test_client()
        client.set_cookie(COOKIE, cookie)
        client.set_cookie(LANGUAGE, language)
        self.paper.forget()
        data: Mapping[str, Any] | None = None if method == "GET" else {"csrf_token": token, **form}
        return client.open(path, method=method, data=data)


def outcome(answer: TestResponse) -> str:
    """What came of a request, in the words of the table."""
    if answer.status_code in {302, 303}:
        leads_to = answer.headers["Location"]
        doors = {"/sign-in": "login", "/invitation": "code"}
        return doors.get(leads_to.partition("?")[0], "done")
    return WORDS.get(answer.status_code, str(answer.status_code))


def faults(answer: TestResponse) -> list[str]:
    """What an answer lacks of its security headers, and what it must not hold: a script or style of its own."""
    headers = answer.headers
    found = [f"no {name}" for name in security_headers(secure=False) if name not in headers]
    policy = headers.get("Content-Security-Policy", "")
    # A PDF that is shown in place is drawn by the browser's own viewer, which writes styles; nothing else may.
    if headers.get("Content-Disposition", "").startswith("inline") and answer.mimetype == "application/pdf":
        policy = policy.replace("style-src 'unsafe-inline'", "")
    if "unsafe" in policy or not policy.startswith("default-src 'none'"):
        found.append(f"policy: {policy}")
    if "no-store" not in headers.get("Cache-Control", "") and not answer.request.path.startswith("/static/"):
        found.append("may be kept by others")
    if answer.mimetype == "text/html":
        found += re.findall(
            r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", answer.get_data(as_text=True)
        )
    return found


def _signed_in(app: Flask, username: str | None) -> tuple[str, str]:
    """The cookie and the form token of a browser after its sign-in."""
    client = app.test_client()
    if username is not None:
        form = {"csrf_token": _token(client, "/sign-in"), "username": username, "password": PASSWORD}
        assert client.post("/sign-in", data=form).status_code == 303, username
    token = _token(client, "/sign-in" if username is None else "/notices")
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value, token


def _token(client: FlaskClient, page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(page).text)
    assert found is not None, page
    return found[1]
