# ruff: noqa: S608 - the statements are put together from the test's own words
"""Whatever is changed behind the program's back is found and located, also where the event itself is whole."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import text

from tests.county import NewCounty
from tests.databases import Databases
from workflow_app.audit.verify import verify
from workflow_app.cases.proof import CONTENT_CHECKS
from workflow_app.demo.player import Player


@pytest.fixture
def issued(county_at: NewCounty) -> Player:
    """E1 after its 批复 was delivered."""
    player = county_at("issued")
    player.work_until(player.now)
    return player


def faults(player: Player) -> list[tuple[str, str]]:
    """What the verification finds: the subject of the event, or the message where no event tells of a row."""
    with player.database.reading() as session:
        return [(f.kind, f.subject or str(f.message)) for f in verify(session, None, CONTENT_CHECKS).faults]


Change = Callable[..., None]


@pytest.fixture
def change(databases: Databases, issued: Player) -> Change:
    """What somebody with the database in hand can do: no key or trigger is in the way."""
    return partial(databases.tamper, issued.database.url)


def value(player: Player, query: str) -> int:
    """The one number that a query finds."""
    with player.database.reading() as session:
        return int(session.execute(text(query)).scalar_one())


def test_nothing_is_found_where_nothing_was_changed(issued: Player) -> None:
    assert faults(issued) == []


SUBMISSION = "(SELECT max(id) FROM submission WHERE element = 'committee')"
RECORD = "(SELECT id FROM issued_record WHERE kind = 'approval')"
UPLOAD = "(SELECT min(id) FROM stored_file)"


@pytest.mark.parametrize(
    ("assignment", "subject"),
    [
        ("submission SET decision = 'refuse'", "task"),
        ("submission SET person_name = '钱坤'||'一'", "task"),
        ("submission SET position = 'auditor'", "task"),
        ("submission SET answers = replace(answers, '5', '6')", "task"),
        ("submission SET findings = '[{}]'", "task"),
        pytest.param("submission SET at = replace(at, '07:00', '07:01')", "task", marks=pytest.mark.sqlite),
        pytest.param("submission SET at = at + interval '1 microsecond'", "task", marks=pytest.mark.postgresql),
        ("issued_record SET title = title||'。'", "record"),
        ("issued_record SET content = replace(content, '2026年9月1日', '2026年9月2日')", "record"),
        ("issued_record SET public = NOT public", "record"),
        ("issued_record SET verify_code = 'AAAAAAAAAAAAAAA'", "record"),
        ("stored_file SET sha256 = replace(sha256, 'a', 'b')", "file"),
        ("stored_file SET owner = 'case:2'", "file"),
        ("stored_file SET name = '别的.pdf'", "file"),
    ],
)
def test_one_changed_value_of_one_row_is_located(issued: Player, change: Change, assignment: str, subject: str) -> None:
    table = assignment.split()[0]
    row = {"submission": SUBMISSION, "issued_record": RECORD, "stored_file": UPLOAD}[table]
    named = f"SELECT task_id FROM submission WHERE id = {row}" if subject == "task" else f"SELECT {row}"
    change(f"UPDATE {assignment} WHERE id = {row}")
    assert faults(issued) == [("content", f"{subject}:{value(issued, named)}")]


@pytest.mark.parametrize(
    "broken",
    [
        "answers = '{'",
        # PostgreSQL stores nothing in a column that is not of its type.
        pytest.param("answers = CAST(x'ff' AS TEXT)", marks=pytest.mark.sqlite),
        pytest.param("at = 'no time'", marks=pytest.mark.sqlite),
        pytest.param("task_id = 'x'", marks=pytest.mark.sqlite),
    ],
)
def test_a_value_that_cannot_be_read_is_located_and_hides_no_other(issued: Player, change: Change, broken: str) -> None:
    other = "(SELECT min(id) FROM submission)"
    change(f"UPDATE submission SET {broken} WHERE id = {SUBMISSION}")
    change(f"UPDATE submission SET person_name = '别人' WHERE id = {other}")
    assert len(faults(issued)) == 2


def test_a_removed_answer_is_missed(issued: Player, change: Change) -> None:
    task = value(issued, f"SELECT task_id FROM submission WHERE id = {SUBMISSION}")
    change(f"DELETE FROM submission WHERE id = {SUBMISSION}")
    assert faults(issued) == [("content", f"task:{task}")]


def test_a_record_whose_pdf_was_exchanged_for_another_is_found(issued: Player, change: Change) -> None:
    """Both files are genuine: what was changed is which of them belongs to which record."""
    change(
        "UPDATE record_artefact SET file_id = (SELECT sum(file_id) FROM record_artefact WHERE id IN (1, 2)) - file_id"
        " WHERE id IN (1, 2)",
    )
    assert faults(issued) == [("content", "record:1"), ("content", "record:2")]


def test_a_pdf_slipped_in_as_the_signed_copy_is_found(issued: Player, change: Change) -> None:
    change(
        "CREATE TEMP TABLE file AS SELECT * FROM stored_file WHERE id = (SELECT file_id FROM record_artefact LIMIT 1)",
        "UPDATE file SET id = 900, sha256 = 'ff'",
        "INSERT INTO stored_file SELECT * FROM file",
        "CREATE TEMP TABLE artefact AS SELECT * FROM record_artefact LIMIT 1",
        "UPDATE artefact SET id = 900, kind = 'signed', file_id = 900",
        "INSERT INTO record_artefact SELECT * FROM artefact",
    )
    assert faults(issued) == [("content", "没有审计记录的文书的版式文件：编号900")] * 2


@pytest.mark.parametrize(
    ("table", "what", "other"),
    [
        ("submission", "办理意见", "seat_id = 900"),
        ("stored_file", "材料", "name = 'slipped in'"),
        ("issued_record", "文书", "verify_code = 'slipped in', seq = 900"),
    ],
    ids=["submission", "stored_file", "issued_record"],
)
def test_a_row_slipped_in_is_found(issued: Player, change: Change, table: str, what: str, other: str) -> None:
    change(
        f"CREATE TEMP TABLE copied AS SELECT * FROM {table} WHERE id = (SELECT min(id) FROM {table})",
        f"UPDATE copied SET id = 900, {other}",
        f"INSERT INTO {table} SELECT * FROM copied",
    )
    assert faults(issued) == [("content", f"没有审计记录的{what}：编号900")]
