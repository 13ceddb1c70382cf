"""Two processes that start together on a fresh data folder agree on every key."""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from workflow_app.config import from_environment

READ_KEY = "from workflow_app.config import from_environment; print(from_environment().secret_key())"


def test_who_comes_in_the_middle_of_the_making_reads_the_same_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second program asks for the key at each moment at which the first draws random bytes for it."""
    environment = {"WORKFLOW_APP_DATA": str(tmp_path)}
    read: list[str] = []
    draw = secrets.token_hex

    def draw_while_another_reads(size: int) -> str:
        monkeypatch.setattr(secrets, "token_hex", draw)
        read.append(from_environment(environment).secret_key())
        return draw(size)

    monkeypatch.setattr(secrets, "token_hex", draw_while_another_reads)
    read.append(from_environment(environment).secret_key())
    assert len(read) == 2
    assert len(set(read)) == 1, read
    assert len(bytes.fromhex(read[0])) == 32
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["secret.key"]


def test_programs_started_together_agree(tmp_path: Path) -> None:
    programs = [
        subprocess.Popen([sys.executable, "-c", READ_KEY], env={"WORKFLOW_APP_DATA": str(tmp_path)}, stdout=-1)
        for _ in range(4)
    ]
    read = [program.communicate(timeout=60)[0] for program in programs]
    assert len(set(read)) == 1
    assert len(read[0].strip()) == 64
