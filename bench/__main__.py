"""``python -m bench``: every part, or some with ``--only``; a table, and docs/performance.md on request."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Mapping

import click

from bench import completion, lists, long, memory, proof, report, requests, storage
from bench.measure import Figure
from bench.pace import Pace
from bench.part import Bench, Part
from bench.stores import POSTGRESQL, SQLITE, opened

PARTS: Mapping[str, tuple[str, Part]] = {
    "completion": ("Completing a task, in process", completion.run),
    "requests": ("Completing a task, over HTTP", requests.run),
    "long": ("Long cases", long.run),
    "storage": ("Bytes", storage.run),
    "memory": ("Memory and start", memory.run),
    "proof": ("Documents and verification", proof.run),
    "lists": ("Lists at 1 k, 100 k and 1 M open tasks", lists.run),
}
DATABASES = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", default="", help=f"parts to run, with commas between: {', '.join(PARTS)}")
@click.option("--database", type=click.Choice(list(DATABASES)), multiple=True, help="one database instead of both")
@click.option("--quick", is_flag=True, help="few rounds: to see that it runs, not to be quoted")
@click.option("--write", is_flag=True, help="put the results into docs/performance.md")
def main(only: str, database: tuple[str, ...], quick: bool, write: bool) -> None:
    """Measure the product beside its neighbours. Run it on a quiet machine."""
    chosen = [name for name in only.split(",") if name] or list(PARTS)
    if unknown := set(chosen) - PARTS.keys():
        raise click.BadParameter(f"no such part: {', '.join(sorted(unknown))}")
    found: dict[str, list[Figure]] = {}
    pace = Pace()
    with opened(tuple(DATABASES[name] for name in database or DATABASES)) as stores:
        for name in chosen:
            title, part = PARTS[name]
            click.echo(f"\n{title}")
            began = time.perf_counter()
            pace.begin()
            for measured in part(Bench(stores, pace, quick)):
                figure = pace.beside(measured)
                found.setdefault(title, []).append(figure)
                click.echo(report.line(figure))
            click.echo(f"  ({time.perf_counter() - began:.0f} s)")
        if write:
            report.write(found, stores, shlex.join(["python", "-m", "bench", *sys.argv[1:]]))


main()
