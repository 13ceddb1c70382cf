"""Gates: seen by who may lift them, lifted once with a reason, told to both sides; and the case goes on."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping

import pytest
from sqlalchemy import event, select

from tests.county import (
    NewCounty,
    acting,
    case_of,
    events_of,
    grant,
    in_chinese,
    is_told,
    open_elements,
    open_task,
    rows,
    submissions_of,
    table_counts,
)
from workflow_app import cases
from workflow_app.cases.catalogue import CHECKS, GATES, QUOTAS
from workflow_app.cases.gates import OpenGate, gate_holders
from workflow_app.demo import formation
from workflow_app.demo.player import Player
from workflow_app.errors import ForbiddenError, InvalidError, NotFoundError
from workflow_app.notices.models import Notice
from workflow_app.policy.profiles import read_profile, shipped_profiles

WEAK = "groups.has_weak_member"
ONCE = "cases.supplement_once"
DEPUTY = "deputy_director@bureau"
CHIEF = "section_chief@basic_education"
AGREE = {
    "decision": "agree",
    "opinion": "同意。",
    "reasons": {"schools.staffing": formation.STAFFING_REASON, "groups.before_autumn_term": "时间充裕。"},
}
ITEM = {"item": "章程草案", "reason": "缺少经费条款", "basis": "003·A2二(二)2"}
RETURN = {"decision": "return", "opinion": "请补正。", "items": [ITEM]}


@pytest.fixture
def strong(player: Player) -> Player:
    """A case at its first review whose only member school is neither weak nor rural nor new (D02)."""
    player.at("2026-04-08 09:00")
    case_id = player.start("linxiao", "group-formation")
    player.do("linxiao", case_id, "apply", formation.application(player, case_id, members=("青禾县第二小学",)))
    player.do("limin", case_id, "accept_review", {"decision": "accept"})
    return player


def gates(player: Player, username: str) -> tuple[OpenGate, ...]:
    with player.database.reading() as session:
        return cases.open_gates(session, player.actor(session, username), 1, player.now)


def lift(player: Player, username: str, element: str, check: str, place: str, reason: str = "已核实。") -> None:
    task_id = open_task(player, element).id
    with acting(player, username) as act:
        cases.override_gate(act, task_id, check, place, reason)


def refuse(player: Player, element: str, answers: Mapping[str, object]) -> int:
    """What the page does: the submission is refused, the answers are kept, the holders are told."""
    with pytest.raises(InvalidError) as stopped:
        player.do("limin", 1, element, answers)
    assert any(problem.field.startswith("overrides.") for problem in stopped.value.problems)
    task_id = open_task(player, element).id
    with acting(player, "limin") as act:
        cases.save_draft(act, task_id, answers)
    with acting(player, "limin") as act:
        return cases.tell_holders(act, task_id, answers)


def notices(player: Player, kind: str) -> list[Notice]:
    return rows(player, select(Notice).where(Notice.kind == kind))


def test_a_group_without_a_weak_member_is_let_through_by_the_deputy_director(strong: Player) -> None:
    (before,) = gates(strong, "zhengguodong")
    assert (before.finding.check, before.place, before.asked_by, before.lifted_by) == (WEAK, DEPUTY, (), None)
    assert refuse(strong, "first_review", AGREE) == 1
    (gate,) = gates(strong, "zhengguodong")
    assert (gate.task_id, gate.step.zh) == (open_task(strong, "first_review").id, "初审")
    assert str(gate.finding.message) == "成员校中薄弱、农村或新建学校0所，至少应有1所。"
    assert (gate.finding.clause, in_chinese(gate.finding.figures)) == (
        "003·A2二(一)2",
        {"青禾县第二小学": "非薄弱、农村、新建"},
    )
    assert gate.asked_by == ("李敏",)

    lift(strong, "zhengguodong", "first_review", WEAK, DEPUTY, " 该校生源薄弱，同意。 ")
    (gate,) = gates(strong, "zhengguodong")
    assert (gate.lifted_by, gate.reason) == ("郑国栋", "该校生源薄弱，同意。")
    (lifted,) = events_of(strong, "gate_overridden")
    assert (lifted.actor_name, lifted.body["check"]) == ("郑国栋", WEAK)

    strong.do("limin", 1, "first_review", AGREE)
    assert open_elements(strong) == ["sections_opinions"]
    stored = {f["check"]: f for f in submissions_of(strong, "first_review")[-1].findings}
    assert stored[WEAK]["override"] == {"by": "郑国栋", "place": DEPUTY, "reason": "该校生源薄弱，同意。"}
    assert gates(strong, "zhengguodong") == ()


def test_a_second_return_is_let_through_by_the_section_chief(county_at: NewCounty) -> None:
    player = county_at("supplied")
    assert gates(player, "zhoumin") == (), "nobody has asked to return it yet"
    assert refuse(player, "accept_review", RETURN) == 1
    (gate,) = gates(player, "zhoumin")
    assert (gate.finding.check, gate.place, in_chinese(gate.finding.figures)) == (ONCE, CHIEF, {"已退回次数": "1"})
    assert gates(player, "zhengguodong") == (), "another position's gate"
    lift(player, "zhoumin", "accept_review", ONCE, CHIEF)
    player.do("limin", 1, "accept_review", RETURN)
    assert open_elements(player) == ["supplement_supply"]
    assert len(events_of(player, "gate_overridden")) == 1


def test_lifting_twice_is_one_event_and_the_first_reason_stands(strong: Player) -> None:
    lift(strong, "zhengguodong", "first_review", WEAK, DEPUTY, "第一个理由")
    before = table_counts(strong)
    lift(strong, "zhengguodong", "first_review", WEAK, DEPUTY, "第二个理由")
    assert table_counts(strong) == before
    assert [e.body["reason"] for e in events_of(strong, "gate_overridden")] == ["第一个理由"]
    assert gates(strong, "zhengguodong")[0].reason == "第一个理由"


def test_the_holder_is_told_once_and_the_answerer_when_it_is_lifted(strong: Player) -> None:
    assert refuse(strong, "first_review", AGREE) == 1
    assert refuse(strong, "first_review", AGREE) == 0
    (asked,) = notices(strong, "gate_stopped")
    assert (asked.person_id, asked.case_id, asked.task_id) == (strong.person("郑国栋"), 1, None)
    assert is_told(strong, "zhengguodong", "至少应有1所")
    lift(strong, "zhengguodong", "first_review", WEAK, DEPUTY)
    (told,) = notices(strong, "gate_lifted")
    assert (told.person_id, told.task_id) == (strong.person("李敏"), open_task(strong, "first_review").id)
    assert is_told(strong, "limin", "郑国栋已放行")
    with acting(strong, "limin") as act:
        assert cases.tell_holders(act, open_task(strong, "first_review").id, AGREE) == 0
    with pytest.raises(NotFoundError), acting(strong, "majun") as act:
        cases.tell_holders(act, open_task(strong, "first_review").id, AGREE)


def test_only_the_position_that_the_gate_names_lifts_it(strong: Player) -> None:
    before = table_counts(strong)
    for username, place, error in (
        ("majun", DEPUTY, NotFoundError),
        ("limin", DEPUTY, ForbiddenError),
        ("zhoumin", CHIEF, ForbiddenError),
    ):
        with pytest.raises(error):
            lift(strong, username, "first_review", WEAK, place)
    with pytest.raises(NotFoundError):
        lift(strong, "zhengguodong", "first_review", ONCE, DEPUTY)
    with pytest.raises(InvalidError):
        lift(strong, "zhengguodong", "first_review", WEAK, DEPUTY, " ")
    assert table_counts(strong) == before


def test_a_chief_of_another_section_sees_no_gate(county_at: NewCounty) -> None:
    player = county_at("supplied")
    refuse(player, "accept_review", RETURN)
    grant(player, "majun", "section_chief", "人事科")
    with pytest.raises(NotFoundError):
        gates(player, "majun")
    grant(player, "limin", "section_chief", "人事科")
    assert gates(player, "limin") == ()


def test_nothing_is_read_for_who_can_lift_nothing_nor_checked_in_a_closed_case(county_at: NewCounty) -> None:
    player = county_at("supplied")
    statements: list[str] = []
    event.listen(player.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    with player.database.reading() as session:
        officer, chief = (player.actor(session, name) for name in ("limin", "zhoumin"))
        statements.clear()
        assert cases.open_gates(session, officer, 1, player.now) == ()
        assert statements == []
    player.withdraw("linxiao", 1, "暂不申请。")
    assert case_of(player).closed_at is not None
    with player.database.reading() as session:
        statements.clear()
        assert cases.open_gates(session, chief, 1, player.now) == ()
        assert len([s for s in statements if s.startswith("SELECT")]) <= 2


def test_reading_gates_writes_nothing(strong: Player) -> None:
    before = (table_counts(strong), case_of(strong).revision)
    assert gates(strong, "zhengguodong")
    assert (table_counts(strong), case_of(strong).revision) == before


def test_the_answerer_reads_who_may_lift_it(strong: Player) -> None:
    (gate,) = gates(strong, "zhengguodong")

    def holders(username: str) -> tuple[object, ...]:
        with strong.database.reading() as session:
            actor = strong.actor(session, username)
            found = gate_holders(session, actor, gate.task_id, [gate.finding], strong.now)[WEAK]
        return (found.organisation, found.position, found.people, found.mine, found.told, found.lifted_by)

    where = ("青禾县教育体育局", "deputy_director", ("郑国栋",))
    assert holders("limin") == (*where, False, False, None)
    refuse(strong, "first_review", AGREE)
    assert holders("zhengguodong") == (*where, True, True, None)
    lift(strong, "zhengguodong", "first_review", WEAK, DEPUTY)
    assert holders("limin") == (*where, False, True, "郑国栋")


OURS = "workflow_app."


def test_every_check_that_may_stop_a_task_says_whose_gate_it_is() -> None:
    assert {name for name, check in CHECKS.items() if may_stop(check)} == set(GATES)


@pytest.mark.parametrize("profile", shipped_profiles())
def test_every_quota_is_of_a_check_and_a_parameter(profile: str) -> None:
    """A name of nothing would lock nothing."""
    assert QUOTAS.keys() <= CHECKS.keys()
    assert set(QUOTAS.values()) <= {parameter.key for parameter in read_profile(profile).parameters}


def may_stop(check: Callable[..., object]) -> bool:
    """Whether a check makes a gate, or a function or method of the product that it calls."""
    seen: list[object] = []
    todo: list[object] = [check]
    while todo:
        function = todo.pop()
        if function in seen or not inspect.isfunction(function) or not function.__module__.startswith(OURS):
            continue
        seen.append(function)
        if re.search(r'(?<!== )"gate"', inspect.getsource(function)):
            return True
        known = function.__globals__
        classes = [value for value in known.values() if inspect.isclass(value) and value.__module__.startswith(OURS)]
        for name in function.__code__.co_names:
            todo += [known.get(name), *(vars(one).get(name) for one in classes)]
    return False
