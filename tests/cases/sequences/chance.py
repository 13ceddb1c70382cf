"""People of the county who do whatever comes to their mind: what they may, what they may not, and all in any order."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.county import acting, rows, table_counts
from tests.faults.day import OpenSeat, next_lapse, open_seats
from tests.faults.invariants import check_world
from tests.faults.running import cases_can_move, engine_agrees
from tests.faults.world import World
from workflow_app import cases
from workflow_app.act import Act
from workflow_app.cases.models import Case, Task
from workflow_app.demo import formation
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.player import Player
from workflow_app.errors import WorkflowError

PEOPLE = (
    *("linxiao", "limin", "chenxiao", "zhoumin", "qiankun", "wangyue", "chenli", "zhaoyi", "sunjun", "wusiyuan"),
    *("zhengguodong", "fengjianhua", "hewen", "fangrui", "gurong", "tianye", "pengzhou", "suhe", "majun", "hancheng"),
)
EXPERTS = ("方锐", "顾蓉", "田野", "彭舟", "苏荷")
CASES = 2
"""Cases that are under way side by side."""

Answers = Mapping[str, Any]


@dataclass
class Chance:
    """A random player. Every act is checked at once: rows and engine agree, and a refusal has written nothing."""

    player: Player
    seed: int
    story: list[str] = field(default_factory=list)
    tried: Counter[str] = field(default_factory=Counter)
    _keys: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - a game, repeated from its seed

    def play(self, acts: int) -> None:
        """Do a number of acts, then hold the county to every promise.

        Raises:
            AssertionError: a promise is broken; the message tells the seed and the acts up to there.
        """
        try:
            for _ in range(acts):
                self._step()
            with self.player.database.reading() as session:
                assert check_world(World(session, self.player.config.data)) == []
        except Exception as error:
            story = "\n".join(self.story)
            raise AssertionError(f"seed {self.seed}, {self.player.database.url}:\n{story}\n{error}") from error

    def _step(self) -> None:
        with self.player.database.reading() as session:
            seats = open_seats(session)
        wishes = [(self._answer, 60), (self._meddle, 20), (self._table, 8), (self._wait, 9), (self._withdraw, 3)]
        wish: Callable[[list[OpenSeat]], None]
        if not self._running() or (len(self._running()) < CASES and self._random.random() < 0.05):
            wish = self._start
        else:
            wish = self._random.choices([w for w, _ in wishes], [weight for _, weight in wishes])[0]
        wish(seats)
        with self.player.database.reading() as session:
            world = World(session, self.player.config.data)
            assert [*engine_agrees(world), *cases_can_move(world)] == []

    def _start(self, _: list[OpenSeat]) -> None:
        self._try("start", formation.CLERK, None, lambda: self.player.start(formation.CLERK, "group-formation"))

    def _answer(self, seats: list[OpenSeat]) -> None:
        """Somebody answers what is theirs, and now and then clicks twice."""
        if not seats:
            return
        seat = self._random.choice(seats)
        task = self._task(seat.task_id)
        self._complete(seat.username, task, task.revision, self._answers(task))

    def _meddle(self, seats: list[OpenSeat]) -> None:
        """Anybody answers anything: not theirs, done already, seen too long ago, or without its answers."""
        task = self._random.choice(self._tasks())
        username = self._random.choice(PEOPLE)
        stale = self._random.random() < 0.2
        answers = {} if self._random.random() < 0.2 else self._answers(task)
        mine = any(seat.task_id == task.id and seat.username == username for seat in seats)
        done = self._complete(username, task, task.revision - stale, answers)
        assert not done or (mine and not stale), f"{username} has answered task {task.id}"

    def _complete(self, username: str, task: Task, revision: int, answers: Answers) -> bool:
        self._keys += 1
        key = f"chance-{self._keys}"

        def once() -> None:
            with acting(self.player, username) as act:
                cases.complete_task(act, task.id, revision, answers, key)

        done = self._try(f"complete {answers.get('decision', '')}", username, task, once)
        if done and self._random.random() < 0.15:
            before = table_counts(self.player)
            once()
            assert table_counts(self.player) == before, "the second click has written something"
        return done

    def _table(self, _: list[OpenSeat]) -> None:
        """Claims, drafts, and changes of tables of seats, by anybody on anything."""
        task, username = self._random.choice(self._tasks()), self._random.choice(PEOPLE)
        expert = self.player.person(self._random.choice(EXPERTS))
        number = self._random.randint(1, 4)
        acts: Sequence[tuple[str, Callable[[Act], object]]] = (
            ("claim", lambda act: cases.claim(act, task.id)),
            ("release", lambda act: cases.release(act, task.id)),
            ("draft", lambda act: cases.save_draft(act, task.id, {"opinion": "待定"})),
            ("recuse", lambda act: cases.recuse(act, task.id, "亲属在该校任教。")),
            ("add", lambda act: cases.add_seat(act, task.id, expert, "补位。")),
            ("remove", lambda act: cases.remove_seat(act, task.id, number, "出差。")),
        )
        name, act_on = self._random.choice(acts)

        def once() -> None:
            with acting(self.player, username) as act:
                act_on(act)

        self._try(name, username, task, once)

    def _wait(self, _: list[OpenSeat]) -> None:
        """Some days go by; or all up to the next period that lapses."""
        with self.player.database.reading() as session:
            lapse = next_lapse(session)
        until = self.player.now + timedelta(days=self._random.randint(0, 5), hours=self._random.randint(1, 9))
        if lapse is not None and self._random.random() < 0.5:
            until = max(until, lapse)
        self.story.append(f"until {until:%Y-%m-%d %H:%M}")
        self.tried["wait"] += 1
        self.player.work_until(until)

    def _withdraw(self, _: list[OpenSeat]) -> None:
        case = self._random.choice(self._cases())
        username = self._random.choice(("linxiao", "linxiao", *PEOPLE))
        self._try("withdraw", username, None, lambda: self.player.withdraw(username, case.id, "暂缓组建。"))

    def _try(self, what: str, username: str, task: Task | None, once: Callable[[], object]) -> bool:
        """Whether an act was taken; if it was refused, nothing was written."""
        at = f"{task.element} (task {task.id})" if task else ""
        before = table_counts(self.player)
        try:
            once()
        except WorkflowError as refused:
            self.story.append(f"{username}: {what} {at}: {type(refused).__name__}")
            self.tried["refused"] += 1
            assert table_counts(self.player) == before, "a refusal has written something"
            return False
        self.story.append(f"{username}: {what} {at}: done")
        self.tried[what.split()[0]] += 1
        return True

    def _answers(self, task: Task) -> Answers:
        given = answers_to(self.player, task, self._random)
        return {**given, "reasons": REASONS[task.element]} if task.element in REASONS else given

    def _task(self, task_id: int) -> Task:
        return rows(self.player, select(Task).where(Task.id == task_id))[0]

    def _tasks(self) -> list[Task]:
        """Every opening, the open ones three times as likely as those that are closed."""
        found = rows(self.player, select(Task).order_by(Task.id))
        return found + 2 * [task for task in found if task.closed_at is None]

    def _cases(self) -> list[Case]:
        return rows(self.player, select(Case).order_by(Case.id))

    def _running(self) -> list[Case]:
        return [case for case in self._cases() if case.closed_at is None]


REASONS = {
    "first_review": {
        "schools.staffing": formation.STAFFING_REASON,
        "groups.before_autumn_term": "校舍和师资已落实。",
    },
    "arrange_assessment": {"groups.sections_agree": "已与有关科室沟通。"},
    "committee": {"groups.score_band": "综合考虑各方面情况。"},
}


def answers_to(player: Player, task: Task, chance: random.Random) -> Answers:
    """Answers that the step accepts, as a rule; which way they decide is left to chance, most often onwards."""
    element, day = task.element, player.now.date().isoformat()
    onwards = chance.random() < 0.7
    if element == "apply":
        return formation.application(player, task.case_id)
    if element in ("supplement_supply", "revision_supply"):
        return {**formation.application(player, task.case_id), "opinion": "已补齐。"}
    if element == "file_charter":
        return _charter(player, task)
    if element == "committee":
        votes = {"held_on": day, "members": 7, "present": 6, "in_favour": 5 if onwards else 1}
        other = chance.choice(("defer", "refuse"))
        return {
            **votes,
            "decision": "approve" if onwards else other,
            "opinion": "按会议决定。",
            **({} if onwards or other == "defer" else {"reasons_for_refusal": "条件不成熟。"}),
        }
    plain: dict[str, Answers] = {
        "arrange_assessment": {
            "experts": [player.person(name) for name in EXPERTS[:3]],
            "from": day,
            "to": day,
            "site_plan": "实地查看各成员校。",
        },
        "assessment": {"score": str(chance.randint(60, 95)), "opinion": "建议同意组建。"},
        "notice_post": {"places": ["website"], "contact": "基础教育科 0873-1234567"},
        "notice_correct": {"correction": "更正集团名称。"},
        "approval_draft": {},
        "refusal_draft": {},
        "approval_seal": {"sealed_on": day, "copies": 12},
        "refusal_seal": {"sealed_on": day, "copies": 3},
        "approval_deliver": {"delivered_on": day, "method": "in_person", "received_by": "林晓"},
        "refusal_deliver": {"delivered_on": day, "method": "in_person", "received_by": "林晓"},
    }
    if element in plain:
        return plain[element]
    item = {"item": "章程草案", "reason": "缺少经费条款", "basis": "003·A2二(二)2"}
    decisions = {
        "accept_review": ("accept", "return"),
        "supplement_lapse": ("extend", "withdrawn"),
        "revision_lapse": ("extend", "withdrawn"),
        "sections_opinions": ("agree", "disagree"),
        "notice_result": ("none", "upheld"),
        "charter_check": ("accept", "return"),
    }
    decision = decisions.get(element, ("agree", "return"))[not onwards]
    given: dict[str, Any] = {"decision": decision, "opinion": "同意。" if onwards else "请修改。"}
    if decision == "return" and element in ("accept_review", "first_review"):
        given["items"] = [item]
    if decision == "upheld":
        words = {"by": "某家长", "real_name": True, "content": "名称有误。", "finding": "属实。", "upheld": True}
        given["objections"] = [words]
    return given


def _charter(player: Player, task: Task) -> Answers:
    heard = [{"school": player.organisation(s), "reply": "同意", "adopted": True} for s in formation.MEMBERS]
    evidence = {
        key: [player.upload(formation.CLERK, task.case_id, f"{key}.pdf", sample_pdf(key))]
        for key in ("charter", "council_minutes")
    }
    return {
        "version": 1,
        "council_on": player.now.date().isoformat(),
        "parts": list(CHARTER_PARTS),
        "consultation": heard,
        "evidence": evidence,
    }


CHARTER_PARTS = (
    *("purpose", "philosophy", "organisation", "management", "research"),
    *("safety", "ideology", "rights", "powers"),
)
