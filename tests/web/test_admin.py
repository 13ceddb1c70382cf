"""系统管理: who keeps people and organisations, who grants, and that nobody does both or either for themself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.web.conftest import HASH, SINCE, Browser, County, NewBrowser, Time
from workflow_app.audit.models import AuditEvent
from workflow_app.database import Database
from workflow_app.directory.models import Account, Bureau, Organisation, Person, PositionHolding

PEOPLE = "/admin/people"
ORGANISATIONS = "/admin/organisations"
ADMINISTRATORS = {"qiushi": ("邱实", "system_admin"), "luoning": ("罗宁", "security_admin")}


@pytest.fixture
def staff(database: Database, county: County) -> County:
    """The small bureau with a system administrator and a security administrator."""
    place = county.organisations["office"]
    with database.writing() as session:
        for username, (name, position) in ADMINISTRATORS.items():
            person = Person(bureau_id=county.bureau_id, organisation_id=place, name=name)
            session.add(person)
            session.flush()
            county.people[username] = person.id
            session.add_all(
                [
                    PositionHolding(
                        bureau_id=county.bureau_id,
                        person_id=person.id,
                        organisation_id=place,
                        position=position,
                        valid_from=SINCE,
                    ),
                    Account(
                        bureau_id=county.bureau_id,
                        person_id=person.id,
                        username=username,
                        password_hash=HASH,
                        must_change=False,
                        password_changed_at=NOW,
                    ),
                ]
            )
    return county


@pytest.fixture
def system(staff: County, new_browser: NewBrowser) -> Browser:
    """The system administrator's browser."""
    return _signed_in(new_browser, "qiushi")


@pytest.fixture
def security(staff: County, new_browser: NewBrowser) -> Browser:
    """The security administrator's browser."""
    return _signed_in(new_browser, "luoning")


def _signed_in(new_browser: NewBrowser, username: str) -> Browser:
    browser = new_browser()
    assert browser.sign_in(username).status_code == 303
    return browser


def _grant(browser: Browser, county: County, person_id: int, position: str, place: str, **dates: str) -> str:
    """Grant a position and return the page that follows."""
    organisation_id = str(county.organisations[place])
    values = {"organisation_id": organisation_id, "position": position, "valid_from": "2026-04-08", **dates}
    return browser.post(f"{PEOPLE}/{person_id}/positions", PEOPLE, follow=True, **values).text


def _events(database: Database, kind: str) -> list[Mapping[str, Any]]:
    """The bodies of the events of a kind."""
    with database.reading() as session:
        return list(session.scalars(select(AuditEvent.body).where(AuditEvent.kind == kind)))


def _holding(database: Database, person_id: int) -> tuple[int, date | None]:
    """The only position of a person: its id and last day."""
    columns = select(PositionHolding.id, PositionHolding.valid_to)
    with database.reading() as session:
        row = session.execute(columns.where(PositionHolding.person_id == person_id)).one()
    return row.id, row.valid_to


DIRECTORY_POSTS = [
    f"{PEOPLE}/new",
    f"{PEOPLE}/1/move",
    f"{ORGANISATIONS}/new",
    f"{ORGANISATIONS}/1/rename",
    f"{ORGANISATIONS}/1/close",
]
SECURITY_POSTS = [
    f"{PEOPLE}/1/positions",
    f"{PEOPLE}/1/positions/1/end",
    f"{PEOPLE}/1/account",
    f"{PEOPLE}/1/account/password",
    f"{PEOPLE}/1/account/unlock",
    f"{PEOPLE}/1/account/disable",
    f"{PEOPLE}/1/account/enable",
]


@pytest.mark.parametrize("path", DIRECTORY_POSTS)
def test_only_the_system_administrator_keeps_the_directory(security: Browser, officer: Browser, path: str) -> None:
    for browser in (security, officer):
        answer = browser.post(path, "/inbox")
        assert answer.status_code == 403
        assert "只有系统管理员可以维护单位和人员" in answer.text


