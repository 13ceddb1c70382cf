"""``workflow-app demo``: load the demonstration county, and serve it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
from sqlalchemy.engine import make_url

from workflow_app import migrate, serve
from workflow_app.clock import system_clock
from workflow_app.config import Config, from_environment
from workflow_app.database import Database
from workflow_app.demo.county import PASSWORD, demo_accounts
from workflow_app.demo.load import is_loaded, load_demo
from workflow_app.startup import refuse_unsafe
from workflow_app.terminal import said, say
from workflow_app.text import Text


@click.group()
def demo() -> None:
    """Try the product with a fictional county."""


@demo.command()
@click.pass_obj
def load(program: Any) -> None:
    """Migrate an embedded database and fill it with the county, if it is empty."""
    prepare(demo_config(program.config))


@demo.command()
@click.pass_obj
def run(program: Any) -> None:
    """Load the county if need be, and serve it."""
    config = demo_config(program.config)
    refuse_unsafe(config, Database(config.database_url))
    prepare(config)
    show_accounts(config)
    os.environ["WORKFLOW_APP_DEMO"] = "1"  # The server and the worker are processes of their own.
    serve.serve(config, web_processes=2)


def demo_config(config: Config) -> Config:
    """The settings with demo mode on; refused on a production database."""
    if config.demo:
        return config
    environment = {**os.environ, "WORKFLOW_APP_DEMO": "1"}
    return from_environment(environment)


def prepare(config: Config) -> None:
    """Bring the database to the present schema; load the county into it if it is empty."""
    database = Database(config.database_url)
    migrate.upgrade(database)
    loaded = is_loaded(database)
    database.dispose()
    if not loaded:
        say(Text("正在建立演示数据（青禾县，样例数据），约需半分钟……"))
        _load_beside(config, Path(make_url(config.database_url).database or ""))


def _load_beside(config: Config, target: Path) -> None:
    """Fill a database beside the real one and put it in its place when it is whole: a county is never half loaded."""
    beside = target.with_suffix(".loading")
    beside.unlink(missing_ok=True)
    database = Database(f"sqlite:///{beside}", durable=False)
    migrate.upgrade(database)
    load_demo(config, database, system_clock)
    database.dispose()
    beside.replace(target)


def show_accounts(config: Config) -> None:
    """Print where to go and with which accounts."""
    click.echo()
    say(Text("教育办件平台（演示）  {address}", address=config.base_url))
    say(Text("所有演示账号的密码：{password}", password=PASSWORD))
    click.echo()
    for account in demo_accounts():
        click.echo(f"  {account.username:<14}{account.name}  {said(account.place)}")
    click.echo()
    say(Text("按 Ctrl+C 停止。"))
