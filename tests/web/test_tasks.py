"""Task pages, driven without scripts: drafts, rows, refusals, conflicts, claims."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from tests.web.conftest import Browser, County, NewBrowser
from tests.web.open_day import APPLICATION, Form, begin, file_application, file_of, publish_open_day, waiting_task
from workflow_app.cases.models import Draft, Submission, Task
from workflow_app.database import Database
from workflow_app.directory.models import Account
from workflow_app.files.models import StoredFile


@pytest.fixture(autouse=True)
def _published(database: Database, county: County) -> None:
    publish_open_day(database, county)


def submissions(database: Database) -> list[Submission]:
    with database.reading() as session:
        rows = list(session.scalars(select(Submission).order_by(Submission.id)))
        session.expunge_all()
        return rows


def draft_answers(database: Database) -> object:
    with database.reading() as session:
        return session.scalars(select(Draft.answers)).one_or_none()


def test_an_application_is_filed_and_decided(clerk: Browser, officer: Browser, database: Database) -> None:
    case_id = file_application(clerk)
    task_id = waiting_task(officer, case_id)
    answer = Form(officer, task_id).submit({"f-decision": "agree", "f-opinion": "符合要求。"})
    assert answer.status_code == 303
    first, second = submissions(database)
    assert first.answers["places"] == 120
    assert (second.decision, second.answers["opinion"]) == ("agree", "符合要求。")
    assert "confirm" in [task.element for task in _tasks(database)]
    assert answer.headers["Location"].endswith(f"/tasks/{_tasks(database)[-1].id}")  # on to the next thing


def _tasks(database: Database) -> list[Task]:
    with database.reading() as session:
        rows = list(session.scalars(select(Task).order_by(Task.id)))
        session.expunge_all()
        return rows


def test_faults_are_listed_with_links_and_nothing_typed_is_lost(clerk: Browser, database: Database) -> None:
    form = Form(clerk, begin(clerk))
    answer = form.submit({**APPLICATION, "f-title": "", "f-places": "很多", "f-held_on": "下个月"})
    assert answer.status_code == 422
    page = answer.text
    for ident, words in (
        ("f-title", "请填写活动名称"),
        ("f-held_on", "举办日期应为日期，如2026-04-08"),
        ("f-places", "接待人数应为整数"),
        ("f-evidence-plan", "请上传活动方案"),
    ):
        assert f'<a href="#{ident}">{words}</a>' in page
        assert f'id="{ident}-error"' in page
    assert 'value="很多"' in page
    assert 'value="下个月"' in page
    assert 'aria-invalid="true"' in page
    assert form.hidden["key"] in page
    assert submissions(database) == []


def test_a_form_with_a_file_that_is_sent_twice_is_one_act_with_one_answer(clerk: Browser, database: Database) -> None:
    form = Form(clerk, begin(clerk))
    first, second = (form.submit({**APPLICATION, "upload-evidence.plan": file_of()}) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(submissions(database)) == 1
    with database.reading() as session:
        assert len(session.scalars(select(StoredFile.id)).all()) == 1


def test_a_field_that_is_not_asked_is_dropped(clerk: Browser, database: Database) -> None:
    file_application(clerk, **{"f-is_public": "no", "f-places": "120"})
    assert "places" not in submissions(database)[0].answers


def test_what_is_not_asked_is_hidden_by_the_server(clerk: Browser) -> None:
    form = Form(clerk, begin(clerk))
    form.send({**APPLICATION, "f-is_public": "no", "act": "refresh"})
    assert 'data-field="f-places" data-show-if="{&#34;is_public&#34;: [true]}" hidden' in clerk.get(form.path).text
    form.send({**APPLICATION, "act": "refresh"})
    assert 'data-field="f-places" data-show-if="{&#34;is_public&#34;: [true]}">' in clerk.get(form.path).text


def test_rows_and_their_evidence_without_a_script(clerk: Browser, county: County, database: Database) -> None:
    form = Form(clerk, begin(clerk))
    answer = form.send({**APPLICATION, "rows-add": "guests"})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("#f-guests-0")
    row = {**APPLICATION, "f-guests": "1", "f-guests-0-school": str(county.organisations["school_2"])}
    assert "青禾县第二中学的同意函" in form.send({**row, "act": "save"}, follow=True).text
    answer = form.submit({**row, "upload-evidence.plan": file_of()})
    assert answer.status_code == 422
    assert '<a href="#f-evidence-consent-0">请上传青禾县第二中学的同意函</a>' in answer.text
    removed = form.send({**row, "rows-remove": "guests.0"})
    assert removed.status_code == 303
    assert draft_answers(database) == {
        "title": "春季校园开放日",
        "held_on": "2026-05-20",
        "is_public": True,
        "places": 120,
        "guests": [],
    }


def test_a_draft_is_kept_and_shown_again(clerk: Browser, database: Database) -> None:
    form = Form(clerk, begin(clerk))
    data = {**form.hidden, "f-title": "尚未写", "f-held_on": "下周"}
    answer = clerk.client.post(f"{form.path}/draft", data=data, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 200
    assert json.loads(answer.data)["text"] == "草稿已于09:00自动保存"
    assert draft_answers(database) == {"title": "尚未写", "held_on": "下周"}
    page = clerk.get(form.path).text
    assert 'value="尚未写"' in page
    assert 'value="下周"' in page
    assert "草稿已于4月8日 09:00保存" in page


def test_a_lost_session_is_told_to_the_script(clerk: Browser) -> None:
    form = Form(clerk, begin(clerk))
    clerk.post("/sign-out", page=form.path)
    answer = clerk.client.post(f"{form.path}/draft", data=form.hidden, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 401


def test_a_second_click_is_the_same_act(clerk: Browser, database: Database) -> None:
    form = Form(clerk, begin(clerk))
    first = form.submit({**APPLICATION, "upload-evidence.plan": file_of()})
    second = form.submit(APPLICATION)
    assert (first.status_code, second.status_code) == (303, 303)
    assert len(submissions(database)) == 1


def test_who_comes_too_late_is_told_who_decided_and_keeps_the_text(
    clerk: Browser, officer: Browser, new_browser: NewBrowser, database: Database, county: County
) -> None:
    colleague = _colleague(database, county, new_browser)
    case_id = file_application(clerk)
    task_id = waiting_task(officer, case_id)
    early, late = Form(officer, task_id), Form(colleague, task_id)
    assert early.submit({"f-decision": "agree", "f-opinion": "符合要求。"}).status_code == 303
    answer = late.submit({"f-decision": "return", "f-opinion": "方案缺少安全预案。", "f-remark": "电话核实过。"})
    assert answer.status_code == 409
    assert "李敏 已于 09:00 办结本任务：同意" in answer.text
    assert "方案缺少安全预案。" in answer.text
    assert "电话核实过。" in answer.text
    assert len(submissions(database)) == 2
    seen = colleague.get(late.path)
    assert (seen.status_code, seen.location) == (303, f"/cases/{case_id}")
    assert "本任务已办结或已关闭，无需再办理。" in colleague.get(f"/cases/{case_id}").text


def _colleague(database: Database, county: County, new_browser: NewBrowser) -> Browser:
    """陈新, 李敏's colleague, who has chosen a password by now."""
    with database.writing() as session:
        account = session.scalars(select(Account).where(Account.username == "newcomer")).one()
        account.must_change = False
    browser = new_browser()
    assert browser.sign_in("newcomer").status_code == 303
    return browser


