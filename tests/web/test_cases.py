"""Case pages: starting, lists, where a case stands, withdrawing; and the page of a case built by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask, render_template

from tests.web.conftest import Browser, County, NewBrowser
from tests.web.forms.example import CASE, EARLIER, NAMES
from tests.web.open_day import Form, file_application, publish_open_day, waiting_task
from workflow_app.act import Actor, Holding
from workflow_app.cases.pages import CasePage, ClockLine, DueLine, TimelineEntry, WaitingFor
from workflow_app.database import Database
from workflow_app.definitions.schema_fields import Label
from workflow_app.definitions.source import read_source
from workflow_app.definitions.version import load_version
from workflow_app.records.queries import RecordLine
from workflow_app.text import Text
from workflow_app.web.case_diagram import badges
from workflow_app.web.forms.seen import seen

OFFICER = Actor(1, "李敏", person_id=5, holdings=frozenset({Holding(2, "section_officer")}))
EXPERT = Actor(1, "赵明", person_id=31, holdings=frozenset({Holding(9, "expert")}))

CLOCK = ClockLine(
    day=7,
    budget=20,
    paused_days=3,
    running=False,
    stopped_because=Label(zh="专家评估", en="Expert assessment"),
    started_on=date(2026, 4, 15),
    due_on=date(2026, 5, 20),
    ended_on=None,
    provisional=False,
)
PAGE = CasePage(
    case_id=7,
    slug="group-formation",
    version_number=2,
    content_hash="e" * 64,
    line=CASE,
    access="internal",
    clock=CLOCK,
    waiting=(
        WaitingFor(
            task_id=21,
            element="assessment",
            step=Label(zh="专家评估", en="Assessment"),
            stage="assessment",
            places=(Text("教师发展中心 评审专家"),),
            people=("赵明", "孙越"),
            answered=("钱蓉",),
            since=datetime(2026, 4, 22, 1, tzinfo=UTC),
            due=DueLine(date(2026, 4, 21), -1, "late", 1.0, False),
            mine=True,
        ),
        WaitingFor(
            task_id=None,
            element="opinions",
            step=Label(zh="科室会签", en="Countersign"),
            stage="countersign",
            places=(Text("督导室 科室经办"),),
            people=(),
            answered=(),
            since=datetime(2026, 4, 17, 1, tzinfo=UTC),
            due=None,
            mine=False,
            vacant=True,
        ),
    ),
    next_steps=(Label(zh="公示", en="Public notice"), Label(zh="局党组会", en="Committee")),
    timeline=(
        TimelineEntry(
            datetime(2026, 4, 10, 2, tzinfo=UTC),
            "returned",
            Label(zh="受理审查", en="Acceptance"),
            Text("李敏"),
            Text("基础教育科"),
            Label(zh="退回补正", en="Return"),
            "缺石桥村小学教代会决议。",
            None,
        ),
        TimelineEntry(
            datetime(2026, 4, 22, 1, tzinfo=UTC),
            "system",
            Label(zh="办理时限", en="Clock"),
            Text("系统"),
            None,
            None,
            None,
            Text("暂停计时：{why}", why="专家评估"),
        ),
    ),
    done_elements=frozenset({"apply", "accept_review"}),
    open_elements=frozenset({"assessment"}),
    late_elements=frozenset({"assessment"}),
    earlier=(EARLIER,),
    may_withdraw=True,
    may_terminate=False,
)


@pytest.fixture(autouse=True)
def _published(database: Database, county: County) -> None:
    publish_open_day(database, county)


def rendered(app: Flask, page: CasePage, reader: Actor = OFFICER, **more: object) -> str:
    with app.test_request_context(f"/cases/{page.case_id}"):
        values = {"earlier": seen(page.earlier, NAMES, reader), "records": (), "diagram": "", **more}
        return render_template("cases/show.html", page=page, **values)


def test_where_a_case_stands(app: Flask) -> None:
    page = rendered(app, PAGE)
    assert "教师发展中心 评审专家：赵明、孙越" in page
    assert "已提交：钱蓉" in page
    assert "4月22日 09:00起" in page
    assert "已超期 1 个工作日" in page
    assert "该岗位目前无人任职，请联系系统管理员。" in page
    assert "下一步：公示或局党组会" in page
    assert "第7天／共20个工作日" in page
    assert "，暂停3天，现在暂停，原因：专家评估。" in page
    assert '<span class="hint">暂停计时</span>' in page
    assert "2026年5月20日到期" not in page, "the day moves on while the clock stands"
    assert 'href="/tasks/21"' in page
    assert 'href="/cases/7/withdraw"' in page


def test_the_clock_runs_and_ends(app: Flask) -> None:
    running = replace(CLOCK, running=True, paused_days=0, stopped_because=None)
    page = rendered(app, replace(PAGE, clock=running))
    assert "第7天／共20个工作日，应于2026年5月20日前作出决定。" in page
    assert "2026年5月20日到期" in page
    ended = replace(CLOCK, ended_on=date(2026, 5, 13))
    assert "，暂停3天，已于2026年5月13日停止计时。" in rendered(app, replace(PAGE, clock=ended))
    assert "个工作日，" not in rendered(app, replace(PAGE, clock=None))


def test_history_answers_and_the_reasons_given(app: Flask) -> None:
    page = rendered(app, PAGE)
    assert "缺石桥村小学教代会决议。" in page
    assert "暂停计时：专家评估" in page
    assert "120,000.50元" in page
    assert 'href="/files/41"' in page
    assert "说明：石桥村小学秋季补充一名教师。" in page
    assert "王科长放行，理由：法规修订后新增材料。" in page


def test_documents_link_to_file_and_verification(app: Flask) -> None:
    label = Label(zh="批复", en="Approval")
    made = RecordLine(3, label, "青教体复〔2026〕12号", "关于同意组建的批复", date(2026, 5, 13), "ABCD-EFGH", 2)
    page = rendered(app, PAGE, records=[made, replace(made, id=4, title="备案回执", pages=None)])
    assert 'href="/records/3.pdf"' in page
    assert 'href="/v/ABCD-EFGH"' in page
    assert "青教体复〔2026〕12号" in page
    assert 'href="/records/4.pdf"' not in page
    assert "正在生成，请稍后刷新" in page


def test_personal_values_are_masked_for_who_handles_no_cases(app: Flask) -> None:
    fields = tuple(
        f.model_copy(update={"sensitivity": "personal"}) if f.key == "group_name" else f for f in EARLIER.form.fields
    )
    entry = replace(EARLIER, form=EARLIER.form.model_copy(update={"fields": fields}))
    page = replace(PAGE, earlier=(entry,))
    value = f"<dd>{EARLIER.answers['group_name']}</dd>"
    assert value in rendered(app, page, OFFICER)
    assert value not in rendered(app, page, EXPERT)


def test_the_list_of_what_may_be_started(clerk: Browser, officer: Browser) -> None:
    assert "校园开放日备案" in clerk.get("/cases/start").text
    assert "没有您可以发起的事项" in officer.get("/cases/start").text


def test_starting_is_refused_to_other_positions(officer: Browser) -> None:
    answer = officer.post("/cases/start/open-day", page="/inbox")
    assert answer.status_code == 403
    assert "您所在的岗位不能发起“校园开放日备案”。" in answer.text


def test_starting_for_a_school_of_somebody_else_is_refused(clerk: Browser, county: County) -> None:
    other = str(county.organisations["school_2"])
    assert clerk.post("/cases/start/open-day", page="/cases/start", applicant=other).status_code == 403


def test_the_page_of_a_real_case(clerk: Browser, officer: Browser) -> None:
    case_id = file_application(clerk)
    page = clerk.get(f"/cases/{case_id}").text
    assert "春季校园开放日" in page
    assert "基础教育科 科室经办：李敏" in page
    assert "方案.pdf" in page
    Form(officer, waiting_task(officer, case_id)).submit({"f-decision": "agree", "f-remark": "内部：电话核实过。"})
    assert "内部：电话核实过。" in officer.get(f"/cases/{case_id}").text
    assert "内部：电话核实过。" not in clerk.get(f"/cases/{case_id}").text


def test_the_diagram_shows_how_far_a_case_is(clerk: Browser, officer: Browser) -> None:
    case_id = file_application(clerk)
    for path in (f"/cases/{case_id}", f"/cases/{case_id}/diagram"):
        page = clerk.get(path).text
        assert re.search(r'data-element="apply" data-status="done"', page)
        assert re.search(r'data-element="review" data-status="active"', page)
        assert re.search(r'data-element="confirm"(?! data-status)', page)
        assert "校园开放日备案流程图，当前环节：审核" in page
    assert clerk.get(f"/cases/{case_id}/diagram/apply").status_code == 404


def test_an_open_shared_step_is_marked_on_its_call_and_inside_it() -> None:
    process = load_version(read_source("study-visit", Path(__file__).parents[1] / "definitions" / "content"), 1)
    waiting = replace(PAGE.waiting[0], element="extra_supply", due=DueLine(date(2026, 4, 15), 2, "soon", 0.5, False))
    page = replace(PAGE, waiting=(waiting, replace(waiting, element="opinions", due=None)))
    assert badges(process, page, None) == {"extra": Text("剩{days}天", days=2)}
    assert badges(process, page, "extra") == {"supply": Text("剩{days}天", days=2)}
    late = replace(waiting, due=DueLine(date(2026, 4, 7), -1, "late", 1.0, False))
    assert badges(process, replace(page, waiting=(waiting, late)), None) == {"extra": Text("超期{days}天", days=1)}
    weekend = replace(waiting, due=DueLine(date(2026, 4, 5), 0, "late", 1.0, False))
    assert badges(process, replace(page, waiting=(weekend,)), None) == {"extra": Text("已超期")}


def test_lists_show_only_what_may_be_seen(clerk: Browser, officer: Browser, new_browser: NewBrowser) -> None:
    case_id = file_application(clerk)
    stranger = new_browser()
    stranger.sign_in("zhaolei")
    link = f'href="/cases/{case_id}"'
    assert link in clerk.get("/cases").text
    assert link in officer.get("/cases?text=开放日").text
    assert link not in officer.get("/cases?text=没有的").text
    assert link not in officer.get("/cases?tab=closed").text
    assert link not in stranger.get("/cases?tab=all").text
    assert stranger.get(f"/cases/{case_id}").status_code == 404
    assert stranger.get(f"/cases/{case_id}/withdraw").status_code == 404


def test_an_address_that_was_edited_shows_the_list(clerk: Browser) -> None:
    for address in ("/cases?tab=nonsense", "/cases?after=x", "/cases?after=-1", "/cases?text=%25"):
        assert clerk.get(address).status_code == 200


def test_withdrawing_asks_for_a_reason_and_is_one_act(clerk: Browser, officer: Browser) -> None:
    case_id = file_application(clerk)
    path = f"/cases/{case_id}/withdraw"
    assert "撤回后本办件终止，不能恢复" in clerk.get(path).text
    empty = clerk.post(path, page=path, reason="  ")
    assert empty.status_code == 422
    assert '<a href="#reason">' in empty.text
    assert clerk.post(path, page=path, reason="活动取消。").headers["Location"].endswith(f"/cases/{case_id}")
    page = clerk.get(f"/cases/{case_id}").text
    assert "申请学校撤回" in page
    assert path not in page
    assert clerk.get(path).status_code == 403
    assert clerk.post(path, page="/cases", reason="活动取消。").status_code == 303


def test_only_the_applicant_withdraws(clerk: Browser, officer: Browser) -> None:
    path = f"/cases/{file_application(clerk)}/withdraw"
    assert officer.get(path).status_code == 403
    assert officer.post(path, page="/cases", reason="不想办。").status_code == 403


def test_after_the_decision_it_is_too_late_to_withdraw(clerk: Browser, officer: Browser) -> None:
    case_id = file_application(clerk)
    Form(officer, waiting_task(officer, case_id)).submit({"f-decision": "agree"})
    answer = clerk.post(f"/cases/{case_id}/withdraw", page="/cases", reason="活动取消。")
    assert answer.status_code == 409
