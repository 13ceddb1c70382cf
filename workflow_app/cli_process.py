"""The commands of the processes: list, show, check, publish. They read the content folder and call the services."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Act, system_actor
from workflow_app.cases.catalogue import CATALOGUE
from workflow_app.clock import system_clock
from workflow_app.database import Database
from workflow_app.definitions.check import faults as faults_of
from workflow_app.definitions.dry_run import dry_run
from workflow_app.definitions.faults import DefinitionRefused, Fault
from workflow_app.definitions.files import sources_of_file
from workflow_app.definitions.show import describe
from workflow_app.definitions.source import Source, read_source, slugs
from workflow_app.definitions.store import publish as publish_source
from workflow_app.definitions.version import load_version
from workflow_app.directory.models import Bureau
from workflow_app.errors import NotFoundError, WorkflowError
from workflow_app.policy.profiles import load_profile
from workflow_app.terminal import reading, said, say
from workflow_app.text import Text, bilingual, listed

MAX_LINES = 300
"""Faults that the check prints; who has more begins with these."""


@click.group()
def process() -> None:
    """Processes: drawings, forms and record templates."""


@process.command("list")
def list_processes() -> None:
    """List the processes of the content folder."""
    for slug in slugs():
        try:
            head = load_version(read_source(slug), 1).head
            title = bilingual(head.title.zh, head.title.en)
        except DefinitionRefused as refused:
            title = Text("（{reason}）", reason=refused.message)
        say(Text("{slug}  {title}", slug=slug, title=title))


@process.command()
@click.argument("slug")
def show(slug: str) -> None:
    """Print one process as a table: who does what, by when, with which form, record and clause."""
    click.echo(describe(load_version(_source(slug), 1), reading()), nl=False)


@process.command()
@click.argument("names", metavar="[SLUG|FILE]...", nargs=-1)
@click.option("--quick", is_flag=True, help="skip the dry run")
def check(names: Sequence[str], quick: bool) -> None:
    """Check processes, all of them by default; every fault is one line, and the exit code is then 1."""
    found: dict[str, None] = {}
    for name in names or slugs():
        sources, faults = _named(name)
        for source in sources:
            faults += examined(source, quick=quick)
        if not faults:
            say(Text("{name} 无错误", name=name))
        found.update(dict.fromkeys(said(fault.text) for fault in faults))
    for line in list(found)[:MAX_LINES]:
        click.echo(line)
    if len(found) > MAX_LINES:
        say(Text("……另有{count}处错误", count=len(found) - MAX_LINES))
    if found:
        sys.exit(1)


@process.command()
@click.argument("names", metavar="[SLUG]...", nargs=-1)
@click.option("--bureau", "code", help="code of the bureau, where there are several")
@click.pass_context
def publish(context: click.Context, names: Sequence[str], code: str | None) -> None:
    """Publish processes, all of them by default, after check and dry run. Running cases are not touched.

    Policy parameters that have come with the program since are entered with their shipped values; those that the bureau
    has stay as they are.
    """
    database: Database = context.obj.database
    for slug in names or slugs():
        source = _source(slug)
        faults = examined(source)
        if faults:
            raise DefinitionRefused(faults)
        with database.writing() as session:
            bureau = _bureau(session, code)
            act = Act(session, system_actor(bureau.id), system_clock())
            # A new process may need a parameter that an older program did not ship.
            if entered := load_profile(act, bureau.policy_profile):
                say(Text("政策口径{profile}：新增参数{count}项", profile=bureau.policy_profile, count=entered))
            version = publish_source(act, source, CATALOGUE)
            short = version.content_hash[:12]
            say(Text("{slug} 第{number}版 {hash}", slug=slug, number=version.number, hash=short))


def examined(source: Source, *, quick: bool = False) -> list[Fault]:
    """The faults of a process; of a sound one also what the dry run finds."""
    found = faults_of(source, CATALOGUE)
    return found if found or quick else list(dry_run(source).faults)


def _named(name: str) -> tuple[list[Source], list[Fault]]:
    path = Path(name)
    return sources_of_file(path) if path.suffix or path.exists() else ([read_source(name)], [])


def _source(slug: str) -> Source:
    if slug not in slugs():
        raise NotFoundError("没有流程“{slug}”。", slug=slug)
    return read_source(slug)


def _bureau(session: Session, code: str | None) -> Bureau:
    bureaus = session.scalars(select(Bureau).order_by(Bureau.code)).all()
    chosen = [bureau for bureau in bureaus if code in {None, bureau.code}]
    if len(chosen) != 1:
        codes = listed([b.code for b in bureaus]) if bureaus else Text("尚未建立")
        raise WorkflowError("请用 --bureau 指明教育局：{codes}", codes=codes)
    return chosen[0]
