"""``python -m tests.faults``: the checker, and the long fault runs, each printing its database and seed.

Every run says each minute how far it is, ends with a line of the table in docs/reliability.md, and with exit code 1 if
a promise was broken. One that is interrupted ends with its county, and reports what it has done.
"""

from __future__ import annotations

import functools
import json
import logging
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tests.faults import kills as killing
from tests.faults import losses as losing
from tests.faults import thousands as racing
from tests.faults.crowd import gather
from tests.faults.ground import Ground, ground_on
from tests.faults.invariants import check as check_invariants
from tests.faults.recorded import read_recorded
from tests.progress import told_each_minute
from workflow_app.database import Database

DATABASE = click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
SEED = click.option("--seed", type=int, default=1, show_default=True)


@click.group()
def faults() -> None:
    """Faults: kill, race, cut off; then check that nothing was lost and nothing done twice."""


@faults.command()
@click.argument("url")
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--recorded", type=click.Path(exists=True, path_type=Path), help="requests that clients have recorded")
@click.option("--checkpoint", "checkpoints", multiple=True, type=click.Path(exists=True, path_type=Path))
def check(url: str, data: Path, recorded: Path | None, checkpoints: tuple[Path, ...]) -> None:
    """Hold the database at URL and the files under DATA to the invariants I-1 to I-12; exit code 1 if one is broken."""
    kept = [json.loads(path.read_text(encoding="utf-8")) for path in checkpoints]
    violations = check_invariants(Database(url), data, read_recorded(recorded) if recorded else (), kept)
    for violation in violations:
        click.echo(str(violation))
    click.echo(f"{len(violations)} violations")
    sys.exit(1 if violations else 0)


@faults.command()
@click.option("--kills", "wanted", type=int, default=500, show_default=True, help="end after so many")
@click.option("--cases", type=int, default=2, show_default=True, help="cases of each office")
@DATABASE
@SEED
def kills(wanted: int, cases: int, database: str, seed: int) -> None:
    """kill -9 at every named place in every round, and at random, with power cuts, until so many have died."""
    tally, chance = killing.Tally(), random.Random(seed)  # noqa: S311 - repeated from its seed
    with long_run("kills", database, tally, seed) as ground:
        while tally.kills < wanted and not (ground.violations or ground.is_to_end):
            with ground.county("empty") as player:
                gather(player, cases, chance.choice(("accepted", "assessed", "approved")))
                ground.violations += killing.run(player, chance.randrange(2**32), tally, at_random=True, again=True)


@faults.command()
@click.option("--times", type=int, default=10_000, show_default=True, help="races of two officers")
@click.option("--clicks", type=int, default=1_000, show_default=True, help="double clicks")
@click.option("--others", type=int, default=1_000, show_default=True, help="races of each of the other kinds")
@DATABASE
def races(times: int, clicks: int, others: int, database: str) -> None:
    """Two officers and double clicks, by threads and by processes; sections, deadlines and withdrawals as well."""
    tally = racing.Tally()
    with long_run("races", database, tally) as ground:
        racing.run(ground, tally, times, clicks, others)


@faults.command()
@click.option("--cuts", type=int, default=500, show_default=True, help="acts during which connections are cut")
@click.option("--restarts", type=int, default=50, show_default=True, help="restarts of the server under an open page")
def losses(cuts: int, restarts: int) -> None:
    """Cut PostgreSQL's connections and restart it at once while people act."""
    logging.disable(logging.ERROR)  # The application tells its log of every connection that was cut.
    tally = losing.Losses()
    with long_run("losses", "postgresql", tally) as ground:
        with ground.county("approved") as player:
            losing.cut_while_acting(player, cuts, tally)
        with ground.county("approved") as player:
            losing.restart_while_acting(player, restarts, tally)


@contextmanager
def long_run(name: str, database: str, tally: object, seed: int | None = None) -> Iterator[Ground]:
    """Ground for a run that says each minute how far it is, and ends with its row for the table."""
    sown = "" if seed is None else f"seed {seed}"
    click.echo(f"{name}: {database} {sown}")
    began = time.monotonic()
    with ground_on(database) as ground:
        for stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop, ground.end_soon)
        with told_each_minute(lambda: str(tally), functools.partial(click.echo, err=True)):
            yield ground
        for violation in ground.violations:
            click.echo(str(violation))
    minutes = f"{(time.monotonic() - began) / 60:.0f} min, {os.cpu_count()} cores"
    click.echo(f"| {name} | {database} | {sown} | {tally}; violations {len(ground.violations)} | {minutes} |")
    sys.exit(1 if ground.violations else 0)


if __name__ == "__main__":
    faults()
