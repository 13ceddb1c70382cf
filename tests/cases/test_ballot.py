"""Secret ballots: who voted is known, what was chosen is counted, and nothing stored brings the two together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.county import (
    acting,
    case_of,
    events_of,
    open_elements,
    open_task,
    page_of,
    rows,
    seats_of,
    submissions_of,
    table_counts,
    tasks_of,
)
from tests.vote import NAMES, cast, open_vote, propose
from workflow_app import cases
from workflow_app.audit.verify import verify
from workflow_app.cases.models import Draft, SealedBox
from workflow_app.cases.proof import CONTENT_CHECKS
from workflow_app.columns import canonical_json
from workflow_app.database import Base
from workflow_app.demo.player import Player
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, WorkflowError


@pytest.fixture
def vote(player: Player) -> int:
    """A case whose ballot is open for three experts; its id."""
    return open_vote(player)


def box(player: Player, case_id: int) -> SealedBox:
    return rows(player, select(SealedBox).where(SealedBox.case_id == case_id).order_by(SealedBox.id))[-1]


def test_who_voted_is_known_and_what_they_chose_is_not(player: Player, vote: int) -> None:
    cast(player, vote, "against", "agree")
    assert [(s.state, s.done_by, s.decision) for s in seats_of(player, open_task(player, "ballot", vote).id)] == [
        ("done", "方锐", None),
        ("done", "顾蓉", None),
        ("open", None, None),
    ]
    assert submissions_of(player, "ballot", vote) == []
    assert box(player, vote).choices is None
    assert case_of(player, vote).facts.get("ballot") is None


def test_no_row_of_the_database_tells_a_vote(player: Player, vote: int) -> None:
    """Everything written by two votes is read back: no word of the form's choices stands in it."""
    before = everything(player)
    cast(player, vote, "against", "abstain")
    written = everything(player) - before
    assert any("ballot_cast" in row for row in written)
    assert [row for row in written if "against" in row or "abstain" in row] == []


def everything(player: Player) -> set[str]:
    """Every row of every table as text, but for published definitions, where the choices are words of the form."""
    found: set[str] = set()
    with player.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            if not table.name.startswith("definition"):
                found |= {f"{table.name} {tuple(row)}" for row in session.execute(select(table))}
    return found


@pytest.mark.parametrize("choice", ["agree", "against", "abstain"])
def test_the_length_of_the_box_tells_nothing(player: Player, vote: int, choice: str) -> None:
    cast(player, vote, "agree", choice)
    assert len(box(player, vote).content or b"") == 53


@pytest.mark.parametrize(
    ("choices", "decision", "counts"),
    [
        (("agree", "against", "agree"), "passed", (2, 1, 0)),  # two thirds of three
        (("abstain", "agree", "abstain"), "failed", (1, 0, 2)),
    ],
)
def test_the_count_keeps_sorted_choices_only(
    player: Player, vote: int, choices: tuple[str, ...], decision: str, counts: tuple[int, int, int]
) -> None:
    cast(player, vote, *choices)
    counted = box(player, vote)
    assert (counted.votes, counted.choices, counted.content) == (3, sorted(choices), None)
    facts = case_of(player, vote).facts["ballot"]
    agree, against, abstain = counts
    assert facts == {
        "decision": decision,
        "votes_agree": agree,
        "votes_against": against,
        "votes_abstain": abstain,
    }
    assert open_elements(player, vote) == ["confirm"]
    assert tasks_of(player, "ballot", vote)[0].decision == decision


def test_a_ballot_does_not_end_before_the_last_vote(player: Player, vote: int) -> None:
    """Two of three suffice, but an early end would tell what the two have chosen."""
    cast(player, vote, "agree", "agree")
    assert open_elements(player, vote) == ["ballot"]


def test_a_count_may_send_the_case_back_and_a_new_ballot_has_a_new_box(player: Player, vote: int) -> None:
    cast(player, vote, "against", "against", "agree")
    assert open_elements(player, vote) == ["apply"]
    propose(player, vote)
    cast(player, vote, "agree", "agree", "agree")
    assert [b.choices for b in rows(player, select(SealedBox).order_by(SealedBox.id))] == [
        ["against", "against", "agree"],
        ["agree", "agree", "agree"],
    ]