def test_an_old_page_is_refused_but_its_text_becomes_the_draft(clerk: Browser, database: Database) -> None:
    form = Form(clerk, begin(clerk))
    form.hidden["revision"] = "0"
    answer = form.submit({**APPLICATION, "upload-evidence.plan": file_of()})
    assert answer.status_code == 409
    assert "已存为草稿" in answer.text
    assert 'value="春季校园开放日"' in clerk.get(form.path).text


def test_a_return_asks_for_an_opinion_and_comes_back_prefilled(
    clerk: Browser, officer: Browser, database: Database
) -> None:
    case_id = file_application(clerk)
    form = Form(officer, waiting_task(officer, case_id))
    refused = form.submit({"f-decision": "return"})
    assert "选择“退回修改”时请填写意见" in refused.text
    assert form.submit({"f-decision": "return", "f-opinion": "请写明地点。"}).status_code == 303
    page = Form(clerk, waiting_task(clerk, case_id)).page.text
    assert 'value="春季校园开放日"' in page
    assert "方案.pdf" in page


def test_a_gate_stops_until_the_named_position_lifts_it(clerk: Browser, officer: Browser, database: Database) -> None:
    case_id = file_application(clerk)
    Form(officer, waiting_task(officer, case_id)).submit({"f-decision": "return", "f-opinion": "请写明地点。"})
    again = Form(clerk, waiting_task(clerk, case_id))
    with database.reading() as session:
        plan = session.scalars(select(StoredFile.id)).one()
    assert again.submit({**APPLICATION, "f-evidence-plan": str(plan)}).status_code == 303
    answer = Form(officer, waiting_task(officer, case_id)).submit({"f-decision": "return", "f-opinion": "还缺预案。"})
    assert answer.status_code == 422
    assert "再次退回须经科长说明理由" in answer.text
    assert "须由基础教育科科长说明理由放行后，才能继续办理。" in answer.text
    assert "该岗位目前无人任职，请联系系统管理员。" in answer.text
    assert 'href="#f-overrides-cases-supplement_once"' in answer.text
    assert 'id="f-overrides-cases-supplement_once"' in answer.text


def test_claiming_and_giving_back(clerk: Browser, officer: Browser) -> None:
    task_id = waiting_task(officer, file_application(clerk))
    page = f"/tasks/{task_id}"
    assert officer.post(f"{page}/claim", page=page).headers["Location"] == page
    assert "您已认领本任务" in officer.get(page).text
    assert "已退回认领" in officer.post(f"{page}/release", page=page, follow=True).text


def test_a_task_is_hidden_from_who_has_no_part_in_it(
    clerk: Browser, stranger: Browser, officer: Browser, auditor: Browser
) -> None:
    task_id = waiting_task(officer, file_application(clerk))
    for browser, status in ((stranger, 404), (clerk, 403), (auditor, 403)):
        assert browser.get(f"/tasks/{task_id}").status_code == status
    assert stranger.post(f"/tasks/{task_id}", page="/inbox", act="submit").status_code == 404
    assert stranger.post(f"/tasks/{task_id}/draft", page="/inbox").status_code == 404
    assert stranger.post(f"/tasks/{task_id}/files", page="/inbox").status_code == 404


def test_every_field_is_labelled_and_every_reference_has_its_target(clerk: Browser, county: County) -> None:
    form = Form(clerk, begin(clerk))
    form.send({**APPLICATION, "rows-add": "guests"})
    page = form.submit({"f-guests": "1", "f-title": "", "f-is_public": "yes", "f-places": "0"}).text
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for attribute in ("aria-describedby", "aria-labelledby", "for"):
        for value in re.findall(rf'\b{attribute}="([^"]+)"', page):
            assert set(value.split()) <= set(ids), (attribute, value)
    for target in re.findall(r'href="#([^"]+)"', page):
        assert target in ids
    assert not re.search(r"<script>|<style|\sstyle=|\son[a-z]+=", page)
