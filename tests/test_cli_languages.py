"""Commands speak the language of whoever reads the terminal, all of it: texts, faults, refusals."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from tests.definitions.conftest import catalogue
from tests.languages import CHINESE, LATIN
from tests.test_cli_process import root
from workflow_app.act import Act, Actor
from workflow_app.audit.append import append
from workflow_app.cli import cli
from workflow_app.clock import system_clock
from workflow_app.config import from_environment
from workflow_app.database import Database
from workflow_app.definitions import source as source_module
from workflow_app.definitions.version import load_version
from workflow_app.demo.cli import show_accounts
from workflow_app.demo.county import demo_accounts

__all__ = ["catalogue", "root"]

PACKAGE = Path(__file__).resolve().parent.parent / "workflow_app"
PRINTED_BY = {"echo", "secho", "print", "ClickException", "UsageError", "BadParameter"}
UNSET = {"LC_ALL": "", "LANG": ""}
ENGLISH = {"LC_ALL": "", "LANG": "en_GB.UTF-8"}


def run(folder: Path, *words: str, **settings: str) -> Result:
    """The whole command line, in a terminal of no language unless the settings name one."""
    done = CliRunner().invoke(cli, words, env={**UNSET, "WORKFLOW_APP_DATA": str(folder), **settings})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done


def said_in_chinese(source: str) -> Iterator[int]:
    """Lines on which something is printed that no catalogue can turn into English."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name(node) in PRINTED_BY:
            literals = (one.value for part in node.args for one in ast.walk(part) if isinstance(one, ast.Constant))
            if any(CHINESE.search(value) for value in literals if isinstance(value, str)):
                yield node.lineno


