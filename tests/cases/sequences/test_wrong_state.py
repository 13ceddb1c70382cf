"""G-03: how a task stands to a person × what the person tries, by a reviewed table; what is refused writes nothing.

One county holds four cases, each at another point, so that every standing is there at once. Every pair is tried in a
transaction of its own that is given up afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from tests.county import County, acting, open_task, rows, table_counts, tasks_of
from tests.databases import Databases
from workflow_app import cases
from workflow_app.act import Act
from workflow_app.cases.models import Case, Task
from workflow_app.demo import formation
from workflow_app.demo.player import Player
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, WorkflowError

pytestmark = pytest.mark.sweep

WORDS: Mapping[type[WorkflowError], str] = {
    ForbiddenError: "forbidden",
    ConflictError: "conflict",
    NotFoundError: "hidden",
    InvalidError: "invalid",
}

ACTIONS = ("complete", "draft", "claim", "release", "recuse", "add", "remove", "lift")

# Who may see a case but not act reads "forbidden"; who comes too late "conflict"; who may not know of it "hidden". A
# gate is found on an open task that it may stop, and nowhere else.
TABLE = """
                   | complete  draft     claim     release   recuse    add       remove    lift
open to me         | ok        ok        ok        ok        forbidden forbidden forbidden forbidden
claimed by me      | ok        ok        ok        ok        forbidden forbidden forbidden forbidden
claimed by another | conflict  forbidden forbidden forbidden forbidden forbidden forbidden forbidden
not my position    | forbidden forbidden forbidden forbidden forbidden forbidden forbidden ok
my own application | forbidden forbidden forbidden forbidden forbidden forbidden forbidden forbidden
hidden from me     | hidden    hidden    hidden    hidden    hidden    hidden    hidden    hidden
done by me         | conflict  conflict  conflict  conflict  conflict  forbidden forbidden hidden
done by another    | conflict  conflict  conflict  conflict  conflict  forbidden forbidden hidden
undone             | conflict  conflict  conflict  conflict  conflict  forbidden forbidden hidden
seen too long ago  | conflict  ok        ok        ok        forbidden forbidden forbidden forbidden
my seat            | ok        ok        ok        forbidden ok        forbidden forbidden hidden
my seat, done      | conflict  forbidden forbidden forbidden forbidden forbidden forbidden hidden
I recused myself   | hidden    hidden    hidden    hidden    ok        hidden    hidden    hidden
I handle the panel | forbidden forbidden forbidden forbidden forbidden ok        ok        hidden
no such task       | hidden    hidden    hidden    hidden    hidden    hidden    hidden    hidden
"""

EXPECTED = {
    (standing.strip(), action): word
    for line in TABLE.strip().splitlines()[1:]
    for standing, _, words in [line.partition("|")]
    for action, word in zip(ACTIONS, words.split(), strict=True)
}


@dataclass(frozen=True)
class Place:
    """Somebody in front of a task."""

    username: str
    task_id: int
    revision: int


@dataclass(frozen=True)
class Stage:
    """The county in which all places are."""

    player: Player
    places: Mapping[str, Place]
    reserve: int  # an expert who does not sit yet


class _GivenUpError(Exception):
    """Undoes a transaction that went well."""


ACCEPT = {"decision": "accept", "opinion": "材料齐全，予以受理。"}
SCORE = {"score": "80", "opinion": "建议同意。"}


def answers_for(act: Act, at: Place) -> Mapping[str, object]:
    task = act.session.get(Task, at.task_id)
    return SCORE if task is not None and task.element == "assessment" else ACCEPT


def file(player: Player) -> int:
    """One more case that waits for its acceptance."""
    case_id = player.start(formation.CLERK, "group-formation")
    player.do(formation.CLERK, case_id, "apply", formation.application(player, case_id))
    return case_id


@pytest.fixture(scope="module")
def stage(county_files: County, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Four cases: one with its experts, one that waits for its acceptance, one claimed, one withdrawn."""
    player = county_files.copy("reviewed", tmp_path_factory.mktemp("pairs") / "county")
    formation.arrange(player, 1, "2026-04-22", "2026-04-24")
    player.do("fangrui", 1, "assessment", SCORE)
    waiting, claimed, withdrawn = file(player), file(player), file(player)
    with acting(player, "limin") as act:
        cases.claim(act, open_task(player, "accept_review", claimed).id)
    with acting(player, "gurong") as act:
        cases.recuse(act, open_task(player, "assessment").id, "配偶在该校任教。")
    player.withdraw(formation.CLERK, withdrawn, "暂缓组建。")
    panel, free = open_task(player, "assessment"), open_task(player, "accept_review", waiting)
    taken, (undone,) = open_task(player, "accept_review", claimed), tasks_of(player, "accept_review", withdrawn)
    _, accepted = tasks_of(player, "accept_review")
    places = {
        "open to me": ("limin", free),
        "claimed by me": ("limin", taken),
        "claimed by another": ("chenxiao", taken),
        "not my position": ("zhoumin", free),
        "my own application": ("linxiao", free),
        "hidden from me": ("majun", free),
        "done by me": ("limin", accepted),
        "done by another": ("chenxiao", accepted),
        "undone": ("limin", undone),
        "my seat": ("tianye", panel),
        "my seat, done": ("fangrui", panel),
        "I recused myself": ("gurong", panel),
        "I handle the panel": ("limin", panel),
    }
    found = {name: Place(username, task.id, task.revision) for name, (username, task) in places.items()}
    found["seen too long ago"] = Place("limin", free.id, free.revision - 1)
    found["no such task"] = Place("limin", 999_999, 1)
    yield Stage(player, found, player.person("苏荷"))
    player.database.dispose()
    databases.drop(player.database.url)


