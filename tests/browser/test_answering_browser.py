"""Answering a task in a real browser: nothing typed is lost, and one click is one act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.desk import Office, paper
from tests.county import open_elements, submissions_of
from workflow_app.demo.formation import CLERK, GROUP, OFFICER

pytestmark = pytest.mark.browser

TITLE = f"组建{GROUP}"
STEP = "受理审查"
WORDS = "材料齐全，符合要求，予以受理。"


def saved_line(page: Page) -> Locator:
    """The line in which the form says whether it is saved."""
    return page.locator("#saved")


def test_what_is_typed_is_saved_by_itself(filed: Office) -> None:
    with filed.desk(OFFICER) as desk:
        desk.open_task(TITLE, STEP)
        desk.fill("意见", WORDS)
        expect(saved_line(desk.page)).to_contain_text("自动保存")
        desk.page.reload()
        expect(desk.field("意见")).to_have_value(WORDS)
        expect(saved_line(desk.page)).to_contain_text("草稿已于4月8日 09:10保存")


def test_what_is_typed_survives_a_lapsed_session(filed: Office) -> None:
    with filed.desk(OFFICER) as desk:
        desk.open_task(TITLE, STEP)
        filed.player.now += timedelta(minutes=filed.player.config.idle_minutes + 1)
        desk.decide("予以受理", WORDS)
        desk.page.get_by_role("button", name="提交", exact=True).press("Enter")
        desk.page.get_by_role("link", name="重新登录").press("Enter")
        desk.sign_in(OFFICER)
        expect(desk.page.get_by_role("heading", name=STEP, exact=True)).to_be_visible()
        expect(desk.field("意见")).to_have_value(WORDS)
        expect(desk.group("结论").get_by_label("予以受理")).to_be_checked()
        expect(saved_line(desk.page)).to_contain_text("已恢复您上次离开时还没有保存的内容")
        desk.submit(STEP)
        desk.answered(401)
    assert len(submissions_of(filed.player, "accept_review")) == 1


def test_a_double_click_is_one_act(filed: Office) -> None:
    with filed.desk(OFFICER) as desk:
        desk.open_task(TITLE, STEP)
        desk.decide("予以受理", WORDS)
        desk.page.get_by_role("button", name="提交", exact=True).dblclick()
        expect(desk.page.get_by_text(f"“{STEP}”已提交。")).to_be_visible()
    assert len(submissions_of(filed.player, "accept_review")) == 1
    assert open_elements(filed.player) == ["first_review"]


def test_a_page_that_has_grown_old_says_who_decided_and_keeps_the_words(filed: Office) -> None:
    with filed.desk(OFFICER) as desk:
        desk.open_task(TITLE, STEP)
        stale = desk.page
        desk.page = desk.tab()
        desk.open_task(TITLE, STEP)
        desk.decide("予以受理", WORDS)
        desk.submit(STEP)
        desk.page = stale
        desk.decide("予以受理", "这一句是在旧页面上写的。")
        desk.page.get_by_role("button", name="提交", exact=True).press("Enter")
        expect(stale.get_by_role("heading", name="情况已有变化")).to_be_visible()
        expect(stale.get_by_role("main")).to_contain_text("李敏")
        expect(stale.get_by_role("main")).to_contain_text("予以受理")
        expect(stale.get_by_text("这一句是在旧页面上写的。")).to_be_visible()
        desk.answered(409)
    assert len(submissions_of(filed.player, "accept_review")) == 1


def test_a_task_is_done_without_a_script(filed: Office) -> None:
    with filed.desk(OFFICER, script=False) as desk:
        desk.open_task(TITLE, STEP)
        desk.choose("结论", "退回补正")
        desk.page.get_by_role("button", name="更新应填项目").click()
        row = desk.row("需补正的内容", 0)
        desk.fill("补正事项", "石桥村小学教代会决议", row)
        desk.fill("原因", "所附文件不是教代会决议", row)
        desk.submit(STEP)
    assert open_elements(filed.player) == ["supplement_supply"]


def test_faults_are_named_at_the_top_and_lead_to_their_fields(filed: Office) -> None:
    with filed.desk(OFFICER) as desk:
        desk.open_task(TITLE, STEP)
        desk.page.get_by_role("button", name="提交", exact=True).press("Enter")
        summary = desk.page.get_by_role("alert")
        expect(summary).to_be_focused()
        summary.get_by_role("link").first.press("Enter")
        expect(desk.group("结论")).to_be_focused()
        desk.answered(422)


def test_what_is_typed_while_a_file_is_on_its_way_stays(filed: Office) -> None:
    case_id = filed.player.start(CLERK, "group-formation")
    with filed.desk(CLERK) as desk:
        desk.open(f"/cases/{case_id}")
        desk.page.get_by_role("link", name="办理：提交组建申请").press("Enter")
        held: list[Route] = []
        desk.page.route("**/files", lambda route: held.append(route), times=1)
        with desk.page.expect_request("**/files"):
            desk.group("请示").locator("input[type=file]").set_input_files(paper("请示"))
        desk.group("章程草案").locator("input[type=file]").set_input_files(paper("章程草案"))
        desk.fill("集团名称", GROUP)
        held.pop().continue_()
        expect(desk.group("请示").get_by_role("link", name="请示.pdf")).to_be_visible()
        expect(desk.group("章程草案").get_by_role("link", name="章程草案.pdf")).to_be_visible()
        expect(desk.group("请示").get_by_role("link")).to_have_count(1)
        expect(desk.field("集团名称")).to_have_value(GROUP)
