"""Races: several people act at the same instant, released by a barrier. One wins, the others are told; both databases.

Each race checks its own outcome at once and raises AssertionError; the caller holds the county to the invariants.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from tests.county import E1_CASE, acting, case_of, open_elements, open_task, rows, submissions_of, table_counts
from workflow_app import cases
from workflow_app.cases.models import Deadline
from workflow_app.clock import end_of
from workflow_app.demo import formation
from workflow_app.demo.player import Player
from workflow_app.errors import ConflictError, WorkflowError
from workflow_app.jobs.models import Job
from workflow_app.worker import make_worker

Act = Callable[[], cases.Completed | None]
Outcome = cases.Completed | WorkflowError | None

Race = Callable[..., list[Outcome]]
"""How the acts are let loose: :func:`together`, :func:`in_turn`, or in processes."""

AGREE = {"decision": "agree", "opinion": "同意。"}
RETURN = {"decision": "return", "opinion": "请修改。"}
DRAFTERS = ("limin", "chenxiao")
"""Two officers of one section: each may draft the reply."""


@dataclass(frozen=True)
class Answering:
    """One person who is about to answer a task, page open."""

    player: Player
    username: str
    task_id: int
    revision: int
    answers: Mapping[str, Any]
    key: str

    def __call__(self) -> cases.Completed:
        """Press the button."""
        return self.player.send(self.username, self.task_id, self.revision, self.answers, self.key)


def answering(
    player: Player, username: str, element: str, answers: Mapping[str, Any], key: str, case_id: int = E1_CASE
) -> Answering:
    """Open the page of the open task of an element."""
    task = open_task(player, element, case_id)
    return Answering(player, username, task.id, task.revision, answers, f"{key}-{task.id}")


def together(*acts: Act) -> list[Outcome]:
    """Let everybody act at the same instant; what came of each: the answer, or the refusal."""
    barrier = threading.Barrier(len(acts))

    def one(act: Act) -> Outcome:
        barrier.wait()
        try:
            return act()
        except WorkflowError as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(one, acts))


def in_turn(*acts: Act) -> list[Outcome]:
    """One act after the other: the ends that a race may have, each for certain."""
    found: list[Outcome] = []
    for act in acts:
        found += together(act)
    return found


def in_reverse(*acts: Act) -> list[Outcome]:
    """The last one first; the outcomes in the order of the acts."""
    return in_turn(*reversed(acts))[::-1]


def two_officers(player: Player, times: int, race: Race = together) -> None:
    """Two officers answer the same task, again and again: one wins, the other reads who and when."""
    for number in _rounds(player, times):
        outcomes = race(*(answering(player, who, "approval_draft", {}, f"{who}-{number}") for who in DRAFTERS))
        assert sorted(type(o).__name__ for o in outcomes) == ["Completed", "ConflictError"], outcomes
        winner = {"limin": "李敏", "chenxiao": "陈晓"}[DRAFTERS[0 if isinstance(outcomes[0], cases.Completed) else 1]]
        (refused,) = (str(outcome) for outcome in outcomes if isinstance(outcome, ConflictError))
        assert winner in refused, refused
        assert f"{player.now:%H:%M}" in refused, refused


def double_clicks(player: Player, times: int, race: Race = together) -> None:
    """One person sends the same page twice: one act, and the same answer twice."""
    for number in _rounds(player, times):
        page = answering(player, DRAFTERS[0], "approval_draft", {}, f"twice-{number}")
        first, second = race(page, page)
        assert isinstance(first, cases.Completed), first
        assert first == second


def four_sections(player: Player, race: Race = together, case_id: int = E1_CASE) -> str:
    """Four sections answer side by side: every opinion is stored, and what follows opens once."""
    reasons = {"schools.staffing": formation.STAFFING_REASON}
    player.do(formation.OFFICER, case_id, "first_review", {**AGREE, "reasons": reasons})
    pages = [
        answering(player, who, "sections_opinions", {**AGREE, "opinion": f"{who}无意见。"}, who, case_id)
        for who in formation.SECTIONS
    ]
    outcomes = race(*pages)
    assert all(isinstance(outcome, cases.Completed) for outcome in outcomes), outcomes
    stored = [row.answers["opinion"] for row in submissions_of(player, "sections_opinions", case_id)]
    assert sorted(stored) == sorted(page.answers["opinion"] for page in pages)
    assert open_elements(player, case_id) == ["arrange_assessment"]
    return "four opinions"


def ask_for_documents(player: Player, case_id: int = E1_CASE) -> None:
    """The application goes back to the school, which has a period to supply what is missing."""
    items = [{"item": "章程草案", "reason": "缺少经费条款"}]
    player.do(formation.OFFICER, case_id, "accept_review", {"decision": "return", "items": items})


def answer_against_deadline(player: Player, race: Race = together, case_id: int = E1_CASE) -> str:
    """The school supplies its documents at the instant at which the period lapses: one of the two happens."""
    application = formation.application(player, case_id)
    supplied = answering(player, formation.CLERK, "supplement_supply", application, "late", case_id)
    (deadline,) = rows(player, select(Deadline).where(Deadline.case_id == case_id, Deadline.state == "armed"))
    player.now = max(player.now, end_of(deadline.due_on))

    def fire() -> None:
        with acting(player, formation.CLERK) as act:
            cases.fire_deadline(act, deadline.id)

    answered, _ = race(supplied, fire)
    (now,) = rows(player, select(Deadline).where(Deadline.id == deadline.id))
    happened = (isinstance(answered, cases.Completed), now.state, open_elements(player, case_id))
    assert happened in (
        (True, "disarmed", ["accept_review"]),
        (False, "fired", ["supplement_lapse"]),
    ), (happened, answered)
    return now.state


def withdrawal_against_answer(player: Player, race: Race = together, case_id: int = E1_CASE) -> str:
    """The school withdraws while the officer decides: the withdrawal holds, the decision came first or not at all."""
    decided = answering(player, formation.OFFICER, "accept_review", {"decision": "accept"}, "decided", case_id)

    def withdraw() -> None:
        with acting(player, formation.CLERK) as act:
            cases.withdraw(act, case_id, "学校另行申报。")

    answered, withdrawn = race(decided, withdraw)
    assert withdrawn is None, withdrawn
    assert (case_of(player, case_id).outcome, open_elements(player, case_id)) == ("withdrawn", [])
    stored = len(submissions_of(player, "accept_review", case_id))
    assert stored == isinstance(answered, cases.Completed), (stored, answered)
    return "decided first" if stored else "withdrawn first"


def two_workers(player: Player, case_ids: list[int]) -> None:
    """Two workers take the same due deadlines: each is fired once."""
    (due_on,) = {d.due_on for d in rows(player, select(Deadline).where(Deadline.state == "armed"))}
    player.now = end_of(due_on)

    def work() -> None:
        worker = make_worker(player.config, player.database, lambda: player.now)
        while worker.run_once():
            pass

    together(work, work)
    assert [open_elements(player, case_id) for case_id in case_ids] == [["notice_result"]] * len(case_ids)


def zombie(player: Player, case_ids: list[int]) -> None:
    """A worker sleeps through its lease and wakes up when another has done its jobs: its late writes are refused."""
    (due_on,) = {d.due_on for d in rows(player, select(Deadline).where(Deadline.state == "armed"))}
    player.now = end_of(due_on)
    sleeper, heir = (make_worker(player.config, player.database, lambda: player.now) for _ in range(2))
    claimed = sleeper._claim()
    assert claimed
    player.now += timedelta(seconds=61)
    while heir.run_once():
        pass
    before = _jobs(player), table_counts(player)
    player.now += timedelta(seconds=1)
    for job in claimed:
        sleeper._run(job)
    assert (_jobs(player), table_counts(player)) == before, "the late write was accepted"
    assert [open_elements(player, case_id) for case_id in case_ids] == [["notice_result"]] * len(case_ids)


def _jobs(player: Player) -> list[tuple[int, str | None, datetime | None]]:
    return [(job.id, job.owner, job.done_at) for job in rows(player, select(Job).order_by(Job.id))]


def _rounds(player: Player, times: int) -> Iterator[int]:
    """Rounds of drafting and sending back, a second apart; in each, somebody drafts in the body of the loop.

    Raises:
        AssertionError: a round has left something else than one that nobody disputed, in whatever table.
    """
    before = table_counts(player)
    answering(player, DRAFTERS[0], "approval_draft", {}, "alone")()
    _send_back(player)
    counts = table_counts(player)
    plain = _more(counts, before)
    for number in range(times):
        yield number
        _send_back(player)
        before, counts = counts, table_counts(player)
        assert _more(counts, before) == plain, "the loser has left something"


def _send_back(player: Player) -> None:
    player.do("zhoumin", E1_CASE, "approval_review", RETURN)
    player.now += timedelta(seconds=1)


def _more(counts: Mapping[str, int], before: Mapping[str, int]) -> dict[str, int]:
    return {name: count - before[name] for name, count in counts.items() if count != before[name]}
