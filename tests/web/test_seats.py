"""The pages on which seats of a panel change hands: 申请回避, 增加席位, 撤销席位."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.county import NewCounty, events_of, open_elements, open_task, seats_of, table_counts
from tests.web.conftest import Browser
from workflow_app.audit.models import AuditEvent
from workflow_app.demo import formation
from workflow_app.demo.county import PASSWORD
from workflow_app.demo.player import Player
from workflow_app.web import create_app

REASON = "配偶在该校任教。"


@dataclass
class Panel:
    """E1 with three experts asked, and its pages."""

    player: Player
    task_id: int

    def browser(self, username: str, language: str = "zh") -> Browser:
        """A browser that somebody has signed in with."""
        app = create_app(self.player.config, database=self.player.database, clock=lambda: self.player.now)
        app.testing = True
        browser = Browser(app.test_client())
        assert browser.sign_in(username, PASSWORD).status_code == 303
        browser.client.set_cookie("language", language)
        return browser

    def path(self, end: str = "") -> str:
        """An address below the task's."""
        return f"/tasks/{self.task_id}{end}"

    def states(self) -> list[str]:
        """How the seats stand."""
        return [seat.state for seat in seats_of(self.player, self.task_id)]

    def score(self, *usernames: str) -> None:
        """Experts answer."""
        for username in usernames:
            self.player.do(username, 1, "assessment", {"score": "80", "opinion": "建议同意。"})

    def events(self, kind: str) -> list[AuditEvent]:
        """The case's events of a kind."""
        return events_of(self.player, kind)


@pytest.fixture
def panel(county_at: NewCounty) -> Panel:
    """方锐, 顾蓉 and 田野 are asked."""
    player = county_at("reviewed")
    formation.arrange(player, 1, "2026-04-22", "2026-04-24")
    return Panel(player, open_task(player, "assessment").id)


def test_an_expert_recuses_himself_with_a_reason(panel: Panel) -> None:
    expert, page = panel.browser("fangrui"), panel.path("/recuse")
    assert f'href="{page}"' in expert.get(panel.path()).text
    assert "确认回避" in expert.get(page).text
    answer = expert.post(page, page, reason=REASON)
    assert (answer.status_code, answer.location) == (303, "/inbox")
    assert panel.states() == ["recused", "open", "open"]
    assert [event.body["reason"] for event in panel.events("seat_recused")] == [REASON]
    assert "已回避" in expert.get("/inbox").text
    assert expert.get("/cases/1").status_code == 404
    assert expert.post(page, page="/inbox", reason=REASON).status_code == 303, "a second click is harmless"

    officer = panel.browser("limin")
    assert "现有2个席位，至少需要3个，请增加席位" in officer.get("/notices").text
    assert (
        "席位不符合要求，全部提交后也不能办结：现有2个席位，至少需要3个，请增加席位。" in officer.get("/cases/1").text
    )


def test_a_recusal_without_reason_writes_nothing(panel: Panel) -> None:
    expert, page = panel.browser("fangrui"), panel.path("/recuse")
    before = table_counts(panel.player)
    answer = expert.post(page, page, reason="  ")
    assert answer.status_code == 422
    assert "请填写理由。" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert table_counts(panel.player) == before
    assert panel.states() == ["open", "open", "open"]


def test_who_has_no_named_seat_finds_no_recusal(panel: Panel, county_at: NewCounty) -> None:
    assert panel.browser("limin").get(panel.path("/recuse")).status_code == 403
    assert panel.browser("pengzhou").get(panel.path("/recuse")).status_code == 404
    player = county_at("accepted")
    reasons = {"schools.staffing": formation.STAFFING_REASON}
    player.do("limin", 1, "first_review", {"decision": "agree", "opinion": "同意。", "reasons": reasons})
    countersign = Panel(player, open_task(player, "sections_opinions").id)
    page = countersign.browser("wangyue").get(countersign.path()).text
    assert "由同岗位的其他人员办理" in page
    assert "/recuse" not in page


