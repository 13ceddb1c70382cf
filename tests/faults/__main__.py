"""``python -m tests.faults``: the checker and the long fault runs, each printing its database and seed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from tests.faults.invariants import check as check_invariants
from tests.faults.recorded import read_recorded
from workflow_app.database import Database


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


if __name__ == "__main__":
    faults()
