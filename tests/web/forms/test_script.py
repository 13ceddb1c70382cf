"""The form with its script, in a real browser: what is asked, drafts, rows and files in place, no barrier (axe)."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route
from werkzeug.serving import make_server

from tests.chromium import PATIENCE
from tests.web.conftest import PASSWORD, County
from tests.web.open_day import PDF, publish_open_day
from workflow_app.cases.models import Draft, Submission
from workflow_app.database import Database

pytestmark = pytest.mark.browser

AT_ONCE = "{ const later = window.setTimeout; window.setTimeout = (what, after) => later(what, Math.min(after, 50)); }"
"""A form that saves itself three seconds after the last key does so after 50 milliseconds: no test waits for it."""


@pytest.fixture
def address(app: Flask, database: Database, county: County) -> Iterator[str]:
    """The application on a port of its own, with 校园开放日备案 published."""
    publish_open_day(database, county)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(address: str, chromium: Browser) -> Iterator[Page]:
    """A signed-in clerk's window on the form of a new case. A message of the console is a failure."""
    context = chromium.new_context(locale="zh-CN")
    context.add_init_script(AT_ONCE)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/sign-in")
    page.fill("#username", "wangfang")
    page.fill("#password", PASSWORD)
    page.click("#sign-in")
    page.wait_for_url(f"{address}/inbox")
    page.goto(f"{address}/cases/start")
    page.click("button:has-text('开始填写')")
    page.wait_for_selector("#task-form")
    page.wait_for_load_state()
    yield page
    context.close()
    # A refusal (401, 422) is an answer that the tests ask for; a blocked script or style is not.
    assert [fault for fault in faults if not fault.startswith("Failed to load resource")] == []


def drafts(database: Database) -> list[dict[str, Any]]:
    with database.reading() as session:
        return [row.answers for row in session.query(Draft)]


def test_what_is_asked_appears_and_the_checklist_counts_it(page: Page, tmp_path: Path) -> None:
    count = page.locator("[data-count]")
    assert not page.is_visible("#f-places")
    assert count.inner_text() == "已上传0／1项"
    page.focus("input[name=f-is_public][value=yes]")
    page.keyboard.press("Space")
    assert page.is_visible("#f-places")
    assert count.inner_text() == "已上传0／2项"
    poster = tmp_path / "公告样稿.pdf"
    poster.write_bytes(PDF)
    page.set_input_files("input[name='upload-evidence.poster']", poster)
    page.wait_for_selector("a:has-text('公告样稿.pdf')")
    assert count.inner_text() == "已上传1／2项"
    page.check("input[name=f-is_public][value=no]", force=True)
    assert not page.is_visible("#f-places")
    assert count.inner_text() == "已上传0／1项"


def test_what_is_typed_is_saved_by_itself(page: Page, database: Database) -> None:
    page.fill("#f-title", "春季开放日")
    page.wait_for_selector("#saved:has-text('自动保存')")
    assert drafts(database)[0]["title"] == "春季开放日"


@contextmanager
def without_its_script(page: Page) -> Iterator[None]:
    """Open the form anew; its script arrives when the block is left, as on a slow line."""
    held: list[Route] = []
    page.route("**/js/form.js*", lambda route: held.append(route))
    with page.expect_request("**/js/form.js*"):
        page.goto(page.url, wait_until="commit")
    yield
    held[0].continue_()


def test_what_is_typed_before_the_script_is_there_is_saved(page: Page, database: Database) -> None:
    with without_its_script(page):
        page.fill("#f-title", "春季开放日")
    page.wait_for_selector("#saved:has-text('自动保存')")
    assert drafts(database)[0]["title"] == "春季开放日"


def test_a_file_chosen_before_the_script_is_there_is_uploaded(page: Page, tmp_path: Path) -> None:
    plan = tmp_path / "活动方案.pdf"
    plan.write_bytes(PDF)
    with without_its_script(page):
        page.set_input_files("input[name='upload-evidence.plan']", plan)
    page.wait_for_selector("a:has-text('活动方案.pdf')")