def attempt(stage: Stage, at: Place, action: str) -> Callable[[Act], object]:
    """What is tried."""
    lifted = ("cases.supplement_once", "section_chief@basic_education", "已核实。")
    tried: dict[str, Callable[[Act], object]] = {
        "complete": lambda act: cases.complete_task(act, at.task_id, at.revision, answers_for(act, at), "pair"),
        "draft": lambda act: cases.save_draft(act, at.task_id, {"opinion": "待定"}),
        "claim": lambda act: cases.claim(act, at.task_id),
        "release": lambda act: cases.release(act, at.task_id),
        "recuse": lambda act: cases.recuse(act, at.task_id, "亲属。"),
        "add": lambda act: cases.add_seat(act, at.task_id, stage.reserve, "补位。"),
        "remove": lambda act: cases.remove_seat(act, at.task_id, 3, "出差。"),
        "lift": lambda act: cases.override_gate(act, at.task_id, *lifted),
    }
    return tried[action]


@pytest.mark.parametrize(("standing", "action"), list(EXPECTED), ids=lambda value: value.replace(" ", "-"))
def test_each_pair_is_what_the_table_says(stage: Stage, standing: str, action: str) -> None:
    at = stage.places[standing]
    try:
        with acting(stage.player, at.username) as act:
            attempt(stage, at, action)(act)
            act.session.flush()
            raise _GivenUpError
    except _GivenUpError:
        word = "ok"
    except WorkflowError as refused:
        word = WORDS[type(refused)]
    assert word == EXPECTED[standing, action]


def test_what_is_refused_writes_nothing(stage: Stage) -> None:
    before, cases_before = table_counts(stage.player), states(stage.player)
    for (standing, action), word in EXPECTED.items():
        if word != "ok":
            at = stage.places[standing]
            with pytest.raises(WorkflowError), acting(stage.player, at.username) as act:
                attempt(stage, at, action)(act)
    assert table_counts(stage.player) == before
    assert states(stage.player) == cases_before


def states(player: Player) -> list[tuple[int, bytes]]:
    """The revision and the engine's state of every case."""
    return [(case.revision, case.state) for case in rows(player, select(Case).order_by(Case.id))]
