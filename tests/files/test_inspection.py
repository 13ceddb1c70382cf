"""Every stored file is read on request: what was changed, is gone or is too many is named with its case."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from click.testing import CliRunner, Result
from sqlalchemy import select

from tests.county import NewCounty, rows
from tests.faults.planting import an_old_file
from workflow_app.cli_audit import audit
from workflow_app.demo.player import Player
from workflow_app.files.inspection import inspect_files
from workflow_app.files.models import StoredFile
from workflow_app.files.store import FileStore


def _verify(player: Player, *arguments: str) -> Result:
    parts = SimpleNamespace(config=replace(player.config), database=player.database)
    return CliRunner().invoke(audit, ["verify", *arguments], obj=parts)


def test_files_are_read_and_what_is_wrong_is_named_with_its_case(county_at: NewCounty) -> None:
    player = county_at("supplied")
    store = FileStore(player.config.data / "files")
    stored = {row.sha256: row for row in rows(player, select(StoredFile).order_by(StoredFile.id))}
    sizes = sum(row.size for row in stored.values())
    sound = _verify(player, "--files")
    assert (sound.exit_code, f"已读取{len(stored)}个文件，共{sizes}字节。" in sound.output) == (0, True), sound.output
    assert "已读取" not in _verify(player).output
    changed, cut, lost = list(stored.values())[:3]
    data = store.path(changed.sha256).read_bytes()
    store.path(changed.sha256).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    store.path(cut.sha256).write_bytes(store.path(cut.sha256).read_bytes()[:-1])
    store.path(lost.sha256).unlink()
    an_old_file(store.path("0" * 64))
    found = _verify(player, "--files")
    assert found.exit_code == 1
    for kind, row in (("已被改动", changed), ("已被改动", cut), ("缺失", lost)):
        assert f"【{kind}】文件 {row.sha256}：办件 P1-2026-0001 “{row.name}”" in found.output
    assert f"【多出】文件 {'0' * 64}：没有登记的文件" in found.output
    assert "发现4处问题。" in found.output
    assert _verify(player).exit_code == 0, "the chains alone do not read the disk"
    with player.database.reading() as session:
        report = inspect_files(session, store, player.now)
    assert (report.files, [fault.kind for fault in report.faults].count("altered")) == (len(stored) - 1, 2)