def test_opening_a_form_with_answers_saves_nothing(page: Page) -> None:
    page.fill("#f-title", "春季开放日")
    page.fill("#f-held_on", "2026-05-20")
    page.check("input[name=f-is_public][value=no]", force=True)
    page.click("button[name=rows-add]")
    page.select_option("#f-guests-0-school", label="青禾县第二中学")
    page.wait_for_selector("#saved:has-text('自动保存')")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.goto(page.url)
    assert page.input_value("#f-guests-0-school") != ""
    page.evaluate("new Promise((done) => setTimeout(done, 60))")  # Longer than what the form waits for here.
    with page.expect_response(re.compile("/draft$")) as saved:
        page.fill("#f-title", "秋季开放日")
    # What is saved later is saved after it: this would have been the second.
    assert "秋季开放日" in (saved.value.request.post_data or "")
    assert len(posts) == 1


def test_rows_and_files_without_leaving_the_page(page: Page, database: Database, tmp_path: Path) -> None:
    page.fill("#f-title", "春季开放日")
    page.click("button[name=rows-add]")
    page.wait_for_selector("#f-guests-0-school")
    page.select_option("#f-guests-0-school", label="青禾县第二中学")
    plan = tmp_path / "活动方案.pdf"
    plan.write_bytes(PDF)
    page.set_input_files("input[name='upload-evidence.plan']", plan)
    page.wait_for_selector("a:has-text('活动方案.pdf')")
    page.set_input_files("input[name='upload-evidence.consent.0']", plan)
    page.wait_for_selector("#f-evidence-consent-0 a")
    assert page.input_value("#f-title") == "春季开放日"
    assert drafts(database)[0]["evidence"]["consent"] == {"0": [2]}
    page.click("button[name=rows-remove]")
    page.wait_for_selector("#f-guests-0-school", state="detached")
    assert page.input_value("#f-title") == "春季开放日"


def test_text_survives_a_lost_session(page: Page, address: str) -> None:
    form = page.url
    page.context.clear_cookies()
    with page.expect_response(re.compile("/draft$")):
        page.fill("#f-title", "不能丢的名称")
    page.wait_for_selector("#saved a")
    page.click("#saved a")
    page.fill("#username", "wangfang")
    page.fill("#password", PASSWORD)
    page.click("#sign-in")
    page.wait_for_url(form)
    assert page.input_value("#f-title") == "不能丢的名称"
    page.wait_for_selector("#saved:has-text('自动保存')")


def test_submitting_what_was_just_typed(page: Page, database: Database, tmp_path: Path) -> None:
    plan = tmp_path / "活动方案.pdf"
    plan.write_bytes(PDF)
    page.set_input_files("input[name='upload-evidence.plan']", plan)
    page.wait_for_selector("a:has-text('活动方案.pdf')")
    page.fill("#f-title", "春季开放日")
    page.fill("#f-held_on", "2026-05-20")
    page.check("input[name=f-is_public][value=no]", force=True)
    page.click("button[value=submit]")
    page.wait_for_selector("text=“申请”已提交。")
    with database.reading() as session:
        assert session.query(Submission).one().answers["title"] == "春季开放日"


def test_the_summary_takes_the_focus_and_leads_to_the_field(page: Page) -> None:
    page.click("button[value=submit]")
    page.wait_for_selector("#summary")
    assert page.evaluate("document.activeElement.id") == "summary"
    page.click("#summary a:has-text('请填写活动名称')")
    assert page.evaluate("document.activeElement.id") == "f-title"


def test_no_barriers(page: Page) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.click("button[name=rows-add]")
    page.wait_for_selector("#f-guests-0-school")
    page.click("button[value=submit]")
    page.wait_for_selector("#summary")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page).response["violations"]
        assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
