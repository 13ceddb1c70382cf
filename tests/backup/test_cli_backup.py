"""The two commands: what they print, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner, Result
from sqlalchemy import select

from tests.backup.conftest import NewPlace, tool
from tests.languages import CHINESE
from workflow_app.cli import Program
from workflow_app.cli_backup import backup, restore
from workflow_app.config import Config
from workflow_app.demo.player import Player
from workflow_app.errors import InvalidError
from workflow_app.files.models import StoredFile
from workflow_app.files.store import FileStore


def _back_up(config: Config, *arguments: str) -> Result:
    return _invoke(backup, config, *arguments, "--pg-dump", tool("pg_dump"))


def _restore(config: Config, *arguments: str) -> Result:
    return _invoke(restore, config, *arguments, "--pg-restore", tool("pg_restore"))


def _invoke(command: Command, config: Config, *arguments: str) -> Result:
    """Run a command alone; the whole program takes leave of the database itself."""
    program = Program(config)
    try:
        return CliRunner().invoke(command, arguments, obj=program)
    finally:
        program.close()


def test_a_backup_and_its_drill(office: Player, new_place: NewPlace, tmp_path: Path) -> None:
    target, passphrase = tmp_path / "day.backup", tmp_path / "passphrase"
    passphrase.write_text("twelve characters at least\n")
    done = _back_up(office.config, str(target), "--passphrase-file", str(passphrase))
    assert (done.exit_code, "密钥已用口令加密放入" in done.output) == (0, True), done.output
    put_back = _restore(new_place(), str(target), "--passphrase-file", str(passphrase))
    assert (put_back.exit_code, put_back.output.endswith("未发现问题。\n")) == (0, True), put_back.output


def test_a_lost_file_is_told_by_both_and_in_either_language(
    office: Player, new_place: NewPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "day.backup"
    with office.database.reading() as session:
        lost = session.scalars(select(StoredFile.sha256).order_by(StoredFile.id).limit(1)).one()
    FileStore(office.config.data / "files").path(lost).unlink()
    done = _back_up(office.config, str(target))
    assert done.exit_code == 1
    assert f"未能备份：{lost}" in done.output
    assert "密钥没有放入" in done.output
    place = new_place()
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    put_back = _restore(place, str(target), "--keys", str(office.config.data / "keys"))
    assert (put_back.exit_code, CHINESE.findall(put_back.output)) == (1, [])
    assert put_back.output.endswith(f"File missing: {lost}\nProblems found: 1.\n")
    # The record of the drill is the same whoever looks on.
    assert json.loads((place.data / "drills" / "restore.json").read_text())["faults"] == [f"缺少文件 {lost}"]


def test_a_short_passphrase_is_refused(office: Player, tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text("short")
    refused = _back_up(office.config, str(tmp_path / "x"), "--passphrase-file", str(tmp_path / "passphrase"))
    assert isinstance(refused.exception, InvalidError)
    assert not (tmp_path / "x").exists()
