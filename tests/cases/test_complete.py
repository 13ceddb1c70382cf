"""Completing a task: once, by whom it is for, on what was seen; refused acts leave nothing behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from tests.county import (
    NewCounty,
    acting,
    case_of,
    grant,
    open_elements,
    open_task,
    rows,
    seats_of,
    submissions_of,
    table_counts,
    tasks_of,
)
from workflow_app import cases
from workflow_app.act import Act
from workflow_app.cases.models import Draft
from workflow_app.demo import formation
from workflow_app.demo.player import Player
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, WorkflowError

ACCEPT = {"decision": "accept", "opinion": "材料齐全，予以受理。"}
AGREE = {"decision": "agree"}


def answer(
    player: Player, username: str, element: str, answers: Mapping[str, Any], *, key: str = "page-1", seen: int = 1
) -> cases.Completed:
    """Complete the newest opening of an element as an old page would: its revision and key are given."""
    task_id = newest_task(player, element)
    with acting(player, username) as act:
        return cases.complete_task(act, task_id, seen, answers, key)


def newest_task(player: Player, element: str) -> int:
    """The newest opening of an element, open or closed."""
    return tasks_of(player, element)[-1].id


def refused(player: Player, error: type[WorkflowError], username: str, element: str, answers: Mapping[str, Any]) -> str:
    """The message of a refusal that wrote nothing at all."""
    before, revision = table_counts(player), case_of(player).revision
    with pytest.raises(error) as raised:
        answer(player, username, element, answers, key="refused")
    assert table_counts(player) == before
    assert case_of(player).revision == revision
    return str(raised.value.message)


def test_the_same_key_twice_is_one_act(county_at: NewCounty) -> None:
    player = county_at("supplied")
    first = answer(player, "limin", "accept_review", ACCEPT)
    before = table_counts(player)
    second = answer(player, "limin", "accept_review", ACCEPT)
    assert table_counts(player) == before
    assert (second.case_id, second.outcome) == (first.case_id, first.outcome)


def test_the_same_key_of_another_person_is_no_success(county_at: NewCounty) -> None:
    player = county_at("supplied")
    answer(player, "limin", "accept_review", ACCEPT)
    assert "李敏 已于" in refused_again(player, "chenxiao")


def refused_again(player: Player, username: str) -> str:
    with pytest.raises(ConflictError) as raised:
        answer(player, username, "accept_review", ACCEPT)
    return str(raised.value.message)


def test_one_page_of_a_person_with_two_seats_answers_one_seat(county_at: NewCounty) -> None:
    player = to_sections(county_at("accepted"))
    grant(player, "wangyue", "section_officer", "计划财务科")
    answer(player, "wangyue", "sections_opinions", AGREE)
    before = table_counts(player)
    with pytest.raises(ConflictError, match="已经提交过"):
        answer(player, "wangyue", "sections_opinions", AGREE)
    assert table_counts(player) == before
    answer(player, "wangyue", "sections_opinions", AGREE, key="page-2")
    assert len(submissions_of(player, "sections_opinions")) == 2


def test_a_page_that_is_too_old_writes_nothing(county_at: NewCounty) -> None:
    player = county_at("supplied")
    before = table_counts(player)
    with pytest.raises(ConflictError, match="页面已过期"):
        answer(player, "limin", "accept_review", ACCEPT, seen=0)
    assert table_counts(player) == before
    assert open_elements(player) == ["accept_review"]


def test_who_was_faster_is_told_by_name_time_and_decision(county_at: NewCounty) -> None:
    player = county_at("supplied")
    player.at("2026-04-15 10:42")
    answer(player, "limin", "accept_review", ACCEPT)
    player.at("2026-04-15 11:00")
    words = refused(player, ConflictError, "chenxiao", "accept_review", ACCEPT)
    assert words == "李敏 已于 10:42 办结本任务：予以受理"
    player.at("2026-04-16 09:00")
    words = refused(player, ConflictError, "chenxiao", "accept_review", ACCEPT)
    assert words == "李敏 已于 2026年4月15日 10:42 办结本任务：予以受理"


def test_another_section_that_takes_part_is_told_that_it_is_not_theirs(county_at: NewCounty) -> None:
    player = county_at("reviewed")
    assert "不由您所在的岗位办理" in refused(player, ForbiddenError, "wangyue", "arrange_assessment", {})


@pytest.mark.parametrize("username", ["majun", "wangyue", "qiushi", "fangrui"])
def test_who_has_no_part_in_the_case_is_told_nothing(county_at: NewCounty, username: str) -> None:
    player = county_at("filed")
    refused(player, NotFoundError, username, "accept_review", ACCEPT)


def test_another_bureau_does_not_find_the_task(county_at: NewCounty) -> None:
    player = county_at("filed")
    task_id, before = newest_task(player, "accept_review"), table_counts(player)
    with player.database.writing() as session:
        stranger = replace(player.actor(session, "limin"), bureau_id=2)
        act = Act(session, stranger, player.now)
        with pytest.raises(NotFoundError):
            cases.complete_task(act, task_id, 1, ACCEPT, "key")
    assert table_counts(player) == before


def test_no_such_task(county_at: NewCounty) -> None:
    player = county_at("filed")
    with acting(player, "limin") as act, pytest.raises(NotFoundError):
        cases.complete_task(act, 99_999, 1, ACCEPT, "key")


def test_an_applicant_never_approves(county_at: NewCounty) -> None:
    player = county_at("filed")
    grant(player, "linxiao", "section_officer", "基础教育科")
    grant(player, "gaoyuan", "section_officer", "基础教育科")
    for username in ("linxiao", "gaoyuan"):
        assert "申请方" in refused(player, ForbiddenError, username, "accept_review", ACCEPT)
    answer(player, "limin", "accept_review", ACCEPT)


def test_who_drafts_does_not_check(county_at: NewCounty) -> None:
    player = county_at("approved")
    grant(player, "limin", "section_chief", "基础教育科")
    answer(player, "limin", "approval_draft", {})
    assert "不相容岗位分离" in refused(player, ForbiddenError, "limin", "approval_review", AGREE)
    answer(player, "zhoumin", "approval_review", AGREE, key="page-2")


def test_who_checks_does_not_sign(county_at: NewCounty) -> None:
    player = county_at("approved")
    grant(player, "zhoumin", "deputy_director", "青禾县教育体育局")
    answer(player, "limin", "approval_draft", {})
    answer(player, "zhoumin", "approval_review", AGREE, key="page-2")
    answer(player, "wusiyuan", "approval_legal", AGREE, key="page-3")
    assert "不相容岗位分离" in refused(player, ForbiddenError, "zhoumin", "approval_sign", AGREE)


def test_an_advice_needs_a_reason_and_keeps_it(county_at: NewCounty) -> None:
    player = county_at("accepted")
    answers: dict[str, Any] = {"decision": "agree", "opinion": "同意。"}
    for reasons in ({}, {"schools.staffing": "  "}, {"groups.same_stage": "别的理由"}):
        refused(player, InvalidError, "limin", "first_review", {**answers, "reasons": reasons})
    answer(player, "limin", "first_review", {**answers, "reasons": {"schools.staffing": "已列入计划。"}})
    (submission,) = submissions_of(player, "first_review")
    assert {f["check"]: f.get("reason") for f in submission.findings}["schools.staffing"] == "已列入计划。"
    assert "reasons" not in submission.answers


def test_a_right_that_has_ended_is_gone(county_at: NewCounty) -> None:
    player = county_at("filed")
    grant(player, "wangyue", "section_officer", "基础教育科", until=date(2026, 4, 9))
    player.at("2026-04-10 09:00")
    refused(player, NotFoundError, "wangyue", "accept_review", ACCEPT)


def test_wrong_answers_are_named_by_field(county_at: NewCounty) -> None:
    player = county_at("filed")
    before = table_counts(player)
    with pytest.raises(InvalidError) as raised:
        answer(player, "limin", "accept_review", {"decision": "return", "items": [{"item": "章程"}]})
    assert [problem.field for problem in raised.value.problems] == ["items.0.reason"]
    with pytest.raises(InvalidError):
        answer(player, "limin", "accept_review", {"decision": "approve"})
    assert table_counts(player) == before


def test_the_next_thing_to_do_is_offered_to_who_may_do_it(county_at: NewCounty) -> None:
    player = county_at("supplied")
    done = answer(player, "limin", "accept_review", ACCEPT)
    assert done.next_task_id == open_task(player, "first_review").id
    other = answer(county_at("approved"), "limin", "approval_draft", {})
    assert other.next_task_id is None, "the check is another's"


def to_sections(player: Player) -> Player:
    """Go on from acceptance until the sections are asked."""
    reasons = {"schools.staffing": formation.STAFFING_REASON}
    player.do("limin", 1, "first_review", {"decision": "agree", "opinion": "同意。", "reasons": reasons})
    return player


def at_once(*acts: Any) -> list[BaseException | None]:
    """Run acts in threads that start together; what each raised."""
    start, outcomes = Barrier(len(acts)), [None] * len(acts)

    def run(number: int) -> None:
        start.wait()
        try:
            acts[number]()
        except Exception as error:
            outcomes[number] = error  # type: ignore[call-overload]

    threads = [Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(outcomes)


def test_of_two_at_once_exactly_one_wins(county_at: NewCounty) -> None:
    player = county_at("supplied")
    outcomes = at_once(
        lambda: answer(player, "limin", "accept_review", ACCEPT, key="one"),
        lambda: answer(player, "chenxiao", "accept_review", ACCEPT, key="two"),
    )
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [ConflictError]
    assert len(submissions_of(player, "accept_review")) == 2, "one of the first round, one of this"
    assert open_elements(player) == ["first_review"]


def test_of_two_processes_at_once_exactly_one_wins(county_at: NewCounty) -> None:
    """Two pools on one file, as two web processes have them: the gate inside a process does not help."""
    player = county_at("supplied")
    other = Player(player.config, type(player.database)(player.database.url), player.now)
    outcomes = at_once(
        lambda: answer(player, "limin", "accept_review", ACCEPT, key="one"),
        lambda: answer(other, "chenxiao", "accept_review", ACCEPT, key="two"),
    )
    other.database.dispose()
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [ConflictError]
    assert open_elements(player) == ["first_review"]


def test_four_sections_answer_at_once(county_at: NewCounty) -> None:
    player = to_sections(county_at("accepted"))
    outcomes = at_once(
        *(
            lambda username=username: answer(player, username, "sections_opinions", AGREE, key=username)
            for username in formation.SECTIONS
        )
    )
    assert outcomes == [None] * 4
    task_id = newest_task(player, "sections_opinions")
    assert [seat.state for seat in seats_of(player, task_id)] == ["done"] * 4
    assert open_elements(player) == ["arrange_assessment"]


def test_drafts_are_gone_with_the_submission(county_at: NewCounty) -> None:
    player = county_at("filed")
    task_id = newest_task(player, "accept_review")
    with acting(player, "limin") as act:
        cases.save_draft(act, task_id, {"opinion": "材料"})
    assert len(rows(player, select(Draft))) == 1
    answer(player, "limin", "accept_review", ACCEPT)
    assert rows(player, select(Draft)) == []
