"""A register taken out: what the log keeps, what is hidden, what is too much."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from tests.county import County
from workflow_app.act import Act, Actor
from workflow_app.audit.models import AuditEvent
from workflow_app.demo.player import Player
from workflow_app.dossier.export import export_table
from workflow_app.errors import InvalidError, NotFoundError
from workflow_app.flushing import ActSession
from workflow_app.languages import translator

CHINESE = translator("zh")
LATER = date(2026, 9, 1)


@pytest.fixture(scope="module")
def founded(county_files: County, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """E1 founded; each test takes back what it has written."""
    player = county_files.copy("founded", tmp_path_factory.mktemp("exports") / "county")
    player.at("2026-09-02 10:20")
    yield player
    player.database.dispose()


@pytest.fixture
def act(founded: Player) -> Iterator[Act]:
    """The officer acts."""
    with ActSession(founded.database.engine) as session:
        yield Act(session, founded.actor(session, "limin"), founded.now)
        session.rollback()


def events(act: Act) -> list[AuditEvent]:
    """The exports that the log knows."""
    return list(act.session.scalars(select(AuditEvent).where(AuditEvent.kind == "register_exported")))


def test_the_log_keeps_who_took_what_and_the_hash_of_the_file(act: Act) -> None:
    made = export_table(act, "group-members", LATER, CHINESE, about=1)
    assert made.name == "青禾县实验小学教育集团 成员校 2026-09-01.xlsx"
    [event] = events(act)
    assert (event.actor_name, event.subject, event.at) == ("李敏", "register:group-members", act.now)
    assert event.body == {
        "register": "group-members",
        "about": 1,
        "day": "2026-09-01",
        "rows": 3,
        "sha256": hashlib.sha256(made.content).hexdigest(),
    }


def test_the_sheet_says_whose_it_is_as_of_when_and_who_took_it(act: Act) -> None:
    made = export_table(act, "groups", LATER, CHINESE)
    sheet = openpyxl.load_workbook(BytesIO(made.content)).active
    assert sheet["A1"].value == "教育集团台账"
    assert sheet["A2"].value == (
        "青禾县教育体育局 · 截至2026年9月1日 · 导出人：李敏 · 导出时间：2026-09-02 10:20 · 共1行"
    )


@pytest.mark.parametrize(
    ("name", "about", "day"),
    [
        ("no-such-register", None, LATER),
        ("group-members", None, LATER),
        ("group-members", 999, LATER),
        ("group-members", 1, date(2026, 4, 1)),
    ],
    ids=["no-register", "no-group", "unknown-group", "before-its-approval"],
)
def test_what_is_not_there_is_not_exported(act: Act, name: str, about: int | None, day: date) -> None:
    with pytest.raises(NotFoundError):
        export_table(act, name, day, CHINESE, about=about)
    assert events(act) == []


def test_another_bureau_takes_nothing_of_this_one(act: Act) -> None:
    stranger = replace(act, actor=Actor(bureau_id=act.bureau_id + 1, name="邻县"))
    with pytest.raises(NotFoundError):
        export_table(stranger, "group-members", LATER, CHINESE, about=1)


@pytest.mark.parametrize(("most", "is_refused"), [(2, True), (3, False)], ids=["one-too-many", "just-as-many"])
def test_more_rows_than_a_file_may_have_are_refused(act: Act, most: int, is_refused: bool) -> None:
    if is_refused:
        with pytest.raises(InvalidError, match="“成员校”超过2行，一次导不出来，请缩小查询范围后再导出。"):
            export_table(act, "group-members", LATER, CHINESE, about=1, most=most)
    else:
        export_table(act, "group-members", LATER, CHINESE, about=1, most=most)
    assert len(events(act)) == (not is_refused)
