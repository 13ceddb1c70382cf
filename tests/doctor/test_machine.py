"""Each fault of a machine is planted, and the doctor sees it."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import zoneinfo
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import NOW
from workflow_app.config import Config
from workflow_app.doctor import Finding, Place, machine
from workflow_app.records.typefaces import FOLDER


def _place(config: Config, **changed: Any) -> Place:
    return Place(replace(config, **changed), lambda: NOW)


def _says(finding: Finding, state: str, words: str) -> None:
    assert (finding.state, words in str(finding.message)) == (state, True), finding
    assert (finding.advice is None) == (state == "fine")


def test_an_old_python(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    _says(machine.python_version(_place(config)), "fine", "Python 3.")
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    _says(machine.python_version(_place(config)), "fault", "Python 3.10.4太旧")


@pytest.mark.parametrize(
    ("version", "words"),
    [((3, 40, 1), "回滚日志"), ((3, 51, 2), "回滚日志"), ((3, 51, 3), "，预写日志"), ((3, 6, 23), "，预写日志")],
)
def test_the_journal_follows_the_version_of_sqlite(
    config: Config, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], words: str
) -> None:
    embedded = _place(config, database_url="sqlite:///x.db")
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    _says(machine.sqlite_version(embedded), "fine", words)
    _says(machine.sqlite_version(_place(config, database_url="postgresql+psycopg://x")), "fine", "PostgreSQL")


def test_settings_with_which_the_server_does_not_start(config: Config) -> None:
    _says(machine.settings(_place(config)), "fine", "https://banjian.example.gov.cn")
    finding = machine.settings(_place(config, secure_cookies=False, trusted_proxies=0))
    _says(finding, "fault", "WORKFLOW_APP_SECURE_COOKIES：")
    _says(finding, "fault", "WORKFLOW_APP_TRUSTED_PROXIES：")
    _says(machine.settings(_place(config, data=config.data / "gone")), "warning", "没有检查")
    assert not (config.data / "gone").exists()


def test_a_data_folder_that_is_missing_or_cannot_be_written(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    _says(machine.data_folder(_place(config)), "fine", "可以写入")
    assert list(config.data.iterdir()) == []
    _says(machine.data_folder(_place(config, data=config.data / "gone")), "fault", "不存在")

    def refused(self: Path, data: bytes) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refused)  # the superuser of a container may write anywhere
    _says(machine.data_folder(_place(config)), "fault", "不能写入：Permission denied")


class Usage(NamedTuple):
    """What the operating system says of a disk."""

    total: int
    used: int
    free: int


@pytest.mark.parametrize(
    ("free", "state", "words"),
    [
        (machine.LEAST_SPACE - 1, "fault", "1.0 GB"),
        (machine.LEAST_SPACE, "warning", "1.0 GB"),
        (9 << 30, "fine", "9.0"),
    ],
)
def test_a_full_disk(config: Config, monkeypatch: pytest.MonkeyPatch, free: int, state: str, words: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10 << 30, 0, free))
    _says(machine.disk_space(_place(config, data=config.data / "not" / "yet")), state, words)


def test_keys_that_others_may_read_or_that_are_missing(config: Config) -> None:
    _says(machine.key_files(_place(config)), "warning", "secret.key、data.key、checkpoint.key")
    config.secret_key(), config.data_key()
    _says(machine.key_files(_place(config)), "warning", "还没有密钥checkpoint.key")
    config.checkpoint_key()
    _says(machine.key_files(_place(config)), "fine", "密钥齐全")
    (config.data / "keys" / "data.key").chmod(0o640)
    _says(machine.key_files(_place(config)), "fault", "data.key可被其他用户读取")
    (config.data / "keys" / "data.key").chmod(0o600)
    (config.data / "keys").chmod(0o755)
    _says(machine.key_files(_place(config)), "fault", "keys可被其他用户读取")


def test_fonts_that_are_missing_broken_or_short_of_characters(config: Config, tmp_path: Path) -> None:
    own = tmp_path / "fonts"
    _says(machine.fonts(_place(config)), "fine", "3755个都有字形，其中0种")
    _says(machine.fonts(_place(config, fonts=own)), "fault", "不存在")
    own.mkdir()
    _says(machine.fonts(_place(config, fonts=own)), "warning", "没有可用的字体")
    shutil.copy(FOLDER / "hei.ttf", own / "songb.ttf")
    _says(machine.fonts(_place(config, fonts=own)), "fine", "其中1种为本局字体")
    (own / "songb.ttf").write_bytes(b"OTTO not a TrueType font")
    _says(machine.fonts(_place(config, fonts=own)), "fault", "songb.ttf")


def test_a_font_of_the_bureau_without_common_characters(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(FOLDER / "fang.ttf", tmp_path / "fang.ttf")
    monkeypatch.setattr(machine, "common_characters", lambda: "青禾镕喆")  # fang.ttf has GB 2312 alone
    _says(machine.fonts(_place(config, fonts=tmp_path)), "warning", "fang.ttf缺2个常用字")


def test_the_common_characters_are_those_of_the_standard() -> None:
    characters = machine.common_characters()
    assert (len(characters), characters[0], characters[-1]) == (3755, "啊", "座")


def test_time_zones_that_are_missing_or_wrong(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    _says(machine.time_zone(_place(config)), "fine", "时区数据正确")
    monkeypatch.setattr(machine, "ZoneInfo", lambda _: zoneinfo.ZoneInfo("UTC"))
    _says(machine.time_zone(_place(config)), "fault", "时区数据不对")

    def unknown(name: str) -> None:
        raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(machine, "ZoneInfo", unknown)
    _says(machine.time_zone(_place(config)), "fault", "没有时区数据")
