"""Moving to another database: nothing is lost or changed, the proof holds there, and work goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import event, select, text, update

from tests.county import STAGES, NewCounty, case_of, open_elements, protect, table_counts
from tests.databases import Databases, SqliteDatabases
from workflow_app.act import Act, system_actor
from workflow_app.audit.append import append
from workflow_app.audit.verify import verify
from workflow_app.cases.proof import CONTENT_CHECKS
from workflow_app.cli import cli
from workflow_app.database import Database
from workflow_app.demo.player import Player
from workflow_app.directory.models import Organisation
from workflow_app.errors import ConflictError
from workflow_app.migrate import downgrade, upgrade
from workflow_app.transfer import transfer

SQLITE = SqliteDatabases()
TEXTS = {"audit_event": "body", "submission": "answers", "issued_record": "content", "notice": "message"}
"""Columns that hold JSON as text, over which hashes go."""


@pytest.fixture
def issued(county_at: NewCounty) -> Player:
    """E1 after its 批复 was delivered, in a database as the migrations make it."""
    player = county_at("issued")
    player.work_until(player.now)
    protect(player.database)
    return player


NewDatabase = Callable[[Databases], Database]


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[NewDatabase]:
    """Makes empty databases of either kind at the present schema."""
    made: list[tuple[Databases, Database]] = []

    def make(kind: Databases) -> Database:
        database = Database(kind.new(tmp_path / f"migrated-{len(made)}"))
        made.append((kind, database))
        upgrade(database)
        return database

    yield make
    for kind, database in made:
        database.dispose()
        kind.drop(database.url)


def moved(player: Player, database: Database) -> Player:
    """The same county in another database."""
    return replace(player, database=database)


def stored_texts(database: Database) -> dict[str, list[Any]]:
    """JSON as the driver gives it."""
    with database.engine.connect() as connection:
        return {
            table: [row[0] for row in connection.exec_driver_sql(f"SELECT {column} FROM {table} ORDER BY id")]  # noqa: S608 - our own names
            for table, column in TEXTS.items()
        }


def is_sound(database: Database) -> bool:
    """Whether the whole audit log, and everything that it tells of, verifies."""
    with database.reading() as session:
        return verify(session, None, CONTENT_CHECKS).is_sound


def play_to_the_end(player: Player) -> None:
    """File the charter: new rows in most tables, and the end of the case."""
    dict(STAGES)["founded"](player, 1)
    player.work_until(player.now)
    assert open_elements(player) == []
    assert case_of(player).outcome == "founded"
    assert is_sound(player.database)


def test_a_county_moves_and_works_on(issued: Player, databases: Databases, migrated: NewDatabase) -> None:
    target = migrated(databases)
    counts = transfer(issued.database, target)
    assert counts == table_counts(issued)
    assert counts["submission"] > 10
    there = moved(issued, target)
    assert table_counts(there) == counts
    assert is_sound(target)
    play_to_the_end(there)


@pytest.mark.postgresql
def test_there_and_back_between_the_two_databases(issued: Player, databases: Databases, migrated: NewDatabase) -> None:
    file, server = migrated(SQLITE), migrated(databases)
    transfer(issued.database, file)
    transfer(file, server)
    assert stored_texts(issued.database) == stored_texts(file) == stored_texts(server)
    for database in (file, server):
        assert is_sound(database)
        there = moved(issued, database)
        assert table_counts(there) == table_counts(issued)
        with pytest.raises(Exception, match="never changed"), database.writing() as session:
            session.execute(text("UPDATE audit_event SET actor_name = '别人'"))
        play_to_the_end(there)


def test_a_text_is_carried_as_it_is_spelled(issued: Player, databases: Databases, migrated: NewDatabase) -> None:
    databases.tamper(issued.database.url, """UPDATE notice SET message = '{"b" :1, "a":2}'""")
    target = migrated(SQLITE)
    transfer(issued.database, target)
    assert set(stored_texts(target)["notice"]) == {'{"b" :1, "a":2}'}


def test_a_place_below_one_that_came_later(issued: Player, databases: Databases, migrated: NewDatabase) -> None:
    with issued.database.writing() as session:
        ids = session.scalars(select(Organisation.id).order_by(Organisation.id)).all()
        first, last = ids[1], ids[-1]
        session.execute(update(Organisation).where(Organisation.id == first).values(parent_id=last))
    target = migrated(databases)
    transfer(issued.database, target)
    with target.reading() as session:
        assert session.scalars(select(Organisation.parent_id).where(Organisation.id == first)).one() == last


def test_what_is_not_empty_is_not_written_to(issued: Player, migrated: NewDatabase) -> None:
    target = migrated(SQLITE)
    transfer(issued.database, target)
    before = table_counts(moved(issued, target))
    with pytest.raises(ConflictError, match="不是空的"):
        transfer(issued.database, target)
    assert table_counts(moved(issued, target)) == before


def test_another_schema_is_refused_on_either_side(
    issued: Player, databases: Databases, migrated: NewDatabase, tmp_path: Path
) -> None:
    old, blank = migrated(SQLITE), Database(databases.new(tmp_path / "blank"))
    downgrade(old, "0001")
    for source, target in ((issued.database, old), (old, issued.database), (issued.database, blank)):
        with pytest.raises(ConflictError, match="workflow-app upgrade"):
            transfer(source, target)
    blank.dispose()
    databases.drop(blank.url)


@pytest.mark.postgresql  # SQLite lets nobody write while it is read from, or the write comes after.
def test_whoever_writes_meanwhile_is_noticed(issued: Player, migrated: NewDatabase) -> None:
    target, wrote = migrated(SQLITE), list[str]()

    def write_once(*told: Any) -> None:
        if "FROM submission" in told[2] and not wrote:
            wrote.append(told[2])
            with issued.database.writing() as session:
                append(Act(session, system_actor(1), issued.now), "policy", "case_closed", "case:1", {"outcome": "x"})

    event.listen(issued.database.engine, "before_cursor_execute", write_once)
    with pytest.raises(ConflictError, match="有人写入"):
        transfer(issued.database, target)
    assert wrote
    assert set(table_counts(moved(issued, target)).values()) == {0}


@pytest.mark.postgresql
def test_what_does_not_fit_is_named_and_nothing_is_written(
    issued: Player, databases: Databases, migrated: NewDatabase
) -> None:
    """SQLite keeps a text of any length in a column for eighty characters."""
    file, target = migrated(SQLITE), migrated(databases)
    transfer(issued.database, file)
    SQLITE.tamper(file.url, "UPDATE task SET element = replace(hex(zeroblob(60)), '0', 'a') WHERE id = 1")
    with pytest.raises(ConflictError, match="表task中有目标数据库不能保存的内容"):
        transfer(file, target)
    assert set(table_counts(moved(issued, target)).values()) == {0}


def run(issued: Player, source: str, target: str) -> tuple[int, str]:
    """The exit code and the words of the command."""
    environment = {"WORKFLOW_APP_DATA": str(issued.config.data), "WORKFLOW_APP_DATABASE_URL": source}
    result = CliRunner().invoke(cli, ["transfer", "--from", source, "--to", target], env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit | ConflictError), result.exception
    return result.exit_code, result.output


def test_the_command_counts_and_verifies(issued: Player, databases: Databases, migrated: NewDatabase) -> None:
    target = migrated(databases)
    code, said = run(issued, issued.database.url, target.url)
    assert code == 0, said
    counts = table_counts(issued)
    assert f"{counts['submission']:>10}  submission" in said
    assert f"已转移{len(counts)}张表、{sum(counts.values())}行，逐行核对一致。" in said
    assert "未发现问题。" in said


def test_the_command_tells_what_was_wrong_before(issued: Player, databases: Databases, migrated: NewDatabase) -> None:
    databases.tamper(issued.database.url, "UPDATE submission SET person_name = '别人' WHERE id = 1")
    code, said = run(issued, issued.database.url, migrated(databases).url)
    assert code == 1
    assert "发现1处问题。" in said


def test_a_file_that_is_not_there_is_not_made(issued: Player, tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    code, said = run(issued, issued.database.url, f"sqlite:///{missing}")
    assert (code, missing.exists()) == (1, False)
    assert "没有数据库文件" in said
