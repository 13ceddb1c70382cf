"""The two commands: what they print, and the exit code."""

from __future__ import annotations

from pathlib import Path

from click import Command
from click.testing import CliRunner, Result
from sqlalchemy import select

from tests.backup.conftest import NewPlace, tool
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


def test_a_lost_file_is_told_by_both(office: Player, new_place: NewPlace, tmp_path: Path) -> None:
    target = tmp_path / "day.backup"
    with office.database.reading() as session:
        lost = session.scalars(select(StoredFile.sha256).order_by(StoredFile.id).limit(1)).one()
    FileStore(office.config.data / "files").path(lost).unlink()
    done = _back_up(office.config, str(target))
    assert done.exit_code == 1
    assert f"未能备份：{lost}" in done.output
    assert "密钥没有放入" in done.output
    put_back = _restore(new_place(), str(target), "--keys", str(office.config.data / "keys"))
    assert (put_back.exit_code, "发现1处问题" in put_back.output) == (1, True), put_back.output


def test_a_short_passphrase_is_refused(office: Player, tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text("short")
    refused = _back_up(office.config, str(tmp_path / "x"), "--passphrase-file", str(tmp_path / "passphrase"))
    assert isinstance(refused.exception, InvalidError)
    assert not (tmp_path / "x").exists()
