"""What the engine is asked before the lock is taken under it if it still holds, and changes nothing but the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from tests.county import E1_CASE, NewCounty, acting, case_of, open_elements, open_task, tasks_of
from workflow_app import cases, engine
from workflow_app.cases.foresight import Foreseen, with_answers
from workflow_app.cases.models import Case
from workflow_app.cases.task_form import TaskFormRef, task_form
from workflow_app.demo import formation
from workflow_app.demo.player import Player
from workflow_app.engine import Advance

RETURN = {"decision": "return", "opinion": "请修改。"}
AGREE = {"decision": "agree"}


class Asked:
    """Counts what the engine is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        self._complete = engine.complete
        monkeypatch.setattr(engine, "complete", self)

    def __call__(self, *question: Any) -> Advance:
        self.times += 1
        return self._complete(*question)


def look(player: Player, username: str, element: str) -> TaskFormRef:
    """What the page of the newest opening of an element is made of."""
    with player.database.reading() as session:
        return task_form(session, player.actor(session, username), tasks_of(player, element)[-1].id)


def foresee(player: Player, username: str, element: str, answers: Mapping[str, Any]) -> Foreseen | None:
    """What the engine would say if these answers were sent now."""
    ref = look(player, username, element)
    return cases.foresee(ref.standing, ref.form, answers)


def send(player: Player, username: str, element: str, answers: Mapping[str, Any], foreseen: Foreseen | None) -> None:
    """Complete the open task of an element with what was foreseen, whenever that was."""
    task = open_task(player, element)
    with acting(player, username) as act:
        cases.complete_task(act, task.id, task.revision, answers, f"{element}-{task.id}", foreseen)


def test_what_was_foreseen_is_not_asked_again_and_leads_to_the_same(
    county_at: NewCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = []
    for foresees in (True, False):
        player = county_at("approved")
        foreseen = foresee(player, "limin", "approval_draft", {}) if foresees else None
        asked = Asked(monkeypatch)
        send(player, "limin", "approval_draft", {}, foreseen)
        assert asked.times == (0 if foresees else 1)
        monkeypatch.undo()
        player.do("zhoumin", E1_CASE, "approval_review", RETURN)
        case = case_of(player)
        ends.append((open_elements(player), case.facts, case.progress["rounds"], case.stage))
    assert ends[0] == ends[1]


def test_what_was_foreseen_of_other_answers_is_not_taken(county_at: NewCounty) -> None:
    player = county_at("approved")
    player.do("limin", E1_CASE, "approval_draft", {})
    send(player, "zhoumin", "approval_review", RETURN, foresee(player, "zhoumin", "approval_review", AGREE))
    assert open_elements(player) == ["approval_draft"]


def test_what_was_foreseen_in_an_earlier_round_is_not_taken(
    county_at: NewCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = county_at("approved")
    early = foresee(player, "limin", "approval_draft", {})
    for _ in range(2):
        player.do("limin", E1_CASE, "approval_draft", {})
        player.do("zhoumin", E1_CASE, "approval_review", RETURN)
    asked = Asked(monkeypatch)
    send(player, "limin", "approval_draft", {}, early)
    assert asked.times == 1
    player.do("zhoumin", E1_CASE, "approval_review", AGREE)
    assert "approval_review" not in open_elements(player)


@pytest.mark.parametrize("changed", ["version", "state", "facts", "engine_task_id"])
def test_it_holds_only_for_the_very_same_question(county_at: NewCounty, changed: str) -> None:
    foreseen = foresee(county_at("approved"), "limin", "approval_draft", {})
    assert foreseen is not None
    question = {name: getattr(foreseen, name) for name in ("version", "state", "facts", "engine_task_id")}
    assert foreseen.answers(**question)
    facts = {**foreseen.facts, "apply": {"group_name": "别的集团"}}
    others = {"version": replace(foreseen.version), "state": b"other", "facts": facts, "engine_task_id": "other"}
    assert not foreseen.answers(**question | {changed: others[changed]})


def test_an_operation_behind_the_step_is_asked_for_anew(county_at: NewCounty, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was foreseen goes as far as the operation, which reads and writes; the rest follows from what it finds."""
    player = county_at("supplied")
    accept = {"decision": "accept", "opinion": "材料齐全，予以受理。"}
    foreseen = foresee(player, "limin", "accept_review", accept)
    assert foreseen is not None
    asked = Asked(monkeypatch)
    send(player, "limin", "accept_review", accept, foreseen)
    assert asked.times == len(foreseen.advance.operations)
    assert open_elements(player) == ["first_review"]


def test_nothing_is_foreseen_at_a_table_of_several(county_at: NewCounty) -> None:
    player = county_at("accepted")
    reasons = {"schools.staffing": formation.STAFFING_REASON}
    player.do("limin", E1_CASE, "first_review", {"decision": "agree", "opinion": "同意。", "reasons": reasons})
    assert foresee(player, formation.SECTIONS[0], "sections_opinions", AGREE) is None


def test_nothing_is_foreseen_of_what_is_over(county_at: NewCounty) -> None:
    player = county_at("approved")
    player.do("limin", E1_CASE, "approval_draft", {})
    assert foresee(player, "limin", "approval_draft", {}) is None
    with player.database.writing() as session:
        session.scalars(select(Case)).one().state = b""
    assert foresee(player, "zhoumin", "approval_review", AGREE) is None


def test_a_supplement_changes_the_facts_of_the_application(county_at: NewCounty) -> None:
    player = county_at("filed")
    items = [{"item": "章程草案", "reason": "缺少经费条款"}]
    player.do("limin", E1_CASE, "accept_review", {"decision": "return", "items": items})
    ref = look(player, formation.CLERK, "supplement_supply")
    answers = formation.application(player, E1_CASE)
    facts = with_answers(ref.standing.facts, ref.element, ref.form, {**answers, "group_name": "改名集团"})
    assert ref.form.revises is not None
    assert facts[ref.form.revises]["group_name"] == facts[ref.element]["group_name"] == "改名集团"
    assert ref.standing.facts[ref.form.revises]["group_name"] != "改名集团"