@pytest.mark.parametrize("path", SECURITY_POSTS)
def test_only_the_security_administrator_grants(system: Browser, officer: Browser, path: str) -> None:
    for browser in (system, officer):
        answer = browser.post(path, "/inbox")
        assert answer.status_code == 403
        assert "只有安全管理员可以维护账号和岗位授权" in answer.text


def test_nobody_else_sees_the_pages_or_the_way_to_them(officer: Browser, auditor: Browser, county: County) -> None:
    person, place = county.people["limin"], county.organisations["school_1"]
    paths = [PEOPLE, f"{PEOPLE}/new", f"{PEOPLE}/{person}", ORGANISATIONS, f"{ORGANISATIONS}/{place}"]
    for browser in (officer, auditor):
        assert "系统管理" not in browser.get("/done").text
        assert [browser.get(path).status_code for path in paths] == [403] * 5


def test_each_administrator_is_shown_what_is_theirs(system: Browser, security: Browser, staff: County) -> None:
    person = f"{PEOPLE}/{staff.people['limin']}"
    ours, theirs = system.get(person).text, security.get(person).text
    assert "办理调动" in ours
    assert "授予岗位" not in ours
    assert "停用账号" not in ours
    assert "结束任期" not in ours
    assert "办理调动" not in theirs
    assert "授予岗位" in theirs
    assert "停用账号" in theirs
    assert "结束任期" in theirs
    assert f'href="{ORGANISATIONS}"' in ours
    assert f'href="{ORGANISATIONS}"' not in theirs
    assert security.get(ORGANISATIONS).status_code == security.get(f"{PEOPLE}/new").status_code == 403


def test_the_list_is_of_one_bureau_searched_and_filtered(system: Browser, staff: County, database: Database) -> None:
    with database.writing() as session:
        other = Bureau(code="x", name="邻县教育局", county="邻县", document_word="邻教", policy_profile="003")
        session.add(other)
        session.flush()
        place = Organisation(
            bureau_id=other.id, kind="bureau", code="bureau", name="邻县局", short_name="邻", active_from=SINCE
        )
        session.add(place)
        session.flush()
        stranger = Person(bureau_id=other.id, organisation_id=place.id, name="李外")
        session.add(stranger)
        session.flush()
        foreign, foreign_place = stranger.id, place.id
    found = system.get(f"{PEOPLE}?name=李").text
    assert "李敏" in found
    assert "王芳" not in found
    assert "李外" not in found
    assert "没有符合条件的人员" in system.get(f"{PEOPLE}?name=%25").text
    filtered = system.get(f"{PEOPLE}?organisation={staff.organisations['school_1']}").text
    assert "王芳" in filtered
    assert "李敏" not in filtered
    assert "学校经办" in filtered
    assert system.get(f"{PEOPLE}/{foreign}").status_code == 404
    assert system.get(f"{ORGANISATIONS}/{foreign_place}").status_code == 404


def test_pages_follow_each_other_without_gap(system: Browser, staff: County, database: Database) -> None:
    place = staff.organisations["school_2"]
    with database.writing() as session:
        session.add_all(
            Person(bureau_id=staff.bureau_id, organisation_id=place, name=f"学员{n % 40:02}") for n in range(120)
        )
    seen: list[str] = []
    path: str | None = f"{PEOPLE}?name=学员"
    for _ in range(4):
        assert path is not None
        html = system.get(path).text
        seen += re.findall(r'class="ti" href="(/admin/people/\d+)"', html)
        found = re.search(r'href="([^"]+)" rel="next"', html)
        path = found[1].replace("&amp;", "&") if found else None
        if path is None:
            break
    assert path is None
    assert len(seen) == len(set(seen)) == 120


def test_a_person_is_registered_with_a_masked_telephone(system: Browser, staff: County, database: Database) -> None:
    school = str(staff.organisations["school_1"])
    values = {"organisation_id": school, "name": "何静", "staff_no": "0417", "is_teacher": "1", "phone": "13812345678"}
    page = system.post(f"{PEOPLE}/new", PEOPLE, follow=True, **values).text
    assert "已登记人员" in page
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "0417" in page
    assert "138****5678" in system.get(f"{PEOPLE}?name=何静").text
    assert len(_events(database, "person_created")) == 1


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(system: Browser, database: Database) -> None:
    answer = system.post(f"{PEOPLE}/new", PEOPLE, organisation_id="", name="何静", phone="1")
    assert answer.status_code == 422
    assert 'id="new-organisation_id-error">请选择。' in answer.text
    assert 'value="何静"' in answer.text
    assert not _events(database, "person_created")


