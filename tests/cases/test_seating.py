"""Changing the table of an open panel: recusal, adding, removing; when that completes the task; who may not."""

from __future__ import annotations

from collections.abc import Callable

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
    tasks_of,
)
from workflow_app import cases
from workflow_app.cases.models import Draft
from workflow_app.cases.pages import TimelineEntry
from workflow_app.demo import formation
from workflow_app.demo.player import Player
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError

REASON = "配偶在该校任教。"
TOO_FEW = "现有2个席位，至少需要3个，请增加席位"
EVEN = "现有4个席位，应为单数，请增加或撤销席位"


def recuse(player: Player, username: str, element: str = "assessment", reason: str = REASON) -> None:
    task_id = tasks_of(player, element)[-1].id
    with acting(player, username) as act:
        cases.recuse(act, task_id, reason)


def add(player: Player, username: str, person: str, element: str = "assessment", reason: str = "专家回避。") -> None:
    task_id, person_id = tasks_of(player, element)[-1].id, player.person(person)
    with acting(player, username) as act:
        cases.add_seat(act, task_id, person_id, reason)


def remove(player: Player, username: str, no: int, element: str = "assessment", reason: str = "出差。") -> None:
    task_id = tasks_of(player, element)[-1].id
    with acting(player, username) as act:
        cases.remove_seat(act, task_id, no, reason)


def score(player: Player, *usernames: str) -> None:
    for username in usernames:
        player.do(username, 1, "assessment", {"score": "80", "opinion": "建议同意。"})


def states(player: Player, element: str = "assessment") -> str:
    """The table in one word: open, done, recused (x), removed (-), closed."""
    letters = {"open": "o", "done": "d", "recused": "x", "removed": "-", "closed": "c"}
    return "".join(letters[s.state] for s in seats_of(player, tasks_of(player, element)[-1].id))


def panels(player: Player, username: str) -> tuple[cases.Panel, ...]:
    with player.database.reading() as session:
        return cases.open_panels(session, player.actor(session, username), 1, player.now)


def shortage(player: Player) -> str:
    (panel,) = panels(player, "limin")
    return str(panel.shortage or "")


def history(player: Player, username: str) -> list[TimelineEntry]:
    steps = {"申请回避", "增加席位", "撤销席位"}
    return [entry for entry in page_of(player, username).timeline if entry.step.zh in steps]


@pytest.fixture
def panel(county_at: NewCounty) -> Player:
    """Three experts are asked: 方锐, 顾蓉, 田野."""
    player = county_at("reviewed")
    formation.arrange(player, 1, "2026-04-22", "2026-04-24")
    return player


@pytest.fixture
def countersign(county_at: NewCounty) -> Player:
    """Four sections are asked: 人事, 计财, 督导, 党建."""
    player = county_at("accepted")
    reasons = {"schools.staffing": formation.STAFFING_REASON}
    player.do("limin", 1, "first_review", {"decision": "agree", "opinion": "同意。", "reasons": reasons})
    return player


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


CHANGES: tuple[Callable[[Player, str], None], ...] = (
    lambda player, username: add(player, username, "彭舟"),
    lambda player, username: remove(player, username, 1),
)


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
    assert _offered(panel) == {"彭舟", "苏荷"}


def test_who_sits_or_has_recused_is_not_offered(panel: Player) -> None:
    recuse(panel, "fangrui")
    remove(panel, "limin", 2)
    add(panel, "limin", "苏荷")
    assert _offered(panel) == {"彭舟", "顾蓉"}


def _offered(player: Player) -> set[str]:
    with player.database.reading() as session:
        actor, task_id = player.actor(session, "limin"), open_task(player, "assessment").id
        return {person.name for person in cases.candidates(session, actor, task_id, player.now)}


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
