"""G-21: ``process check`` survives any file: it names file, element and reason, in bounded time and memory."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.hostile.content import ALL, Hostile
from tests.hostile.fuzz import count, random_for, rounds
from tests.hostile.mutations import mutated
from workflow_app.cli_process import process
from workflow_app.content import content_root

MOST_SECONDS = 2.0
MOST_MEMORY = 1200 * 1024 * 1024
"""Address space of the whole command; the interpreter and the libraries take a third of it."""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the shipped content that may be spoilt."""
    for folder in ("bpmn", "forms", "templates/records"):
        shutil.copytree(content_root() / folder, tmp_path / folder)
    return tmp_path


def check(*files: Path) -> tuple[int, str, float]:
    """The command on files, in this process: exit code, output, seconds of work."""
    began = time.process_time()
    result = CliRunner().invoke(process, ["check", "--quick", *map(str, files)])
    assert result.exception is None or isinstance(result.exception, SystemExit), (files, result.exc_info)
    return result.exit_code, result.output, time.process_time() - began


def spoil(content: Path, idea: Hostile) -> Path:
    path = content / idea.file
    path.write_bytes(idea.spoil(path.read_bytes()))
    return path


@pytest.mark.parametrize("name", ALL)
def test_hostile_content_is_refused_with_file_element_and_reason(name: str, content: Path) -> None:
    idea = ALL[name]
    code, output, seconds = check(spoil(content, idea))
    count("hostile definitions")
    lines = output.splitlines()
    assert code == 1, output[:2000]
    refusals = [line for line in lines if line.startswith(idea.told or idea.file)]
    assert any(idea.element in line and idea.words in line for line in refusals), output[:2000]
    assert len(lines) <= 400
    assert all(line.isprintable() for line in lines), output[:2000]
    assert seconds <= MOST_SECONDS, seconds


HEAVY = (
    "drawing_billion_laughs", "drawing_quadratic_blowup", "drawing_entity_file", "drawing_deep", "drawing_many_nodes",
    "drawing_many_calls", "drawing_many_flows", "drawing_condition_endless", "drawing_id_enormous", "form_alias_bomb",
    "form_merge_bomb", "form_deep_lists", "form_many_items", "form_rows_enormous", "form_text_enormous",
    "record_alias_bomb", "record_range_bomb", "record_power", "record_repeated_text",
)  # fmt: skip
"""Content that is made to exhaust whoever reads it."""


def test_the_whole_command_stays_within_bounds_of_memory_and_time(content: Path) -> None:
    files = []
    for name in HEAVY:
        root = content / name
        for folder in ("bpmn", "forms", "templates"):
            shutil.copytree(content / folder, root / folder)
        files.append(spoil(root, ALL[name]))
    done = _command("check", "--quick", *map(os.fspath, files))
    assert done.returncode == 1, done.stderr[-2000:]
    assert done.stderr == ""
    assert "无错误" not in done.stdout


def _command(*arguments: str | bytes) -> subprocess.CompletedProcess[str]:
    """``workflow-app process …`` in a process of its own that may use little memory and time."""

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (30, 30))

    command = [sys.executable, "-W", "ignore", "-m", "workflow_app", "process", *arguments]
    return subprocess.run(command, preexec_fn=bounded, capture_output=True, text=True, check=False)


def test_any_path_may_be_given(content: Path) -> None:
    folder = content / "odd"
    folder.mkdir()
    (folder / "table.dmn").write_text("<definitions/>")
    (folder / "program.py").write_text("import os")
    (folder / "bytes.bpmn").write_bytes(bytes(range(256)))
    (folder / "line\nend.yaml").write_text("a: [")
    (folder / "loop.yaml").symlink_to(folder / "loop.yaml")
    (folder / "folder.bpmn").mkdir()
    os.mkfifo(folder / "pipe.yaml")
    (content / "forms/shared/alone.yaml").write_text("tasks: 1")
    (content / "templates/records/shared/alone.yaml").write_text("title: 1")
    unreadable = b"name-\xff.bpmn"
    (folder / os.fsdecode(unreadable)).write_text("")
    paths = [*folder.iterdir(), content / "forms/shared/alone.yaml", content / "templates/records/shared/alone.yaml"]
    paths += [Path("/dev/null"), Path("/dev/zero"), content / "missing.bpmn", content, Path("/"), Path("..")]
    done = _command("check", "--quick", *map(os.fsencode, paths), "a\x1b[31m", "..", "")
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (1, "")
    assert "无错误" not in done.stdout
    assert len(lines) >= len(paths)
    assert all(line.isprintable() for line in lines), lines
    assert any(line.startswith("table.dmn") and "DMN" in line for line in lines)


def test_no_damage_of_shipped_content_breaks_the_check(content: Path) -> None:
    random = random_for("definitions")
    files = sorted(path for path in content.rglob("*") if path.is_file())
    for _ in range(rounds(40)):
        path = random.choice(files)
        whole = path.read_bytes()
        path.write_bytes(mutated(random, whole))
        code, output, seconds = check(path)
        count("damaged definitions")
        assert code in (0, 1)
        assert all(line.isprintable() for line in output.splitlines()), output
        assert seconds <= MOST_SECONDS, (path, seconds)
        path.write_bytes(whole)


def test_what_is_only_strange_is_accepted(content: Path) -> None:
    drawing = content / "bpmn/group-formation.bpmn"
    whole = drawing.read_text()
    changes = {
        "mark": "\ufeff" + whole,
        "instruction": whole.replace("?>", '?>\n<?xml-stylesheet href="http://127.0.0.1:9/x"?>', 1),
        "declared": whole.replace('encoding="UTF-8"', 'encoding="utf-7"', 1),
        "comment": whole.replace("<bpmn:process", "<!-- <script>alert(1)</script> -->\n<bpmn:process", 1),
        "lines": whole.replace("\n", "\r\n"),
    }
    for name, text in changes.items():
        drawing.write_text(text, newline="")
        code, output, _ = check(drawing)
        assert code == 0, (name, output)
