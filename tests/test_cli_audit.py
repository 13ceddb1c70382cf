"""The auditor's commands: what is printed, and the exit code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from tests.conftest import NOW
from workflow_app.act import Act, Actor
from workflow_app.audit.append import append, new_chain
from workflow_app.cases.models import Case
from workflow_app.cli_audit import audit
from workflow_app.config import Config, from_environment
from workflow_app.database import Database
from workflow_app.definitions.models import Definition, DefinitionVersion
from workflow_app.directory.models import Bureau, Organisation
from workflow_app.errors import InvalidError


@dataclass
class Parts:
    """What the command line hands to its groups."""

    config: Config
    database: Database


@pytest.fixture
def parts(database: Database, tmp_path: Path) -> Parts:
    """A log of three events."""
    with database.writing() as session:
        act = Act(session, Actor(bureau_id=1, name="李敏"), NOW)
        for number in range(3):
            append(act, "policy", "case_closed", f"task:{number}", {"outcome": "x"})
    return Parts(from_environment({"WORKFLOW_APP_DATA": str(tmp_path)}), database)


def _run(parts: Parts, *arguments: str) -> Result:
    return CliRunner().invoke(audit, arguments, obj=parts)


def test_a_sound_log_says_so(parts: Parts) -> None:
    result = _run(parts, "verify")
    assert (result.exit_code, result.output) == (0, "已核验1条链、3条记录。\n未发现问题。\n")


def test_a_changed_event_is_named_with_its_time(parts: Parts) -> None:
    with parts.database.writing() as session:
        session.execute(text("UPDATE audit_event SET actor_name = '王' WHERE seq = 2"))
    result = _run(parts, "verify")
    assert result.exit_code == 1
    assert "【已被改动】链 policy 第2条 任务 1 2026-04-08 09:00:00：记录内容与写入时的摘要不符" in result.output


def test_a_changed_event_of_a_case_names_the_case(parts: Parts) -> None:
    with parts.database.writing() as session:
        act = Act(session, Actor(bureau_id=1, name="李敏"), NOW)
        chain = new_chain(act, "case:17")
        append(act, chain, "case_closed", "case:1", {"outcome": "founded"})
        session.add(Bureau(id=1, code="q", name="局", county="县", document_word="青教体", policy_profile="003"))
        session.flush()
        school = Organisation(
            id=1, bureau_id=1, kind="school", code="1", name="校", short_name="校", active_from=NOW.date()
        )
        definition = Definition(id=1, bureau_id=1, slug="group-formation")
        session.add_all([school, definition])
        session.flush()
        version = {"number": 1, "content_hash": "", "bundle": {}, "engine_version": "", "published_by": ""}
        session.add(DefinitionVersion(id=1, bureau_id=1, definition_id=1, published_at=NOW, **version))
        session.flush()
        plain = {"slug": "group-formation", "title": "组建", "stage": "review", "state": b"", "facts": {}}
        plain |= {"parties": {}, "progress": {}}
        session.add(
            Case(
                bureau_id=1,
                number="P1-2026-0007",
                version_id=1,
                chain_id=chain.id,
                applicant_id=1,
                created_at=NOW,
                **plain,
            )
        )
        session.flush()
        session.execute(text("UPDATE audit_event SET subject = 'case:2' WHERE subject = 'case:1'"))
    assert "【已被改动】办件 P1-2026-0007 第1条 办件 2 2026-04-08 09:00:00：" in _run(parts, "verify").output


def test_a_checkpoint_finds_the_cut_tail(parts: Parts, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.json"
    assert _run(parts, "checkpoint", "--out", str(sheet)).exit_code == 0
    assert _run(parts, "verify", "--checkpoint", str(sheet)).exit_code == 0
    with parts.database.writing() as session:
        session.execute(text("DELETE FROM audit_event WHERE chain_id = 1 AND seq = 3"))
        session.execute(
            text(
                "UPDATE audit_chain SET count = 2, head = (SELECT hash FROM audit_event WHERE chain_id = 1 AND seq = 2)"
                " WHERE id = 1"
            )
        )
    assert _run(parts, "verify").exit_code == 0
    result = _run(parts, "verify", "--checkpoint", str(sheet))
    assert result.exit_code == 1
    assert "检查点时有3条记录，现只有2条" in result.output


def test_what_is_no_checkpoint_is_refused_in_plain_words(parts: Parts, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.json"
    sheet.write_text("不是")
    result = _run(parts, "verify", "--checkpoint", str(sheet))
    assert isinstance(result.exception, InvalidError)
    assert "不是检查点文件" in str(result.exception)
