"""The small content of this room: a process with a shared drawing, seats, loops, a join, timers and a withdrawal."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from workflow_app.definitions.case_view import Catalogue, CheckContext, OperationContext, OperationResult
from workflow_app.definitions.source import Source, read_source
from workflow_app.definitions.version import ProcessVersion, load_version
from workflow_app.policy.finding import Finding
from workflow_app.text import Text

CONTENT = Path(__file__).parent / "content"

Patch = Callable[..., Source]
"""Reads the content after texts were replaced in a copy of it: (file, old, new), …"""


@pytest.fixture
def patch(tmp_path: Path) -> Patch:
    """A copy of the content, in the folder ``content``, that each call changes further."""

    def patched(*changes: tuple[str, str, str]) -> Source:
        root = tmp_path / "content"
        if not root.exists():
            shutil.copytree(CONTENT, root)
        for file, old, new in changes:
            text = (root / file).read_text()
            assert old in text, f"{old!r} is not in {file}"
            (root / file).write_text(text.replace(old, new))
        return read_source("study-visit", root)

    return patched


@pytest.fixture
def source() -> Source:
    """The texts of 外出考察."""
    return read_source("study-visit", CONTENT)


@pytest.fixture
def version(source: Source) -> ProcessVersion:
    """外出考察 as a version."""
    return load_version(source, 1)


@pytest.fixture
def catalogue() -> Catalogue:
    """The names that the content of the tests may use."""

    def goal_known(context: CheckContext) -> Finding:
        return Finding("visits.goal_known", "clear", Text("目的地已备案"), "测试·一")

    def past(context: CheckContext) -> Text:
        return Text("{count}次", count=0)

    def operation(context: OperationContext) -> OperationResult:
        return OperationResult()

    return Catalogue(
        checks={"visits.goal_known": goal_known},
        operations={"records.issue": operation, "visits.register": operation},
        figures={"visits.past": past},
        separations=frozenset({"not_applicant"}),
    )
