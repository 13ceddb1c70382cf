"""The commands of the processes, on the small content of the definitions' tests."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete

from tests.conftest import NOW
from tests.definitions.conftest import CONTENT, catalogue
from workflow_app import cli_process
from workflow_app.act import Act, system_actor
from workflow_app.cli_process import process
from workflow_app.database import Database
from workflow_app.definitions import source as source_module
from workflow_app.definitions.case_view import Catalogue
from workflow_app.definitions.faults import DefinitionRefused
from workflow_app.definitions.store import published
from workflow_app.directory.models import Bureau
from workflow_app.errors import NotFoundError, WorkflowError
from workflow_app.policy.models import PolicyParameter
from workflow_app.policy.parameters import load_policy
from workflow_app.policy.profiles import load_profile
from workflow_app.policy.versions import change

__all__ = ["catalogue"]


@dataclass
class Program:
    """What the group of all commands hands down."""

    database: Database


@pytest.fixture
def root(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small content, in place of the product's."""
    root = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    monkeypatch.setattr(source_module, "content_root", lambda: root)
    monkeypatch.setattr(cli_process, "CATALOGUE", catalogue)
    monkeypatch.setattr(cli_process, "system_clock", lambda: NOW)
    return root


def run(*arguments: str, database: Database | None = None) -> Result:
    """One command; what it raises is in the result."""
    return CliRunner().invoke(process, arguments, obj=Program(database) if database else None)


def add_bureau(database: Database, code: str) -> int:
    """A bureau to publish in."""
    with database.writing() as session:
        bureau = Bureau(code=code, name=code, county="青禾县", document_word="青教体", policy_profile="003")
        session.add(bureau)
        session.flush()
        return bureau.id


def test_list_names_every_process(root: Path) -> None:
    (root / "forms/broken.yaml").write_text("a: [")
    assert run("list").output.splitlines()[1] == "study-visit  外出考察"
    assert run("list").output.splitlines()[0].startswith("broken  （流程定义有")


def test_show_prints_the_table(root: Path) -> None:
    result = run("show", "study-visit")
    assert result.exit_code == 0
    assert "extra_supply" in result.output
    assert isinstance(run("show", "pairing").exception, NotFoundError)


def test_check_of_sound_content_succeeds(root: Path) -> None:
    result = run("check", "study-visit")
    assert (result.exit_code, result.output) == (0, "study-visit 无错误\n")


@pytest.mark.parametrize("argument", ["study-visit", "forms/study-visit.yaml", "bpmn/shared/supplement.bpmn", ""])
def test_check_prints_one_line_for_each_fault_and_fails(root: Path, argument: str) -> None:
    form = root / "forms/study-visit.yaml"
    form.write_text(
        form.read_text().replace("name: visits.register", "name: visits.enter").replace("per: stops", "per: x")
    )
    named = str(root / argument) if "/" in argument else argument
    result = run("check", *([named] if named else []))
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "forms/study-visit.yaml apply 材料“letter”按“x”逐行上传，表单没有这个明细表",
        "forms/study-visit.yaml register 没有名为“visits.enter”的操作",
    ]


def test_check_survives_any_argument(root: Path, tmp_path: Path) -> None:
    (tmp_path / "noise.bpmn").write_bytes(bytes(range(256)))
    for argument in (str(tmp_path / "noise.bpmn"), str(tmp_path), "/dev/null", "../x", "nothing", "no\nslug"):
        result = run("check", argument)
        assert result.exit_code == 1, argument
        assert isinstance(result.exception, SystemExit), argument


def test_check_runs_the_definition_unless_it_is_to_be_quick(root: Path) -> None:
    drawing = root / "bpmn/study-visit.bpmn"
    never = "decide['decision'] == 'refuse' and decide['decision'] == 'again'"
    condition = "decide['decision'] == 'refuse' or opinions['score'] &lt; 60"
    drawing.write_text(drawing.read_text().replace(condition, never))
    assert run("check", "--quick").exit_code == 0
    result = run("check")
    assert (result.exit_code, "verdict__refused" in result.output) == (1, True)


def test_publish_writes_the_version_of_the_only_bureau(root: Path, database: Database) -> None:
    bureau_id = add_bureau(database, "qinghe")
    result = run("publish", database=database)
    assert "\nstudy-visit 第1版 " in result.output
    with database.reading() as session:
        ((_, version),) = published(session, bureau_id)
    assert version.slug == "study-visit"


def test_publish_brings_the_parameters_that_came_with_the_program_and_changes_none(
    root: Path, database: Database
) -> None:
    """A bureau of an older program: what new processes ask for is there before the first of them is current."""
    bureau_id = add_bureau(database, "qinghe")
    with database.writing() as session:
        act = Act(session, system_actor(bureau_id), NOW)
        load_profile(act, "003")
        change(act, "plan_check_days", "7", "青教体〔2026〕9号", NOW.date(), "延长")
        gone = PolicyParameter.key.in_(["transition_report_days", "pairing_midterm_share"])
        session.execute(delete(PolicyParameter).where(gone))
    assert run("publish", database=database).output.startswith("政策口径003：新增参数2项\nstudy-visit")
    assert run("publish", database=database).output.startswith("study-visit")
    with database.reading() as session:
        policy = load_policy(session, bureau_id, NOW.date())
    keys = ("transition_report_days", "pairing_midterm_share", "plan_check_days")
    assert [policy.text(key) for key in keys] == ["10", "0.5", "7"]


def test_publish_asks_for_the_bureau_where_there_are_several(root: Path, database: Database) -> None:
    assert isinstance(run("publish", database=database).exception, WorkflowError)
    add_bureau(database, "qinghe")
    second = add_bureau(database, "baishi")
    refused = run("publish", database=database).exception
    assert "baishi、qinghe" in str(refused)
    assert run("publish", "study-visit", "--bureau", "baishi", database=database).exit_code == 0
    with database.reading() as session:
        assert len(published(session, second)) == 1


def test_publish_refuses_faulty_content(root: Path, database: Database) -> None:
    bureau_id = add_bureau(database, "qinghe")
    (root / "forms/study-visit.yaml").write_text("")
    assert isinstance(run("publish", database=database).exception, DefinitionRefused)
    with database.reading() as session:
        assert published(session, bureau_id) == ()
