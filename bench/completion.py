"""Completing a task in process: the five-task approval, every step persisted with its history, all in turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from bench import product, spiff, viewflow
from bench.measure import Contender, Figure, Times, alternate, quiet
from bench.part import BUDGET, Bench
from bench.product import STEPS, Product
from bench.stores import POSTGRESQL
from tests.costs import counting
from workflow_app.demo import formation

OURS = "workflow_app"


def run(bench: Bench) -> Iterator[Figure]:
    """Times of all contenders in turn, then statements and commits of each."""
    with ExitStack() as stack:
        products = {name: _product(bench, name, stack) for name in bench.stores.names}
        neighbours = {name: _viewflow(bench, name, stack) for name in bench.stores.names}
        raw = spiff.Spiff()
        contenders: dict[str, Contender] = {f"{OURS} {name}": p.approval for name, p in products.items()}
        contenders |= {f"Viewflow {name}": v.case for name, v in neighbours.items()}
        contenders |= {spiff.IN_MEMORY: raw.in_memory, spiff.SAVED: raw.saved}
        bench.pace.begin()
        times = alternate(contenders, bench.rounds(40, 8), bench.pace.glance)
        for name in contenders:
            found = times[name]["completion"]
            yield found.figure(f"one completion, {name}", _budget(name), computing=_computing(name, found))
        for name in bench.stores.names:
            yield _beside_viewflow(name, times)
            yield times[f"{OURS} {name}"]["start"].figure(f"starting a case, {OURS} {name}")
        for name, p in products.items():
            yield from _cost(name, p)
            counts = neighbours[name].statements()
            yield Figure(
                f"most statements of a completion, Viewflow {name}", max(counts.values()), "", detail=str(counts)
            )
        for name, p in products.items():
            yield _joint_opinion(bench, name, p)


def _budget(name: str) -> float | None:
    if not name.startswith(OURS):
        return None
    return BUDGET.completion_ms[name.endswith(POSTGRESQL)]


def _computing(name: str, times: Times) -> float:
    """A server computes in processes of its own, which nobody watches here: all of the time counts as computing."""
    return 1.0 if name.endswith(POSTGRESQL) else times.computing


def _beside_viewflow(name: str, times: dict[str, dict[str, Times]]) -> Figure:
    ours, theirs = (times[f"{who} {name}"]["completion"].median for who in (OURS, "Viewflow"))
    return Figure(f"our completion as a share of Viewflow's, {name}", ours / theirs, "", 1.0)


def _cost(name: str, p: Product) -> Iterator[Figure]:
    case_id = p.start()
    statements: dict[str, int] = {}
    commits: dict[str, int] = {}
    for element, username, answers in STEPS:
        act = p.completion(case_id, element, username, answers)
        with counting(p.database.engine) as cost:
            act()
        statements[element], commits[element] = len(cost.statements), cost.commits
    yield Figure(
        f"most statements of a completion, {OURS} {name}",
        max(statements.values()),
        "",
        BUDGET.statements,
        detail=str(statements),
    )
    yield Figure(f"commits of a completion, {OURS} {name}", max(commits.values()), "", BUDGET.commits)


def _joint_opinion(bench: Bench, name: str, p: Product) -> Figure:
    """A real step: four sections give their joint opinion on a new education group, the last completes it."""
    times = Times()
    bench.pace.begin()
    for number in range(-1, bench.rounds(20, 2)):
        answers = _sections_answer(p)
        bench.pace.glance()
        if number >= 0:
            times.add(answers)
    what, computing = f"an answer of the four sections on a group, {OURS} {name}", _computing(name, times)
    return times.figure(what, BUDGET.completion_ms[name == POSTGRESQL], computing=computing)


def _sections_answer(p: Product) -> Times:
    case_id, times = formation.file_application(p.player), Times()
    formation.return_and_supply(p.player, case_id)
    formation.accept(p.player, case_id)
    reasons = {"schools.staffing": formation.STAFFING_REASON}
    p.completion(case_id, "first_review", "limin", {"decision": "agree", "opinion": "同意。", "reasons": reasons})()
    for section in formation.SECTIONS:
        act = p.completion(case_id, "sections_opinions", section, {"decision": "agree", "opinion": "同意。"})
        with quiet(), times.one():
            act()
    return times


def _product(bench: Bench, name: str, stack: ExitStack) -> Product:
    config, database = bench.stores.new(name)
    stack.callback(database.dispose)
    return product.load(config, database)


def _viewflow(bench: Bench, name: str, stack: ExitStack) -> viewflow.Viewflow:
    return stack.enter_context(viewflow.running(bench.stores.url(name, bench.stores.fresh_name())))
