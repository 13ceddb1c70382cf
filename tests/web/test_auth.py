"""Signing in and out, lapsed sessions, first passwords, the language switch."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import NOW
from tests.web.conftest import PASSWORD, Browser, County, NewBrowser, Time
from workflow_app.audit.models import AuditEvent
from workflow_app.config import Config, from_environment
from workflow_app.database import Database
from workflow_app.directory.models import Account
from workflow_app.directory.signing_in import MAX_FAILURES
from workflow_app.security.models import LoginSession
from workflow_app.web import create_app


def test_signing_in_leads_to_the_inbox(browser: Browser) -> None:
    answer = browser.sign_in("limin")
    assert (answer.status_code, answer.location) == (303, "/")
    page = browser.client.get("/", follow_redirects=True)
    assert page.status_code == 200
    assert "李敏" in page.text
    assert "基础教育科" in page.text


def test_a_wrong_password_is_refused_without_telling_why(browser: Browser) -> None:
    wrong = browser.sign_in("limin", "Wrong-Passw0rd")
    unknown = browser.sign_in("nobody", "Wrong-Passw0rd")
    assert wrong.status_code == unknown.status_code == 401
    assert "用户名或密码不正确" in wrong.text
    assert "用户名或密码不正确" in unknown.text
    assert browser.get("/inbox").status_code == 303


def test_an_account_is_locked_after_five_failures_and_the_page_says_how_long(browser: Browser, time: Time) -> None:
    for _ in range(MAX_FAILURES):
        assert browser.sign_in("limin", "Wrong-Passw0rd").status_code == 401
    locked = browser.sign_in("limin")
    assert locked.status_code == 401
    assert "15分钟" in locked.text
    time.now += timedelta(minutes=16)
    assert browser.sign_in("limin").status_code == 303


def test_a_password_never_comes_back_in_the_page(browser: Browser) -> None:
    assert "Wrong-Passw0rd" not in browser.sign_in("limin", "Wrong-Passw0rd").text


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/done", "/done"),
        ("/inbox?tab=late", "/inbox?tab=late"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("\\/evil.example", "/"),
        ("/%09/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("evil.example", "/"),
        ("", "/"),
    ],
)
def test_only_a_page_of_this_site_is_returned_to(browser: Browser, asked: str, reached: str) -> None:
    assert browser.sign_in("limin", then=asked).location == reached


def test_whoever_is_signed_in_is_sent_on_from_the_sign_in_page(officer: Browser) -> None:
    assert officer.get("/sign-in?next=/done").location == "/done"
    assert officer.get("/sign-in?next=//evil.example").location == "/"


def test_the_cookie_holds_a_token_that_is_new_at_each_sign_in(app: Flask, database: Database, browser: Browser) -> None:
    before = browser.client.get("/sign-in").headers["Set-Cookie"]
    answer = browser.sign_in("limin")
    cookie = answer.headers["Set-Cookie"]
    assert cookie != before
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    with browser.client.session_transaction() as kept:
        token = kept["_user_id"]
        assert "csrf_token" not in kept
    browser.post("/sign-out", page="/done")
    browser.sign_in("limin")
    with browser.client.session_transaction() as kept:
        assert kept["_user_id"] != token
    with database.reading() as session:
        assert token not in {row.token_hash for row in session.scalars(select(LoginSession))}


def test_the_cookie_is_secure_when_served_over_https(config: Config, database: Database, county: County) -> None:
    app = create_app(replace(config, secure_cookies=True), database=database)
    with app.test_client() as client:
        assert "Secure" in client.get("/sign-in", base_url="https://localhost").headers["Set-Cookie"]


def test_signing_out_ends_the_session_on_the_server(officer: Browser, new_browser: NewBrowser) -> None:
    stolen = officer.client.get_cookie("session")
    assert stolen is not None
    assert officer.post("/sign-out", page="/done").location == "/sign-in"
    assert officer.get("/done").status_code == 303
    thief = new_browser()
    thief.client.set_cookie("session", stolen.value)
    assert thief.get("/done").status_code == 303


def test_signing_out_by_a_link_is_not_possible(officer: Browser) -> None:
    assert officer.get("/sign-out").status_code == 405
    assert officer.get("/done").status_code == 200


def test_a_lapsed_session_leads_back_to_the_page(officer: Browser, time: Time, config: Config) -> None:
    time.now += timedelta(minutes=config.idle_minutes + 1)
    lapsed = officer.get("/inbox?tab=late")
    assert lapsed.location == "/sign-in?next=/inbox?tab%3Dlate"
    form = officer.get(lapsed.location)
    assert "已有一段时间没有操作" in form.text
    again = officer.post(lapsed.location, page=lapsed.location, username="limin", password=PASSWORD)
    assert again.location == "/inbox?tab=late"


def test_a_form_sent_after_the_session_lapsed_leads_back_to_the_page_that_it_stood_on(
    officer: Browser, time: Time, config: Config
) -> None:
    token = officer.token("/password")
    time.now += timedelta(minutes=config.idle_minutes + 1)
    lapsed = officer.client.post(
        "/password", data={"csrf_token": token}, headers={"Referer": "http://localhost/password"}
    )
    assert lapsed.location == "/sign-in?next=/password"
    foreign = officer.client.post(
        "/password", data={"csrf_token": token}, headers={"Referer": "http://evil.example/lure"}
    )
    assert foreign.location == "/sign-in"


def test_a_session_in_use_does_not_lapse(officer: Browser, time: Time, config: Config) -> None:
    for _ in range(3):
        time.now += timedelta(minutes=config.idle_minutes - 1)
        assert officer.get("/done").status_code == 200


def test_a_disabled_account_is_out_with_the_next_request(officer: Browser, database: Database, time: Time) -> None:
    with database.writing() as session:
        account = session.scalars(select(Account).where(Account.username == "limin")).one()
        account.disabled_at = time.now
    assert officer.get("/done").status_code == 303


def test_a_first_password_must_be_changed_before_anything_else(browser: Browser) -> None:
    browser.sign_in("newcomer")
    assert browser.get("/inbox").location == "/password"
    assert "首次登录" in browser.get("/password").text
    changed = browser.post("/password", page="/password", old=PASSWORD, new="Better-Passw0rd", again="Better-Passw0rd")
    assert changed.location == "/"
    assert browser.get("/done").status_code == 200
    assert browser.sign_in("newcomer", "Better-Passw0rd").status_code == 303


def test_a_password_that_is_too_old_must_be_changed_before_anything_else(browser: Browser, time: Time) -> None:
    time.now += timedelta(days=90)
    browser.sign_in("limin")
    assert browser.get("/done").status_code == 200
    time.now += timedelta(seconds=1)
    assert browser.get("/done").location == "/password"
    page = browser.get("/password").text
    assert "您的密码已使用超过90天" in page
    assert "首次登录" not in page
    browser.post("/password", page="/password", old=PASSWORD, new="Better-Passw0rd", again="Better-Passw0rd")
    assert browser.get("/done").status_code == 200


def test_passwords_become_too_old_only_where_that_is_set(config: Config, database: Database, county: County) -> None:
    clock = Time(NOW + timedelta(days=1000))
    app = create_app(replace(config, password_days=0), database=database, clock=clock)
    browser = Browser(app.test_client())
    browser.sign_in("limin")
    assert browser.get("/done").status_code == 200
    assert from_environment({"WORKFLOW_APP_DEMO": "1"}).password_days == 0
    assert from_environment({}).password_days == 90


def test_a_session_ends_in_the_evening_even_if_it_is_used(officer: Browser, time: Time, config: Config) -> None:
    for _ in range(config.session_hours * 3):
        time.now += timedelta(minutes=20)
        assert officer.get("/done").status_code == 200
    time.now += timedelta(minutes=1)
    assert officer.get("/done").location == "/sign-in?next=/done"


@pytest.mark.parametrize(
    ("old", "new", "again", "words"),
    [
        (PASSWORD, "Better-Passw0rd", "Other-Passw0rd", "两次输入的新密码不一致"),
        ("Wrong-Passw0rd", "Better-Passw0rd", "Better-Passw0rd", "原密码不正确"),
        (PASSWORD, "short", "short", "密码至少10个字符"),
        (PASSWORD, PASSWORD, PASSWORD, "新密码不能与原密码相同"),
    ],
)
def test_a_new_password_is_refused_with_the_reason(
    officer: Browser, old: str, new: str, again: str, words: str
) -> None:
    refused = officer.post("/password", page="/password", old=old, new=new, again=again)
    assert refused.status_code == 422
    assert words in refused.text


def test_a_changed_password_ends_the_other_sessions(officer: Browser, new_browser: NewBrowser) -> None:
    other = new_browser()
    other.sign_in("limin")
    assert other.get("/done").status_code == 200
    officer.post("/password", page="/password", old=PASSWORD, new="Better-Passw0rd", again="Better-Passw0rd")
    assert officer.get("/done").status_code == 200
    assert other.get("/done").status_code == 303


def test_the_demo_accounts_are_shown_in_demo_mode_only(config: Config, database: Database, county: County) -> None:
    for demo in (True, False):
        app = create_app(replace(config, demo=demo), database=database)
        app.config["DEMO_ACCOUNTS"] = [("limin", PASSWORD, "李敏", "科室经办")]
        page = app.test_client().get("/sign-in").text
        assert ("演示账号" in page) is demo
        assert (PASSWORD in page) is demo
        assert ("演示环境" in page) is demo


def test_signing_in_and_out_are_recorded(officer: Browser, database: Database) -> None:
    officer.post("/sign-out", page="/done")
    with database.reading() as session:
        kinds = list(session.scalars(select(AuditEvent.kind).order_by(AuditEvent.id)))
    assert kinds[-2:] == ["signed_in", "signed_out"]
