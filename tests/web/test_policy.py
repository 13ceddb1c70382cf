"""The page of policy amounts and that of document numbers: read by the bureau, changed by those whose work it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.county import NewCounty, rows
from tests.languages import data_of, foreign_words, read
from tests.web.conftest import Browser
from tests.web.site import app_of, signed_in_there
from workflow_app.audit.verify import verify
from workflow_app.cases.models import Deadline
from workflow_app.database import Database
from workflow_app.demo.player import Player
from workflow_app.policy.models import PolicyParameter
from workflow_app.policy.parameters import load_policy
from workflow_app.records.models import NumberSeries

PAGE = "/policy?key=public_notice_days"
CHANGE: Mapping[str, Any] = {
    "key": "public_notice_days",
    "value": "7",
    "clause": "青教体〔2026〕9号",
    "reason": "公示期延长",
}


@pytest.fixture
def county(county_at: NewCounty) -> Player:
    """E1 while its notice is posted: its period runs."""
    return county_at("posted")


@pytest.fixture
def lawyer(county: Player) -> Browser:
    return signed_in_there(app_of(county), "wusiyuan")


@pytest.fixture
def leader(county: Player) -> Browser:
    return signed_in_there(app_of(county), "zhengguodong")


def _proposal(page: str) -> str:
    """The number of the proposal that the form of a page carries."""
    found = re.search(r'name="proposal" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_a_change_takes_two_people_and_leaves_what_runs_as_it_is(
    county: Player, lawyer: Browser, leader: Browser
) -> None:
    today = county.now.date()
    begins = today + timedelta(days=10)
    running = [(one.id, one.due_on) for one in rows(county, select(Deadline))]
    early = lawyer.post("/policy/proposals", "/policy", valid_from=today.isoformat(), **CHANGE)
    assert (early.status_code, "生效日期须在今天之后" in early.text, 'value="7"' in early.text) == (422, True, True)
    assert lawyer.post("/policy/proposals", "/policy", valid_from=begins.isoformat(), **CHANGE).location == PAGE
    own = lawyer.get(PAGE).text
    assert ("已提出调整" in own, "确认调整" in own, "撤回调整" in own) == (True, False, True)
    assert lawyer.post("/policy/proposals/confirm", PAGE, proposal=_proposal(own)).status_code == 403
    assert "等待确认" in leader.get("/policy").text
    refused = leader.post("/policy/proposals/reject", PAGE, proposal=_proposal(own), key="public_notice_days")
    assert (refused.status_code, "请填写退回理由" in refused.text) == (422, True)
    done = leader.post("/policy/proposals/confirm", PAGE, follow=True, proposal=_proposal(own))
    for words in ("已确认", "第2版", "尚未生效", "青教体〔2026〕9号", "吴思远", "郑国栋"):
        assert words in done.text, words
    again = leader.post("/policy/proposals/confirm", PAGE, proposal=_proposal(own))
    assert (again.status_code, "已经处理" in again.text) == (409, True)
    with county.database.reading() as session:
        assert [load_policy(session, 1, day).integer("public_notice_days") for day in (today, begins)] == [5, 7]
        assert verify(session, 1).is_sound
    assert [(one.id, one.due_on) for one in rows(county, select(Deadline))] == running


def test_a_change_is_withdrawn_or_turned_down(county: Player, lawyer: Browser, leader: Browser) -> None:
    sent: dict[str, Any] = {**CHANGE, "valid_from": "2026-12-01"}
    for browser, doing, more in (
        (lawyer, "withdraw", {}),
        (leader, "reject", {"remark": "依据不足"}),
    ):
        lawyer.post("/policy/proposals", "/policy", **sent)
        number = _proposal(browser.get(PAGE).text)
        answer = browser.post(
            f"/policy/proposals/{doing}", PAGE, follow=True, proposal=number, key="public_notice_days", **more
        )
        assert (answer.status_code, "参数不变" in answer.text) == (200, True)
    assert "依据不足" in leader.get(PAGE).text
    assert len(rows(county, select(PolicyParameter).where(PolicyParameter.key == "public_notice_days"))) == 1


def test_both_pages_are_in_one_language_and_say_what_stands(county: Player, lawyer: Browser, leader: Browser) -> None:
    lawyer.post("/policy/proposals", "/policy", valid_from="2026-12-01", **CHANGE)
    known = data_of(county)
    clerk = signed_in_there(app_of(county), "hewen")
    for browser in (leader, clerk):
        for language, words in (
            ("zh", ("公示期限", "5 个工作日", "尚未启用")),
            ("en", ("working days", "begins at 1")),
        ):
            browser.client.set_cookie("language", language)
            pages = [browser.get(address).text for address in ("/policy", PAGE, "/numbers")]
            for page in pages:
                assert foreign_words(read(page), language, known) == []
            assert all(word in "".join(pages) for word in words), words
    lawyer.client.set_cookie("language", "zh")
    found = lawyer.get("/policy?q=公示").text
    assert ("公示期限" in found, "会审期限" in found) == (True, False)
    assert lawyer.get("/policy?key=no_such").status_code == 404
    assert "没有符合条件的参数" in lawyer.get("/policy?q=没有的词").text


def test_codes_are_named_and_chosen_and_days_are_days(county: Player, lawyer: Browser, leader: Browser) -> None:
    more: dict[str, Any] = {"clause": "青教体〔2026〕9号", "reason": "调整", "valid_from": "2026-12-01"}
    choices: tuple[tuple[str, Any, str, Any, str], ...] = (
        ("lead_appraisals", ["excellent", "brilliant"], "不能作为", ["excellent"], "优秀"),
        ("mentor_level_min", ["county", "school"], "不能作为", ["prefecture"], "州市级骨干教师"),
        ("support_proof_grades", [], "请填写参数值", ["excellent"], "优秀"),
        ("plan_due", ["08-32"], "不能作为", ["08-25"], "8月25日"),
    )
    for key, wrong, said, right, named in choices:
        refused = lawyer.post("/policy/proposals", f"/policy?key={key}", key=key, value=wrong, **more)
        assert (refused.status_code, said in refused.text) == (422, True), key
        assert lawyer.post("/policy/proposals", f"/policy?key={key}", key=key, value=right, **more).status_code == 303
        for address in ("/policy", f"/policy?key={key}"):
            page = leader.get(address).text
            assert named in page, (key, address)
            assert not re.search(r">\s*(excellent|prefecture|08-25|purpose|first|county)", page), (key, address)
    leader.client.set_cookie("language", "en")
    page = leader.get("/policy").text
    for words in ("Excellent, good", "Philosophy", "1 Sep", "day 5 of the month", "County"):
        assert words.casefold() in page.casefold(), words
    assert foreign_words(read(page), "en", data_of(county)) == []


def _next(database: Database, word: str) -> int | None:
    with database.reading() as session:
        return session.scalars(select(NumberSeries.next).where(NumberSeries.word == word)).one_or_none()


def test_the_records_clerk_opens_a_series_for_a_year(county: Player) -> None:
    clerk = signed_in_there(app_of(county), "hewen")
    year = county.now.year
    sent: dict[str, Any] = {"word": "青教体函", "year": str(year + 1), "number": "1", "reason": "启用新一年的文号"}
    assert clerk.post("/numbers", "/numbers", **sent).location == f"/numbers?year={year + 1}"
    page = clerk.get(f"/numbers?year={year + 1}").text
    assert f"〔{year + 1}〕1号" in page
    assert _next(county.database, "青教体函") == 1
    for wrong, said in (
        ({"word": "青教体错"}, "请选择"),
        ({"year": str(year - 1)}, "请选择"),
        ({"number": "十二"}, "请填写数字"),
        ({"number": "0"}, "编号已用到0号"),
        ({"number": "100000"}, "编号不能超过99999"),
        ({"reason": " "}, "请说明调整编号的理由"),
    ):
        refused = clerk.post("/numbers", "/numbers", **{**sent, **wrong})
        assert (refused.status_code, said in refused.text) == (422, True), wrong
    assert _next(county.database, "青教体函") == 1
    assert _next(county.database, "青教体错") is None


@pytest.mark.parametrize("username", ["linxiao", "fangrui"])
def test_outside_the_bureau_neither_page_is_shown(county: Player, username: str) -> None:
    browser = signed_in_there(app_of(county), username)
    assert [browser.get(address).status_code for address in ("/policy", "/numbers")] == [403, 403]
    assert "/policy" not in browser.get("/notices").text
