"""What holds for every address: no form without token, no answer without headers, no cookie without its flags.

The answers to every request of the table of rights are looked at where they are made, in test_table.py.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.rights.requests import Browsers, faults
from tests.rights.table import Row, table
from workflow_app.web import create_app

pytestmark = pytest.mark.sweep

POSTS = [row for row in table() if row.method != "GET"]
OUTSIDERS = "/invited"
"""Pages that no account opens: whoever has not come in by a code is led to the door, token or not."""


def _could_do(row: Row) -> str:
    """Somebody who could do it: a refusal for another reason than the token would prove nothing."""
    found = [position for _, position, word in row.cells() if word in {"done", "shown"}]
    return found[0] if found else "section_officer"


@pytest.mark.parametrize(("language", "words"), [("zh", "本次提交没有办理"), ("en", "nothing was done")])
def test_no_form_is_taken_without_its_token(browsers: Browsers, language: str, words: str) -> None:
    assert len(POSTS) > 20
    for row in (row for row in POSTS if not row.rule.startswith(OUTSIDERS)):
        position = _could_do(row)
        relation = next(iter(row.expected))
        path = row.path(browsers.world, relation, position)
        for token in ("", "forged", None):
            form = {**row.values(browsers.world, position), "csrf_token": token or ""}
            answer = browsers.ask(position, row.method, path, form, language)
            assert answer.status_code == 400, (row.name, position, token)
            assert words in answer.text, row.name
            assert browsers.paper.acts == 0, (row.name, "something was begun to be written")
            assert faults(answer) == [], row.name


def test_every_unsafe_method_of_the_product_is_swept(browsers: Browsers) -> None:
    unsafe = {
        rule.rule for rule in browsers.app.url_map.iter_rules() if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }
    assert unsafe == {row.rule for row in POSTS}


@pytest.mark.parametrize("path", ["/nowhere", "/sign-out", "/cases/0x", "/v/AAAA", "/static/nothing.css"])
def test_addresses_that_lead_nowhere_have_their_headers_too(browsers: Browsers, path: str) -> None:
    answer = browsers.ask("section_officer", "GET", path, {})
    assert answer.status_code in {404, 405} or path == "/v/AAAA"
    assert faults(answer) == []


def test_cookies_and_headers_of_a_secure_site(browsers: Browsers) -> None:
    player = browsers.world.player
    config = replace(player.config, secure_cookies=True, base_url="https://banjian.example.gov.cn")
    client = create_app(config, database=player.database, clock=lambda: player.now).test_client()
    page = client.get("/sign-in", base_url=config.base_url)
    token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
    assert token is not None
    chosen = client.post(
        "/language",
        data={"csrf_token": token[1], "language": "en"},
        base_url=config.base_url,
        headers={"Referer": f"{config.base_url}/sign-in", "Origin": config.base_url},
    )
    cookies = [*page.headers.getlist("Set-Cookie"), *chosen.headers.getlist("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} == {"session", "language"}
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(re.split(r";\s*", cookie)), cookie
    for answer in (page, chosen, client.get("/nowhere", base_url=config.base_url)):
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