def test_a_bad_telephone_is_said_at_its_field(system: Browser, staff: County) -> None:
    school = str(staff.organisations["school_1"])
    answer = system.post(f"{PEOPLE}/new", PEOPLE, organisation_id=school, name="何静", phone="12")
    assert answer.status_code == 422
    assert 'id="new-phone-error">电话号码有误' in answer.text


def test_a_person_moves_and_keeps_the_position(system: Browser, staff: County, database: Database) -> None:
    person, target = staff.people["wangfang"], staff.organisations["school_2"]
    page = system.post(f"{PEOPLE}/{person}/move", PEOPLE, follow=True, organisation_id=str(target)).text
    assert "已调整所属单位" in page
    assert "<p>青禾县第二中学</p>" in page
    assert "学校经办" in page
    assert len(_events(database, "person_changed")) == 1


def test_exclusive_administrators_are_refused_in_words(security: Browser, staff: County, database: Database) -> None:
    page = _grant(security, staff, staff.people["qiushi"], "audit_admin", "office")
    assert "不能由同一人担任" in page
    assert "系统管理员" in page
    assert "不能由同一人担任" in _grant(security, staff, staff.people["limin"], "security_admin", "office")
    assert "是机关岗位" in _grant(security, staff, staff.people["wangfang"], "section_officer", "school_1")
    assert not _events(database, "position_assigned")


def test_nobody_grants_to_themself(security: Browser, staff: County, database: Database) -> None:
    own = staff.people["luoning"]
    assert f'action="{PEOPLE}/{own}/positions"' not in security.get(f"{PEOPLE}/{own}").text
    organisation_id = str(staff.organisations["office"])
    values: dict[str, Any] = {"organisation_id": organisation_id, "position": "auditor", "valid_from": "2026-04-08"}
    answer = security.post(f"{PEOPLE}/{own}/positions", PEOPLE, **values)
    assert answer.status_code == 403
    assert "不能给自己授予岗位" in answer.text
    assert not _events(database, "position_assigned")
    assert security.post(f"{PEOPLE}/{own}/account/disable", PEOPLE, reason="测试停用").status_code == 403
    assert security.post(f"{PEOPLE}/{own}/account/password", PEOPLE).status_code == 403


def test_dates_of_a_grant_are_checked_at_their_fields(security: Browser, staff: County, database: Database) -> None:
    person = staff.people["limin"]
    page = _grant(security, staff, person, "auditor", "office", valid_from="", valid_to="明天")
    assert 'id="assign-valid_from-error">请填写日期' in page
    assert 'id="assign-valid_to-error">请按' in page
    page = _grant(security, staff, person, "auditor", "office", valid_to="2026-01-01")
    assert "任期结束日期不能早于开始日期" in page
    assert 'value="2026-01-01"' in page
    assert not _events(database, "position_assigned")


def _register(system: Browser, staff: County, name: str) -> int:
    place = str(staff.organisations["basic_education"])
    answer = system.post(f"{PEOPLE}/new", PEOPLE, organisation_id=place, name=name)
    assert answer.status_code == 303
    return int(answer.location.rsplit("/", 1)[1])


def _first_password(html: str) -> str:
    found = re.search(r'<code id="password">([^<]+)</code>', html)
    assert found is not None, html
    return found[1]


def test_a_new_person_signs_in_and_changes_the_password(
    system: Browser, security: Browser, staff: County, new_browser: NewBrowser, database: Database
) -> None:
    person = _register(system, staff, "何静")
    assert "已授予岗位" in _grant(security, staff, person, "section_officer", "basic_education")
    answer = security.post(f"{PEOPLE}/{person}/account", PEOPLE, username="HeJing")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    password = _first_password(answer.text)
    assert password not in security.get(f"{PEOPLE}/{person}").text
    assert password not in str(_events(database, "account_created"))
    newcomer = new_browser()
    newcomer.sign_in("hejing", password)
    assert newcomer.get("/inbox").location == "/password"
    changed = newcomer.post("/password", "/password", old=password, new="Own-Passw0rd", again="Own-Passw0rd")
    assert changed.status_code == 303
    assert newcomer.get("/inbox").status_code == 200
    assert "正常" in security.get(f"{PEOPLE}/{person}").text


