"""The register of groups, as of any day."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.conftest import NOW
from tests.web.conftest import Browser, County, NewBrowser
from workflow_app.database import Database
from workflow_app.registers.models import CharterEntry, EducationGroup, MeetingEntry, MembershipEntry, PlanEntry


@pytest.fixture
def group_id(database: Database, county: County) -> int:
    """第一中学教育集团: approved on 2026-03-02, in force from 2026-03-20, joined by 第二中学 on 2026-04-01."""
    with database.writing() as session:
        group = EducationGroup(
            bureau_id=county.bureau_id,
            name="第一中学教育集团",
            kind="close_knit",
            stage="junior",
            lead_school_id=county.organisations["school_1"],
            approved_on=date(2026, 3, 2),
            effective_on=date(2026, 3, 20),
            case_id=999,
            recorded_at=NOW,
        )
        session.add(group)
        session.flush()
        for school, role, day in (
            ("school_1", "lead", date(2026, 3, 20)),
            ("school_2", "member", date(2026, 4, 1)),
        ):
            session.add(
                MembershipEntry(
                    bureau_id=county.bureau_id,
                    group_id=group.id,
                    school_id=county.organisations[school],
                    change="joined",
                    role=role,
                    effective_on=day,
                    reason="集团组建",
                    recorded_at=NOW,
                    recorded_by="李敏",
                )
            )
        session.add(
            CharterEntry(
                bureau_id=county.bureau_id,
                group_id=group.id,
                version=1,
                filed_on=date(2026, 4, 2),
                effective_on=date(2026, 4, 2),
                file_hash="ab" * 32,
                case_id=999,
                recorded_at=NOW,
            )
        )
        return group.id


def _members(html: str) -> list[str]:
    table = html.split('id="members"')[1].split("</section>")[0]
    return re.findall(r'<span class="ti">([^<]+)</span>', table)


def test_the_register_shows_the_groups_of_today(officer: Browser, group_id: int) -> None:
    page = officer.get("/registers/groups").text
    assert f'href="/registers/groups/{group_id}"' in page
    assert "第一中学教育集团" in page
    assert "紧密型" in page
    assert "2所" in page


def test_before_its_approval_a_group_is_not_there(officer: Browser, group_id: int) -> None:
    assert "台账中没有教育集团" in officer.get("/registers/groups?on=2026-03-01").text
    missing = officer.get(f"/registers/groups/{group_id}?on=2026-03-01")
    assert missing.status_code == 404
    assert "2026-03-01" in missing.text


def test_a_group_that_is_not_yet_in_force_says_when_it_will_be(officer: Browser, group_id: int) -> None:
    page = officer.get(f"/registers/groups/{group_id}?on=2026-03-10").text
    assert "自2026年3月20日起生效" in page
    assert "未生效" in officer.get("/registers/groups?on=2026-03-10").text


def test_members_and_charter_are_those_of_the_day(officer: Browser, group_id: int) -> None:
    then = officer.get(f"/registers/groups/{group_id}?on=2026-03-25").text
    assert _members(then) == ["青禾县第一中学"]
    assert "尚未备案" in then
    now = officer.get(f"/registers/groups/{group_id}").text
    assert _members(now) == ["青禾县第一中学", "青禾县第二中学"]
    assert "第1版" in now


def test_a_corrected_entry_is_struck_out_and_stays(
    officer: Browser, database: Database, county: County, group_id: int
) -> None:
    with database.writing() as session:
        wrong = session.query(MembershipEntry).filter_by(role="member").one()
        session.add(
            MembershipEntry(
                bureau_id=county.bureau_id,
                group_id=group_id,
                school_id=wrong.school_id,
                change="joined",
                role="member",
                effective_on=date(2026, 4, 20),
                corrects_id=wrong.id,
                reason="生效日期更正",
                recorded_at=NOW,
                recorded_by="李敏",
            )
        )
    page = officer.get(f"/registers/groups/{group_id}").text
    assert _members(page) == ["青禾县第一中学"]
    assert re.search(r"<del>青禾县第二中学", page)
    assert "生效日期更正" in page


@pytest.mark.parametrize("asked", ["yesterday", "2026-13-01", "9" * 60, "<b>"])
def test_a_date_that_is_none_is_refused_in_words(officer: Browser, asked: str) -> None:
    answer = officer.get(f"/registers/groups?on={asked}")
    assert answer.status_code == 422
    assert "不是有效的日期" in answer.text
    assert "<b>”" not in answer.text


def test_a_case_that_may_not_be_seen_is_not_linked(officer: Browser, group_id: int) -> None:
    assert "/cases/999" not in officer.get(f"/registers/groups/{group_id}").text


def test_another_bureau_has_its_own_register(
    new_browser: NewBrowser, database: Database, county: County, group_id: int
) -> None:
    with database.writing() as session:
        group = session.get_one(EducationGroup, group_id)
        group.bureau_id = county.bureau_id + 1
    browser = new_browser()
    browser.sign_in("limin")
    assert "第一中学教育集团" not in browser.get("/registers/groups").text
    assert browser.get(f"/registers/groups/{group_id}").status_code == 404


def test_plans_and_meetings_stand_in_the_register_from_the_day_they_were_handed_in(
    database: Database, county: County, group_id: int, officer: Browser
) -> None:
    common = {"bureau_id": county.bureau_id, "group_id": group_id, "case_id": 999, "recorded_at": NOW}
    with database.writing() as session:
        session.add(
            PlanEntry(
                school_year="2026-2027",
                filed_on=date(2026, 4, 6),
                projects=2,
                exchanged=4,
                young_teachers=63,
                **common,
            )
        )
        session.add(
            MeetingEntry(
                month="2026-03", held_on=date(2026, 3, 24), filed_on=date(2026, 4, 3), schools_present=2, **common
            )
        )
    page = officer.get(f"/registers/groups/{group_id}").text
    for words in ("2026—2027学年", "4人", "63人", "2026年3月24日"):
        assert words in page
    earlier = officer.get(f"/registers/groups/{group_id}?on=2026-04-02").text
    assert "尚无备案的计划" in earlier
    assert "尚无登记的例会" in earlier
