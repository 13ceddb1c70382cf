"""系统管理: who keeps people and organisations, who grants, and that nobody does both or either for themself."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.web.admin_desk import ORGANISATIONS, PEOPLE, events, grant
from tests.web.conftest import SINCE, Browser, County
from workflow_app.database import Database
from workflow_app.directory.models import Bureau, Organisation, Person

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
    assert len(events(database, "person_created")) == 1


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(system: Browser, database: Database) -> None:
    answer = system.post(f"{PEOPLE}/new", PEOPLE, organisation_id="", name="何静", phone="1")
    assert answer.status_code == 422
    assert 'id="new-organisation_id-error">请选择。' in answer.text
    assert 'value="何静"' in answer.text
    assert not events(database, "person_created")


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
    assert len(events(database, "person_changed")) == 1


def test_exclusive_administrators_are_refused_in_words(security: Browser, staff: County, database: Database) -> None:
    page = grant(security, staff, staff.people["qiushi"], "audit_admin", "office")
    assert "不能由同一人担任" in page
    assert "系统管理员" in page
    assert "不能由同一人担任" in grant(security, staff, staff.people["limin"], "security_admin", "office")
    assert "是机关岗位" in grant(security, staff, staff.people["wangfang"], "section_officer", "school_1")
    assert not events(database, "position_assigned")


def test_nobody_grants_to_themself(security: Browser, staff: County, database: Database) -> None:
    own = staff.people["luoning"]
    assert f'action="{PEOPLE}/{own}/positions"' not in security.get(f"{PEOPLE}/{own}").text
    organisation_id = str(staff.organisations["office"])
    values: dict[str, Any] = {"organisation_id": organisation_id, "position": "auditor", "valid_from": "2026-04-08"}
    answer = security.post(f"{PEOPLE}/{own}/positions", PEOPLE, **values)
    assert answer.status_code == 403
    assert "不能给自己授予岗位" in answer.text
    assert not events(database, "position_assigned")
    assert security.post(f"{PEOPLE}/{own}/account/disable", PEOPLE, reason="测试停用").status_code == 403
    assert security.post(f"{PEOPLE}/{own}/account/password", PEOPLE).status_code == 403


def test_dates_of_a_grant_are_checked_at_their_fields(security: Browser, staff: County, database: Database) -> None:
    person = staff.people["limin"]
    page = grant(security, staff, person, "auditor", "office", valid_from="", valid_to="明天")
    assert 'id="assign-valid_from-error">请填写日期' in page
    assert 'id="assign-valid_to-error">请按' in page
    page = grant(security, staff, person, "auditor", "office", valid_to="2026-01-01")
    assert "任期结束日期不能早于开始日期" in page
    assert 'value="2026-01-01"' in page
    assert not events(database, "position_assigned")
