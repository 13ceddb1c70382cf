"""G-21: ``process check`` survives any file: it names file, element and reason, in bounded time and memory."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from random import Random

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
