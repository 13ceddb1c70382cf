"""Completing tasks over HTTP: one client, and four clients at once on two web processes."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sqlalchemy import select

from bench import product
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
            _, times = _play(bench, county, desks[:1], bench.rounds(20, 4))
            budget = BUDGET.request_ms[is_postgresql]
            yield times.figure(f"completion over HTTP, one client, {name}", budget, bench.pace.taken)
            rate, times = _play(bench, county, desks, bench.rounds(60, 12))
            what = f"cases a second over HTTP, {CLIENTS} clients, {WEB_PROCESSES} processes, {name}"
            detail = "; ".join(filter(None, (times.spread, bench.pace.taken)))
            yield Figure(what, rate, "/s", BUDGET.cases_a_second[is_postgresql], at_least=True, detail=detail)
            most = BUDGET.request_p95_ms if name == SQLITE else None
            yield Figure(f"p95 of a completion, {CLIENTS} clients, {name}", times.quantile(0.95), "ms", most)
        with serving(config, web_processes=WEB_PROCESSES, worker=True):
            rate, times = _play(bench, county, [_desks(config) for _ in range(CLIENTS)], bench.rounds(40, 8))
            yield Figure(f"the same beside the busy job worker, {name}", rate, "/s", detail=times.spread)
        database.dispose()


def _desks(config: Config) -> Desks:
    return {username: Client(config, username) for username in sorted({username for _, username, _ in STEPS})}


def _play(bench: Bench, county: Product, clients: list[Desks], cases: int) -> tuple[float, Times]:
    """Play cases with all clients at once, step by step; cases a second, and the times of the completions.

    Between the steps the new task ids are looked up, untimed: a person has the page of the task open by then.
    """
    ids = [county.start() for _ in range(cases)]
    times, total = Times(), 0.0
    bench.pace.begin()
    with ThreadPoolExecutor(len(clients)) as pool:
        for element, username, answers in STEPS:
            tasks = _open_tasks(county, ids, element)
            shares = [tasks[n :: len(clients)] for n in range(len(clients))]
            form = {f"f-{key}": _sent(value) for key, value in answers.items()}
            began = time.perf_counter()
            works = [
                pool.submit(_complete, desk[username], share, form) for desk, share in zip(clients, shares, strict=True)
            ]
            times.seconds += [second for work in works for second in work.result()]
            total += time.perf_counter() - began
            bench.pace.glance(GLANCES)
    return cases / total, times


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
