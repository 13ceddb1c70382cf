"""The command line: ``workflow-app --help``."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from workflow_app import migrate as migrations
from workflow_app import serve as server
from workflow_app import worker as workers
from workflow_app.config import Config, from_environment
from workflow_app.database import Database
from workflow_app.errors import ConfigurationError, WorkflowError
from workflow_app.startup import refuse_unsafe
from workflow_app.terminal import language_option, say
from workflow_app.text import Text

ELSEWHERE = {
    "audit": "workflow_app.cli_audit",
    "backup": "workflow_app.cli_backup",
    "bureau": "workflow_app.cli_bureau",
    "demo": "workflow_app.demo.cli",
    "doctor": "workflow_app.doctor.cli",
    "process": "workflow_app.cli_process",
    "restore": "workflow_app.cli_backup",
    "transfer": "workflow_app.cli_transfer",
}
"""Commands that stand in modules of their own, under their own names."""


class Commands(click.Group):
    """Imports a command when it is asked for: the job worker is one of them, and would hold 20 MB for the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, by name."""
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        command = getattr(import_module(ELSEWHERE[cmd_name]), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a refusal is told in the reader's language, and is no traceback."""
        try:
            return super().invoke(ctx)
        except (ConfigurationError, WorkflowError) as refused:
            lines = [refused.message]
            for problem in getattr(refused, "problems", ()):
                lines.append(Text("{field}：{message}", field=problem.field, message=problem.message))
        except (OperationalError, ProgrammingError):
            lines = [Text("数据库无法访问，或尚未建立：请检查设置，并先运行 workflow-app upgrade。")]
        for line in lines:
            say(line, err=True)
        raise click.exceptions.Exit(1)


@dataclass
class Program:
    """What every command may use; the database is opened when it is first needed."""

    config: Config

    @cached_property
    def database(self) -> Database:
        """The database that the settings name."""
        return Database(self.config.database_url)

    def refuse_to_start(self) -> None:
        """Look before serving or working: settings must be safe and the schema that of this program.

        A database that does not answer yet is waited for by whoever uses it.

        Raises:
            ConfigurationError: they are not.
        """
        refuse_unsafe(self.config, self.database)
        with suppress(OperationalError):
            migrations.refuse_other_schema(self.database)

    def close(self) -> None:
        """Take leave of the database, if it was opened."""
        if "database" in vars(self):
            self.database.dispose()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="workflow-app")
@language_option
@click.pass_context
def cli(context: click.Context) -> None:
    """Casework for county education bureaus."""
    context.obj = Program(from_environment())
    context.call_on_close(context.obj.close)


@cli.command()
@click.pass_obj
def upgrade(program: Program) -> None:
    """Bring the database to the present schema."""
    migrations.upgrade(program.database)
    say(Text("数据库已是最新版本。"))


@cli.command()
@click.option("--workers", default=2, show_default=True, help="web processes")
@click.option("--without-worker", is_flag=True, help="leave the jobs to workers that run elsewhere")
@click.pass_obj
def serve(program: Program, workers: int, without_worker: bool) -> None:
    """Serve the pages, with one job worker beside the web processes. Unsafe settings and another schema are refused."""
    program.refuse_to_start()
    program.database.dispose()
    server.serve(program.config, web_processes=workers, with_worker=not without_worker)


@cli.command()
@click.pass_obj
def worker(program: Program) -> None:
    """Run one job worker: deadlines, notices, rendering."""
    program.refuse_to_start()
    workers.run(program.config, program.database)


def main() -> None:
    """Run the command line."""
    cli()
