"""What an invited outsider may not: other addresses, other files, forms without token; and who may not be one."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests.web.conftest import Browser
from tests.web.outside import Guest, Outside
from tests.web.test_security import _address
from workflow_app import cases
from workflow_app.cases.models import Draft
from workflow_app.database import Base
from workflow_app.errors import ForbiddenError
from workflow_app.web import guests


def test_an_invitation_opens_no_other_address(outside: Outside, app: Flask) -> None:
    guest = outside.guest()
    token = guest.browser.token("/invited")
    tried = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in guests.OWN or rule.endpoint in guests.PUBLIC or rule.endpoint in _OPEN:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            data = None if method == "GET" else {"csrf_token": token}
            answer = guest.browser.client.open(_address(rule), method=method, data=data)
            assert answer.status_code == 303, (method, rule.rule)
            assert answer.location.startswith("/sign-in"), (method, rule.rule)
            tried += 1
    assert tried > 40
    assert "对口帮扶协议征求意见" in guest.page(), "and goes on where it may"


_OPEN = {"static", "auth.sign_in", "auth.enter", "auth.language", "home.healthz", "home.readyz", "records.verify"}


def test_the_outsiders_forms_need_their_token_too(outside: Outside) -> None:
    guest = outside.guest()
    for address in ("/invited", "/invited/files", "/invited/draft", "/invited/leave", "/invitation"):
        answer = guest.browser.client.post(address, data={"f-decision": "agree", "act": "submit", "code": "1"})
        assert answer.status_code == 400, address
        assert "本次提交没有办理" in answer.text
    forged = guest.browser.client.post("/invited", headers={"Origin": "https://evil.example"})
    assert forged.status_code == 400
    assert "答复意见" in guest.page()


def test_nobody_of_the_bureau_answers_for_the_outsider(outside: Outside, officer: Browser) -> None:
    link, code, task_id = outside.invite(), outside.code(), outside.task_id
    assert officer.get(f"/tasks/{task_id}").status_code == 403
    assert officer.post(f"/tasks/{task_id}", page="/done", act="submit").status_code == 403
    assert officer.post(f"/tasks/{task_id}/claim", page="/done").status_code == 403
    with outside.database.writing() as session, pytest.raises(ForbiddenError):
        cases.complete_task(outside.act(session), task_id, 1, {"decision": "agree"}, "key")
    officer.get(link)
    assert "本浏览器已登录本局账号" in officer.get("/invitation").text
    assert officer.post("/invitation", page="/done", code=code).status_code == 403
    assert officer.get("/invited").location == "/invitation"
    assert outside.events("invitation_opened") == []


def test_files_of_the_case_are_the_outsiders_as_far_as_the_page_shows_them(outside: Outside) -> None:
    guest = outside.guest()
    assert f"/invited/files/{outside.agreement}" in guest.page()
    with guest.browser.get(f"/invited/files/{outside.agreement}") as shown:
        assert shown.status_code == 200
    for file_id in (outside.minutes, 999):
        assert guest.browser.get(f"/invited/files/{file_id}").status_code == 404
    # What is named in the form and was never uploaded by its sender is not even kept as a draft.
    for values in ({"act": "save"}, {"act": "submit", "f-decision": "agree"}):
        named = {"f-evidence-letter": str(outside.minutes), **values}
        assert guest.send(named).status_code == 404
        assert guest.send(named, to="/draft").status_code == 404
        assert guest.send({**named, "upload": "evidence.letter"}, to="/files").status_code == 404
    with outside.database.reading() as session:
        assert session.scalars(select(Draft)).all() == []
    assert "研究记录.pdf" not in guest.page()


def test_neither_link_nor_code_nor_session_is_stored_or_passed_on(outside: Outside) -> None:
    link = outside.invite()
    code = outside.code()
    guest = Guest(outside.new_browser(), link)
    followed = guest.browser.get(link)
    assert followed.headers["Referrer-Policy"] == "no-referrer"
    assert guest.enter(code).status_code == 303
    for address in (link, "/invitation", "/invited", "/invitation/answered"):
        assert guest.browser.get(address).headers["X-Robots-Tag"] == "noindex, nofollow"
    token = link.rpartition("/")[2]
    assert token not in guest.page()
    with guest.browser.client.session_transaction() as cookie:
        secrets = {token, code, cookie[guests.GUEST]}
    with outside.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(text(f'SELECT * FROM "{table.name}"')):  # noqa: S608 - names of our own tables
                assert not any(secret in str(value) for secret in secrets for value in row), table.name
