"""An outside organisation answers on paper: the handler alone enters it, with its scan, and the link is dead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.languages import foreign_words, read
from tests.web.conftest import Browser, NewBrowser
from tests.web.open_day import file_of
from tests.web.outside import PARTNER, Outside
from workflow_app.audit.verify import verify
from workflow_app.cases.models import Submission
from workflow_app.cases.proof import CONTENT_CHECKS
from workflow_app.clock import local_date


def test_the_handler_enters_what_came_on_paper(outside: Outside, officer: Browser) -> None:
    guest = outside.guest()
    opened = guest.page()
    page, today = f"/tasks/{outside.task_id}/paper", local_date(outside.time.now)
    assert f'href="{page}"' in officer.get(f"/tasks/{outside.task_id}/invitation").text
    before = officer.get(page).text
    assert PARTNER in before
    assert "<h1>录入纸质答复</h1>" in before
    answer = {"f-teachers": "3", "f-decision": "agree", "act": "submit"}
    bare = _send(officer, page, answer)
    assert bare.status_code == 422
    for missing in ("收到日期", "收件人", "纸质答复扫描件"):
        assert missing in bare.text.split('class="summary"')[1].split("</div>")[0]
    assert _send(officer, page, {"upload-evidence.paper_scan": file_of("复函扫描件.pdf")}).status_code == 303
    (scan,) = re.findall(r'name="f-evidence-paper_scan" value="(\d+)"', officer.get(page).text)
    answer |= {"f-evidence-paper_scan": scan, "f-paper_received_by": "何文"}
    tomorrow = _send(officer, page, {**answer, "f-paper_received_on": str(today + timedelta(days=1))})
    assert tomorrow.status_code == 422
    assert outside.events("paper_entered") == []
    sent = _send(officer, page, {**answer, "f-paper_received_on": str(today)})
    assert sent.location == f"/cases/{outside.case_id}"
    _it_is_known_who_entered_it(outside, int(scan))
    shown = officer.get(sent.location).text
    for words in ("复函扫描件.pdf", "何文", "收到纸质答复，由主办科室代为录入"):
        assert words in shown
    late = guest.send({"f-teachers": "7", "f-decision": "agree", "act": "submit"}, page=opened)
    assert late.location == "/invitation", "the link is dead, and nobody is told that they have answered"
    assert guest.browser.get("/invited").location == "/invitation"
    assert officer.get(page).status_code in {303, 409}
    assert len(outside.events("task_completed")) == 3


def _send(officer: Browser, page: str, values: Mapping[str, Any]) -> TestResponse:
    """Send the form of the page as it stands, with these values."""
    hidden = dict(re.findall(r'<input type="hidden" name="(revision|key)" value="([^"]*)"', officer.get(page).text))
    return officer.post(page, page, **{"act": "save", **hidden, **values})


def _it_is_known_who_entered_it(outside: Outside, scan: int) -> None:
    (entered,) = outside.events("paper_entered")
    (told,) = [e for e in outside.events("task_completed") if e.body["element"] == "reply"]
    (uploaded,) = [e for e in outside.events("file_uploaded") if e.body["name"] == "复函扫描件.pdf"]
    limin = outside.county.people["limin"]
    assert {(e.actor_kind, e.actor_id, e.actor_name) for e in (entered, told, uploaded)} == {("person", limin, "李敏")}
    with outside.database.reading() as session:
        answer = session.scalars(select(Submission).where(Submission.element == "reply")).one()
        assert verify(session, None, CONTENT_CHECKS).is_sound
        session.expunge_all()
    assert (answer.person_id, answer.invitation_id, answer.position) == (limin, None, "invited")
    assert (entered.body["submission_id"], entered.body["organisation_id"]) == (answer.id, answer.organisation_id)
    assert answer.answers["evidence"]["paper_scan"] == [scan]


def test_nobody_else_enters_it_and_nothing_else_is_entered(outside: Outside, new_browser: NewBrowser) -> None:
    page = f"/tasks/{outside.task_id}/paper"
    for username, status in (("wangfang", 404), ("auditor", 403)):
        browser = new_browser()
        assert browser.sign_in(username).status_code == 303
        assert browser.get(page).status_code == status
        for path in ("", "/files", "/draft"):
            answer = browser.post(page + path, page="/done", act="submit", decision="agree")
            assert answer.status_code == status, (username, path)
    officer = new_browser()
    assert officer.sign_in("limin").status_code == 303
    assert officer.get(f"/tasks/{outside.task_id}").status_code == 403, "the organisation's own page stays its own"
    propose = outside.events("task_completed")[0].subject.partition(":")[2]
    assert officer.get(f"/tasks/{propose}/paper").status_code == 403, "the section's own step is no paper of others"
    assert outside.events("paper_entered") == []


def test_the_page_is_in_one_language(outside: Outside, officer: Browser) -> None:
    page = f"/tasks/{outside.task_id}/paper"
    known = [PARTNER, "对口帮扶协议征求意见", "基础教育科", "李敏", "协议草案.pdf", "陈红", "T2", "13800138000"]
    for language in ("zh", "en"):
        officer.client.set_cookie("language", language)
        assert foreign_words(read(officer.get(page).text), language, known) == [], language
