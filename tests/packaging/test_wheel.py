"""The wheel holds all that the product needs and nothing else, and works where there is no checkout."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.packaging.conftest import ROOT, Environment

CONTENT = ("bpmn", "forms", "templates")
"""Folders of the checkout that the wheel carries inside the package."""

PAGE = """
from workflow_app.wsgi import app
answer = app.test_client().get("/sign-in")
assert answer.status_code == 200, answer.status
print(answer.get_data(as_text=True))
"""


def _tree(folder: str) -> set[str]:
    files = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}


def test_the_wheel_holds_the_product_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        beside = {name.partition(".dist-info/")[2] for name in archive.namelist()} - {""}
    carried = {f"workflow_app/_content/{name}" for folder in CONTENT for name in _tree(folder)}
    assert held == _tree("workflow_app") | carried
    assert beside == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}


def test_what_a_wheel_easily_loses_is_there(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = [name.removeprefix("workflow_app/") for name in archive.namelist()]
    for start, end, least in (
        ("_content/bpmn/", ".bpmn", 5),
        ("_content/forms/", ".yaml", 5),
        ("_content/templates/", ".html", 40),
        ("_content/templates/records/", ".yaml", 8),
        ("migrations/versions/", ".py", 1),
        ("policy/profiles/", ".yaml", 2),
        ("records/fonts/", ".ttf", 6),
        ("records/fonts/licences/", ".txt", 5),
        ("translations/", ".po", 1),
        ("web/static/", ".css", 2),
    ):
        found = [name for name in held if name.startswith(start) and name.endswith(end)]
        assert len(found) >= least, f"{start}*{end}: {found}"


def test_the_installed_product_loads_its_county_and_answers(installed: Environment) -> None:
    origin = installed.run("python", "-c", "import workflow_app; print(workflow_app.__file__)")
    assert origin.startswith(str(installed.folder))
    assert "Usage: workflow-app" in installed.run("workflow-app", "--help")
    assert "group-formation" in installed.run("workflow-app", "process", "check", "group-formation")
    installed.run("workflow-app", "demo", "load")
    assert "<form" in installed.run("python", "-c", PAGE)
