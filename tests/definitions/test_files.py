"""Any file may be given to the check: it leads to its processes, or is itself the fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.definitions.conftest import CONTENT, Patch
from workflow_app.definitions.files import sources_of_file


@pytest.mark.parametrize("file", ["bpmn/study-visit.bpmn", "forms/study-visit.yaml"])
def test_a_file_of_a_process_leads_to_it(file: str) -> None:
    sources, faults = sources_of_file(CONTENT / file)
    assert ([s.slug for s in sources], faults) == (["study-visit"], [])


@pytest.mark.parametrize("file", ["bpmn/shared/supplement.bpmn", "forms/shared/supplement.yaml"])
def test_a_shared_file_leads_to_every_process_that_uses_it(file: str) -> None:
    sources, faults = sources_of_file(CONTENT / file)
    assert ([s.slug for s in sources], faults) == (["study-visit"], [])


def test_a_shared_file_that_nobody_uses_is_judged_alone(patch: Patch, tmp_path: Path) -> None:
    patch()
    for name, content in (("bpmn/shared/idle.bpmn", "<html/>"), ("forms/shared/idle.yaml", "title: 1")):
        path = tmp_path / "content" / name
        path.write_text(content)
        sources, faults = sources_of_file(path)
        assert sources == []
        assert faults
        assert {f.file for f in faults} == {name}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("picture.png", b"\x89PNG", "not_content"),
        ("loose.bpmn", b"<html/>", "not_bpmn"),
        ("loose.yaml", b"a: [", "yaml_syntax"),
        ("binary.bpmn", b"\xff\xfe", "not_text"),
        ("absent.yaml", None, "missing_file"),
    ],
)
def test_any_other_file_is_judged_without_a_traceback(
    tmp_path: Path, name: str, content: bytes | None, code: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    sources, faults = sources_of_file(tmp_path / name)
    assert sources == []
    assert [f.code for f in faults] == [code]