def test_the_same_request_twice_is_one_vote_and_another_is_refused(player: Player, vote: int) -> None:
    task = open_task(player, "ballot", vote)

    def send(choice: str, key: str) -> cases.Completed:
        with acting(player, "fangrui") as act:
            return cases.complete_task(act, task.id, task.revision, {"decision": choice}, key)

    send("agree", "page-1")
    counts = table_counts(player)
    assert send("agree", "page-1").case_id == vote
    with pytest.raises(ConflictError, match="方锐 已于"):
        send("against", "page-2")
    assert table_counts(player) == counts
    assert box(player, vote).votes == 1


@pytest.mark.parametrize("answers", [{}, {"decision": "passed"}, {"decision": "agree", "opinion": "我投同意票。"}])
def test_a_vote_is_one_of_the_choices_and_nothing_else(player: Player, vote: int, answers: dict[str, Any]) -> None:
    counts = table_counts(player)
    with pytest.raises(InvalidError):
        player.do("fangrui", vote, "ballot", answers)
    assert table_counts(player) == counts


def test_a_ballot_keeps_no_drafts(player: Player, vote: int) -> None:
    task = open_task(player, "ballot", vote)
    with acting(player, "fangrui") as act, pytest.raises(ForbiddenError, match="不保存草稿"):
        cases.save_draft(act, task.id, {"decision": "agree"})
    assert rows(player, select(Draft)) == []


def test_a_withdrawal_destroys_what_lies_in_the_box(player: Player, vote: int) -> None:
    cast(player, vote, "agree")
    player.withdraw("linxiao", vote, "另行推荐。")
    assert (box(player, vote).content, box(player, vote).choices) == (None, None)


def swapped(player: Player, vote: int) -> dict[str, Any]:
    """The box of another ballot."""
    other = player.start("linxiao", "vote")
    propose(player, other)
    cast(player, other, "against", "against")
    return {"content": box(player, other).content}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda *_: {"content": b"\x00" * 53}, "票箱无法打开"),
        (swapped, "票箱无法打开"),
        (lambda *_: {"content": None}, "票数与已投票人数不符"),
    ],
    ids=["spoilt", "swapped", "emptied"],
)
def test_a_box_that_was_tampered_with_is_not_counted(
    player: Player, vote: int, change: Callable[[Player, int], dict[str, Any]], words: str
) -> None:
    cast(player, vote, "agree", "agree")
    values = change(player, vote)
    with player.database.writing() as session:
        session.execute(update(SealedBox).where(SealedBox.case_id == vote).values(values))
    counts = table_counts(player)
    with pytest.raises(WorkflowError, match=words):
        player.do("tianye", vote, "ballot", {"decision": "agree"})
    assert table_counts(player) == counts


def test_the_verification_finds_a_changed_count(player: Player, vote: int) -> None:
    cast(player, vote, "agree", "agree", "against")
    with player.database.reading() as session:
        assert verify(session, checks=CONTENT_CHECKS).faults == ()
    with player.database.writing() as session:
        changed = {"choices": ["agree", "agree", "agree"]}
        session.execute(update(SealedBox).where(SealedBox.case_id == vote).values(changed))
    with player.database.reading() as session:
        (fault,) = verify(session, checks=CONTENT_CHECKS).faults
    assert (fault.subject, str(fault.message)) == (f"task:{tasks_of(player, 'ballot', vote)[0].id}", "所记内容已被改动")


def test_the_history_tells_of_votes_and_count_within_the_bureau(player: Player, vote: int) -> None:
    cast(player, vote, "agree", "against", "agree")
    told = [(str(e.who), str(e.detail)) for e in page_of(player, "limin", vote).timeline if e.step.zh == "无记名投票"]
    assert told == [
        ("田野", "投票结束，共3票：同意2票，不同意1票，弃权0票"),
        ("田野", "已投票"),
        ("顾蓉", "已投票"),
        ("方锐", "已投票"),
    ]
    assert "无记名投票" not in {e.step.zh for e in page_of(player, "linxiao", vote).timeline}
    assert "decision" not in canonical_json([e.body for e in events_of(player, "ballot_cast", vote)])


def test_a_recused_voter_does_not_count(player: Player, vote: int) -> None:
    """Of four voters one recuses: the three votes of the others are the ballot, and two of three are enough."""
    player.withdraw("linxiao", vote, "另行推荐。")
    case_id = player.start("linxiao", "vote")
    propose(player, case_id, *NAMES, "苏荷")
    cast(player, case_id, "agree", "abstain", "agree")
    assert open_elements(player, case_id) == ["ballot"]
    with acting(player, "suhe") as act:
        cases.recuse(act, open_task(player, "ballot", case_id).id, "系本人亲属。")
    assert case_of(player, case_id).facts["ballot"]["decision"] == "passed"