def _name(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def test_no_command_prints_a_chinese_literal() -> None:
    assert list(said_in_chinese("click.echo('好')\nprint(f'{n}项')\nraise click.UsageError('不')")) == [1, 2, 3]
    sources = {str(path.relative_to(PACKAGE)): path.read_text() for path in PACKAGE.rglob("*.py")}
    printing = {name: source for name, source in sources.items() if re.search(r"\bclick\b|\bprint\(", source)}
    assert {"cli.py", "cli_process.py", "demo/cli.py"} <= printing.keys()
    assert {name: list(said_in_chinese(source)) for name, source in printing.items()} == {name: [] for name in printing}


def test_faults_of_content_are_told_in_english(root: Path, tmp_path: Path) -> None:
    form = root / "forms/study-visit.yaml"
    form.write_text(
        form.read_text().replace("name: visits.register", "name: visits.enter").replace("per: stops", "per: x")
    )
    told = run(tmp_path, "--lang", "en", "process", "check")
    assert (told.exit_code, told.output.splitlines()) == (
        1,
        [
            "forms/study-visit.yaml apply The evidence “letter” is uploaded for each row of “x”, "
            "and the form has no such table",
            "forms/study-visit.yaml register There is no operation named “visits.enter”",
        ],
    )
    refused = run(tmp_path, "--lang", "en", "process", "publish")
    first = "forms/study-visit.yaml apply The evidence "
    assert refused.stderr.startswith(f"The definition has faults (2) and was not published. The first: {first}")
    assert not CHINESE.search(refused.output)


def test_the_row_of_a_process_is_in_one_language(root: Path, tmp_path: Path) -> None:
    (root / "forms/broken.yaml").write_text("a: [")
    listed = run(tmp_path, "--lang", "en", "process", "list").output
    assert listed.splitlines()[1] == "study-visit  Study visit"
    table = run(tmp_path, "--lang", "en", "process", "show", "study-visit").output
    assert "study-visit  Study visit\n" in table
    assert "Element" in table
    version = load_version(source_module.read_source("study-visit", root), 1)
    # What only the drawing names, and the clauses, are as the county's people wrote them.
    for word in sorted((*version.graph.names.values(), "测试·一"), key=len, reverse=True):
        table = table.replace(word, "")
    assert CHINESE.findall(listed + table) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_audit_is_told_in_either_language(database: Database, tmp_path: Path, language: str) -> None:
    with database.writing() as session:
        act = Act(session, Actor(bureau_id=1, name="李敏"), system_clock())
        for number in range(2):
            append(act, "policy", "case_closed", f"task:{number}", {"outcome": "x"})
    audit = partial(run, tmp_path, "--lang", language, "audit", WORKFLOW_APP_DATABASE_URL=database.url)
    sheet = str(tmp_path / "sheet")
    checkpoint = audit("checkpoint", "--out", sheet).output
    sound = audit("verify", "--files").output
    with database.writing() as session:
        session.execute(text("UPDATE audit_event SET actor_name = 'x' WHERE seq = 2"))
    told = audit("verify")
    (tmp_path / "sheet").write_text("x")
    refused = audit("verify", "--checkpoint", sheet)
    assert (told.exit_code, refused.exit_code, refused.stdout) == (1, 1, "")
    everything = (checkpoint + sound + told.output + refused.stderr).replace(sheet, "")
    if language == "en":
        assert "[Altered] chain policy event 2 Task 1 " in told.output
        assert CHINESE.findall(everything) == []
    else:
        assert "【已被改动】链 policy 第2条 任务 1 " in told.output
        assert set(LATIN.findall(everything)) <= {"policy", *LATIN.findall(checkpoint.partition("摘要")[2])}


def test_a_bureau_is_set_up_in_english(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder without processes: publishing all of them is what takes long."""
    monkeypatch.setattr(source_module, "content_root", lambda: tmp_path)
    bureau = partial(run, tmp_path, "bureau", WORKFLOW_APP_DATABASE_URL=database.url, **ENGLISH)
    words = ("--code", "qinghe", "--name", "青禾县教育体育局", "--county", "青禾县", "--document-word", "青教体")
    told = bureau("create", *words, "--profile", "003").output
    assert CHINESE.findall(told) == ["青禾县教育体育局"]
    assert "  System administrator  qinghe-system  " in told
    (tmp_path / "year.yaml").write_text("")
    refused = bureau("calendar", str(tmp_path / "year.yaml"), "--code", "x")
    assert refused.stderr == "There is no bureau with the code x.\n"


@pytest.mark.parametrize(
    ("words", "settings", "refusal"),
    [
        (("process", "show", "x"), {}, "There is no process “x”."),
        (("process", "list"), {"WORKFLOW_APP_PORT": "x"}, "WORKFLOW_APP_PORT must be a whole number, not “x”."),
        (("audit", "verify"), {"WORKFLOW_APP_DATABASE_URL": "sqlite:////none/x"}, "The database cannot be reached"),
        (("transfer", "--from", "sqlite:////none/x", "--to", "sqlite:////none/y"), {}, "There is no database file"),
        (("worker",), {"WORKFLOW_APP_IDLE_MINUTES": "0"}, "The settings are unsafe"),
    ],
    ids=["command", "setting", "database", "transfer", "unsafe"],
)
def test_a_refusal_is_english_and_stands_apart(
    tmp_path: Path, words: tuple[str, ...], settings: dict[str, str], refusal: str
) -> None:
    for told in (run(tmp_path, "--lang", "en", *words, **settings), run(tmp_path, *words, **settings, **ENGLISH)):
        assert (told.exit_code, told.stdout) == (1, "")
        assert told.stderr.startswith(refusal)
        assert not CHINESE.search(told.stderr)
    assert CHINESE.search(run(tmp_path, *words, **settings).stderr)
    assert CHINESE.search(run(tmp_path, "--lang", "zh", *words, **settings, **ENGLISH).stderr)


def test_the_doctor_may_be_told_its_language_after_its_name(tmp_path: Path) -> None:
    assert "checks: " in run(tmp_path / "gone", "--lang", "zh", "doctor", "--lang", "en").output
    assert "共检查" in run(tmp_path / "gone", "--lang", "en", "doctor", "--lang", "zh").output


def test_the_demonstration_says_where_to_go_in_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    show_accounts(from_environment({"WORKFLOW_APP_DATA": str(tmp_path)}))
    told = capsys.readouterr().out
    named = {name for account in demo_accounts() for name in (account.name, account.organisation)}
    for name in sorted(named, key=len, reverse=True):
        told = told.replace(name, "")
    assert CHINESE.findall(told) == []
    assert "Section officer" in told
