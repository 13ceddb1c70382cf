"""The handler invites an outside organisation: told to, reminded, nobody else can, refused where it makes no sense."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.web.conftest import Browser, NewBrowser
from tests.web.outside import CONTACT, Outside
from workflow_app import cases
from workflow_app.cases.firing import remind, tasks_opened
from workflow_app.cases.models import Incident
from workflow_app.errors import ConflictError, NotFoundError
from workflow_app.notices.models import Notice

REFUSED = "链接或验证码不正确，或者邀请已过期、已撤销、已锁定。"
LATER = timedelta(days=40)


def test_the_handler_is_told_to_invite_and_reminded(outside: Outside, officer: Browser) -> None:
    with outside.database.writing() as session:
        tasks_opened(outside.act(session), outside.case_id, [outside.task_id])
    with outside.database.writing() as session:
        remind(outside.act(session), outside.task_id, 0)
    with outside.database.reading() as session:
        told = {n.person_id for n in session.scalars(select(Notice))}
        assert session.scalars(select(Incident)).all() == [], "nobody needs to hold the place of an outsider"
    assert outside.county.people["limin"] in told
    page = officer.get("/notices").text
    assert "待邀请：对口帮扶协议征求意见" in page
    assert "外地意见今日到期" in page
    assert f"/tasks/{outside.task_id}" not in page, "the officer cannot open the outsider's form"


def test_only_the_handler_invites(outside: Outside, new_browser: NewBrowser) -> None:
    page = f"/tasks/{outside.task_id}/invitation"
    for username, status in (("wangfang", 404), ("auditor", 403)):
        browser = new_browser()
        assert browser.sign_in(username).status_code == 303
        assert browser.get(page).status_code == status
        for path in ("", "/code", "/revoke"):
            answer = browser.post(page + path, page="/done", contact="王强", reason="试试")
            assert answer.status_code == status, (username, path)
    assert outside.events("invitation_issued") == []


def test_what_the_handler_cannot_do(outside: Outside, officer: Browser) -> None:
    page = f"/tasks/{outside.task_id}/invitation"
    for contact, words in (("", "请填写联系人姓名。"), ("陈" * 21, "联系人最多20个字"), ("陈\u202e红", "无法显示")):
        refused = officer.post(page, page, contact=contact)
        assert refused.status_code == 422
        assert words in refused.text
    assert officer.post(f"{page}/code", page).status_code == 409, "there is no link yet"
    assert officer.post(f"{page}/revoke", page, reason="误发").status_code == 409
    outside.invite()
    assert "请填写理由" in officer.post(f"{page}/revoke", page, reason=" ").text
    assert officer.post(f"{page}/revoke", page, reason="联系人已调离。").location == page
    assert "邀请已撤销" in officer.get(page).text
    assert "联系人已调离。" in officer.get(f"/cases/{outside.case_id}").text
    outside.guest().send({"f-decision": "agree", "act": "submit"})
    assert officer.get(page).status_code == 404
    with outside.database.writing() as session, pytest.raises(ConflictError):
        cases.invite(outside.act(session), int(page.split("/")[2]), CONTACT)
    with outside.database.writing() as session, pytest.raises(NotFoundError):
        cases.invite(outside.act(session), 999, CONTACT)
