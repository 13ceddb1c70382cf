"""The commands of the auditor: verify the chains, take a signed checkpoint."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.audit.checkpoint import signing_key, verify_checkpoint
from workflow_app.audit.keeping import take_checkpoint
from workflow_app.audit.models import AuditChain
from workflow_app.audit.verify import Fault, verify
from workflow_app.cases.models import Case
from workflow_app.cases.proof import CONTENT_CHECKS
from workflow_app.clock import local_time, system_clock
from workflow_app.config import Config
from workflow_app.database import Database
from workflow_app.files.inspection import FileFault, inspect_files
from workflow_app.files.store import FileStore

_KINDS = {
    "altered": "已被改动",
    "missing": "缺失",
    "inserted": "多出",
    "order": "次序不对",
    "head": "链首不符",
    "chain_missing": "整链缺失",
    "content": "所记内容不符",
    "signature": "签名不符",
}

_SUBJECTS = {
    "account": "账号",
    "case": "办件",
    "charter_entry": "章程登记",
    "education_group": "集团登记",
    "file": "附件",
    "group": "集团",
    "membership_entry": "成员校登记",
    "organisation": "机构",
    "person": "人员",
    "record": "文书",
    "seat": "席位",
    "submission": "提交",
    "task": "任务",
}


@click.group()
def audit() -> None:
    """Verify the audit records."""


@audit.command("verify")
@click.option("--checkpoint", "checkpoint_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--files", "with_files", is_flag=True, help="read every stored file and compare it with its row")
@click.pass_obj
def verify_command(obj: Any, checkpoint_file: Path | None, with_files: bool) -> None:
    """Verify every chain, with a checkpoint its ends too; the exit code is 1 if anything was found."""
    config, database = _parts(obj)
    further: Callable[[Session], Iterable[Fault]] | None = None
    if checkpoint_file is not None:
        checkpoint, public_key = _read(checkpoint_file), signing_key(config).public_key()
        further = partial(verify_checkpoint, checkpoint=checkpoint, public_key=public_key)
    show_verification(database, further, files=config.data / "files" if with_files else None)


def show_verification(
    database: Database,
    further: Callable[[Session], Iterable[Fault]] | None = None,
    *,
    files: Path | None = None,
) -> None:
    """Verify a database's chains and whatever is asked further, and print what was found.

    ``files`` is the folder of stored files, if they are to be read as well.

    Raises:
        click.exceptions.Exit: with code 1 when there are faults.
    """
    with database.reading() as session:
        report = verify(session, checks=CONTENT_CHECKS)
        faults = [*report.faults, *(further(session) if further else ())]
        lines = _lines(session, faults)
        inspected = inspect_files(session, FileStore(files), system_clock()) if files is not None else None
        if inspected is not None:
            lines += [_file_line(session, fault) for fault in inspected.faults]
    click.echo(f"已核验{report.chains}条链、{report.events}条记录。")
    if inspected is not None:
        click.echo(f"已读取{inspected.files}个文件，共{inspected.size}字节。")
    for line in lines:
        click.echo(line)
    if lines:
        click.echo(f"发现{len(lines)}处问题。")
        raise click.exceptions.Exit(1)
    click.echo("未发现问题。")


@audit.command("checkpoint")
@click.option("--out", "out_file", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.pass_obj
def checkpoint_command(obj: Any, out_file: Path) -> None:
    """Write a signed checkpoint over the heads of all chains; keep the file elsewhere."""
    config, database = _parts(obj)
    now = system_clock()
    with database.writing() as session:
        taken = take_checkpoint(session, config, now, out_file)
    click.echo(f"检查点已写入{out_file}：{taken.chains}条链、{taken.events}条记录。请保存到本系统之外。")
    click.echo(f"摘要 {taken.digest}")


def _parts(obj: Any) -> tuple[Config, Database]:
    return obj.config, obj.database


def _read(path: Path) -> Mapping[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise click.ClickException(f"{path}不是检查点文件。")
    return read


def _lines(session: Session, faults: Iterable[Fault]) -> list[str]:
    faults = list(faults)
    numbers = _case_numbers(session, {fault.chain for fault in faults})
    return [_line(fault, numbers.get(fault.chain)) for fault in faults]


def _line(fault: Fault, case_number: str | None) -> str:
    place = f"办件 {case_number}" if case_number else f"链 {fault.chain}" if fault.chain else "各链之外"
    parts = [f"【{_KINDS[fault.kind]}】{place}"]
    if fault.seq is not None:
        parts.append(f"第{fault.seq}条")
    if fault.subject:
        parts.append(_subject(fault.subject))
    if fault.at is not None:
        parts.append(f"{local_time(fault.at):%Y-%m-%d %H:%M:%S}")
    return " ".join(parts) + f"：{fault.message}"


def _file_line(session: Session, fault: FileFault) -> str:
    ids = {int(owner.removeprefix("case:")) for owner, _ in fault.known_as if owner.startswith("case:")}
    numbers = {
        f"case:{row.id}": row.number for row in session.execute(select(Case.id, Case.number).where(Case.id.in_(ids)))
    }
    places = "、".join(
        f"办件 {numbers[owner]} “{name}”" if owner in numbers else f"{owner} “{name}”" for owner, name in fault.known_as
    )
    return f"【{_KINDS[fault.kind]}】文件 {fault.sha256}：{places or '没有登记的文件'}"


def _subject(subject: str) -> str:
    found = re.fullmatch(r"([a-z_]+):(.+)", subject)
    return f"{_SUBJECTS.get(found[1], found[1])} {found[2]}" if found else subject


def _case_numbers(session: Session, chains: set[str]) -> dict[str, str]:
    wanted = sorted(chain for chain in chains if chain.startswith("case:"))
    rows = session.execute(
        select(AuditChain.name, Case.number)
        .join(Case, Case.chain_id == AuditChain.id)
        .where(AuditChain.name.in_(wanted))
    )
    return dict(rows.all())
