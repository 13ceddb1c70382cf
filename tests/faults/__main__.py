"""``python -m tests.faults``: the checker, and the long fault runs, each printing its database and seed.

Every run ends with a line of the table in docs/reliability.md, and with exit code 1 if a promise was broken.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tests.county import County
from tests.databases import Databases, PostgresDatabases, SqliteDatabases
from tests.faults import kills as killing
from tests.faults import losses as losing
from tests.faults import races as racing
from tests.faults.crowd import gather
from tests.faults.invariants import check as check_invariants
from tests.faults.racer import processes
from tests.faults.recorded import read_recorded
from tests.postgres import running_server
from workflow_app.database import Database
from workflow_app.demo.player import Player

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
    click.echo(f"kills: {database}, seed {seed}")
    began, total, chance = time.monotonic(), killing.Tally(), random.Random(seed)  # noqa: S311 - repeated from its seed
    with counties(database) as (county, folder):
        for number in itertools.count():
            player = county.copy("empty", folder / f"office-{number}")
            gather(player, cases, chance.choice(("accepted", "assessed", "approved")))
            total.add(killing.run(player, chance.randrange(2**32), at_random=True, again=True))
            player.database.dispose()
            click.echo(f"  {total}")
            if total.violations or total.kills >= wanted:
                break
    for violation in total.violations:
        click.echo(str(violation))
    _say_row("kills", database, seed, str(total), time.monotonic() - began)
    sys.exit(1 if total.violations else 0)


@faults.command()
@click.option("--times", type=int, default=1000, show_default=True, help="races of each kind that need no new county")
@DATABASE
def races(times: int, database: str) -> None:
    """Two officers and double clicks, by threads and by processes; sections, deadlines and withdrawals as well."""
    click.echo(f"races: {database}")
    began, copies = time.monotonic(), max(times // 20, 1)
    with counties(database) as (county, folder):
        player = county.copy("approved", folder / "threads")
        racing.two_officers(player, times)
        racing.double_clicks(player, times)
        with processes(player) as stable:
            racing.two_officers(player, times, stable.together)
            racing.double_clicks(player, times, stable.together)
        broken = _broken(player)
        ends: dict[str, int] = {}
        for number in range(copies):
            for stage, race in (
                ("accepted", racing.four_sections),
                ("filed", racing.answer_against_deadline),
                ("filed", racing.withdrawal_against_answer),
            ):
                player = county.copy(stage, folder / f"{race.__name__}-{number}")
                end = race(player) or "four opinions"
                ends[end] = ends.get(end, 0) + 1
                broken += _broken(player)
    found = ", ".join(f"{end} {count}" for end, count in sorted(ends.items()))
    what = f"{2 * times} races of two officers, {2 * times} double clicks, half of each in two processes; {found}"
    _say_row("races", database, None, f"{what}; violations {broken}", time.monotonic() - began)
    sys.exit(1 if broken else 0)


@faults.command()
@click.option("--cuts", type=int, default=100, show_default=True, help="acts during which connections are cut")
@click.option("--restarts", type=int, default=20, show_default=True, help="restarts of the server under an open page")
def losses(cuts: int, restarts: int) -> None:
    """Cut PostgreSQL's connections and restart it at once while people act."""
    click.echo("losses: postgresql")
    began = time.monotonic()
    with counties("postgresql") as (county, folder):
        player = county.copy("approved", folder / "cut")
        cut, asked = losing.cut_while_acting(player, cuts)
        broken = _broken(player)
        player = county.copy("approved", folder / "restarted")
        again = losing.restart_while_acting(player, restarts)
        broken += _broken(player)
    what = f"{cut} connections cut under {cuts} acts, asked again {asked}; {restarts} restarts, asked again {again}"
    _say_row("losses", "postgresql", None, f"{what}; violations {broken}", time.monotonic() - began)
    sys.exit(1 if broken else 0)


@contextmanager
def counties(database: str) -> Iterator[tuple[County, Path]]:
    """Counties on a database of one's own, and a folder for them."""
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        folder = Path(name)
        (folder / "county").mkdir()
        if database == "sqlite":
            yield _counties(folder, SqliteDatabases())
        else:
            with running_server() as url:
                yield _counties(folder, PostgresDatabases(url))


def _counties(folder: Path, databases: Databases) -> tuple[County, Path]:
    return County(folder / "county", databases), folder


def _broken(player: Player) -> int:
    violations = check_invariants(player.database, player.config.data)
    for violation in violations:
        click.echo(str(violation))
    player.database.dispose()
    return len(violations)


def _say_row(run: str, database: str, seed: int | None, what: str, seconds: float) -> None:
    """One line for the table in docs/reliability.md."""
    sown = "" if seed is None else f"seed {seed}"
    click.echo(f"| {run} | {database} | {sown} | {what} | {seconds / 60:.0f} min, {os.cpu_count()} cores |")


if __name__ == "__main__":
    faults()
