"""Linked cases: wished for by an act, started by the worker, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.county import NewCounty, case_of, rows
from workflow_app import cases
from workflow_app.act import Act, system_actor
from workflow_app.cases.links import linked, open_linked
from workflow_app.cases.models import Case, CaseLink
from workflow_app.cases.work import lock_case
from workflow_app.demo.player import Player
from workflow_app.jobs import Worker
from workflow_app.jobs.models import Job


def wish(player: Player, school: str = "城关第二小学") -> None:
    """Wish for a case of another school that belongs to E1."""
    school_id = player.organisation(school)
    with player.database.writing() as session:
        work = lock_case(Act(session, system_actor(1), player.now), 1)
        open_linked(work, "group-formation", school_id, "opened_by")


def children(player: Player) -> list[Case]:
    return rows(player, select(Case).where(Case.id != 1))


def test_the_worker_starts_the_case_that_was_wished_for(county_at: NewCounty) -> None:
    player = county_at("founded")
    player.work_until(player.now)
    wish(player)
    assert children(player) == [], "an act touches no other case"
    player.work_until(player.now)
    (child,) = children(player)
    assert (child.applicant_id, child.stage) == (player.organisation("城关第二小学"), "draft")
    (link,) = rows(player, select(CaseLink))
    assert (link.case_id, link.other_id, link.kind) == (1, child.id, "opened_by")
    with player.database.writing() as session:
        work = lock_case(Act(session, system_actor(1), player.now), child.id)
        assert [found.case_id for found in linked(work)] == [1]


def test_the_same_wish_twice_is_one_case(county_at: NewCounty) -> None:
    player = county_at("founded")
    wish(player)
    wish(player)
    assert len(rows(player, select(Job).where(Job.kind == "start_linked"))) == 1
    player.work_until(player.now)
    wish(player)
    player.work_until(player.now)
    assert len(children(player)) == 1


def test_a_job_that_runs_twice_starts_one_case(county_at: NewCounty) -> None:
    player = county_at("founded")
    wish(player)
    args = rows(player, select(Job).where(Job.kind == "start_linked"))[0].args
    for _ in range(2):
        with player.database.writing() as session:
            cases.HANDLERS["start_linked"](session, args, 1, player.now)
    assert len(children(player)) == 1
    assert case_of(player, children(player)[0].id).number == "P1-2026-0002"


def test_a_worker_that_fails_in_the_middle_leaves_nothing_and_tries_again(county_at: NewCounty) -> None:
    player = county_at("founded")
    player.work_until(player.now)
    wish(player)

    def fails_after(*args: object) -> None:
        cases.HANDLERS["start_linked"](*args)  # type: ignore[arg-type]
        raise RuntimeError("the machine stopped")

    worker = Worker(player.database, {"start_linked": fails_after}, lambda: player.now, "mortal")
    assert worker.run_once() == 1
    assert children(player) == []
    player.now += timedelta(minutes=5)
    player.work_until(player.now)
    assert len(children(player)) == 1


@pytest.mark.parametrize("school", ["城关第二小学", "东岭镇中心小学"])
def test_the_linked_case_belongs_to_its_school(county_at: NewCounty, school: str) -> None:
    player = county_at("founded")
    wish(player, school)
    player.work_until(player.now)
    with player.database.reading() as session:
        for username, sees in (("majun", school == "城关第二小学"), ("xieyun", school == "东岭镇中心小学")):
            actor = player.actor(session, username)
            lines = cases.my_cases(session, actor, today=player.now.date()).lines
            assert bool(lines) is sees
