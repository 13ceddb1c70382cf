"""Deadlines fire once, on time; people are told; where nobody may answer there is an incident."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update

from tests.county import (
    NewCounty,
    events_of,
    is_told,
    open_elements,
    open_task,
    page_of,
    rows,
    table_counts,
)
from workflow_app import cases
from workflow_app.act import Act, system_actor
from workflow_app.cases.models import Deadline, Incident
from workflow_app.demo import formation
from workflow_app.demo.player import Player, moment
from workflow_app.directory.models import PositionHolding
from workflow_app.jobs.models import Job
from workflow_app.notices.models import Notice
from workflow_app.text import Text


def fire(player: Player, deadline_id: int, bureau_id: int = 1) -> bool:
    with player.database.writing() as session:
        return cases.fire_deadline(Act(session, system_actor(bureau_id), player.now), deadline_id)


def armed(player: Player) -> Deadline:
    (deadline,) = rows(player, select(Deadline).where(Deadline.state == "armed"))
    return deadline


def test_a_deadline_fires_once(county_at: NewCounty) -> None:
    player = county_at("posted")
    deadline = armed(player)
    player.now = moment("2026-05-08 00:00")
    assert fire(player, deadline.id) is True
    before = table_counts(player)
    assert fire(player, deadline.id) is False
    assert table_counts(player) == before
    player.work_until(player.now)
    assert len(events_of(player, "deadline_fired")) == 1
    assert open_elements(player) == ["notice_result"]


def test_a_deadline_fires_not_a_moment_early(county_at: NewCounty) -> None:
    player = county_at("posted")
    deadline, before = armed(player), table_counts(player)
    player.now = moment("2026-05-07 23:59")
    assert fire(player, deadline.id) is False
    assert (table_counts(player), armed(player).id) == (before, deadline.id)


def test_a_disarmed_deadline_never_fires(county_at: NewCounty) -> None:
    player = county_at("posted")
    deadline = armed(player)
    player.withdraw("linxiao", 1, "布局调整。")
    player.now = moment("2026-05-09 00:00")
    before = table_counts(player)
    assert fire(player, deadline.id) is False
    assert table_counts(player) == before
    assert open_elements(player) == []


def test_a_deadline_of_another_bureau_is_not_there(county_at: NewCounty) -> None:
    player = county_at("posted")
    deadline = armed(player)
    player.now = moment("2026-05-08 00:00")
    assert fire(player, deadline.id, bureau_id=2) is False
    assert fire(player, 99_999) is False
    assert armed(player).id == deadline.id


def test_a_worker_that_slept_fires_when_it_wakes(county_at: NewCounty) -> None:
    player = county_at("posted")
    player.now = moment("2026-05-20 09:00")
    player.work_until(player.now)
    assert open_elements(player) == ["notice_result"]
    assert open_task(player, "notice_result").opened_at == moment("2026-05-20 09:00")


def test_everyone_who_may_answer_is_told_once(county_at: NewCounty) -> None:
    player = county_at("filed")
    player.work_until(player.now)
    for username in ("limin", "chenxiao"):
        assert is_told(player, username, "待办：组建青禾县实验小学教育集团（受理审查）")
    for username in ("zhoumin", "wangyue", "linxiao"):
        assert not is_told(player, username, "受理审查")
    with player.database.writing() as session:
        opened = select(Job.args).where(Job.kind == "tasks_opened").order_by(Job.id.desc()).limit(1)
        args = session.scalars(opened).one()
    assert args["task_ids"] == [open_task(player, "accept_review").id]
    count = len(rows(player, select(Notice)))
    player.work_until(player.now)
    assert len(rows(player, select(Notice))) == count


def test_reminders_go_to_the_holders_and_to_the_chief_when_it_is_late(county_at: NewCounty) -> None:
    player = county_at("filed")
    player.at("2026-04-13 23:59")
    assert not is_told(player, "limin", "明日到期")
    player.at("2026-04-14 00:00")
    assert is_told(player, "limin", "受理审查明日到期")
    player.at("2026-04-15 00:00")
    assert is_told(player, "limin", "逾期的办理时限自收到申请之日起算")
    assert not is_told(player, "zhoumin", "受理审查")
    player.at("2026-04-16 00:00")
    assert is_told(player, "zhoumin", "受理审查已超期")
    assert [event.body["days"] for event in events_of(player, "reminder_sent")] == [-1, 0, 1]
    player.at("2026-06-01 00:00")
    assert len(events_of(player, "reminder_sent")) == 3


def test_who_has_answered_is_not_reminded(county_at: NewCounty) -> None:
    player = county_at("filed")
    player.at("2026-04-13 10:00")
    player.do("limin", 1, "accept_review", {"decision": "accept"})
    player.at("2026-04-16 10:00")
    assert events_of(player, "reminder_sent") == []


def test_where_nobody_may_answer_there_is_an_incident(county_at: NewCounty) -> None:
    player = county_at("empty")
    with player.database.writing() as session:
        chosen = PositionHolding.person_id.in_([player.person("李敏"), player.person("陈晓")])
        session.execute(update(PositionHolding).where(chosen).values(valid_to=date(2026, 4, 1)))
    formation.file_application(player)
    player.work_until(player.now)
    (incident,) = rows(player, select(Incident))
    assert (incident.kind, incident.case_id) == ("nobody_eligible", 1)
    assert incident.task_id == open_task(player, "accept_review").id
    assert "受理审查" in incident.detail
    (waiting,) = page_of(player, "zhengguodong").waiting
    assert waiting.people == ()
    assert len(events_of(player, "incident_opened")) == 1


def test_the_applicant_is_told_how_the_case_ended(county_at: NewCounty) -> None:
    player = county_at("founded")
    player.work_until(player.now)
    assert is_told(player, "linxiao", "同意组建，章程已备案")
    assert not is_told(player, "majun", "章程已备案")


def unread(player: Player, username: str) -> list[str]:
    """What a person was told and has not read."""
    with player.database.reading() as session:
        person_id = player.actor(session, username).person_id
    query = select(Notice).where(Notice.person_id == person_id, Notice.read_at.is_(None)).order_by(Notice.id)
    return [str(Text.from_json(notice.message)) for notice in rows(player, query)]


def test_notices_of_tasks_that_are_done_are_read_for_everybody(county_at: NewCounty) -> None:
    player = county_at("filed")
    player.work_until(player.now)
    assert any("受理审查" in words for words in unread(player, "limin"))
    assert any("受理审查" in words for words in unread(player, "chenxiao"))
    formation.accept(player, 1)
    player.work_until(player.now)
    for username in ("limin", "chenxiao"):
        words = unread(player, username)
        assert not any("受理审查" in one for one in words)
        assert any("初审" in one for one in words), "what is still to be done stays unread"