def test_the_handler_adds_an_expert(panel: Panel) -> None:
    officer, page = panel.browser("limin"), panel.path("/seats/add")
    shown = officer.get("/cases/1").text
    assert "席位：专家评估" in shown
    assert f'href="{page}"' in shown
    asked = officer.get(page).text
    for name, offered in (("彭舟", True), ("苏荷", True), ("方锐", False), ("林晓", False)):
        assert (f">{name} · " in asked) is offered
    chosen = str(panel.player.person("彭舟"))
    answer = officer.post(page, page, person=chosen, reason="增加学段专家。")
    assert (answer.status_code, answer.location) == (303, "/cases/1")
    assert panel.states() == ["open"] * 4
    assert [event.body["person_id"] for event in panel.events("seat_added")] == [int(chosen)]
    shown = officer.get("/cases/1").text
    assert "现有4个席位，应为单数" in shown
    assert "彭舟：增加学段专家。" in shown
    assert officer.post(page, page, person=chosen, reason="再次。").status_code == 409
    assert len(panel.states()) == 4


def test_adding_asks_for_a_person_and_a_reason_and_keeps_what_was_chosen(panel: Panel) -> None:
    officer, page = panel.browser("limin"), panel.path("/seats/add")
    before = table_counts(panel.player)
    answer = officer.post(page, page, reason="增加学段专家。")
    assert answer.status_code == 422
    assert "请选择人员。" in answer.text
    assert "增加学段专家。</textarea>" in answer.text
    chosen = panel.player.person("苏荷")
    answer = officer.post(page, page, person=str(chosen), reason="")
    assert answer.status_code == 422
    assert f'<option value="{chosen}" selected>' in answer.text
    assert table_counts(panel.player) == before


def test_the_handler_removes_the_last_open_seat_and_the_case_goes_on(panel: Panel) -> None:
    officer = panel.browser("limin")
    officer.post(panel.path("/seats/add"), "/cases/1", person=str(panel.player.person("彭舟")), reason="增加。")
    panel.score("fangrui", "gurong", "pengzhou")
    page = panel.path("/seats/3/remove")
    assert f'href="{page}"' in officer.get("/cases/1").text
    assert f'href="{panel.path("/seats/1/remove")}"' not in officer.get("/cases/1").text, "it has answered"
    assert officer.get(panel.path("/seats/1/remove")).status_code == 404
    assert "田野" in officer.get(page).text
    before = table_counts(panel.player)
    assert officer.post(page, page, reason=" ").status_code == 422
    assert table_counts(panel.player) == before
    answer = officer.post(page, page, reason="出差。")
    assert (answer.status_code, answer.location) == (303, "/cases/1")
    assert panel.states() == ["done", "done", "removed", "done"]
    assert open_elements(panel.player) == ["notice_post"]
    shown = officer.get("/cases/1").text
    assert "席位：专家评估" not in shown
    assert "田野：出差。" in shown


def test_strangers_neither_see_nor_change_the_table(panel: Panel) -> None:
    states = panel.states()
    chosen = str(panel.player.person("彭舟"))
    for username, seen, status in (("zhoumin", True, 403), ("linxiao", False, 403), ("majun", None, 404)):
        browser = panel.browser(username)
        shown = browser.get("/cases/1")
        assert (shown.status_code == 404) is (seen is None)
        assert ("席位：专家评估" in shown.text) is bool(seen)
        assert "/seats/" not in shown.text
        for end in ("/seats/add", "/seats/1/remove"):
            assert browser.get(panel.path(end)).status_code == 404
            answer = browser.post(panel.path(end), "/inbox", person=chosen, reason="试试。")
            assert answer.status_code == status
    assert panel.states() == states
    assert panel.events("seat_added") == panel.events("seat_removed") == []


def test_the_pages_speak_english(panel: Panel) -> None:
    officer = panel.browser("limin", "en")
    for path, words in (
        (panel.path("/seats/add"), "Add a seat"),
        (panel.path("/seats/2/remove"), "Remove the seat"),
        ("/cases/1", "Seats: "),
    ):
        assert words in officer.get(path).text
    assert "Recuse yourself" in panel.browser("fangrui", "en").get(panel.path("/recuse")).text
