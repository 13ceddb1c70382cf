"""Restoring a backup to an empty place: unpacked beside it, proved, and then put in place whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from workflow_app import migrate
from workflow_app.audit.checkpoint import signing_key, verify_checkpoint
from workflow_app.audit.verify import Fault, verify
from workflow_app.backup import archive, dump, keys
from workflow_app.cases.models import Case
from workflow_app.cases.proof import CONTENT_CHECKS
from workflow_app.clock import Clock
from workflow_app.columns import canonical_json
from workflow_app.config import Config
from workflow_app.database import Database
from workflow_app.errors import ConflictError, InvalidError
from workflow_app.files.models import StoredFile
from workflow_app.text import Text


@dataclass(frozen=True)
class Drill:
    """The record of a restore: what from, how long, what was found. Evidence that backups can be used (8.1.4.9)."""

    archive_sha256: str
    made_at: str
    restored_at: str
    seconds: int
    revision: str
    cases: int
    files: int
    chains: int
    events: int
    faults: tuple[Text, ...]

    @property
    def is_sound(self) -> bool:
        """Whether everything that was restored is as it was written."""
        return not self.faults


def restore_backup(
    config: Config,
    source: Path,
    clock: Clock,
    *,
    passphrase: str | None = None,
    keys_folder: Path | None = None,
    pg_restore: str | None = None,
) -> Drill:
    """Restore an archive to the place that the settings name, bring it to the present schema, verify all of it.

    What the verification finds does not undo the restore: the archive is what was there. It is told and recorded.

    Raises:
        ConflictError: the place is not empty.
        InvalidError: the archive was cut or changed, the key is another one, or the program is too old for it.
        UnavailableError: the database does not answer, or a tool of its is missing.
    """
    began = clock()
    _require_empty(config)
    config.data.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=config.data.parent, prefix=f".{config.data.name}-restoring-"))
    try:
        manifest = archive.unpack(source, staging)
        _check_origin(config, manifest)
        keys.write_keys(_keys(staging, manifest, passphrase, keys_folder), staging / "keys")
        (staging / archive.KEYS).unlink(missing_ok=True)
        _put_in_place(config, staging, manifest, pg_restore)
    except BaseException:
        shutil.rmtree(staging)
        raise
    drill = _verified(config, source, manifest, began, clock)
    _record(config, drill)
    return drill


def _require_empty(config: Config) -> None:
    if config.data.exists() and any(config.data.iterdir()):
        raise ConflictError("{folder}不是空的，没有恢复任何内容。请换一个空的文件夹。", folder=config.data)
    dump.require_empty(config.database_url)


def _check_origin(config: Config, manifest: Mapping[str, Any]) -> None:
    wanted = "sqlite" if config.database_url.startswith("sqlite") else "postgresql"
    if manifest["database"] != wanted:
        raise InvalidError(
            "备份来自{kind}，请恢复到同一种数据库，需要时再用workflow-app transfer转移。", kind=manifest["database"]
        )
    if not migrate.knows(manifest["revision"]):
        raise InvalidError("备份的数据库结构比本程序新，请改用较新的程序，没有恢复任何内容。")


def _keys(staging: Path, manifest: Mapping[str, Any], passphrase: str | None, keys_folder: Path | None) -> keys.Keys:
    sealed = staging / archive.KEYS
    if keys_folder is not None:
        found = keys.read_keys(keys_folder)
    elif sealed.exists() and passphrase is not None:
        found = keys.open_sealed(sealed.read_text(), passphrase)
    elif sealed.exists():
        raise InvalidError("备份中的密钥用口令加密，请给出口令文件，没有恢复任何内容。")
    else:
        raise InvalidError("备份中没有密钥，请给出另行保存的密钥文件夹，没有恢复任何内容。")
    if keys.fingerprints(found) != manifest["keys"]:
        raise InvalidError("密钥不是做备份时的那一套，没有恢复任何内容。")
    return found


def _put_in_place(config: Config, staging: Path, manifest: Mapping[str, Any], pg_restore: str | None) -> None:
    """The database first: until the data folder gets its name, nothing looks restored."""
    stored = staging / archive.DATABASES[manifest["database"]]
    if manifest["database"] == "postgresql":
        dump.load(config.database_url, stored, pg_restore)
        stored.unlink()
    else:
        place = Path(make_url(config.database_url).database or "")
        inside = place.is_relative_to(config.data)
        target = staging / place.relative_to(config.data) if inside else place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(stored, target)
    for name in (archive.MANIFEST, archive.CHECKPOINT):
        shutil.move(staging / name, staging / f"restored-{name}")
    if config.data.exists():
        config.data.rmdir()
    os.rename(staging, config.data)  # noqa: PTH104 - the folder appears whole


def _verified(config: Config, source: Path, manifest: Mapping[str, Any], began: datetime, clock: Clock) -> Drill:
    database = Database(config.database_url)
    try:
        migrate.upgrade(database)
        with database.reading() as session:
            report = verify(session, checks=CONTENT_CHECKS)
            checkpoint = json.loads((config.data / f"restored-{archive.CHECKPOINT}").read_text())
            lost = verify_checkpoint(session, checkpoint, signing_key(config).public_key())
            files, missing = _files(session, config.data / "files")
            cases = session.scalar(select(func.count()).select_from(Case)) or 0
        faults = [_told(fault) for fault in (*report.faults, *lost)]
        ended = clock()
        with source.open("rb") as handle:
            sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
        return Drill(
            archive_sha256=sha256,
            made_at=manifest["made_at"],
            restored_at=ended.isoformat(),
            seconds=round((ended - began).total_seconds()),
            revision=migrate.present_revision(database) or "",
            cases=cases,
            files=files,
            chains=report.chains,
            events=report.events,
            faults=(*faults, *(Text("缺少文件 {sha256}", sha256=sha256) for sha256 in missing)),
        )
    finally:
        database.dispose()


def _told(fault: Fault) -> Text:
    return Text("{where}：{message}", where=f"{fault.chain} {fault.subject or ''}", message=fault.message)


def _files(session: Session, folder: Path) -> tuple[int, list[str]]:
    """How many contents the rows name, and which of them are not there; their hashes were compared when unpacked."""
    named = list(session.scalars(select(StoredFile.sha256).distinct().order_by(StoredFile.sha256)))
    return len(named), [sha256 for sha256 in named if not (folder / sha256[:2] / sha256).is_file()]


def _record(config: Config, drill: Drill) -> None:
    folder = config.data / "drills"
    folder.mkdir(mode=0o700)
    record = {**vars(drill), "faults": [str(fault) for fault in drill.faults]}
    (folder / "restore.json").write_text(canonical_json(record), encoding="utf-8")
