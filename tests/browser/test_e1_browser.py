"""Worked case E1 in a real browser without a mouse: from the sign-in to the downloaded 批复 and the register."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser import keys
from tests.browser.desk import Office
from tests.browser.e1_papers import TITLE, file_application, file_charter, return_and_supply
from workflow_app.demo.formation import CHIEF, CLERK, EXPERTS, GROUP, LEAD, MEMBERS, OFFICER, SECRETARY, SECTIONS

# The server of the test leaves the file of a picture open when the browser, already on its way, drops the connection.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")]

NUMBER = "青教体复〔2026〕12号"


def test_e1_from_the_sign_in_to_the_downloaded_reply(new_office: Office, tmp_path: Path) -> None:
    office = new_office
    file_application(office)
    return_and_supply(office)
    accept_and_review(office)
    assess(office)
    publish(office)
    decide(office)
    issue(office)
    code = download_reply(office, tmp_path)
    verify(office, code)
    file_charter(office)
    look_into_the_register(office)


def accept_and_review(office: Office) -> None:
    """Accepted on 04-15, due 05-15; reviewed on 04-17 with the reason for the staffing; four sections by 04-21."""
    office.player.at("2026-04-15 09:30")
    with office.desk(OFFICER) as desk:
        desk.open_task(TITLE, "受理审查")
        desk.decide("予以受理", "材料齐全，予以受理。")
        desk.submit("受理审查")
        desk.open_case(TITLE)
        expect(desk.page.get_by_text("应于2026年5月15日前作出决定").first).to_be_visible()
    office.player.at("2026-04-17 11:00")
    with office.desk(OFFICER) as desk:
        desk.open_task(TITLE, "初审")
        desk.decide("同意，送会审", "符合组建条件，同意送会审。")
        desk.fill("说明理由", "缺编教师已列入2026年招聘计划，集团内统筹调剂。")
        desk.submit("初审")
    for number, section in enumerate(SECTIONS):
        office.player.at(f"2026-04-2{number // 2} 1{number}:15")
        with office.desk(section) as desk:
            desk.open_task(TITLE, "科室会审")
            desk.decide("同意", "无不同意见。")
            desk.submit("科室会审")


def assess(office: Office) -> None:
    """Three experts from 04-22 to 04-24: 82, 85, 85; the clock stands for three working days."""
    office.player.at("2026-04-22 08:40")
    with office.desk(OFFICER) as desk:
        desk.open_task(TITLE, "组织专家评估")
        desk.choose("评估专家", *(name for _, name, _ in EXPERTS))
        desk.date("评估开始日期", "2026-04-22")
        desk.date("评估结束日期", "2026-04-24")
        desk.fill("评估安排", "实地查看各成员校。")
        desk.submit("组织专家评估")
    for day, (username, _, score) in enumerate(EXPERTS, 22):
        office.player.at(f"2026-04-{day} 16:30")
        with office.desk(username) as desk:
            desk.open_task(TITLE, "专家评估")
            desk.fill("评分", score)
            desk.fill("意见", "办学基础扎实，帮扶措施具体，建议同意组建。")
            desk.submit("专家评估")


def publish(office: Office) -> None:
    """Posted on 04-27; the worker ends the period after 05-07; no objection on 05-08."""
    office.player.at("2026-04-27 09:00")
    with office.desk(OFFICER) as desk:
        desk.open_case(TITLE)
        expect(desk.page.get_by_text("应于2026年5月20日前作出决定").first).to_be_visible()
        desk.open_task(TITLE, "发布公示")
        desk.choose("公示场所", "县政府网站", "局公示栏")
        desk.fill("受理异议的联系方式", "基础教育科 0873-1234567")
        desk.submit("发布公示")
        where = desk.page.locator(".waiting")
        expect(where).to_contain_text("公示期")
        expect(where).to_contain_text("5月7日到期")
    office.player.at("2026-05-07 23:30")
    with office.desk(OFFICER) as desk:
        desk.open("/inbox")
        expect(desk.page.get_by_text("这里没有待办任务")).to_be_visible()
    office.player.at("2026-05-08 09:00")
    with office.desk(OFFICER) as desk:
        desk.open_task(TITLE, "公示结果")
        desk.decide("无异议", "公示期满，未收到异议。")
        desk.submit("公示结果")


def decide(office: Office) -> None:
    """The party committee of 05-11: 7 members, 6 present, 5 in favour."""
    office.player.at("2026-05-11 15:00")
    with office.desk(SECRETARY) as desk:
        desk.open_task(TITLE, "局党组会审议")
        desk.date("会议日期", "2026-05-11")
        desk.fill("应到人数", "7")
        desk.fill("实到人数", "6")
        desk.fill("赞成票数", "5")
        desk.decide("同意组建")
        desk.submit("局党组会审议")


def issue(office: Office) -> None:
    """Drafted and checked on 05-12, signed, numbered and sealed on 05-13, delivered on 05-14."""
    office.player.at("2026-05-12 09:00")
    with office.desk(OFFICER) as desk:
        desk.open_task(TITLE, "拟稿")
        desk.submit("拟稿")
    for username, step in ((CHIEF, "核稿"), ("wusiyuan", "法制审核")):
        with office.desk(username) as desk:
            desk.open_task(TITLE, step)
            desk.decide("同意", "同意。")
            desk.submit(step)
    office.player.at("2026-05-13 10:00")
    with office.desk("zhengguodong") as desk:
        desk.open_task(TITLE, "签发")
        desk.decide("同意", "同意印发。")
        desk.submit("签发")
    with office.desk("hewen") as desk:
        desk.open_task(TITLE, "用印")
        desk.date("用印日期", "2026-05-13")
        desk.fill("印制份数", "12")
        desk.submit("用印")
    office.player.at("2026-05-14 09:30")
    with office.desk("hewen") as desk:
        desk.open_task(TITLE, "核发送达")
        expect(desk.page.get_by_text("5月27日到期").first).to_be_visible()
        desk.date("送达日期", "2026-05-14")
        desk.choose("送达方式", "直接送达")
        desk.fill("签收人", "林晓")
        desk.submit("核发送达")


def download_reply(office: Office, folder: Path) -> str:
    """The clerk sees where the case is, and takes the 批复 home; the verification code printed on it."""
    office.player.at("2026-05-14 10:00")
    with office.desk(CLERK) as desk:
        desk.open_case(TITLE)
        where = desk.page.get_by_role("region", name="到哪了")
        expect(where).to_contain_text("报送集团章程")
        expect(where).to_contain_text("6月12日到期")
        expect(where).to_contain_text("第15天／共20个工作日，暂停3天，已于2026年5月13日停止计时")
        row = desk.page.get_by_role("region", name="文书").get_by_role("row").filter(has_text=NUMBER)
        with desk.page.expect_download() as download:
            keys.go_to(desk.page, row.get_by_role("link").first)
            desk.page.keyboard.press("Alt+Enter")
        kept = folder / "reply.pdf"
        download.value.save_as(kept)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(kept.read_bytes())).pages)
    assert GROUP in text
    assert NUMBER in text
    found = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}", text)
    assert found is not None
    return found[0]


def verify(office: Office, code: str) -> None:
    """Anyone may check the paper by its code, without an account."""
    with office.desk() as desk:
        desk.open("/v")
        keys.go_to(desk.page, desk.page.get_by_label("核验码", exact=True))
        desk.page.keyboard.type(code.lower())
        desk.page.keyboard.press("Enter")
        expect(desk.page.get_by_text("核验通过")).to_be_visible()
        expect(desk.page.get_by_text(NUMBER)).to_be_visible()
        expect(desk.page.get_by_text("2026年5月13日")).to_be_visible()


def look_into_the_register(office: Office) -> None:
    """Three members as of 2026-09-01; the day before, the group is approved but not yet in effect."""
    with office.desk(OFFICER) as desk:
        desk.press(desk.page.get_by_role("link", name="教育集团").first)
        day = desk.page.get_by_label("查询日期")
        keys.type_date(desk.page, day, "2026-09-01")
        desk.press(desk.page.get_by_role("button", name="查询", exact=True))
        row = desk.page.get_by_role("row").filter(has_text=GROUP)
        expect(row).to_contain_text("3所")
        expect(row).not_to_contain_text("未生效")
        for school in (LEAD, *MEMBERS):
            expect(row).to_contain_text(school)
        keys.type_date(desk.page, day, "2026-08-31")
        desk.press(desk.page.get_by_role("button", name="查询", exact=True))
        expect(row).to_contain_text("0所")
