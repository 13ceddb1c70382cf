"""Every page of the product in both languages, as every kind of reader sees it, at several stages of a case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from flask import Flask, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import BadRequest, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.routing import Rule

from tests.county import NewCounty, open_task
from tests.languages import data_of, foreign_words, marked, not_data, read
from tests.web.conftest import Browser
from tests.web.site import app_of, signed_in_there
from workflow_app.cases.models import Case, Seat, Task
from workflow_app.demo import formation
from workflow_app.demo.player import Player
from workflow_app.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    Problem,
    TooManyError,
    UnavailableError,
)
from workflow_app.files.models import StoredFile
from workflow_app.records.models import IssuedRecord
from workflow_app.text import Text

pytestmark = pytest.mark.sweep

READERS = {
    "officer": "limin",
    "clerk": "linxiao",
    "expert": "fangrui",
    "deputy": "zhengguodong",
    "auditor": "hancheng",
    "system_admin": "qiushi",
    "security_admin": "luoning",
}
LANGUAGES = ("zh", "en")
NO_PAGES = frozenset({"static", "home.healthz", "home.readyz", "invited.follow"})
AT_WORK = (
    *(("filed", "limin"), ("filed", "linxiao"), ("reviewed", "limin"), ("posted", "limin"), ("undisputed", "qiankun")),
    *(("approved", "limin"), ("approved", "linxiao")),
)
"""Stages of E1, and who looks at its case and tasks then; the whole product is read at the end."""


def faults_on(browser: Browser, address: str, known: list[str]) -> list[str]:
    """What is wrong with the language of a page, in either language."""
    faults = []
    for language in LANGUAGES:
        browser.client.set_cookie("language", language)
        answer = browser.get(address)
        if answer.mimetype != "text/html" or 300 <= answer.status_code < 400:
            answer.close()
            if answer.location:
                browser.get(answer.location).close()  # What is said once is said in the language of this request.
            continue
        wanted = 'lang="zh-CN"' if language == "zh" else 'lang="en"'
        faults += [] if f"<html {wanted}" in answer.text else [f"{language} {address}: not {wanted}"]
        page = read(answer.text)
        faults += [f"{language} {address}: {words}" for words in foreign_words(page, language, known)]
        faults += [f"{language} {address} marked: {words}" for words in not_data(marked(page), known)]
    return faults


def addresses(app: Flask, player: Player, *, missing: bool) -> list[str]:
    """Every address that answers a GET, with numbers of things that are there and, if asked, of some that are not."""
    known = _numbers(player, [999] if missing else [])
    with app.test_request_context():
        pages = [r for r in app.url_map.iter_rules() if "GET" in (r.methods or ()) and r.endpoint not in NO_PAGES]
        return [address for rule in pages for address in _built(rule, known)]


def _numbers(player: Player, missing: Sequence[int]) -> Mapping[str, Sequence[Any]]:
    with player.database.reading() as session:
        running = session.scalar(select(func.max(Case.id)).where(Case.closed_at.is_(None)))
        tasks = session.scalars(select(Task.id).where(Task.closed_at.is_(None))).all()
        done = session.scalar(select(func.min(Task.id)))
        return {
            "task_id": [*tasks, done, *missing],
            "case_id": [1, running, *missing],
            "call": ["notice"],
            "seat_no": [1],
            "file_id": [session.scalar(select(func.min(StoredFile.id))), *missing],
            "record_id": [session.scalar(select(func.min(IssuedRecord.id))), *missing],
            "group_id": [1, *missing],
            "entry_id": [1, *missing],
            "pairing_id": [1, *missing],
            "link": ["no-such-link"],
            "person_id": [session.scalar(select(func.min(Seat.done_by_id))), *missing],
            "organisation_id": [12, *missing],
            "code": ["XXXXX-XXXXX-XXXXX"],
        }


def _built(rule: Rule, known: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    name, *others = sorted(rule.arguments) or [""]
    more = {other: known[other][0] for other in others}
    for value in known[name] if name else [None]:
        yield url_for(rule.endpoint, **({name: value, **more} if name else {}))


@pytest.fixture(scope="module")
def busy(county_files: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """E1 founded; beside it an application to be examined, one that was returned, and a draft."""
    player = county_files.copy("founded", tmp_path_factory.mktemp("languages") / "county")
    player.at("2026-06-10 09:00")
    for clerk, lead in (("majun", "城关第二小学"), ("jiangxin", "青禾县第二小学")):
        other = player.start(clerk, "group-formation")
        answers = formation.application(
            player, other, clerk=clerk, name=f"{lead}教育集团", lead=lead, members=("白鹭湾小学",)
        )
        player.do(clerk, other, "apply", answers)
    item = {"item": "白鹭湾小学教代会决议", "reason": "扫描件缺少签字页", "basis": "003·A2二(一)2"}
    player.do("limin", other, "accept_review", {"decision": "return", "opinion": "请补正。", "items": [item]})
    player.start(formation.CLERK, "group-formation")
    player.at("2026-06-15 09:30")
    yield player
    player.database.dispose()


@pytest.mark.parametrize("username", READERS.values(), ids=READERS)
def test_every_address_is_in_one_language(busy: Player, username: str) -> None:
    app, known = app_of(busy), data_of(busy)
    browser = signed_in_there(app, username)
    faults = [
        fault
        for address in addresses(app, busy, missing=username == "limin")
        for fault in faults_on(browser, address, known)
    ]
    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize(("stage", "username"), AT_WORK)
def test_a_case_under_way_is_in_one_language(county_at: NewCounty, stage: str, username: str) -> None:
    player = county_at(stage)
    app, known = app_of(player), data_of(player)
    with player.database.reading() as session:
        tasks = session.scalars(select(Task.id).where(Task.closed_at.is_(None))).all()
    browser, faults = signed_in_there(app, username), []
    for address in ("/inbox", "/cases", "/cases/1", "/notices", *(f"/tasks/{task}" for task in tasks)):
        faults += faults_on(browser, address, known)
    assert faults == [], "\n".join(faults)


def test_a_refused_form_is_in_one_language(county_at: NewCounty) -> None:
    player = county_at("filed")
    app, known = app_of(player), data_of(player)
    browser = signed_in_there(app, "limin")
    task = open_task(player, "accept_review").id
    faults = []
    for language in LANGUAGES:
        browser.client.set_cookie("language", language)
        answer = browser.post(f"/tasks/{task}", page=f"/tasks/{task}", act="submit", revision="1", key="k")
        assert answer.status_code == 422
        faults += foreign_words(read(answer.text), language, known) + not_data(marked(read(answer.text)), known)
    assert faults == []


def test_a_clock_that_stands_says_why_in_one_language(county_at: NewCounty) -> None:
    player = county_at("reviewed")
    formation.arrange(player, 1, "2026-04-22", "2026-04-24")
    app, known = app_of(player), data_of(player)
    browser = signed_in_there(app, "limin")
    assert faults_on(browser, "/cases/1", known) == []
    assert re.search("22 Apr 2026[^<]*Expert assessment", browser.get("/cases/1").text)
    browser.client.set_cookie("language", "zh")
    assert "自2026年4月22日起暂停计时：专家评估" in browser.get("/cases/1").text


class BrokenError(Exception):
    """A fault that nobody has foreseen."""


REFUSALS: Sequence[tuple[int, Exception]] = (
    (400, CSRFError("forged")),
    (400, BadRequest()),
    (403, ForbiddenError("本任务不由您所在的岗位办理。")),
    (404, NotFoundError()),
    (405, MethodNotAllowed(["POST"])),
    (409, ConflictError("该办件刚刚被他人办理，请刷新页面后再试。")),
    (413, RequestEntityTooLarge()),
    (422, InvalidError(problems=[Problem("reason", Text("请填写理由。"))])),
    (429, TooManyError("该网络地址尝试次数过多，请{minutes}分钟后再试。", minutes=10)),
    (500, BrokenError()),
    (503, UnavailableError("存储空间不足，文件没有保存，请联系系统管理员。")),
    (503, OperationalError("SELECT 1", {}, Exception("gone"))),
)


def test_every_refusal_is_in_one_language(busy: Player) -> None:
    app, faults = app_of(busy), []
    app.testing = False

    def refuse(number: int) -> str:
        raise REFUSALS[number][1]

    app.add_url_rule("/refused/<int:number>", "home.refused", refuse)
    browser, known = signed_in_there(app, "limin"), data_of(busy)
    for number, (status, _) in enumerate(REFUSALS):
        assert browser.get(f"/refused/{number}").status_code == status
        faults += faults_on(browser, f"/refused/{number}", known)
    assert faults == []


def test_signing_in_is_in_one_language(county_at: NewCounty) -> None:
    app = app_of(county_at("empty"))
    faults = []
    for language in LANGUAGES:
        browser = Browser(app.test_client())
        browser.client.set_cookie("language", language)
        pages = [browser.client.get("/inbox", follow_redirects=True), browser.sign_in("limin", "wrong")]
        for answer in pages:
            faults += foreign_words(read(answer.text), language, [])
    assert faults == []
