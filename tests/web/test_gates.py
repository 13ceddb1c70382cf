"""Gates on pages: the answerer reads who lifts it, the holder lifts it on the case's page, the case goes on."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.county import NewCounty, events_of, open_elements, open_task, rows
from tests.web.conftest import Browser
from tests.web.open_day import Form
from workflow_app.audit.models import AuditEvent
from workflow_app.demo import formation
from workflow_app.demo.county import PASSWORD
from workflow_app.demo.player import Player
from workflow_app.notices.models import Notice
from workflow_app.web import create_app

CHECK = "groups.has_weak_member"
AGREE = {
    "f-decision": "agree",
    "f-opinion": "同意。",
    "f-reasons-schools-staffing": formation.STAFFING_REASON,
    "f-reasons-groups-before_autumn_term": "时间充裕。",
}


class Office:
    """The pages of a county for its people."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.app = create_app(player.config, database=player.database, clock=lambda: player.now)
        self.app.testing = True

    def sits(self, username: str) -> Browser:
        """A browser that somebody has signed in with."""
        browser = Browser(self.app.test_client())
        assert browser.sign_in(username, PASSWORD).status_code == 303
        return browser

    def lift(self, browser: Browser, reason: str, check: str = CHECK) -> tuple[int, str]:
        """Press 放行 on the case's page."""
        task = str(open_task(self.player, "first_review").id)
        answer = browser.post("/cases/1/gates", page="/inbox", task=task, check=check, reason=reason)
        return answer.status_code, answer.text


@pytest.fixture
def office(player: Player) -> Office:
    """A case at its first review whose only member school is neither weak nor rural nor new (D02)."""
    player.at("2026-04-08 09:00")
    case_id = player.start("linxiao", "group-formation")
    player.do("linxiao", case_id, "apply", formation.application(player, case_id, members=("青禾县第二小学",)))
    player.do("limin", case_id, "accept_review", {"decision": "accept"})
    return Office(player)


def test_a_gate_is_lifted_on_the_page_and_the_case_goes_on(office: Office) -> None:
    player, officer, deputy = office.player, office.sits("limin"), office.sits("zhengguodong")
    form = Form(officer, open_task(player, "first_review").id)
    refused = form.submit(AGREE)
    assert refused.status_code == 422
    assert "须由青禾县教育体育局分管副局长（郑国栋）说明理由放行后，才能继续办理。" in refused.text
    assert "已通知其放行。" in refused.text
    assert "待放行的卡点" not in officer.get("/cases/1").text

    assert 'href="/cases/1"' in deputy.get("/notices").text
    page = deputy.get("/cases/1").text
    for words in ("待放行的卡点", "成员校中薄弱、农村或新建学校0所", "青禾县第二小学", "003·A2二(一)2", "办理人：李敏"):
        assert words in page
    assert 'action="/cases/1/gates"' in page
    assert office.lift(deputy, "该校生源薄弱，同意。")[0] == 303
    assert office.lift(deputy, "再按一次")[0] == 303
    assert len(events_of(player, "gate_overridden")) == 1
    page = deputy.get("/cases/1").text
    assert "郑国栋放行，理由：该校生源薄弱，同意。" in page
    assert 'action="/cases/1/gates"' not in page

    assert "郑国栋已放行" in officer.get("/notices").text
    again = Form(officer, open_task(player, "first_review").id)
    assert "该卡点已放行，可以提交。" in again.page.text
    assert again.submit(AGREE).status_code == 303
    assert open_elements(player) == ["sections_opinions"]


def test_a_refusal_tells_the_holder_once(office: Office) -> None:
    officer = office.sits("limin")
    for _ in range(2):
        assert Form(officer, open_task(office.player, "first_review").id).submit(AGREE).status_code == 422
    assert len(rows(office.player, select(Notice).where(Notice.kind == "gate_stopped"))) == 1


def test_a_reason_is_needed_and_asked_for_beside_the_gate(office: Office) -> None:
    status, page = office.lift(office.sits("zhengguodong"), "  ")
    assert status == 422
    assert re.search(r'<span class="error" id="gate-1-error">请填写理由。</span>', page)
    assert events_of(office.player, "gate_overridden") == []


@pytest.mark.parametrize(("username", "status"), [("majun", 404), ("limin", 403), ("zhoumin", 403), ("linxiao", 403)])
def test_nobody_else_lifts_it(office: Office, username: str, status: int) -> None:
    assert office.lift(office.sits(username), "我认为可以。")[0] == status
    assert rows(office.player, select(AuditEvent).where(AuditEvent.kind == "gate_overridden")) == []


def test_a_gate_that_is_not_there_is_not_lifted(office: Office) -> None:
    deputy = office.sits("zhengguodong")
    assert office.lift(deputy, "同意。", check="groups.same_stage")[0] == 403
    assert deputy.client.post("/cases/1/gates", data={"check": CHECK, "reason": "同意。"}).status_code == 400


def test_the_second_return_is_lifted_by_the_section_chief(county_at: NewCounty) -> None:
    office = Office(county_at("supplied"))
    officer, chief = office.sits("limin"), office.sits("zhoumin")
    task = open_task(office.player, "accept_review")
    item = {"f-items": "1", "f-items-0-item": "章程", "f-items-0-reason": "缺项", "f-items-0-basis": "003·A2二(二)2"}
    answers = {"f-decision": "return", "f-opinion": "请补正。", **item}
    refused = Form(officer, task.id).submit(answers)
    assert refused.status_code == 422
    assert "须由基础教育科科长（周旻）说明理由放行后，才能继续办理。" in refused.text
    check = "cases.supplement_once"
    lifted = chief.post("/cases/1/gates", page="/inbox", task=str(task.id), check=check, reason="决议无公章。")
    assert lifted.status_code == 303
    assert Form(officer, task.id).submit(answers).status_code == 303
    assert open_elements(office.player) == ["supplement_supply"]


def test_the_card_says_that_it_was_lifted(office: Office) -> None:
    deputy = office.sits("zhengguodong")
    assert "待放行的卡点" in deputy.get("/cases/1").text
    assert office.lift(deputy, "同意。")[0] == 303
    page = deputy.get("/cases/1").text
    assert "已放行的卡点" in page
    assert "待放行的卡点" not in page


def test_the_card_speaks_english(office: Office) -> None:
    deputy = office.sits("zhengguodong")
    deputy.client.set_cookie("language", "en")
    page = deputy.get("/cases/1").text
    assert "Gates waiting for you" in page
    assert "Reason for letting it pass" in page
