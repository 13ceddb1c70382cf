"""The pages of a charter: clauses put in between and moved without a script, and redlines in words and strokes."""

from __future__ import annotations

import re

from tests.county import NewCounty, open_task
from tests.web.open_day import Form
from tests.web.site import app_of, signed_in_there
from workflow_app.demo import charter
from workflow_app.demo.formation import CLERK


def test_a_reader_sees_in_words_and_strokes_what_a_text_changes(county_at: NewCounty) -> None:
    """Version 2 is filed; a third is with the members."""
    amended = county_at("founded")
    charter.play(amended)
    charter.play_on(amended)
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
    task = open_task(amended, "consult", 3)
    page = signed_in_there(app_of(amended), "shilei").get(f"/tasks/{task.id}").text
    assert "与第2版（2026年10月28日备案）对照。" in page
    assert re.search(r"<del><span class=\"sr\">删除：</span>一", page)
    assert re.search(r"<ins><span class=\"sr\">新增：</span>两", page)
    assert "未变动的9条" in page


def test_clauses_are_put_in_between_moved_and_removed_without_a_script(county_at: NewCounty) -> None:
    player = county_at("founded")
    player.at("2026-09-08 09:30")
    task = open_task(player, "draft", player.start(CLERK, "group-charter"))
    browser = signed_in_there(app_of(player), CLERK)
    address = f"/tasks/{task.id}"

    def texts() -> list[str]:
        return re.findall(r'name="f-clauses-\d+-text"[^>]*>([^<]*)</textarea>', browser.get(address).text)

    def press(found: list[str], **button: str) -> None:
        fields = {"f-clauses": str(len(found))}
        for number, words in enumerate(found):
            fields[f"f-clauses-{number}-text"] = words
            fields[f"f-clauses-{number}-chapter"] = "purpose"
        assert Form(browser, task.id).send({**fields, **button}).status_code == 303

    assert texts() == [""]
    press(["甲", "乙", "丙"], **{"clause-insert": "clauses.0"})
    assert texts() == ["甲", "", "乙", "丙"]
    press(texts(), **{"rows-remove": "clauses.1"})
    press(texts(), **{"clause-down": "clauses.0"})
    assert texts() == ["乙", "甲", "丙"]
    press(texts(), **{"clause-up": "clauses.2"})
    assert texts() == ["乙", "丙", "甲"]
    page = browser.get(address).text
    assert "<legend>第三条</legend>" in page
    assert "新增3条" in page
