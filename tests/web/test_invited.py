"""An invited outsider: in by link and code, one task, out with the answer; and every other way is shut."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from tests.languages import foreign_words, read
from tests.web.conftest import Browser, NewBrowser, Time
from tests.web.open_day import file_of
from tests.web.outside import CONTACT, PARTNER, REMARK, Guest, Outside
from workflow_app.audit.verify import verify
from workflow_app.cases.models import Draft, Submission
from workflow_app.cases.proof import CONTENT_CHECKS
from workflow_app.files.models import StoredFile
from workflow_app.security.counters import INVITATION_FAILURES, count_attempt

REFUSED = "链接或验证码不正确，或者邀请已过期、已撤销、已锁定。"
LATER = timedelta(days=40)


def test_the_whole_way_from_the_invitation_to_the_answer(outside: Outside, officer: Browser) -> None:
    shown = officer.get(f"/cases/{outside.case_id}").text
    assert f"{PARTNER}（受邀）" in shown
    assert "尚未邀请" in shown
    assert "目前无人任职" not in shown
    page = f"/tasks/{outside.task_id}/invitation"
    assert f'href="{page}"' in shown
    assert f'value="{CONTACT}"' in officer.get(page).text, "the contact that the case names stands there already"
    made = officer.post(page, page, contact=CONTACT)
    (link,) = re.findall(r'value="http://[^"/]+(/invitation/[^"]+)"', made.text)
    assert link not in officer.get(page).text, "the link is shown once"
    guest = Guest(outside.new_browser(), link)
    assert guest.enter("00000000").status_code == 401, "there is no code yet"
    (code,) = re.findall(r'id="code">([0-9]{4} [0-9]{4})<', officer.post(f"{page}/code", page).text)
    assert code not in officer.get(page).text, "the code is shown once"
    assert guest.enter(code).location == "/invited"

    seen = guest.page()
    assert "对口帮扶协议征求意见" in seen
    assert f"{CONTACT}（{PARTNER}）" in seen
    for hidden in (REMARK, "研究记录.pdf", "13800138000", "待办任务", "/cases/", "/tasks/"):
        assert hidden not in seen
    assert guest.send({"f-teachers": "3", "rows-add": "schools"}).status_code == 303
    assert (
        guest.send({"f-teachers": "3", "f-schools": "1", "upload-evidence.letter": file_of("复函.pdf")}).status_code
        == 303
    )
    answer = {"f-teachers": "3", "f-schools": "1", "f-schools-0-name": "福田小学", "f-decision": "agree"}
    (letter,) = re.findall(r'name="f-evidence-letter" value="(\d+)"', before := guest.page())
    answer |= {"f-evidence-letter": letter, "act": "submit"}
    refused = guest.send({**answer, "f-teachers": "51"})
    assert refused.status_code == 422
    assert "最大" in refused.text or "50" in refused.text
    first, second = guest.send(answer, page=before), guest.send(answer, page=before)
    assert (first.location, second.location) == ("/invitation/answered",) * 2, "the second click gets the same answer"
    assert guest.browser.get("/invitation").location == "/invitation/answered"
    assert "您的答复已提交" in guest.browser.get("/invitation/answered").text
    assert guest.browser.get("/invited").location == "/invitation/answered"

    after = officer.get(f"/cases/{outside.case_id}").text
    assert f"{CONTACT}（{PARTNER}）" in after
    assert "福田小学" in after
    with officer.get(f"/files/{letter}") as shown_to_the_officer:
        assert shown_to_the_officer.status_code == 200
    _the_history_knows_who(outside)


def _the_history_knows_who(outside: Outside) -> None:
    kinds = [e.kind for e in outside.events("invitation_issued", "invitation_code_made", "invitation_opened")]
    assert kinds == ["invitation_issued", "invitation_code_made", "invitation_opened"]
    (told,) = [e for e in outside.events("task_completed") if e.body["element"] == "reply"]
    (uploaded,) = [e for e in outside.events("file_uploaded") if e.body["name"] == "复函.pdf"]
    with outside.database.reading() as session:
        answer = session.get_one(Submission, told.body["submission_id"])
        letter = session.get_one(StoredFile, uploaded.body["file_id"])
        assert verify(session, None, CONTENT_CHECKS).is_sound
        assert session.scalars(select(Draft)).all() == [], "what was typed on the way is gone with the answer"
        session.expunge_all()
    for event in (told, uploaded):
        assert (event.actor_kind, event.actor_name) == ("invited", f"{CONTACT}（{PARTNER}）")
        assert event.actor_id == answer.invitation_id == letter.invitation_id is not None
    assert (answer.person_id, answer.position, letter.uploaded_by) == (None, "invited", None)


def test_whatever_leads_nowhere_is_answered_alike(outside: Outside, time: Time) -> None:
    def refused(why: str, link: str, code: str) -> None:
        answer = Guest(outside.new_browser(), link).enter(code)
        assert answer.status_code == 401, why
        assert REFUSED in answer.text, why

    refused("unknown", "/invitation/unknown", "12345678")
    first = outside.invite()
    refused("without a code yet", first, "12345678")
    code = outside.code()
    second = outside.invite()
    refused("replaced", first, code)
    old, new = outside.code(), outside.code()
    assert outside.events("invitation_refused") == [], "a link that leads nowhere is not worth a line of history"
    refused("an old code", second, old)
    assert len(outside.events("invitation_refused")) == 1
    outside.revoke()
    refused("revoked", second, new)
    third, code = outside.invite(), outside.code()
    time.now += LATER
    refused("expired", third, code)
    fourth, code = outside.invite(), outside.code()
    _answered_by_another(outside)
    refused("answered", fourth, code)
    assert len(outside.events("invitation_refused")) == 1


def _answered_by_another(outside: Outside) -> None:
    guest = outside.guest()
    assert guest.send({"f-decision": "agree", "act": "submit"}).location == "/invitation/answered"


def test_wrong_codes_lock_the_invitation_and_tell_the_handler(outside: Outside, officer: Browser) -> None:
    guest, code = Guest(outside.new_browser(), outside.invite()), outside.code()
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    for _ in range(4):
        assert guest.enter(wrong).status_code == 401
    assert guest.enter(f" {code[:4]} {code[4:]} ").status_code == 303, "the fourth wrong code does not lock yet"
    for _ in range(4):
        assert guest.enter(wrong).status_code == 401
    assert outside.events("invitation_locked") == [], "a right code begins the count anew"
    assert guest.enter(wrong).status_code == 401
    (locked,) = outside.events("invitation_locked")
    assert (locked.actor_kind, locked.body["failed_count"]) == ("external", 5)
    assert REFUSED in guest.enter(code).text
    assert guest.browser.get("/invited").status_code == 303, "who was inside is outside too"
    assert "邀请已锁定" in officer.get(f"/cases/{outside.case_id}").text
    assert "邀请验证码多次输错" in officer.get("/notices").text


def test_one_address_may_not_try_for_ever(outside: Outside, new_browser: NewBrowser) -> None:
    guest = Guest(new_browser(), "/invitation/guessed")
    with outside.database.writing() as session:
        for _ in range(INVITATION_FAILURES.attempts - 1):
            limit = INVITATION_FAILURES
            count_attempt(session, limit.kind, "127.0.0.1", outside.time.now, limit.window_minutes)
    assert guest.enter("1").status_code == 401
    assert guest.enter("1").status_code == 429


Ending = Callable[[Outside, Guest], object]

ENDINGS: dict[str, Ending] = {
    "revoked": lambda outside, _: outside.revoke(),
    "replaced": lambda outside, _: outside.invite(),
    "a new code": lambda outside, _: outside.code(),
    "left": lambda _, guest: guest.browser.post("/invited/leave", page="/invited"),
    "idle": lambda outside, _: setattr(outside.time, "now", outside.time.now + timedelta(minutes=31)),
    "expired": lambda outside, _: setattr(outside.time, "now", outside.time.now + LATER),
    "another browser": lambda outside, guest: Guest(outside.new_browser(), guest.link).enter(outside.code()),
}


def test_what_ends_the_invitation_ends_it_with_the_next_request(outside: Outside) -> None:
    for why, ending in ENDINGS.items():
        guest = outside.guest()
        page = guest.page()
        ending(outside, guest)
        late = guest.send({"f-teachers": "7", "f-decision": "agree", "act": "submit"}, page=page)
        assert late.location == "/invitation", why
        assert guest.browser.get("/invited").location == "/invitation", why
        assert guest.browser.get("/invited", **{"X-Requested-With": "fetch"}).status_code == 401, why
    with outside.database.reading() as session:
        assert session.scalars(select(Submission).where(Submission.element == "reply")).all() == []


def test_a_second_round_needs_a_second_invitation_and_begins_with_the_first_answer(outside: Outside) -> None:
    guest = outside.guest()
    revise = {"f-teachers": "3", "f-decision": "revise", "f-opinion": "人数偏多。", "act": "submit"}
    assert guest.send(revise).location == "/invitation/answered"
    outside.do("propose", {"topic": "协议修改稿", "partner": PARTNER, "contact": CONTACT})
    outside.do("remark", {"opinion": "同意。"})
    assert guest.browser.get("/invited").location == "/invitation/answered"
    again = outside.guest()
    page = again.page()
    assert "协议修改稿" in page
    assert re.search(r'name="f-teachers"[^>]* value="3"', page), (
        "what was answered before is corrected, not typed again"
    )
    with outside.database.reading() as session:
        assert len(session.scalars(select(Submission).where(Submission.element == "reply")).all()) == 1


def test_every_page_of_the_outsider_is_in_one_language(outside: Outside, officer: Browser) -> None:
    page = f"/tasks/{outside.task_id}/invitation"
    known = [PARTNER, CONTACT, "对口帮扶协议征求意见", "基础教育科", "李敏", "协议草案.pdf", "localhost", "http", "T2"]

    def opened(browser: Browser, path: str) -> None:
        for language in ("zh", "en"):
            browser.client.set_cookie("language", language)
            answer = browser.get(path)
            assert answer.status_code == 200, path
            assert foreign_words(read(answer.text), language, known) == [], (path, language)

    guest = Guest(outside.new_browser(), outside.invite())
    opened(officer, page)
    opened(officer, f"/cases/{outside.case_id}")
    guest.browser.get(guest.link)
    opened(guest.browser, "/invitation")
    assert foreign_words(read(guest.enter("1").text), "en", known) == []
    assert guest.enter(outside.code()).status_code == 303
    opened(officer, page)
    opened(guest.browser, "/invited")
    opened(guest.browser, "/invitation/answered")
    for words in (officer.post(page, page, contact="").text, officer.post(page, page, contact=CONTACT).text):
        assert foreign_words(read(words), "en", known) == []
