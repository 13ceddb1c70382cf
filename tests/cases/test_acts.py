"""Smaller acts on open tasks: drafts and claims."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.county import (
    NewCounty,
    acting,
    case_of,
    events_of,
    grant,
    is_told,
    open_elements,
    open_task,
    page_of,
    rows,
    seats_of,
    table_counts,
    task_page_of,
)
from workflow_app import cases
from workflow_app.act import Act
from workflow_app.cases.follow import NO_STATE
from workflow_app.cases.models import Draft
from workflow_app.demo import formation
from workflow_app.demo.player import Player
from workflow_app.directory.accounts import disable, enable
from workflow_app.directory.holdings import assign_position, end_position
from workflow_app.directory.models import Account, PositionHolding
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError

ACCEPT = {"decision": "accept"}


def save(player: Player, username: str, element: str, answers: dict[str, object]) -> None:
    task_id = open_task(player, element).id
    with acting(player, username) as act:
        cases.save_draft(act, task_id, answers)


def claim(player: Player, username: str, element: str = "accept_review") -> None:
    task_id = open_task(player, element).id
    with acting(player, username) as act:
        cases.claim(act, task_id)


def release(player: Player, username: str, element: str = "accept_review") -> None:
    task_id = open_task(player, element).id
    with acting(player, username) as act:
        cases.release(act, task_id)


@pytest.fixture
def panel(county_at: NewCounty) -> Player:
    """Three experts are asked: 方锐, 顾蓉, 田野."""
    player = county_at("reviewed")
    formation.arrange(player, 1, "2026-04-22", "2026-04-24")
    return player


def test_a_draft_survives_and_may_be_wrong(county_at: NewCounty) -> None:
    player = county_at("filed")
    save(player, "limin", "accept_review", {"decision": "retu", "opinion": "材"})
    save(player, "limin", "accept_review", {"decision": "return", "opinion": "材料"})
    (draft,) = rows(player, select(Draft))
    assert draft.answers == {"decision": "return", "opinion": "材料"}
    player.at("2026-04-10 09:00")
    page = task_page_of(player, "limin", "accept_review")
    assert page.answers == {"decision": "return", "opinion": "材料"}
    assert page.draft_saved_at is not None
    assert page.revision == 1, "a draft does not make other pages old"


def test_drafts_of_others_are_not_seen(county_at: NewCounty) -> None:
    player = county_at("filed")
    save(player, "limin", "accept_review", {"opinion": "只是我的想法"})
    save(player, "chenxiao", "accept_review", {"opinion": "我的"})
    assert task_page_of(player, "chenxiao", "accept_review").answers == {"opinion": "我的"}
    for username in ("chenxiao", "zhoumin", "linxiao", "hancheng"):
        assert "只是我的想法" not in repr(page_of(player, username))


def test_drafts_and_the_state_of_the_engine_go_with_a_withdrawal(county_at: NewCounty) -> None:
    player = county_at("filed")
    save(player, "limin", "accept_review", {"opinion": "材料"})
    assert case_of(player).state != NO_STATE
    player.withdraw("linxiao", 1, "布局调整。")
    assert rows(player, select(Draft)) == []
    assert case_of(player).state == NO_STATE


def test_a_draft_is_kept_only_for_who_may_answer(county_at: NewCounty) -> None:
    player = county_at("filed")
    with pytest.raises(ForbiddenError):
        save(player, "linxiao", "accept_review", {"opinion": "通过"})
    with pytest.raises(NotFoundError):
        save(player, "majun", "accept_review", {"opinion": "通过"})
    with pytest.raises(InvalidError):
        save(player, "limin", "accept_review", {"opinion": "长" * (512 * 1024)})
    closed = open_task(player, "accept_review").id
    player.do("limin", 1, "accept_review", ACCEPT)
    with acting(player, "limin") as act, pytest.raises(ConflictError):
        cases.save_draft(act, closed, {"opinion": "晚了"})
    assert rows(player, select(Draft)) == []


def test_a_claimed_task_is_the_claimers_until_released(county_at: NewCounty) -> None:
    player = county_at("filed")
    claim(player, "limin")
    claim(player, "limin")
    assert len(events_of(player, "task_claimed")) == 1
    before = table_counts(player)
    with pytest.raises(ConflictError, match="认领"):
        player.do("chenxiao", 1, "accept_review", ACCEPT)
    with pytest.raises(ForbiddenError):
        claim(player, "chenxiao")
    with pytest.raises(ForbiddenError):
        release(player, "chenxiao")
    assert table_counts(player) == before
    with player.database.reading() as session:
        actor = player.actor(session, "chenxiao")
        (row,) = cases.inbox(session, actor, today=player.now.date()).rows
        assert (row.claimed_by, row.claimed_by_me) == ("李敏", False)

    release(player, "limin")
    release(player, "limin")
    assert len(events_of(player, "task_released")) == 1
    player.do("chenxiao", 1, "accept_review", ACCEPT)
    assert open_elements(player) == ["first_review"]


def test_who_may_not_answer_may_not_hold_the_task_either(county_at: NewCounty) -> None:
    player = county_at("approved")
    player.do("limin", 1, "approval_draft", {})
    grant(player, "limin", "section_chief", "基础教育科")
    with pytest.raises(ForbiddenError, match="不相容岗位分离"):
        claim(player, "limin", "approval_review")
    player.do("zhoumin", 1, "approval_review", {"decision": "agree"})


def test_a_named_seat_is_not_released(panel: Player) -> None:
    with pytest.raises(ForbiddenError, match="申请回避"):
        release(panel, "fangrui", "assessment")


def test_a_claim_ends_with_the_position_and_colleagues_go_on(county_at: NewCounty) -> None:
    """The handler is moved; the next day nobody is kept from the task, and those who may take it are told."""
    player = county_at("filed")
    claim(player, "limin")
    with acting(player, "luoning") as act:
        (held,) = act.session.scalars(select(PositionHolding).where(PositionHolding.person_id == player.person("李敏")))
        end_position(act, held.id, player.now.date())
    with pytest.raises(ConflictError, match="已由其他人员认领"):
        player.do("chenxiao", 1, "accept_review", ACCEPT)
    player.at("2026-04-09 08:00")
    assert seats_of(player, open_task(player, "accept_review").id)[0].person_id is None
    (event,) = events_of(player, "task_released")
    assert (event.actor_kind, event.body["element"]) == ("system", "accept_review")
    assert is_told(player, "chenxiao", "待办")
    player.do("chenxiao", 1, "accept_review", ACCEPT)


def test_a_claim_ends_with_the_account_and_one_that_is_enabled_again_in_time_keeps_it(county_at: NewCounty) -> None:
    """The position stays, but nobody can sign in with it: the work does not wait for somebody who cannot come."""
    player = county_at("filed")
    claim(player, "limin")

    def account(doing: Callable[[Act, int, str], None]) -> None:
        with acting(player, "luoning") as act:
            number = act.session.scalars(select(Account.id).where(Account.username == "limin")).one()
            doing(act, number, "长期病假")

    account(disable)
    account(enable)
    player.work_until(player.now)
    assert events_of(player, "task_released") == []
    player.now += timedelta(minutes=1)
    account(disable)
    with pytest.raises(ConflictError, match="已由其他人员认领"):
        player.do("chenxiao", 1, "accept_review", ACCEPT)
    player.work_until(player.now)
    (event,) = events_of(player, "task_released")
    assert (event.actor_kind, event.body["element"]) == ("system", "accept_review")
    assert is_told(player, "chenxiao", "待办")
    player.do("chenxiao", 1, "accept_review", ACCEPT)


def test_a_claim_stays_with_who_holds_the_position_by_another_term(county_at: NewCounty) -> None:
    player = county_at("filed")
    grant(player, "zhoumin", "section_officer", "基础教育科", until=player.now.date())
    claim(player, "zhoumin")
    player.now += timedelta(days=1)
    who, where = player.person("周旻"), player.organisation("基础教育科")
    with acting(player, "luoning") as act:
        today = player.now.date()
        assign_position(act, person_id=who, organisation_id=where, position="section_officer", valid_from=today)
    player.work_until(player.now)
    assert seats_of(player, open_task(player, "accept_review").id)[0].person_id == player.person("周旻")
    assert events_of(player, "task_released") == []