def test_a_user_name_that_is_taken_is_said_at_its_field(system: Browser, security: Browser, staff: County) -> None:
    person = _register(system, staff, "何静")
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
    end = f"{PEOPLE}/{person}/positions/{_holding(database, person)[0]}/end"
    page = security.post(end, PEOPLE, follow=True).text
    assert "已办理任期结束" in page
    assert "已结束" in page
    assert auditor.get("/audit").status_code == 403
    assert len(_events(database, "position_ended")) == 1


def test_a_term_ends_on_a_day_and_is_not_prolonged(
    security: Browser, auditor: Browser, staff: County, database: Database, time: Time
) -> None:
    person = staff.people["auditor"]
    end = f"{PEOPLE}/{person}/positions/{_holding(database, person)[0]}/end"
    assert security.post(end, PEOPLE, last_day="2026-04-08").status_code == 303
    assert _holding(database, person)[1] == date(2026, 4, 8)
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
    password = _first_password(answer.text)
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
    assert [body["reason"] for body in _events(database, "account_disabled")] == ["调离本局"]


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
    person = _register(system, staff, "何静")
    answer = security.post(f"{PEOPLE}/{person}/account/disable", PEOPLE, reason="调离本局")
    assert answer.status_code == 422
    assert "还没有账号" in answer.text


def test_a_school_is_set_up_renamed_and_closed(system: Browser, staff: County, database: Database, time: Time) -> None:
    values: dict[str, Any] = {
        "kind": "school",
        "name": "青禾县新城小学",
        "short_name": "新城小学",
        "code": "5101",
        "active_from": "2026-04-01",
    }
    answer = system.post(f"{ORGANISATIONS}/new", ORGANISATIONS, **values)
    assert answer.status_code == 303
    page = answer.location
    with database.reading() as session:
        row = session.scalars(select(Organisation).where(Organisation.code == "5101")).one()
        assert (row.parent_id, row.active_from) == (staff.organisations["bureau"], date(2026, 4, 1))
    assert "已更名" in system.post(f"{page}/rename", ORGANISATIONS, follow=True, name="青禾县实验小学").text
    assert "青禾县实验小学" in system.get(f"{ORGANISATIONS}?kind=school&name=实验").text
    assert "青禾县第一中学" not in system.get(f"{ORGANISATIONS}?kind=school&name=实验").text
    early = system.post(f"{page}/close", ORGANISATIONS, last_day="2026-03-01")
    assert early.status_code == 422
    assert "停用日期不能早于启用日期" in early.text
    assert "后停用" in system.post(f"{page}/close", ORGANISATIONS, follow=True, last_day="2026-04-08").text
    time.now += timedelta(days=1)
    system.sign_in("qiushi")
    assert "已停用" in system.get(page).text
    assert "青禾县实验小学" not in system.get(f"{PEOPLE}/new").text
    kinds = ("organisation_created", "organisation_changed", "organisation_closed")
    assert [len(_events(database, kind)) for kind in kinds] == [1, 1, 1]


def test_an_organisation_needs_a_kind_and_a_free_code(system: Browser) -> None:
    missing = system.post(f"{ORGANISATIONS}/new", ORGANISATIONS, kind="bureau", name="二局", active_from="2026-04-01")
    assert missing.status_code == 422
    assert 'id="new-kind-error">请选择。' in missing.text
    values: dict[str, Any] = {"kind": "section", "name": "新科", "code": "office", "active_from": "2026-04-01"}
    taken = system.post(f"{ORGANISATIONS}/new", ORGANISATIONS, **values)
    assert taken.status_code == 422
    assert 'id="new-code-error">代码“<bdi>office</bdi>”已被“办公室”使用' in taken.text
