"""Open incidents: who sees them, what they name, and closing one with a reason."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from tests.county import NewCounty, acting, events_of, rows
from workflow_app import cases
from workflow_app.act import Act, system_actor
from workflow_app.audit.models import AuditEvent
from workflow_app.cases.incident_list import IncidentLine
from workflow_app.cases.incidents import report_given_up_job, report_stuck
from workflow_app.cases.models import Incident
from workflow_app.demo.player import Player
from workflow_app.directory.models import PositionHolding
from workflow_app.errors import ForbiddenError, InvalidError, NotFoundError
from workflow_app.jobs.worker import Claimed

ADMIN, SECURITY, OFFICER, AUDITOR = "qiushi", "luoning", "limin", "hancheng"


def seen_by(player: Player, username: str) -> list[IncidentLine]:
    with player.database.reading() as session:
        return cases.open_incidents(session, player.actor(session, username))


@pytest.fixture
def troubled(county_at: NewCounty) -> Player:
    """E1 filed while 基础教育科 has no officer; the case is stuck; and a job was given up."""
    player = county_at("filed")
    with player.database.writing() as session:
        officers = select(PositionHolding.id).where(PositionHolding.position == "section_officer")
        session.execute(delete(PositionHolding).where(PositionHolding.id.in_(officers)))
    player.work_until(player.now)
    with player.database.writing() as session:
        report_stuck(Act(session, system_actor(1), player.now), {"case_id": 1}, "the state cannot be read")
        job = Claimed(id=9, bureau_id=1, kind="render_record", args={}, key="1:render:9", tries=8)
        report_given_up_job(session, job, "OSError: disk full", player.now)
    return player


def test_each_incident_says_what_and_where(troubled: Player) -> None:
    found = seen_by(troubled, ADMIN)
    assert [one.kind for one in found] == ["nobody_eligible", "case_stuck", "job_failed"]
    nobody, stuck, job = found
    assert nobody.step is not None
    assert (nobody.step.zh, nobody.case_number) == ("受理审查", "P1-2026-0001")
    assert (stuck.step, stuck.case_number) == (None, "P1-2026-0001")
    assert (job.case_id, job.case_number) == (None, None)
    assert "disk full" in job.detail


def test_an_administrator_sees_the_number_of_a_case_and_neither_its_title_nor_a_link(troubled: Player) -> None:
    for username in (ADMIN, SECURITY):
        assert {(one.case_id, one.case_title) for one in seen_by(troubled, username)} == {(None, None)}


@pytest.mark.parametrize("username", [AUDITOR, "zhengguodong", "linxiao", "shenqing"])
def test_nobody_else_sees_or_closes_them(troubled: Player, username: str) -> None:
    with pytest.raises(ForbiddenError):
        seen_by(troubled, username)
    with pytest.raises(ForbiddenError), acting(troubled, username) as act:
        cases.close_incident(act, 1, "已处理。")
    with troubled.database.reading() as session:
        assert cases.open_count(session, troubled.actor(session, username)) == 0
        assert cases.open_count(session, troubled.actor(session, ADMIN)) == 3


def test_closing_needs_a_reason_and_is_kept_in_the_chain_of_the_case(troubled: Player) -> None:
    with pytest.raises(InvalidError), acting(troubled, ADMIN) as act:
        cases.close_incident(act, 1, "  ")
    assert len(seen_by(troubled, ADMIN)) == 3
    with acting(troubled, ADMIN) as act:
        cases.close_incident(act, 1, " 已授予李敏岗位。 ")
    (event,) = events_of(troubled, "incident_closed")
    assert event.body == {"incident": "nobody_eligible", "reason": "已授予李敏岗位。"}
    assert (event.subject, event.actor_name) == ("incident:1", "邱实")
    assert [one.kind for one in seen_by(troubled, ADMIN)] == ["case_stuck", "job_failed"]


def test_closing_it_again_changes_nothing(troubled: Player) -> None:
    for reason in ("第一次。", "第二次。"):
        with acting(troubled, ADMIN) as act:
            cases.close_incident(act, 1, reason)
    assert [event.body["reason"] for event in events_of(troubled, "incident_closed")] == ["第一次。"]


def test_an_incident_of_no_case_is_closed_in_the_chain_of_security(troubled: Player) -> None:
    with acting(troubled, SECURITY) as act:
        cases.close_incident(act, 3, "已清理磁盘。")
    (event,) = rows(troubled, select(AuditEvent).where(AuditEvent.kind == "incident_closed"))
    assert event.body == {"incident": "job_failed", "reason": "已清理磁盘。"}
    assert rows(troubled, select(Incident).where(Incident.id == 3))[0].closed_at == troubled.now


def test_another_bureaus_incident_is_not_there(troubled: Player) -> None:
    with troubled.database.writing() as session:
        session.add(Incident(bureau_id=2, kind="job_failed", detail="", opened_at=troubled.now))
    assert len(seen_by(troubled, ADMIN)) == 3
    with pytest.raises(NotFoundError), acting(troubled, ADMIN) as act:
        cases.close_incident(act, 4, "已处理。")


def test_the_list_goes_by_pages(troubled: Player) -> None:
    with troubled.database.reading() as session:
        actor = troubled.actor(session, ADMIN)
        first = cases.open_incidents(session, actor, limit=2)
        rest = cases.open_incidents(session, actor, after=first[-1].id, limit=2)
    assert [one.id for one in (*first, *rest)] == [1, 2, 3]
