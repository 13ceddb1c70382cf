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
from workflow_app.errors import InvalidError
from workflow_app.files.inspection import FileFault, inspect_files
from workflow_app.files.store import FileStore
from workflow_app.terminal import said, say
from workflow_app.text import Text, listed

_KINDS: Mapping[str, Text] = {
    "altered": Text("已被改动"),
    "missing": Text("缺失"),
    "inserted": Text("多出"),
    "order": Text("次序不对"),
    "head": Text("链首不符"),
    "chain_missing": Text("整链缺失"),
    "content": Text("所记内容不符"),
    "signature": Text("签名不符"),
}

_SUBJECTS: Mapping[str, Text] = {
    "account": Text("账号"),
    "case": Text("办件"),
    "charter_entry": Text("章程登记"),
    "education_group": Text("集团登记"),
    "file": Text("附件"),
    "group": Text("集团"),
    "membership_entry": Text("成员校登记"),
    "organisation": Text("机构"),
    "person": Text("人员"),
    "record": Text("文书"),
    "seat": Text("席位"),
    "submission": Text("提交记录"),
    "task": Text("任务"),
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
    say(Text("已核验{chains}条链、{events}条记录。", chains=report.chains, events=report.events))
    if inspected is not None:
        say(Text("已读取{files}个文件，共{size}字节。", files=inspected.files, size=inspected.size))
    for line in lines:
        say(line)
    conclude(len(lines))


def conclude(found: int) -> None:
    """Say how much was found.

    Raises:
        click.exceptions.Exit: with code 1 when that is anything.
    """
    if found:
        say(Text("发现{count}处问题。", count=found))
        raise click.exceptions.Exit(1)
    say(Text("未发现问题。"))


@audit.command("checkpoint")
@click.option("--out", "out_file", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.pass_obj
def checkpoint_command(obj: Any, out_file: Path) -> None:
    """Write a signed checkpoint over the heads of all chains; keep the file elsewhere."""
    config, database = _parts(obj)
    now = system_clock()
    with database.writing() as session:
        taken = take_checkpoint(session, config, now, out_file)
    written = Text(
        "检查点已写入{file}：{chains}条链、{events}条记录。请保存到本系统之外。",
        file=out_file,
        chains=taken.chains,
        events=taken.events,
    )
    say(written)
    say(Text("摘要 {digest}", digest=taken.digest))


def _parts(obj: Any) -> tuple[Config, Database]:
    return obj.config, obj.database


def _read(path: Path) -> Mapping[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise InvalidError("{path}不是检查点文件。", path=path)
    return read


def _lines(session: Session, faults: Iterable[Fault]) -> list[Text]:
    faults = list(faults)
    numbers = _case_numbers(session, {fault.chain for fault in faults})
    return [_line(fault, numbers.get(fault.chain)) for fault in faults]


def _line(fault: Fault, case_number: str | None) -> Text:
    parts = [_place(fault, case_number)]
    if fault.seq is not None:
        parts.append(Text("第{seq}条", seq=fault.seq))
    if fault.subject:
        parts.append(_subject(fault.subject))
    if fault.at is not None:
        parts.append(Text("{at}", at=f"{local_time(fault.at):%Y-%m-%d %H:%M:%S}"))
    where = " ".join(map(said, parts))
    return Text("【{kind}】{where}：{message}", kind=_KINDS[fault.kind], where=where, message=fault.message)


def _place(fault: Fault, case_number: str | None) -> Text:
    if case_number:
        return Text("办件 {number}", number=case_number)
    return Text("链 {chain}", chain=fault.chain) if fault.chain else Text("各链之外")


def _file_line(session: Session, fault: FileFault) -> Text:
    ids = {int(owner.removeprefix("case:")) for owner, _ in fault.known_as if owner.startswith("case:")}
    numbers = {
        f"case:{row.id}": row.number for row in session.execute(select(Case.id, Case.number).where(Case.id.in_(ids)))
    }
    places = [
        Text("办件 {number} “{name}”", number=numbers[owner], name=name)
        if owner in numbers
        else Text("{owner} “{name}”", owner=owner, name=name)
        for owner, name in fault.known_as
    ]
    known_as = listed(places) if places else Text("没有登记的文件")
    return Text("【{kind}】文件 {sha256}：{known_as}", kind=_KINDS[fault.kind], sha256=fault.sha256, known_as=known_as)


def _subject(subject: str) -> Text:
    found = re.fullmatch(r"([a-z_]+):(.+)", subject)
    if found is None or found[1] not in _SUBJECTS:
        return Text("{subject}", subject=" ".join(found.groups()) if found else subject)
    return Text("{what} {id}", what=_SUBJECTS[found[1]], id=found[2])


def _case_numbers(session: Session, chains: set[str]) -> dict[str, str]:
    wanted = sorted(chain for chain in chains if chain.startswith("case:"))
    rows = session.execute(
        select(AuditChain.name, Case.number)
        .join(Case, Case.chain_id == AuditChain.id)
        .where(AuditChain.name.in_(wanted))
    )
    return dict(rows.all())
