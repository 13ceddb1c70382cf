"""The frame of the pages without a mouse: skip link, menus, the way through a page, what a refused form does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import keys
from tests.browser.desk import NARROW, Desk, Office, serving
from tests.county import County
from workflow_app.demo.formation import CHIEF, CLERK, OFFICER

pytestmark = pytest.mark.browser

BELOW = """() => {
  const main = document.querySelector('main');
  const at = document.activeElement;
  return main.contains(at) && at !== main ? at.getBoundingClientRect().top + window.scrollY : null;
}"""
"""How far down the page the stop lies; None outside of what the page is about."""


@pytest.fixture(scope="module")
def filed(chromium: Browser, county_files: County, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """E1 as it was filed, for all tests of this file: they go about and change nothing."""
    player = county_files.copy("filed", tmp_path_factory.mktemp("keys") / "county")
    with serving(chromium, player) as office:
        yield office
    player.database.dispose()


def stops(page: Page) -> list[float]:
    """Press Tab through the whole page; how far down each stop within its main part lies."""
    found: list[float] = []
    for _ in range(keys.MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            return found
        assert page.evaluate(keys.SHOWN), f"nothing shows where the cursor is: {keys.stop(page)}"
        if (below := page.evaluate(BELOW)) is not None:
            found.append(below)
    raise AssertionError("the Tab key never leaves the page")


def test_the_skip_link_is_the_first_stop_and_leads_past_the_navigation(filed: Office) -> None:
    with filed.desk(OFFICER) as desk:
        desk.open("/inbox")
        desk.page.keyboard.press("Tab")
        expect(desk.page.get_by_role("link", name="跳到主要内容")).to_be_focused()
        assert desk.page.evaluate(keys.SHOWN)
        desk.page.keyboard.press("Enter")
        desk.page.keyboard.press("Tab")
        expect(desk.page.get_by_role("navigation", name="任务范围").get_by_role("link").first).to_be_focused()


def test_the_stops_of_a_phone_go_down_the_page_and_out_of_it(filed: Office) -> None:
    with filed.desk(OFFICER, screen=NARROW) as desk:
        for address in ("/inbox", "/cases/1", "/tasks/2"):
            desk.open(address)
            found = stops(desk.page)
            assert len(found) > 5
            # What stands in one line may differ by a few pixels; what sticks to the lower edge comes with its form.
            jumps = [(one, other) for one, other in pairwise(found) if other < one - 40]
            assert len(jumps) <= 1, (address, jumps)


def test_the_menu_of_the_person_closes_with_escape(filed: Office) -> None:
    with filed.desk(OFFICER) as desk:
        opener = desk.page.locator("details.who summary")
        desk.press(opener)
        expect(desk.page.get_by_role("button", name="退出登录")).to_be_visible()
        desk.page.keyboard.press("Tab")
        desk.page.keyboard.press("Escape")
        expect(desk.page.get_by_role("button", name="退出登录")).to_be_hidden()
        expect(opener).to_be_focused()


def test_the_navigation_of_a_phone_opens_and_closes_with_keys(filed: Office) -> None:
    with filed.desk(CHIEF, screen=NARROW) as desk:
        opener = desk.page.get_by_role("link", name="打开菜单")
        desk.press(opener)
        expect(desk.page.get_by_role("navigation", name="主导航")).to_be_visible()
        desk.page.keyboard.press("Escape")
        expect(desk.page.get_by_role("navigation", name="主导航")).to_be_hidden()
        expect(opener).to_be_focused()


def test_a_list_can_be_chosen_from_with_the_arrow_keys(filed: Office) -> None:
    with filed.desk(CLERK) as desk:
        desk.open("/inbox")
        chooser = desk.page.get_by_label("事项", exact=True)
        keys.go_to(desk.page, chooser)
        desk.page.keyboard.press("ArrowDown")
        expect(chooser).to_be_focused()
        assert "slug=" not in desk.page.url, "nothing is sent before its button is pressed"
        desk.press(desk.page.get_by_role("button", name="筛选"))
        expect(desk.page).to_have_url(re.compile("slug="))


def refused_summary(desk: Desk, button: str) -> None:
    """Press a button of a form that must be refused: the summary comes first, and its link leads to the field."""
    desk.press(desk.page.get_by_role("button", name=button))
    summary = desk.page.get_by_role("alert")
    expect(summary).to_be_focused()
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_label("撤回理由")).to_be_focused()


def test_a_refused_form_of_any_page_begins_with_what_is_wrong(filed: Office) -> None:
    with filed.desk(CLERK) as desk:
        desk.open("/cases/1/withdraw")
        refused_summary(desk, "确认撤回")
        desk.answered(422)
