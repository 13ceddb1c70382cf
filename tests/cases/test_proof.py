"""Whatever is changed behind the program's back is found and located, also where the event itself is whole."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.county import NewCounty
from workflow_app.audit.verify import verify
from workflow_app.cases.proof import CONTENT_CHECKS
from workflow_app.demo.player import Player


@pytest.fixture
def issued(county_at: NewCounty) -> Player:
    """E1 after its 批复 was delivered."""
    return county_at("issued")


def faults(player: Player) -> list[tuple[str, str]]:
    with player.database.reading() as session:
        return [(f.chain, f.subject or "") for f in verify(session, None, CONTENT_CHECKS).faults]


def test_nothing_is_found_where_nothing_was_changed(issued: Player) -> None:
    assert faults(issued) == []


@pytest.mark.parametrize(
    ("change", "subject"),
    [
        ("UPDATE submission SET decision = 'refuse' WHERE element = 'committee'", "task:"),
        ("UPDATE submission SET person_name = '别人' WHERE element = 'first_review'", "task:"),
        ("UPDATE submission SET answers = replace(answers, '82', '92') WHERE element = 'assessment'", "task:"),
        ("UPDATE issued_record SET title = '别的标题' WHERE kind = 'approval'", "record:"),
        ("UPDATE issued_record SET content = replace(content, '2026年9月1日', '2027年9月1日')", "record:"),
        ("UPDATE stored_file SET sha256 = 'ff' WHERE name LIKE '%教代会%'", "file:"),
        ("UPDATE membership_entry SET role = 'lead'", "membership_entry:"),
        ("DELETE FROM submission WHERE element = 'sections_opinions'", "task:"),
    ],
)
def test_a_changed_row_is_located(issued: Player, change: str, subject: str) -> None:
    with issued.database.writing() as session:
        session.execute(text(change))
    found = faults(issued)
    assert found
    assert all(name.startswith(subject) for _, name in found)
