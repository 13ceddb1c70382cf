"""The pages of a charter: clauses put in between and moved without a script, and redlines in words and strokes."""

from __future__ import annotations

import re

import pytest

from tests.county import NewCounty, open_task
from tests.web.open_day import Form
from tests.web.site import app_of, signed_in_there
from workflow_app.demo import charter
from workflow_app.demo.formation import CLERK
from workflow_app.demo.player import Player


@pytest.fixture
def amended(county_at: NewCounty) -> Player:
    """Version 2 is filed; a third is with the members."""
    player = county_at("founded")
    charter.play(player)
    charter.play_on(player)
    return player


def test_the_register_shows_a_version_and_what_it_changed(amended: Player) -> None:
    reader = signed_in_there(app_of(amended), "majun")
    page = reader.get("/registers/groups/1/charter").text
    assert "第2版" in page
    assert "<h3>第三章 组织架构和运行机制</h3>" in page
    assert "理事会每学期至少召开两次会议" in page
    assert "第1版以文件备案，没有逐条文本" in page
    assert page.count("<ins>") == 10
    assert "核准书" not in page  # A school outside the group does not see the case.
    same = reader.get("/registers/groups/1/charter?version=2&against=2").text
    assert "与其他版本对照" not in same
    first = reader.get("/registers/groups/1/charter?version=1").text
    assert "本版以文件备案，没有逐条文本" in first
    for wrong in ("?version=3", "?version=x", "?against=9"):
        assert reader.get(f"/registers/groups/1/charter{wrong}").status_code == 404
    member = signed_in_there(app_of(amended), "yangfan")
    assert "查看核准书 PDF" in member.get("/registers/groups/1/charter").text


def test_a_task_page_shows_the_redline_in_words_and_strokes(amended: Player) -> None:
    task = open_task(amended, "consult", 3)
    page = signed_in_there(app_of(amended), "shilei").get(f"/tasks/{task.id}").text
    assert "与第2版（2026年10月28日备案）对照。" in page
    assert re.search(r"<del><span class=\"sr\">删除：</span>一", page)
    assert re.search(r"<ins><span class=\"sr\">新增：</span>两", page)
    assert "未变动的9条" in page


def test_clauses_are_put_in_between_moved_and_removed_without_a_script(amended: Player) -> None:
    case_id = amended.start(CLERK, "group-charter")
    task = open_task(amended, "draft", case_id)
    browser = signed_in_there(app_of(amended), CLERK)
    address = f"/tasks/{task.id}"

    def texts() -> list[str]:
        return re.findall(r'name="f-clauses-\d+-text"[^>]*>([^<]*)</textarea>', browser.get(address).text)

    def press(**button: str) -> None:
        found = texts()
        fields = {"f-clauses": str(len(found))}
        for number, words in enumerate(found):
            fields[f"f-clauses-{number}-text"] = words
            fields[f"f-clauses-{number}-chapter"] = "purpose"
        assert Form(browser, task.id).send({**fields, **button}).status_code == 303

    first, second, third = texts()[:3]
    press(**{"clause-insert": "clauses.0"})
    assert texts()[:3] == [first, "", second]
    press(**{"rows-remove": "clauses.1"})
    press(**{"clause-down": "clauses.0"})
    assert texts()[:3] == [second, first, third]
    press(**{"clause-up": "clauses.2"})
    assert texts()[:3] == [second, third, first]
