"""Every address is guarded, every form protected, every answer carries its headers."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.web.conftest import Browser
from workflow_app.security.headers import security_headers
from workflow_app.web import guests
from workflow_app.web.security import PUBLIC, safe_next

VALUES = {"int": "1", "default": "x", "string": "x", "path": "x"}


def _address(rule: Rule) -> str:
    """An address of a rule, with a value for each of its places."""
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda m: VALUES[m[1] or "string"], rule.rule)


def _guarded(app: Flask) -> list[tuple[str, str]]:
    return [
        (method, _address(rule))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if rule.endpoint not in PUBLIC | guests.OWN
    ]


def test_every_endpoint_that_is_not_public_asks_to_sign_in(app: Flask, browser: Browser) -> None:
    addresses = _guarded(app)
    assert len(addresses) > 5
    for method, address in addresses:
        answer = browser.client.open(address, method=method)
        assert answer.status_code == 303, (method, address)
        assert answer.location.startswith("/sign-in"), (method, address)


def test_the_pages_of_invited_outsiders_lead_to_their_own_door(app: Flask, officer: Browser) -> None:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}) if rule.endpoint in guests.OWN else ():
            answer = officer.client.open(_address(rule), method=method)
            assert (answer.status_code, answer.location) == (303, "/invitation"), (method, rule.rule)


def test_a_script_is_told_to_sign_in_as_json(app: Flask, browser: Browser) -> None:
    answer = browser.get("/inbox", **{"X-Requested-With": "fetch"})
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["message"] == "登录已失效，请重新登录。"


def test_the_public_endpoints_are_those_that_were_agreed_on(app: Flask) -> None:
    signing_in, signs_of_life = {"auth.sign_in", "auth.enter", "auth.language"}, {"home.healthz", "home.readyz"}
    assert {"static", "records.verify", *signing_in, *signs_of_life, *guests.PUBLIC} == PUBLIC
    assert len(guests.PUBLIC) == 4
    assert app.view_functions.keys() >= guests.OWN
    assert app.view_functions.keys() >= PUBLIC


def test_every_post_without_a_token_is_refused(app: Flask, officer: Browser) -> None:
    # Those of outsiders lead to their own door; inside, test_invited_bounds.py asks the same of them.
    rules = [r for r in app.url_map.iter_rules() if r.endpoint not in guests.OWN]
    posts = [_address(r) for r in rules if "POST" in (r.methods or set())]
    assert len(posts) > 4
    for address in posts:
        answer = officer.client.post(address)
        assert answer.status_code == 400, address
        assert "本次提交没有办理" in answer.text, address
    assert officer.get("/done").status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("Origin", "https://evil.example", 400),
        ("Origin", "http://localhost:81", 400),
        ("Origin", "null", 400),
        ("Sec-Fetch-Site", "cross-site", 400),
        ("Sec-Fetch-Site", "same-site", 400),
        ("Origin", "http://localhost", 303),
        ("Sec-Fetch-Site", "same-origin", 303),
        ("Sec-Fetch-Site", "none", 303),
    ],
)
def test_a_form_of_another_site_is_refused_even_with_its_token(
    officer: Browser, name: str, value: str, status: int
) -> None:
    token = officer.token("/notices")
    answer = officer.client.post("/notices/read", data={"csrf_token": token}, headers={name: value})
    assert answer.status_code == status
    assert status == 303 or "本次提交没有办理" in answer.text


def test_a_token_of_another_session_is_refused(officer: Browser, app: Flask) -> None:
    token = Browser(app.test_client()).token()
    assert officer.client.post("/sign-out", data={"csrf_token": token}).status_code == 400


@pytest.mark.parametrize("path", ["/sign-in", "/done", "/nowhere", "/healthz"])
def test_every_answer_carries_the_headers(officer: Browser, path: str) -> None:
    answer = officer.get(path)
    for name, value in security_headers(secure=False).items():
        assert answer.headers[name] == value
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/sign-in", "/inbox", "/done", "/notices", "/password", "/v", "/registers/groups"])
def test_no_page_has_a_script_or_style_of_its_own(officer: Browser, path: str) -> None:
    html = officer.client.get(path, follow_redirects=True).text
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)


def test_static_files_are_kept_for_a_year_under_an_address_with_their_hash(browser: Browser) -> None:
    found = re.search(r'href="(/static/app\.css\?v=[0-9a-f]{12})"', browser.get("/sign-in").text)
    assert found is not None
    with browser.get(found[1]) as kept, browser.get("/static/app.css") as bare:
        assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "immutable" not in bare.headers.get("Cache-Control", "")


def test_nothing_outside_the_static_folder_is_served(browser: Browser) -> None:
    for path in ("/static/../__init__.py", "/static/%2e%2e/security.py", "/static/%2fetc/passwd"):
        assert browser.client.get(path, follow_redirects=True).status_code == 404


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/inbox", "/inbox"),
        ("/inbox?tab=late#x", "/inbox?tab=late#x"),
        (None, None),
        ("", None),
        ("//host", None),
        ("///host", None),
        ("////host", None),
        ("/\\host", None),
        ("/\t/host", None),
        ("/\n", None),
        ("http://host/", None),
        ("inbox", None),
    ],
)
def test_safe_next(address: str | None, kept: str | None) -> None:
    assert safe_next(address) == kept


def test_a_form_that_is_too_large_is_refused_with_its_limit(officer: Browser) -> None:
    body = b"x" * (60 * 1024 * 1024)
    answer = officer.client.post("/password", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "文件太大" in answer.text
    assert "50 MB" in answer.text
