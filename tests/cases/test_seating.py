"""Adding and removing seats of an open panel: when that completes the task; who may not; what the history tells."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cases.tables import (
    CHANGES,
    REASON,
    TOO_FEW,
    add,
    history,
    offered,
    panels,
    recuse,
    remove,
    score,
    shortage,
    states,
)
from tests.county import (
    NewCounty,
    acting,
    case_of,
    events_of,
    grant,
    open_elements,
    open_task,
    seats_of,
    table_counts,
)
from workflow_app import cases
from workflow_app.demo import formation
from workflow_app.demo.player import Player
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


def test_a_removed_seat_completes_a_countersign_that_has_answered_otherwise(countersign: Player) -> None:
    for section in formation.SECTIONS[:3]:
        countersign.do(section, 1, "sections_opinions", {"decision": "agree"})
    assert open_elements(countersign) == ["sections_opinions"]
    remove(countersign, "limin", 4, "sections_opinions", "不涉及党建。")
    assert states(countersign, "sections_opinions") == "ddd-"
    assert open_elements(countersign) == ["arrange_assessment"]
    assert case_of(countersign).facts["sections_opinions"]["decision"] == "agree"
    (event,) = events_of(countersign, "seat_removed")
    assert (event.actor_name, event.body["reason"]) == ("李敏", "不涉及党建。")
    (entry,) = history(countersign, "limin")
    assert str(entry.detail) == "教育工委党建办公室：不涉及党建。"


def test_a_removal_below_the_minimum_waits_for_another(panel: Player) -> None:
    score(panel, "gurong", "tianye")
    remove(panel, "limin", 1)
    assert (states(panel), open_elements(panel)) == ("-dd", ["assessment"])
    assert shortage(panel) == TOO_FEW
    with pytest.raises(NotFoundError):
        score(panel, "fangrui")
    add(panel, "limin", "方锐", reason="出差取消。")
    score(panel, "fangrui")
    assert (states(panel), open_elements(panel)) == ("-ddd", ["notice_post"])


def test_only_an_open_seat_and_never_the_last_is_removed(panel: Player) -> None:
    score(panel, "fangrui")
    recuse(panel, "gurong")
    before = table_counts(panel)
    for no in (1, 2):
        with pytest.raises(ConflictError):
            remove(panel, "limin", no)
    with pytest.raises(NotFoundError):
        remove(panel, "limin", 9)
    with pytest.raises(InvalidError):
        remove(panel, "limin", 3, reason=" ")
    assert table_counts(panel) == before


def test_the_last_seat_stays(panel: Player) -> None:
    recuse(panel, "fangrui")
    remove(panel, "limin", 2)
    before = table_counts(panel)
    with pytest.raises(ForbiddenError, match="最后一个席位"):
        remove(panel, "limin", 3)
    assert table_counts(panel) == before
    (table,) = panels(panel, "limin")
    assert [seat.removable for seat in table.seats] == [False, False, False]


@pytest.mark.parametrize("change", CHANGES, ids=["add", "remove"])
def test_only_the_handler_changes_a_table(panel: Player, change: Callable[[Player, str], None]) -> None:
    before = table_counts(panel)
    for username in ("wangyue", "linxiao", "zhoumin", "fangrui", "zhengguodong", "hancheng"):
        with pytest.raises(ForbiddenError, match="主办科室"):
            change(panel, username)
    for username in ("majun", "pengzhou", "qiushi"):
        with pytest.raises(NotFoundError):
            change(panel, username)
    assert table_counts(panel) == before


def test_only_who_may_sit_is_added(panel: Player) -> None:
    recuse(panel, "fangrui")
    before = table_counts(panel)
    with pytest.raises(ForbiddenError, match="岗位"):
        add(panel, "limin", "林晓")
    with pytest.raises(ConflictError, match="顾蓉"):
        add(panel, "limin", "顾蓉")
    with pytest.raises(ForbiddenError, match="已申请回避"):
        add(panel, "limin", "方锐")
    with pytest.raises(InvalidError):
        add(panel, "limin", "彭舟", reason="")
    with acting(panel, "limin") as act, pytest.raises(NotFoundError):
        cases.add_seat(act, open_task(panel, "assessment").id, 999_999, "专家回避。")
    assert table_counts(panel) == before


def test_the_applicants_own_people_are_not_added(panel: Player) -> None:
    grant(panel, "linxiao", "expert", "青禾县实验小学")
    with pytest.raises(ForbiddenError, match="申请方"):
        add(panel, "limin", "林晓")
    assert offered(panel) == {"彭舟", "苏荷"}


def test_who_sits_or_has_recused_is_not_offered(panel: Player) -> None:
    recuse(panel, "fangrui")
    remove(panel, "limin", 2)
    add(panel, "limin", "苏荷")
    assert offered(panel) == {"彭舟", "顾蓉"}


def test_a_signer_added_to_a_countersign_is_named_and_may_recuse(countersign: Player) -> None:
    add(countersign, "limin", "陈晓", "sections_opinions")
    assert seats_of(countersign, open_task(countersign, "sections_opinions").id)[-1].is_named
    for section in formation.SECTIONS:
        countersign.do(section, 1, "sections_opinions", {"decision": "agree"})
    assert open_elements(countersign) == ["sections_opinions"]
    recuse(countersign, "chenxiao", "sections_opinions")
    assert open_elements(countersign) == ["arrange_assessment"]


def test_plain_and_closed_steps_have_no_table_to_change(county_at: NewCounty) -> None:
    player = county_at("accepted")
    before = table_counts(player)
    with pytest.raises(ForbiddenError, match="会签、评议"):
        add(player, "limin", "彭舟", "first_review")
    with pytest.raises(ForbiddenError, match="会签、评议"):
        remove(player, "limin", 1, "first_review")
    assert table_counts(player) == before
    assert panels(player, "limin") == ()
    done = county_at("assessed")
    for change in CHANGES:
        with pytest.raises(ForbiddenError, match="会签、评议"):
            change(done, "limin")


def test_the_table_says_who_sits_how_it_stands_and_since_when(panel: Player) -> None:
    opened = panel.now
    panel.at("2026-04-22 10:00")
    score(panel, "gurong")
    panel.at("2026-04-22 11:00")
    recuse(panel, "fangrui")
    panel.at("2026-04-22 12:00")
    add(panel, "limin", "彭舟")
    (table,) = panels(panel, "limin")
    assert table.may_change
    assert [(s.person, str(s.state), f"{s.since.astimezone(opened.tzinfo):%H:%M}") for s in table.seats] == [
        ("方锐", "已回避", "11:00"),
        ("顾蓉", "已提交", "10:00"),
        ("田野", "待提交", "08:40"),
        ("彭舟", "待提交", "12:00"),
    ]
    (seen,) = panels(panel, "zhoumin")
    assert not seen.may_change
    for outsider in ("linxiao", "gurong"):
        assert panels(panel, outsider) == ()


def test_the_history_tells_changes_to_insiders_only(panel: Player) -> None:
    recuse(panel, "fangrui")
    add(panel, "limin", "彭舟")
    remove(panel, "limin", 3)
    told = [(entry.step.zh, str(entry.who), str(entry.detail)) for entry in history(panel, "zhoumin")]
    assert told == [
        ("撤销席位", "李敏", "田野：出差。"),
        ("增加席位", "李敏", "彭舟：专家回避。"),
        ("申请回避", "方锐", REASON),
    ]
    for outsider in ("linxiao", "gurong"):
        assert history(panel, outsider) == []
