"""Accounts on the administrators' pages: first passwords, revoking, resetting, disabling, unlocking."""

from __future__ import annotations

from datetime import date, timedelta

from tests.web.admin_desk import PEOPLE, events, first_password, grant, holding, register
from tests.web.conftest import Browser, County, NewBrowser, Time
from workflow_app.database import Database


def test_a_new_person_signs_in_and_changes_the_password(
    system: Browser, security: Browser, staff: County, new_browser: NewBrowser, database: Database
) -> None:
    person = register(system, staff, "何静")
    assert "已授予岗位" in grant(security, staff, person, "section_officer", "basic_education")
    answer = security.post(f"{PEOPLE}/{person}/account", PEOPLE, username="HeJing")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    password = first_password(answer.text)
    assert password not in security.get(f"{PEOPLE}/{person}").text
    assert password not in str(events(database, "account_created"))
    newcomer = new_browser()
    newcomer.sign_in("hejing", password)
    assert newcomer.get("/inbox").location == "/password"
    changed = newcomer.post("/password", "/password", old=password, new="Own-Passw0rd", again="Own-Passw0rd")
    assert changed.status_code == 303
    assert newcomer.get("/inbox").status_code == 200
    assert "正常" in security.get(f"{PEOPLE}/{person}").text


def test_a_user_name_that_is_taken_is_said_at_its_field(system: Browser, security: Browser, staff: County) -> None:
    person = register(system, staff, "何静")
    answer = security.post(f"{PEOPLE}/{person}/account", PEOPLE, username="limin")
    assert answer.status_code == 422
    assert 'id="account-username-error">用户名“<bdi>limin</bdi>”已被使用' in answer.text
    assert 'value="limin"' in answer.text
    answer = security.post(f"{PEOPLE}/{staff.people['limin']}/account", PEOPLE, username="limin2")
    assert answer.status_code == 422


def test_a_revoked_position_is_gone_on_the_next_request(
    security: Browser, auditor: Browser, staff: County, database: Database
) -> None:
    person = staff.people["auditor"]
    assert auditor.get("/audit").status_code == 200
    end = f"{PEOPLE}/{person}/positions/{holding(database, person)[0]}/end"
    page = security.post(end, PEOPLE, follow=True).text
    assert "已办理任期结束" in page
    assert "已结束" in page
    assert auditor.get("/audit").status_code == 403
    assert len(events(database, "position_ended")) == 1


def test_a_term_ends_on_a_day_and_is_not_prolonged(
    security: Browser, auditor: Browser, staff: County, database: Database, time: Time
) -> None:
    person = staff.people["auditor"]
    end = f"{PEOPLE}/{person}/positions/{holding(database, person)[0]}/end"
    assert security.post(end, PEOPLE, last_day="2026-04-08").status_code == 303
    assert holding(database, person)[1] == date(2026, 4, 8)
    later = security.post(end, PEOPLE, last_day="2026-05-01")
    assert later.status_code == 422
    assert "不能用结束任期的办法延长" in later.text
    assert auditor.get("/audit").status_code == 200
    time.now += timedelta(days=1)
    auditor.sign_in("auditor")
    assert auditor.get("/audit").status_code == 403


def test_a_reset_ends_sessions_and_gives_a_new_first_password(
    security: Browser, officer: Browser, staff: County, new_browser: NewBrowser
) -> None:
    answer = security.post(f"{PEOPLE}/{staff.people['limin']}/account/password", PEOPLE)
    password = first_password(answer.text)
    assert officer.get("/done").status_code == 303
    again = new_browser()
    assert again.sign_in("limin").status_code == 401
    assert again.sign_in("limin", password).status_code == 303
    assert again.get("/done").location == "/password"


def test_an_account_is_disabled_and_enabled_with_a_reason(
    security: Browser, officer: Browser, staff: County, new_browser: NewBrowser, database: Database
) -> None:
    page = f"{PEOPLE}/{staff.people['limin']}"
    refused = security.post(f"{page}/account/disable", PEOPLE, reason="")
    assert refused.status_code == 422
    assert 'id="disable-reason-error">请写明原因' in refused.text
    assert officer.get("/done").status_code == 200
    assert "已停用账号" in security.post(f"{page}/account/disable", PEOPLE, follow=True, reason="调离本局").text
    assert officer.get("/done").status_code == 303
    assert new_browser().sign_in("limin").status_code == 401
    assert "已启用账号" in security.post(f"{page}/account/enable", PEOPLE, follow=True, reason="调回本局").text
    assert new_browser().sign_in("limin").status_code == 303
    assert [body["reason"] for body in events(database, "account_disabled")] == ["调离本局"]


def test_a_locked_account_is_unlocked(security: Browser, staff: County, new_browser: NewBrowser) -> None:
    page = f"{PEOPLE}/{staff.people['limin']}"
    assert "解除锁定" not in security.get(page).text.replace("并解除锁定", "")
    stranger = new_browser()
    for _ in range(5):
        stranger.sign_in("limin", "wrong")
    assert stranger.sign_in("limin").status_code == 401
    assert "已锁定" in security.get(page).text
    assert "已解除锁定" in security.post(f"{page}/account/unlock", PEOPLE, follow=True, reason="本人来电核实").text
    assert stranger.sign_in("limin").status_code == 303


def test_a_person_without_account_has_none_to_change(system: Browser, security: Browser, staff: County) -> None:
    person = register(system, staff, "何静")
    answer = security.post(f"{PEOPLE}/{person}/account/disable", PEOPLE, reason="调离本局")
    assert answer.status_code == 422
    assert "还没有账号" in answer.text
