"""The command: a line for each finding, what to do under it, and an exit code for a monitor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from workflow_app.cli import Program
from workflow_app.config import Config, from_environment
from workflow_app.doctor import CHECKS, STORED_CHECKS, Place
from workflow_app.doctor.cli import doctor


def _run(config: Config, *arguments: str) -> Result:
    program = Program(config)
    try:
        return CliRunner().invoke(doctor, arguments, obj=program)
    finally:
        program.close()


def test_a_new_installation_is_sound(place: Place) -> None:
    result = _run(place.config, "--json")
    told = json.loads(result.output)
    faults = [name for name, finding in told["findings"].items() if finding["state"] == "fault"]
    assert (result.exit_code, faults, told["sound"]) == (0, [], True)
    assert list(told["findings"]) == [check.__name__ for check in (*CHECKS, *STORED_CHECKS)]


def test_a_fault_is_the_exit_code(tmp_path: Path) -> None:
    result = _run(from_environment({"WORKFLOW_APP_DATA": str(tmp_path / "gone")}), "--lang", "zh")
    assert result.exit_code == 1
    assert f"[故障] 数据文件夹{tmp_path / 'gone'}不存在\n    → 请核对WORKFLOW_APP_DATA" in result.output
    assert result.output.endswith("共检查10项：2项故障，3项注意。\n")
    assert not (tmp_path / "gone").exists()


@pytest.mark.parametrize(
    ("settings", "arguments", "words"),
    [
        ({"LANG": "en_GB.UTF-8", "LC_ALL": ""}, (), "checks: "),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, (), "共检查"),
        ({"LANG": "", "LC_ALL": ""}, (), "共检查"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "C.UTF-8"}, (), "共检查"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, ("--lang", "en"), "checks: "),
    ],
    ids=["english", "chinese", "unset", "overruled", "asked"],
)
def test_it_speaks_the_language_of_the_terminal(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, str],
    arguments: tuple[str, ...],
    words: str,
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    config = from_environment({"WORKFLOW_APP_DATA": str(tmp_path / "gone")})
    output = _run(config, *arguments).output
    assert words in output
    assert ("[" + "fault" + "]" in output) == (words == "checks: ")


def test_english_is_all_english(place: Place) -> None:
    output = _run(place.config, "--lang", "en").output
    assert not [line for line in output.splitlines() if any("\u4e00" <= c <= "\u9fff" for c in line)]
