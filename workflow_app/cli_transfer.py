"""The command that moves everything to another database."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from workflow_app.cli_audit import show_verification
from workflow_app.database import Database
from workflow_app.errors import NotFoundError
from workflow_app.terminal import say
from workflow_app.text import Text
from workflow_app.transfer import transfer as transfer_rows


@click.command()
@click.option("--from", "source_url", required=True, help="address of the database that is left")
@click.option(
    "--to", "target_url", required=True, help="address of the database moved to, empty, at the present schema"
)
def transfer(source_url: str, target_url: str) -> None:
    """Copy every row to another database, compare all of them, and verify the audit log there.

    Stop all services and workers first. Files and keys in the data folder are not moved: they stay, or are copied.
    """
    with ExitStack() as open_ones:
        source, target = (_opened(url, open_ones) for url in (source_url, target_url))
        counts = transfer_rows(source, target)
        for table, rows in counts.items():
            click.echo(f"{rows:>10}  {table}")
        say(Text("已转移{tables}张表、{rows}行，逐行核对一致。", tables=len(counts), rows=sum(counts.values())))
        show_verification(target)


def _opened(url: str, open_ones: ExitStack) -> Database:
    path = Path(make_url(url).database or "")
    if url.startswith("sqlite") and not path.is_file():
        # Opening it would make it.
        raise NotFoundError("没有数据库文件{path}。", path=path)
    database = Database(url)
    open_ones.callback(database.dispose)
    return database
