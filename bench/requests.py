"""Completing tasks over HTTP: one client, and four clients at once on two web processes."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from sqlalchemy import select

from bench import cores, product
from bench.client import Client, serving
from bench.measure import Figure, Times
from bench.part import BUDGET, Bench
from bench.product import STEPS, Product
from bench.stores import POSTGRESQL, SQLITE
from workflow_app.cases.models import Task
from workflow_app.config import Config

CLIENTS, WEB_PROCESSES = 4, 2

GLANCES = 20
"""How long the yardstick is looked at between two steps, while nobody asks for anything."""

WARM = 8
"""Cases played and not counted: each process of a server that has just started answers each step once before."""

Desks = Mapping[str, Client]
"""One browser for each person who acts."""


def run(bench: Bench) -> Iterator[Figure]:
    """Both databases, first without the job worker as the neighbours were measured, then with it as it is served."""
    for name in bench.stores.names:
        config, database = bench.stores.new(name)
        config = replace(config, port=_free_port())
        county = product.load(config, database)
        is_postgresql = name == POSTGRESQL
        with serving(config, web_processes=WEB_PROCESSES, worker=False):
            desks = [_desks(config) for _ in range(CLIENTS)]
            _play(bench, county, desks, WARM)
            alone = _play(bench, county, desks[:1], bench.rounds(20, 4))
            budget = BUDGET.request_ms[is_postgresql]
            what = f"completion over HTTP, one client, {name}"
            yield alone.times.figure(what, budget, bench.pace.taken, alone.computing)
            played = _play(bench, county, desks, bench.rounds(120, 12))
            what = f"cases a second over HTTP, {CLIENTS} clients, {WEB_PROCESSES} processes, {name}"
            least, most = BUDGET.cases_a_second[is_postgresql], BUDGET.request_p95_ms if name == SQLITE else None
            rate = Figure(what, played.rate, "/s", least, at_least=True, computing=played.computing)
            yield replace(rate, detail="; ".join(filter(None, (played.times.spread, bench.pace.taken))))
            late, what = played.times.quantile(0.95), f"p95 of a completion, {CLIENTS} clients, {name}"
            yield Figure(what, late, "ms", most, computing=played.computing)
        with serving(config, web_processes=WEB_PROCESSES, worker=True):
            desks = [_desks(config) for _ in range(CLIENTS)]
            _play(bench, county, desks, WARM)
            played = _play(bench, county, desks, bench.rounds(40, 8))
            yield Figure(f"the same beside the busy job worker, {name}", played.rate, "/s", detail=played.times.spread)
        database.dispose()


def _desks(config: Config) -> Desks:
    return {username: Client(config, username) for username in sorted({username for _, username, _ in STEPS})}


@dataclass(frozen=True)
class Played:
    """Cases a second, the times of the completions, and the share of it in which the machine computed for them."""

    rate: float
    times: Times
    computing: float


def _play(bench: Bench, county: Product, clients: list[Desks], cases: int) -> Played:
    """Play cases with all clients at once, step by step.

    Between the steps the new task ids are looked up, untimed: a person has the page of the task open by then.
    """
    ids = [county.start() for _ in range(cases)]
    times, total, computed = Times(), 0.0, 0.0
    bench.pace.begin()
    with ThreadPoolExecutor(len(clients)) as pool:
        for element, username, answers in STEPS:
            tasks = _open_tasks(county, ids, element)
            shares = [tasks[n :: len(clients)] for n in range(len(clients))]
            form = {f"f-{key}": _sent(value) for key, value in answers.items()}
            os.sync()
            before, began = cores.now(), time.perf_counter()
            works = [
                pool.submit(_complete, desk[username], share, form) for desk, share in zip(clients, shares, strict=True)
            ]
            times.seconds += [second for work in works for second in work.result()]
            seconds, after = time.perf_counter() - began, cores.now()
            working = after.since(before).working if before and after else 1.0
            total += seconds
            computed += seconds * cores.computing(working, len(clients))
            bench.pace.glance(GLANCES)
    return Played(cases / total, times, computed / total)


def _complete(client: Client, tasks: list[tuple[int, int]], form: Mapping[str, str]) -> list[float]:
    seconds = []
    for task_id, revision in tasks:
        values = {**form, "revision": str(revision), "key": f"http-{task_id}", "act": "submit"}
        began = time.perf_counter()
        status, location = client.post(f"/tasks/{task_id}", values)
        seconds.append(time.perf_counter() - began)
        assert status == 303, f"task {task_id} was answered with {status} {location}"
    return seconds


def _open_tasks(county: Product, case_ids: list[int], element: str) -> list[tuple[int, int]]:
    with county.database.reading() as session:
        query = select(Task.id, Task.revision).where(
            Task.case_id.in_(case_ids), Task.element == element, Task.closed_at.is_(None)
        )
        return [(task_id, revision) for task_id, revision in session.execute(query.order_by(Task.id))]


def _sent(value: object) -> str:
    return "yes" if value is True else str(value)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
