"""A backup is whole or refused, and what is restored is what there was (G-31)."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.backup.conftest import NewPlace, back_up, put_back
from tests.county import table_counts
from tests.databases import Databases
from workflow_app.act import Act, system_actor
from workflow_app.audit import append
from workflow_app.backup import archive
from workflow_app.backup.dump import dump
from workflow_app.config import Config
from workflow_app.database import Database
from workflow_app.demo.player import Player
from workflow_app.directory.models import Bureau, Person
from workflow_app.directory.people import masked
from workflow_app.errors import ConflictError, InvalidError, UnavailableError
from workflow_app.files.models import StoredFile
from workflow_app.files.store import FileStore
from workflow_app.security.vault import Vault

PASSPHRASE = "青禾县备份口令二〇二六年第一号"


def _nothing_is_there(config: Config) -> None:
    """Neither data nor anything half-done beside them."""
    assert not config.data.exists()
    assert [path.name for path in config.data.parent.glob(".*")] == []


def test_what_is_restored_is_what_there_was(office: Player, new_place: NewPlace, tmp_path: Path) -> None:
    target, place = tmp_path / "day.backup", new_place()
    made = back_up(office, target, PASSPHRASE)
    assert (made.has_keys, made.unsound, target.stat().st_mode & 0o777) == (True, (), 0o600)
    drill = put_back(place, target, office, PASSPHRASE)
    assert drill.faults == ()
    restored = Player(place, Database(place.database_url), office.now)
    assert table_counts(restored) == table_counts(office)
    with restored.database.reading() as session:
        for file in session.scalars(select(StoredFile)):
            with FileStore(place.data / "files").open(file.sha256, verify=True) as handle:
                assert len(handle.read()) == file.size
        person = session.scalars(select(Person).where(Person.phone_encrypted.is_not(None)).limit(1)).first()
        assert person is None or masked(Vault(place.data_key()), person).phone
    restored.database.dispose()
    assert (place.secret_key(), place.checkpoint_key()) == (office.config.secret_key(), office.config.checkpoint_key())
    assert (drill.files, drill.events) == (made.files, made.events)
    assert drill.files > 3
    kept = json.loads((place.data / "drills" / "restore.json").read_text())
    assert (kept["archive_sha256"], kept["faults"]) == (drill.archive_sha256, [])
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_an_archive_that_was_cut_anywhere_is_refused(
    office: Player, new_place: NewPlace, databases: Databases, tmp_path: Path
) -> None:
    target, place = tmp_path / "day.backup", new_place()
    back_up(office, target, PASSPHRASE)
    whole = target.read_bytes()
    with tarfile.open(target) as tar:
        ends = [member.offset_data + member.size for member in tar]
    for length in (0, 100, *(end - 1 for end in ends), *(end - end % 512 for end in ends[:-1])):
        target.write_bytes(whole[:length])
        with pytest.raises(InvalidError):
            put_back(place, target, office, PASSPHRASE)
        _nothing_is_there(place)
    target.write_bytes(whole)
    assert put_back(place, target, office, PASSPHRASE).is_sound


def test_a_changed_byte_of_any_member_is_found(
    office: Player, new_place: NewPlace, databases: Databases, tmp_path: Path
) -> None:
    target, place = tmp_path / "day.backup", new_place()
    back_up(office, target, PASSPHRASE)
    whole = bytearray(target.read_bytes())
    with tarfile.open(target) as tar:
        middles = [member.offset_data + member.size // 2 for member in tar if member.size]
    for position in middles:
        whole[position] ^= 1
        target.write_bytes(whole)
        with pytest.raises(InvalidError):
            put_back(place, target, office, PASSPHRASE)
        _nothing_is_there(place)
        whole[position] ^= 1


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "files/../../x", "keys/data.key", "files/ab/cd"])
def test_a_member_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    hostile = tmp_path / "hostile.backup"
    with tarfile.open(hostile, "w") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    with pytest.raises(InvalidError, match="不该有的内容"):
        archive.unpack(hostile, tmp_path / "place")
    assert not (tmp_path / "outside").exists()


def test_a_file_under_the_hash_of_another_one_is_refused(tmp_path: Path) -> None:
    """The manifest agrees, as whoever exchanged the file has written it anew; the name does not."""
    source, hostile = tmp_path / "source", tmp_path / "hostile.backup"
    source.write_bytes(b"another content")
    name = "0" * 64
    with archive.writing(hostile) as out:
        out.add_file(f"files/{name[:2]}/{name}", source)
        archive.close(out, {})
    with pytest.raises(InvalidError, match=f"files/00/{name}"):
        archive.unpack(hostile, tmp_path / "place")


def test_a_link_is_refused(tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.backup"
    with tarfile.open(hostile, "w") as tar:
        link = tarfile.TarInfo("seals/x")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(InvalidError, match="不该有的内容"):
        archive.unpack(hostile, tmp_path / "place")


def test_without_the_right_keys_nothing_is_restored(
    office: Player, new_place: NewPlace, databases: Databases, tmp_path: Path
) -> None:
    sealed, bare, place = tmp_path / "sealed.backup", tmp_path / "bare.backup", new_place()
    back_up(office, sealed, PASSPHRASE)
    back_up(office, bare)
    other = replace(office.config, data=tmp_path / "other")
    other.secret_key(), other.data_key(), other.checkpoint_key()
    keys, others = office.config.data / "keys", other.data / "keys"
    for source, passphrase, folder, words in (
        (sealed, None, None, "请给出口令文件"),
        (sealed, "another passphrase", None, "口令不对"),
        (sealed, None, others, "不是做备份时的那一套"),
        (bare, PASSPHRASE, None, "备份中没有密钥"),
        (bare, None, others, "不是做备份时的那一套"),
        (bare, None, tmp_path, "没有密钥"),
    ):
        with pytest.raises(InvalidError, match=words):
            put_back(place, source, office, passphrase, folder)
        _nothing_is_there(place)
    assert put_back(place, bare, office, keys=keys).is_sound
    for text_of_key in (path.read_bytes() for path in keys.iterdir()):
        assert text_of_key not in sealed.read_bytes()
        assert text_of_key not in bare.read_bytes()


def test_only_an_empty_place_is_restored_to(office: Player, new_place: NewPlace, tmp_path: Path) -> None:
    target, place = tmp_path / "day.backup", new_place()
    back_up(office, target, PASSPHRASE)
    with pytest.raises(ConflictError, match="已存在"):
        back_up(office, target, PASSPHRASE)
    with pytest.raises(ConflictError, match=r"数据库(不是空的|文件workflow\.db还在)"):
        put_back(replace(place, database_url=office.config.database_url), target, office, PASSPHRASE)
    place.data.mkdir(parents=True)
    (place.data / "something").touch()
    with pytest.raises(ConflictError, match="不是空的"):
        put_back(place, target, office, PASSPHRASE)
    assert (place.data / "something").exists()


@pytest.mark.sqlite
@pytest.mark.parametrize("left", ["-journal", "-wal"])
def test_what_is_left_of_another_database_is_not_played_into_the_restored_one(
    office: Player, new_place: NewPlace, tmp_path: Path, left: str
) -> None:
    target, place = tmp_path / "day.backup", new_place()
    back_up(office, target, PASSPHRASE)
    (tmp_path / f"elsewhere.db{left}").write_bytes(b"of a database that was deleted")
    elsewhere = replace(place, database_url=f"sqlite:///{tmp_path / 'elsewhere.db'}")
    with pytest.raises(ConflictError, match=f"elsewhere.db{left}还在"):
        put_back(elsewhere, target, office, PASSPHRASE)
    assert not (tmp_path / "elsewhere.db").exists()


def test_a_newer_database_is_not_restored_by_an_older_program(
    office: Player, new_place: NewPlace, databases: Databases, tmp_path: Path
) -> None:
    target, place = tmp_path / "day.backup", new_place()
    with office.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    back_up(office, target, PASSPHRASE)
    with pytest.raises(InvalidError, match="比本程序新"):
        put_back(place, target, office, PASSPHRASE)
    _nothing_is_there(place)


def test_what_was_changed_before_the_backup_is_told_and_recorded(
    office: Player, new_place: NewPlace, databases: Databases, tmp_path: Path
) -> None:
    target, place = tmp_path / "day.backup", new_place()
    with office.database.reading() as session:
        lost, changed = session.scalars(select(StoredFile.sha256).order_by(StoredFile.id).limit(2))
    store = FileStore(office.config.data / "files")
    store.path(lost).unlink()
    store.path(changed).write_bytes(b"another content")
    databases.tamper(office.config.database_url, "UPDATE audit_event SET actor_name = '王' WHERE id = 3")
    assert set(back_up(office, target, PASSPHRASE).unsound) == {lost, changed}
    drill = put_back(place, target, office, PASSPHRASE)
    assert not drill.is_sound
    assert sum("缺少文件" in str(fault) for fault in drill.faults) == 2
    assert any("摘要不符" in str(fault) for fault in drill.faults)
    assert json.loads((place.data / "drills" / "restore.json").read_text())["faults"] == list(map(str, drill.faults))


def test_a_backup_is_one_state_while_others_write(office: Player, new_place: NewPlace, tmp_path: Path) -> None:
    stop, written = threading.Event(), list[int]()
    with office.database.reading() as session:
        bureau_id = session.scalars(select(Bureau.id)).one()

    def write() -> None:
        while not stop.is_set():
            with office.database.writing() as session:
                act = Act(session, system_actor(bureau_id), office.now)
                append(act, "policy", "case_closed", f"task:{len(written)}", {"outcome": "x"})
            written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 5:
            pass
        back_up(office, tmp_path / "day.backup", PASSPHRASE)
    finally:
        stop.set()
        writer.join()
    drill = put_back(new_place(), tmp_path / "day.backup", office, PASSPHRASE)
    assert drill.faults == ()
    assert len(written) > 5


@pytest.mark.postgresql
def test_a_missing_tool_is_named(office: Player, tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="没有找到no-such-tool"):
        dump(office.config.database_url, tmp_path / "x", "no-such-tool")
