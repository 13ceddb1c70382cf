"""Recusal: who gives up a seat, when that completes the task, who is asked for another."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.cases.tables import EVEN, REASON, TOO_FEW, add, recuse, remove, score, shortage, states
from tests.county import (
    NewCounty,
    acting,
    case_of,
    events_of,
    is_told,
    open_elements,
    open_task,
    page_of,
    rows,
    table_counts,
    tasks_of,
)
from workflow_app import cases
from workflow_app.cases.models import Draft
from workflow_app.demo.player import Player
from workflow_app.errors import ForbiddenError, InvalidError, NotFoundError


def test_a_recusal_that_leaves_too_few_asks_the_handler_for_another(panel: Player) -> None:
    recuse(panel, "fangrui")
    assert states(panel) == "xoo"
    (event,) = events_of(panel, "seat_recused")
    assert (event.actor_name, event.body["reason"]) == ("方锐", REASON)
    assert shortage(panel) == TOO_FEW
    for username in ("limin", "chenxiao"):
        assert is_told(panel, username, TOO_FEW), "whoever holds the handling position"
    assert not is_told(panel, "wangyue", TOO_FEW)
    score(panel, "gurong", "tianye")
    assert open_elements(panel) == ["assessment"], "two answers are not three"
    add(panel, "limin", "彭舟")
    assert shortage(panel) == ""
    assert is_told(panel, "pengzhou", "专家评估")
    assert open_elements(panel) == ["assessment"]
    score(panel, "pengzhou")
    assert states(panel) == "xddd"
    assert open_elements(panel) == ["notice_post"]


def test_the_last_open_seats_recusal_goes_on_with_the_case(panel: Player) -> None:
    add(panel, "limin", "彭舟")
    score(panel, "gurong", "tianye", "pengzhou")
    assert open_elements(panel) == ["assessment"]
    recuse(panel, "fangrui")
    assert open_elements(panel) == ["notice_post"]
    assert tasks_of(panel, "assessment")[-1].close_kind == "completed"
    assert case_of(panel).facts["assessment"]["score"] == "80.0"
    clock = page_of(panel, "limin").clock
    assert clock is not None
    assert clock.running
    assert not is_told(panel, "limin", "请增加席位")


def test_a_last_recusal_below_the_minimum_does_not_complete(panel: Player) -> None:
    score(panel, "gurong", "tianye")
    recuse(panel, "fangrui")
    assert (states(panel), open_elements(panel)) == ("xdd", ["assessment"])
    assert shortage(panel) == TOO_FEW


def test_an_even_table_waits_for_one_more_or_one_less(panel: Player) -> None:
    add(panel, "limin", "彭舟")
    assert shortage(panel) == EVEN
    score(panel, "fangrui", "gurong", "tianye", "pengzhou")
    assert (states(panel), open_elements(panel)) == ("dddd", ["assessment"])
    add(panel, "limin", "苏荷")
    score(panel, "suhe")
    assert open_elements(panel) == ["notice_post"]


def test_everyone_may_recuse_and_others_take_over(panel: Player) -> None:
    for username in ("fangrui", "gurong", "tianye"):
        recuse(panel, username)
    assert states(panel) == "xxx"
    assert "现有0个席位" in shortage(panel)
    assert page_of(panel, "limin").waiting[0].people == ()
    add(panel, "limin", "彭舟")
    add(panel, "limin", "苏荷")
    assert states(panel) == "xxxoo"


def test_recusing_twice_is_one_recusal_and_ends_ones_sight(panel: Player) -> None:
    recuse(panel, "fangrui")
    before = table_counts(panel)
    recuse(panel, "fangrui")
    assert table_counts(panel) == before
    with pytest.raises(NotFoundError):
        page_of(panel, "fangrui")
    with pytest.raises(NotFoundError):
        score(panel, "fangrui")


def test_who_leaves_leaves_no_draft(panel: Player) -> None:
    task_id = open_task(panel, "assessment").id
    for username in ("fangrui", "gurong", "tianye"):
        with acting(panel, username) as act:
            cases.save_draft(act, task_id, {"opinion": "尚可"})
    recuse(panel, "fangrui")
    remove(panel, "limin", 2)
    (draft,) = rows(panel, select(Draft))
    assert draft.person_id == panel.person("田野")


def test_a_recusal_is_refused_without_reason_or_seat(panel: Player, county_at: NewCounty) -> None:
    before = table_counts(panel)
    with pytest.raises(InvalidError):
        recuse(panel, "fangrui", reason=" ")
    with pytest.raises(ForbiddenError):
        recuse(panel, "limin")
    for stranger in ("pengzhou", "majun"):
        with pytest.raises(NotFoundError):
            recuse(panel, stranger)
    assert table_counts(panel) == before
    score(panel, "fangrui")
    before = table_counts(panel)
    with pytest.raises(ForbiddenError):
        recuse(panel, "fangrui")
    assert table_counts(panel) == before
    plain = county_at("filed")
    with pytest.raises(ForbiddenError):
        recuse(plain, "limin", "accept_review")


def test_a_positions_seat_is_left_to_its_other_holders(countersign: Player) -> None:
    before = table_counts(countersign)
    with pytest.raises(ForbiddenError, match="同岗位"):
        recuse(countersign, "wangyue", "sections_opinions")
    assert table_counts(countersign) == before
