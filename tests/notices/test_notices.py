"""Notices: sent in bulk, counted, read by their own reader only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.audit.test_append import statements
from workflow_app.act import Act
from workflow_app.notices import latest, mark_read, send, unread_count
from workflow_app.text import Text

REMINDER = Text("任务{step}还有{days}个工作日到期", step="初审", days=3)


def _reader(act: Act, person_id: int) -> Act:
    return replace(act, actor=replace(act.actor, person_id=person_id))


def test_one_statement_leaves_one_notice_for_each_person(act: Act) -> None:
    with statements(act.session.get_bind().engine) as seen:
        assert send(act, [4, 5, 4], "reminder", REMINDER, case_id=7, task_id=9) == 2
        assert send(act, [], "reminder", REMINDER) == 0
    assert seen == ["INSERT"]
    (notice,) = latest(act.session, act.bureau_id, 4)
    assert str(notice.message) == "任务初审还有3个工作日到期"
    assert (notice.case_id, notice.task_id, notice.at, notice.read_at) == (7, 9, act.now, None)


def test_counting_ends_at_a_hundred(act: Act) -> None:
    send(act, [4], "reminder", REMINDER)
    assert (unread_count(act.session, act.bureau_id, 4), unread_count(act.session, act.bureau_id, 5)) == (1, 0)
    for _ in range(104):
        send(act, [4], "reminder", REMINDER)
    assert unread_count(act.session, act.bureau_id, 4) == 100
    assert unread_count(act.session, act.bureau_id + 1, 4) == 0


def test_the_newest_come_first_page_by_page(act: Act) -> None:
    for number in range(5):
        send(act, [4], "reminder", Text("第{n}条", n=number))
    first = latest(act.session, act.bureau_id, 4, limit=3)
    second = latest(act.session, act.bureau_id, 4, limit=3, before_id=first[-1].id)
    assert [str(n.message) for n in (*first, *second)] == ["第4条", "第3条", "第2条", "第1条", "第0条"]
    assert latest(act.session, act.bureau_id + 1, 4) == []


def test_only_ones_own_notices_are_marked(act: Act) -> None:
    send(act, [4, 5], "reminder", REMINDER)
    send(act, [4], "reminder", REMINDER)
    later = replace(_reader(act, 4), now=act.now + timedelta(hours=1))
    others = [n.id for n in latest(act.session, act.bureau_id, 5)]
    mark_read(later, [*others, latest(act.session, act.bureau_id, 4)[0].id])
    assert (unread_count(act.session, act.bureau_id, 4), unread_count(act.session, act.bureau_id, 5)) == (1, 1)
    mark_read(later)
    assert unread_count(act.session, act.bureau_id, 4) == 0
    assert {n.read_at for n in latest(act.session, act.bureau_id, 4)} == {later.now}


def test_the_system_has_no_notices_to_read(act: Act) -> None:
    send(act, [4], "reminder", REMINDER)
    mark_read(act)
    assert unread_count(act.session, act.bureau_id, 4) == 1
