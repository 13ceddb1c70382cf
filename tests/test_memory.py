"""What a process that serves does not load: resident memory is a budget (docs/performance.md)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from workflow_app.serve import MEMORY

NOT_TO_SERVE = {
    "PIL": "3 MB; a picture is looked at when somebody asks for its preview",
    "alembic": "8 MB; the schema is changed before anybody is served",
    "reportlab": "6 MB with what it loads; documents are drawn by the job worker",
    "segno": "1 MB; the same",
    "sqlalchemy.dialects.postgresql": "3 MB; for an embedded database nothing of it is used",
    "workflow_app.demo.load": "content of the demonstration, loaded by a command",
    "workflow_app.records.fonts": "10 MB once the six fonts are read; who issues documents asks the typefaces",
    "xlsxwriter": "2 MB; a sheet is made when somebody asks for it",
}
"""Modules that a web process does without, and what each would cost it."""

NOT_TO_WORK = {
    **NOT_TO_SERVE,
    "flask": "the pages and all that they stand on are 10 MB",
    "werkzeug": "the same",
    "wtforms": "the same",
    "workflow_app.web": "the same",
    "workflow_app.backup": "other commands are loaded when they are asked for",
    "workflow_app.doctor": "the same",
}
"""Modules that the job worker does without until it has something to draw."""


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("start", "unwanted"),
    [
        ("import workflow_app.wsgi", NOT_TO_SERVE),
        ("from workflow_app.cli import cli; cli(['worker', '--help'], standalone_mode=False)", NOT_TO_WORK),
    ],
    ids=["web", "worker"],
)
def test_a_process_that_serves_holds_no_more_than_it_needs(
    tmp_path: Path, start: str, unwanted: dict[str, str]
) -> None:
    """An import at the top of any module may bring a library back, and nothing else would tell."""
    settings = {"WORKFLOW_APP_DATA": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    program = f"{start}; import sys; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], env={**MEMORY, **settings}, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert {"sqlalchemy.orm", "workflow_app.cases"} <= loaded
    assert {name: cost for name, cost in unwanted.items() if name in loaded} == {}
