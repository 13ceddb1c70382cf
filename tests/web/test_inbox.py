"""The inbox: tabs, filters, pages, claims, the calendar; what I have done; notices."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import update

from tests.conftest import NOW
from tests.costs import Cost, counting
from tests.web.conftest import Browser, County, NewBrowser
from tests.web.open_day import Form, file_application, publish_open_day, waiting_task
from workflow_app.act import Act, system_actor
from workflow_app.cases.models import Seat, Task
from workflow_app.clock import local_date
from workflow_app.database import Database
from workflow_app.directory.models import Organisation
from workflow_app.notices import send
from workflow_app.text import Text
from workflow_app.web.inbox import PAGE_SIZE, WEEKS_SHOWN, calendar_weeks

TODAY = local_date(NOW)

MOST_FOR_A_PAGE = 6
"""Session, visitor, working days, rows, counts, the processes of the filter, unread notices."""


@pytest.fixture(autouse=True)
def _published(database: Database, county: County) -> None:
    publish_open_day(database, county)


def _file(clerk: Browser, database: Database, title: str, due_in: int | None = None) -> int:
    """An application that waits for review, due in so many calendar days."""
    case_id = file_application(clerk, **{"f-title": title})
    if due_in is not None:
        with database.writing() as session:
            due = TODAY + timedelta(days=due_in)
            session.execute(update(Seat).where(Seat.case_id == case_id, Seat.state == "open").values(due_on=due))
    return case_id


def _titles(html: str) -> list[str]:
    return re.findall(r'<a class="ti" href="/tasks/\d+">([^<]+)</a>', html)


def test_an_empty_inbox_says_so(officer: Browser) -> None:
    assert "这里没有待办任务" in officer.get("/inbox").text
    assert "没有符合条件的任务" in officer.get("/inbox?text=校园").text


def test_the_most_urgent_comes_first_with_its_colour_and_words(
    officer: Browser, clerk: Browser, database: Database
) -> None:
    _file(clerk, database, "远期", 20)
    _file(clerk, database, "超期", -2)
    _file(clerk, database, "将到", 2)
    _file(clerk, database, "今日", 0)
    _file(clerk, database, "无期限")
    page = officer.get("/inbox").text
    assert _titles(page) == ["超期", "今日", "将到", "远期", "无期限"]
    assert "已超期 2 个工作日" in page
    assert "今日到期" in page
    assert "剩 2 个工作日" in page
    assert re.findall(r'<tr class="(bad|soon)?">', page) == ["bad", "soon", "soon", "", ""]


def test_tabs_show_what_they_say_and_count_it(officer: Browser, clerk: Browser, database: Database) -> None:
    _file(clerk, database, "超期", -2)
    _file(clerk, database, "将到", 2)
    _file(clerk, database, "远期", 20)
    for tab, titles in (
        ("late", ["超期"]),
        ("soon", ["将到"]),
        ("mine", []),
        ("unclaimed", ["超期", "将到", "远期"]),
        ("nonsense", ["超期", "将到", "远期"]),
    ):
        page = officer.get(f"/inbox?tab={tab}").text
        assert _titles(page) == titles
        assert re.findall(r"<i(?: class=\"bad\")?>(\d+)</i>", page) == ["3", "1", "1", "0", "3"]


def test_a_claimed_task_is_mine_and_others_see_whose_it_is(
    officer: Browser, clerk: Browser, database: Database, new_browser: NewBrowser
) -> None:
    _file(clerk, database, "开放日")
    task = re.search(r'action="(/tasks/\d+/claim)"', officer.get("/inbox").text)
    assert task is not None
    assert officer.post(task[1], page="/inbox").status_code == 303
    mine = officer.get("/inbox?tab=mine").text
    assert _titles(mine) == ["开放日"]
    assert ">办理<" in mine
    with database.writing() as session:
        from workflow_app.directory.models import Account

        session.execute(update(Account).values(must_change=False))
    colleague = new_browser()
    colleague.sign_in("newcomer")
    theirs = colleague.get("/inbox").text
    assert "李敏已认领" in theirs
    assert "/claim" not in theirs


def test_filters_by_process_and_words_are_kept_across_tabs(
    officer: Browser, clerk: Browser, database: Database
) -> None:
    _file(clerk, database, "春季开放日")
    _file(clerk, database, "秋季开放日")
    page = officer.get("/inbox?text=秋季&slug=open-day").text
    assert _titles(page) == ["秋季开放日"]
    assert re.search(r'href="/inbox\?tab=late&amp;slug=open-day&amp;text=', page)
    assert '<option value="open-day" selected>校园开放日备案</option>' in page
    assert _titles(officer.get("/inbox?slug=other").text) == []


def test_what_is_searched_is_taken_as_it_was_typed(officer: Browser, clerk: Browser, database: Database) -> None:
    for title in ("一半50%以上", "50分以上", "甲_乙", "甲乙", "2026/27", "2026-27"):
        _file(clerk, database, title)
    found = {word: _titles(officer.get(f"/inbox?text={quote(word)}").text) for word in ("50%", "甲_乙", "/", "%_")}
    assert found == {"50%": ["一半50%以上"], "甲_乙": ["甲_乙"], "/": ["2026/27"], "%_": []}


def test_a_task_is_found_by_the_school_that_applies(officer: Browser, clerk: Browser, database: Database) -> None:
    _file(clerk, database, "开放日")
    with database.writing() as session:
        session.execute(update(Organisation).where(Organisation.code == "school_1").values(short_name="县中"))
    words = ("第一中", "县中", "县_", "第一%", "第二中学")
    assert [len(_titles(officer.get(f"/inbox?text={quote(word)}").text)) for word in words] == [1, 1, 0, 0, 0]


def test_pages_go_by_key_and_lose_nothing(officer: Browser, clerk: Browser, database: Database) -> None:
    names = [f"第{n:02d}场" for n in range(PAGE_SIZE + 2)]
    for n, name in enumerate(names):
        _file(clerk, database, name, n)
    first = officer.get("/inbox").text
    assert _titles(first) == names[:PAGE_SIZE]
    found = re.search(r'href="([^"]+)" rel="next"', first)
    assert found is not None
    second = officer.get(found[1].replace("&amp;", "&")).text
    assert _titles(second) == names[PAGE_SIZE:]
    assert "回到第一页" in second
    assert officer.get("/inbox?after=nonsense").status_code == 200


def test_a_page_costs_the_same_however_much_is_open(officer: Browser, clerk: Browser, database: Database) -> None:
    def page() -> Cost:
        with counting(database.engine) as cost:
            assert officer.get("/inbox").status_code == 200
        return cost

    _file(clerk, database, "第一场", 3)
    page()
    one = page()
    for n in range(5):
        _file(clerk, database, f"又{n}场", n)
    many = page()
    assert len(many) == len(one) == MOST_FOR_A_PAGE, str(many)
    assert len(many.about("calendar_day")) == 1, str(many)
    assert many.transactions == 2, "one looks up who is asking, the other reads all that the page shows"


def test_nobody_sees_the_tasks_of_others(clerk: Browser, database: Database, new_browser: NewBrowser) -> None:
    _file(clerk, database, "开放日")
    for username in ("auditor", "zhaolei"):
        other = new_browser()
        other.sign_in(username)
        assert "开放日" not in other.get("/inbox").text.replace("校园开放日备案", "")


def test_what_i_have_done(officer: Browser, clerk: Browser, database: Database) -> None:
    case_id = _file(clerk, database, "开放日")
    assert "还没有办理过任务" in officer.get("/done").text
    Form(officer, waiting_task(officer, case_id)).submit({"f-decision": "agree", "decision": "agree"})
    page = clerk.get("/done").text
    assert f'href="/cases/{case_id}"' in page
    assert "申请" in page


def test_names_in_the_inbox_are_escaped(officer: Browser, clerk: Browser, database: Database) -> None:
    _file(clerk, database, "<script>alert(1)</script>")
    page = officer.get("/inbox").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_notices_are_counted_shown_and_read(officer: Browser, database: Database, county: County) -> None:
    with database.writing() as session:
        act = Act(session, system_actor(county.bureau_id), NOW)
        send(act, [county.people["limin"]], "due", Text("“{title}”将于明日到期。", title="开放日"))
        send(act, [county.people["wangfang"]], "due", Text("别人的通知"))
    page = officer.get("/notices").text
    assert "“开放日”将于明日到期。" in page
    assert "别人的通知" not in page
    assert "通知，1条未读" in page
    assert officer.post("/notices/read", page="/notices").location == "/notices"
    assert "通知，0条未读" in officer.get("/notices").text


def test_the_calendar_begins_with_last_week_and_marks_what_is_due() -> None:
    weeks = calendar_weeks(TODAY, lambda d: d.weekday() < 5, {TODAY: 2, TODAY - timedelta(days=1): 1})
    assert len(weeks) == WEEKS_SHOWN
    assert weeks[0][0].day == date(2026, 3, 30)
    days = {d.day: d for week in weeks for d in week}
    assert (days[TODAY].today, days[TODAY].count, days[TODAY].late) == (True, 2, False)
    assert (days[TODAY - timedelta(days=1)].late, days[TODAY - timedelta(days=1)].count) == (True, 1)
    assert not days[date(2026, 4, 11)].working


def test_the_calendar_on_the_page_shows_the_counts(officer: Browser, clerk: Browser, database: Database) -> None:
    _file(clerk, database, "今日一", 0)
    _file(clerk, database, "昨日", -1)
    cells = dict(re.findall(r'<td class="[^"]*">(\d+)<em>([^<]+)</em>', officer.get("/inbox").text))
    assert cells == {"8": "1件", "7": "1件"}


def test_a_notice_leads_to_the_form_while_it_waits_and_to_the_case_when_it_is_done(
    officer: Browser, clerk: Browser, database: Database, county: County
) -> None:
    case_id = _file(clerk, database, "通知一")
    task_id = waiting_task(officer, case_id)
    with database.writing() as session:
        act = Act(session, system_actor(county.bureau_id), NOW)
        send(act, [county.people["limin"]], "task_opened", Text("待办"), case_id=case_id, task_id=task_id)
    assert f'href="/tasks/{task_id}">待办<' in officer.get("/notices").text
    with database.writing() as session:
        session.get_one(Task, task_id).closed_at = NOW
    assert f'href="/cases/{case_id}">待办<' in officer.get("/notices").text
