"""The commands of backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from workflow_app.backup import make_backup, restore_backup
from workflow_app.backup.keys import read_passphrase
from workflow_app.cli_audit import conclude
from workflow_app.clock import system_clock
from workflow_app.terminal import say
from workflow_app.text import Text

_FILE = click.Path(dir_okay=False, path_type=Path)
_READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--passphrase-file", type=_READABLE, help="put the keys in, sealed with the first line of this file")
@click.option("--pg-dump", help="where pg_dump is (default: on the path)")
@click.pass_obj
def backup(program: Any, file: Path, passphrase_file: Path | None, pg_dump: str | None) -> None:
    """Write database, evidence, seals and checkpoints into one new FILE, while the product runs.

    Without a passphrase the keys are left out: keep data/keys elsewhere. The exit code is 1 if a file of evidence is
    gone or was changed on the disk; everything else is in the backup then.
    """
    passphrase = read_passphrase(passphrase_file) if passphrase_file else None
    made = make_backup(
        program.config, program.database, file.resolve(), system_clock(), passphrase=passphrase, pg_dump=pg_dump
    )
    saved = Text(
        "已备份到{file}：数据库（{events}条审计记录）和{count}个文件。",
        file=file,
        events=made.events,
        count=made.files - len(made.unsound),
    )
    say(saved)
    say(Text("密钥已用口令加密放入。" if made.has_keys else "密钥没有放入，请另行保存data/keys文件夹。"))
    for sha256 in made.unsound:
        say(Text("附件缺失或已损坏，未能备份：{sha256}", sha256=sha256))
    if made.unsound:
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("file", type=_READABLE)
@click.option("--passphrase-file", type=_READABLE, help="the passphrase with which the keys in FILE are sealed")
@click.option(
    "--keys", "keys_folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="keys kept elsewhere"
)
@click.option("--pg-restore", help="where pg_restore is (default: on the path)")
@click.pass_obj
def restore(
    program: Any, file: Path, passphrase_file: Path | None, keys_folder: Path | None, pg_restore: str | None
) -> None:
    """Restore FILE to the empty place that the settings name, verify all of it, and record the drill.

    The exit code is 1 if the verification found anything; what is restored is then what the backup held.
    """
    drill = restore_backup(
        program.config,
        file,
        system_clock,
        passphrase=read_passphrase(passphrase_file) if passphrase_file else None,
        keys_folder=keys_folder,
        pg_restore=pg_restore,
    )
    restored = Text(
        "已恢复{made_at}所做的备份，用时{seconds}秒：{cases}件办件、{files}个文件。",
        made_at=drill.made_at,
        seconds=drill.seconds,
        cases=drill.cases,
        files=drill.files,
    )
    say(restored)
    say(Text("已核验{chains}条链、{events}条记录。", chains=drill.chains, events=drill.events))
    say(Text("演练记录在{folder}。", folder=program.config.data / "drills"))
    for fault in drill.faults:
        say(fault)
    conclude(len(drill.faults))
